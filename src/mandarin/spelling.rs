//! The ways in which something may be written: what a grammar allows, for a recogniser.

/// An automaton over characters. State 0 is where a text begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spelling {
    states: Vec<State>,
}

/// A place within a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// Characters that may come next, and the state behind each.
    pub next: Vec<(char, usize)>,
    /// Whether the text may be over here.
    pub ends: bool,
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

    /// Whether a text may be written.
    pub fn allows(&self, text: &str) -> bool {
        let mut places = vec![0];
        for char in text.chars() {
            let next = |&place: &usize| self.states.get(place).into_iter().flat_map(|s| &s.next);
            let mut reached: Vec<usize> = places
                .iter()
                .flat_map(next)
                .filter(|(other, _)| *other == char)
                .map(|(_, to)| *to)
                .collect();
            reached.sort_unstable();
            reached.dedup();
            places = reached;
        }
        places
            .iter()
            .any(|&place| self.states.get(place).is_some_and(|state| state.ends))
    }
}
