//! Keys of one turn, collected until they are whole.

use crate::event::{Expectation, Millis};

/// Keys pressed so far.
#[derive(Debug, Default)]
pub(super) struct Keys {
    pressed: String,
    last: Millis,
}

impl Keys {
    /// Takes a key; gives the whole entry if this key ends it.
    pub(super) fn press(
        &mut self,
        at: Millis,
        key: char,
        expectation: &Expectation,
    ) -> Option<String> {
        self.last = at;
        if key == '#' {
            return Some(std::mem::take(&mut self.pressed));
        }
        self.pressed.push(key);
        let whole = expectation
            .keys
            .is_some_and(|count| self.pressed.len() >= usize::from(count));
        whole.then(|| std::mem::take(&mut self.pressed))
    }

    /// Gives the entry once the pause after its last key is long enough.
    pub(super) fn pause(&mut self, now: Millis, pause_ms: u64) -> Option<String> {
        let over = self.pending() && now.since(self.last) >= pause_ms;
        over.then(|| std::mem::take(&mut self.pressed))
    }

    /// Whether an entry has begun.
    pub(super) fn pending(&self) -> bool {
        !self.pressed.is_empty()
    }
}
