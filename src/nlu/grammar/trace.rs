//! The way that something was found: which rules took which part of a sentence.

use super::automaton::{Automaton, Label};
use super::search;
use crate::nlu::units::Units;
use std::ops::Range;

/// A rule that took part.
#[derive(Debug, Clone)]
pub(in crate::nlu) struct Taken {
    pub(in crate::nlu) rule: String,
    /// Rules around it.
    pub(in crate::nlu) depth: usize,
    pub(in crate::nlu) units: Range<usize>,
}

impl Automaton {
    /// The rules along the best way through a sentence, in their order, the outer before the inner; those that took
    /// nothing are left out.
    pub(in crate::nlu) fn trace(&self, units: &Units) -> Vec<Taken> {
        let search = search::search(self, units);
        let Some(best) = search.ends().first() else {
            return Vec::new();
        };
        let path = search.path(best, units);
        let mut all: Vec<Taken> = Vec::new();
        let mut open: Vec<usize> = Vec::new();
        for (state, edge, unit) in path.steps {
            match &self.edges[state as usize][edge as usize].label {
                Label::Enter(name, _) => {
                    open.push(all.len());
                    all.push(Taken {
                        rule: self.names[*name as usize].clone(),
                        depth: open.len() - 1,
                        units: 0..0,
                    });
                }
                Label::Leave => {
                    open.pop();
                }
                Label::Sound(..)
                | Label::Exact(_)
                | Label::Kept(_)
                | Label::Garbage
                | Label::Free
                | Label::Pause
                | Label::Tag(_) => {}
            }
            let Some(unit) = unit else { continue };
            for &rule in &open {
                let taken = &mut all[rule].units;
                let start = if taken.end == 0 { unit } else { taken.start };
                *taken = start..unit + 1;
            }
        }
        all.retain(|taken| !taken.units.is_empty());
        all
    }
}
