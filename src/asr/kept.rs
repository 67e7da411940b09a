//! What was made ready for an utterance and is needed again for the next ones.

use std::sync::{Arc, Mutex, PoisonError};

/// The values that were asked for last, as many as were agreed on. Threads may share it.
pub struct Kept<V> {
    most: usize,
    values: Mutex<Vec<Arc<V>>>,
}

impl<V> Kept<V> {
    /// Keeps at most so many values.
    pub fn new(most: usize) -> Kept<V> {
        Kept {
            most,
            values: Mutex::default(),
        }
    }

    /// The value that is wanted, made if it is not kept; the one that was made first gives way.
    pub fn or_make(&self, is_wanted: impl Fn(&V) -> bool, make: impl FnOnce() -> V) -> Arc<V> {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = values.iter().find(|value| is_wanted(value)) {
            return Arc::clone(value);
        }
        let value = Arc::new(make());
        if values.len() == self.most {
            values.remove(0);
        }
        values.push(Arc::clone(&value));
        value
    }
}

#[cfg(test)]
mod tests {
    use super::Kept;

    #[test]
    fn a_value_is_made_once_until_others_take_its_place() {
        let kept = Kept::new(2);
        let get = |wanted: i32| {
            let mut made = false;
            kept.or_make(
                |value| *value == wanted,
                || {
                    made = true;
                    wanted
                },
            );
            made
        };
        assert!(get(1));
        assert!(!get(1));
        assert!(get(2));
        assert!(get(3), "the first gives way");
        assert!(!get(2));
        assert!(get(1));
    }
}
