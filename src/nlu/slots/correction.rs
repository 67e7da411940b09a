//! 三十 不对 四十: what a caller takes back.

use crate::nlu::grammar::Automaton;
use crate::nlu::units::Units;
use std::ops::Range;

/// Finds the words that take back what stands before them.
pub(super) struct Corrections {
    grammar: Automaton,
}

impl Corrections {
    pub(super) fn new(grammar: Automaton) -> Corrections {
        Corrections { grammar }
    }

    /// The stretches of a sentence between corrections, in order.
    pub(super) fn parts(&self, units: &Units) -> Vec<Units> {
        let mut found: Vec<_> = self.grammar.find(units).map(|found| found.units).collect();
        // Of those that overlap the longest is meant.
        found.sort_by_key(|range| std::cmp::Reverse(range.len()));
        let mut cuts: Vec<Range<usize>> = Vec::new();
        for range in found {
            if cuts
                .iter()
                .all(|cut| range.end <= cut.start || range.start >= cut.end)
            {
                cuts.push(range);
            }
        }
        cuts.sort_by_key(|cut| cut.start);
        let mut parts = Vec::new();
        let mut start = 0;
        for cut in cuts {
            parts.push(units.part(start..cut.start));
            start = cut.end;
        }
        parts.push(units.part(start..units.units.len()));
        parts
    }
}
