//! Yes and no.

/// `yes` or `no` from `y` and `n` in the order that they were said: the last word counts.
pub(super) fn last_word(said: &str) -> Option<&'static str> {
    match said.chars().next_back()? {
        'y' => Some("yes"),
        'n' => Some("no"),
        _ => None,
    }
}
