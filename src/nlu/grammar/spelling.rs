//! What a grammar allows to be written, without what it means: a recogniser is steered by it.

use super::automaton::{Automaton, Label};
use crate::mandarin::{Spelling, State};
use std::collections::{HashMap, HashSet};

impl Automaton {
    /// The texts of this grammar. What it takes whatever it is (names, `$GARBAGE`) leads nowhere here: a recogniser
    /// needs no help to write anything.
    pub(crate) fn spelling(&self) -> Spelling {
        let mut states: Vec<State> = Vec::new();
        let mut places: HashMap<u32, usize> = HashMap::from([(self.start, 0)]);
        let mut order = vec![self.start];
        while let Some(&from) = order.get(states.len()) {
            let mut state = State::default();
            for reached in self.without_taking(from) {
                state.ends |= reached == self.end;
                for edge in &self.edges[reached as usize] {
                    let (Label::Sound(char, _) | Label::Exact(char)) = edge.label else {
                        continue;
                    };
                    let place = *places.entry(edge.to).or_insert_with(|| {
                        order.push(edge.to);
                        order.len() - 1
                    });
                    if !state.next.contains(&(char, place)) {
                        state.next.push((char, place));
                    }
                }
            }
            states.push(state);
        }
        Spelling::new(states)
    }

    /// The states that are reached from one without taking a unit, itself among them.
    fn without_taking(&self, from: u32) -> Vec<u32> {
        let mut reached = vec![from];
        let mut known = HashSet::from([from]);
        let mut at = 0;
        while let Some(&state) = reached.get(at) {
            for edge in &self.edges[state as usize] {
                let takes_nothing = matches!(
                    edge.label,
                    Label::Free | Label::Pause | Label::Enter(..) | Label::Leave | Label::Tag(_)
                );
                if takes_nothing && known.insert(edge.to) {
                    reached.push(edge.to);
                }
            }
            at += 1;
        }
        reached
    }
}
