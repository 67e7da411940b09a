//! The conversation's state and its one entrance.

use super::{Pack, Stimulus};
use crate::event::{Completeness, Decision, Expectation, Millis};
use std::sync::Arc;

/// One call's conversation. Pure: the same stimuli give the same decisions.
#[derive(Debug, Clone)]
pub struct Conversation {
    pack: Arc<Pack>,
    expectation: Expectation,
}

impl Conversation {
    /// A conversation that has not begun; [`Stimulus::Answered`] begins it.
    pub fn new(pack: Arc<Pack>) -> Self {
        Conversation {
            pack,
            expectation: Expectation::default(),
        }
    }

    /// Takes in one stimulus and says what to do about it, in order.
    pub fn handle(&mut self, at: Millis, stimulus: Stimulus<'_>) -> Vec<Decision> {
        let _ = (at, stimulus, &self.pack);
        Vec::new()
    }

    /// The answer that is expected now.
    pub fn expectation(&self) -> &Expectation {
        &self.expectation
    }

    /// How near `text` is to a whole answer to what was asked.
    pub fn completeness(&self, text: &str) -> Completeness {
        let _ = text;
        Completeness::Open
    }
}
