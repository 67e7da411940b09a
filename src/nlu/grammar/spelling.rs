//! What a grammar allows to be written, without what it means: a recogniser is steered by it.

use super::automaton::{Automaton, Label};
use crate::mandarin::{Spelling, State, Step, Syllable, syllables};
use std::collections::{HashMap, HashSet};

impl Automaton {
    /// The texts of this grammar, without those of rules whose name ends in `misheard`: what recognisers write where
    /// something else was said. What it takes whatever it is (names, `$GARBAGE`) leads nowhere here: a recogniser
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
                    let (char, sound) = match edge.label {
                        Label::Sound(char, sound) => (char, sound),
                        Label::Exact(char) => (char, sound_of(char)),
                        _ => continue,
                    };
                    let to = *places.entry(edge.to).or_insert_with(|| {
                        order.push(edge.to);
                        order.len() - 1
                    });
                    let step = Step { char, sound, to };
                    if !state.next.contains(&step) {
                        state.next.push(step);
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
                let takes_nothing = match edge.label {
                    Label::Enter(name, _) => !self.names[name as usize].ends_with("misheard"),
                    Label::Free | Label::Pause | Label::Leave | Label::Tag(_) => true,
                    _ => false,
                };
                if takes_nothing && known.insert(edge.to) {
                    reached.push(edge.to);
                }
            }
            at += 1;
        }
        reached
    }
}

fn sound_of(char: char) -> Option<Syllable> {
    let mut buffer = [0; 4];
    let spoken = syllables(char.encode_utf8(&mut buffer));
    spoken.first().map(|spoken| spoken.syllable)
}
