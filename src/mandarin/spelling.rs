//! The ways in which something may be written and said: what a grammar allows, for a recogniser.

use super::Syllable;

/// An automaton over characters. State 0 is where a text begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spelling {
    states: Vec<State>,
}

/// A place within a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// What may come next.
    pub next: Vec<Step>,
    /// Whether the text may be over here.
    pub ends: bool,
}

/// One character of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// As it is written.
    pub char: char,
    /// How it is said here; `None` where it has no sound of Mandarin.
    pub sound: Option<Syllable>,
    /// The state behind it.
    pub to: usize,
}

impl Spelling {
    /// States by their number; the first is the start.
    pub fn new(states: Vec<State>) -> Spelling {
        Spelling { states }
    }

    /// The states.
    pub fn states(&self) -> &[State] {
        &self.states
    }
}
