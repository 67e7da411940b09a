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

/// A text without what it denies (不是十九路，是九十路), which becomes as many commas. `denied` tells by what stands before
/// 不是 and behind it how many bytes of the latter are denied.
pub(super) fn without_denied(text: &str, denied: impl Fn(&str, &str) -> Option<usize>) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(NOT) {
        kept.push_str(before);
        let Some(length) = denied(&kept, behind) else {
            kept.push_str(NOT);
            rest = behind;
            continue;
        };
        let count = NOT.chars().count() + behind[..length].chars().count();
        kept.extend(std::iter::repeat_n('，', count));
        rest = &behind[length..];
    }
    kept + rest
}

/// How much of what stands behind 不是 is a value that is denied: up to the 是 of what is meant instead, or all of it if
/// that was said before (是九十路，不是十九路).
pub(super) fn denied_value(
    before: &str,
    behind: &str,
    is_value: impl Fn(&str) -> bool,
) -> Option<usize> {
    let (end, is_meant_before) = match behind.find('是') {
        Some(end) => (end, false),
        None => (behind.len(), true),
    };
    let denied = &behind[..end];
    let at_once = denied.starts_with(|c: char| !c.is_whitespace() && c != '，');
    let stands = is_value(denied)
        && match is_meant_before {
            true => at_once && before.contains('是') && is_value(before),
            false => !denied.ends_with('不'),
        };
    stands.then_some(end)
}

/// 不是江水的江: how much of what stands behind 不是 explains a character that is not meant.
pub(super) fn denied_character(behind: &str) -> Option<usize> {
    let end = behind.find('的')? + '的'.len_utf8();
    let character = behind[end..].chars().next()?;
    (behind[..end].chars().count() <= LONGEST_WORD).then_some(end + character.len_utf8())
}

const NOT: &str = "不是";
/// Characters of 江水的.
const LONGEST_WORD: usize = 6;
