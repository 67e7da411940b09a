//! Yes and no.

/// What the sounds of a yes may differ by within a longer sentence: a tone, a merged pair (是的 as 四的).
pub(super) const BLUR: f32 = 0.13;

/// `yes` or `no` from `y` and `n` in the order that they were said: the last word counts.
pub(super) fn last_word(said: &str) -> Option<&'static str> {
    match said.chars().next_back()? {
        'y' => Some("yes"),
        'n' => Some("no"),
        _ => None,
    }
}
