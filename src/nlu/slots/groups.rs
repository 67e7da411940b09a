//! Groups of a number, as callers say them: which of two says again what the other said.

/// Stands where the speaker may have paused.
pub(super) const PAUSE: char = '|';
/// Digits from which two groups are alike by more than chance.
pub(super) const TELLING: usize = 3;

/// What is said behind the group that a number ends with, where it begins with that.
pub(super) fn without_group<'s>(said: &'s str, number: &str) -> &'s str {
    let (first, rest) = said.split_once(PAUSE).unwrap_or((said, ""));
    let is_again = first.len() > 1 && number.ends_with(first);
    if is_again { rest } else { said }
}

/// A number whose beginning was told before it: the second group may begin with the first.
pub(super) fn begun_once(said: &str) -> &str {
    match said.split_once(PAUSE) {
        Some((first, rest)) if rest.starts_with(first) => rest,
        _ => said,
    }
}

/// What is new in a group that begins with the last signs of the one before it, at least so many, and goes on.
pub(super) fn rest_of_overlap<'g>(last: &str, group: &'g str, least: usize) -> Option<&'g str> {
    let longest = last.len().min(group.len().saturating_sub(1));
    let overlap = (least..=longest)
        .rev()
        .find(|&length| last.ends_with(&group[..length]))?;
    Some(&group[overlap..])
}

/// Whether two groups differ in one sign at most, and have enough of them for that to mean something.
pub(super) fn is_like(said: &str, again: &str) -> bool {
    let differing = said.bytes().zip(again.bytes()).filter(|(a, b)| a != b);
    said.len() == again.len() && again.len() >= TELLING && differing.count() <= 1
}
