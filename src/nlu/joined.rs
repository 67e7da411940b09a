//! Two wishes in one breath: 查下水费顺便报个修.
//!
//! A sentence is cut where another wish may begin, and both parts are understood by themselves. They are kept apart
//! only if each is clear alone and they want different things.

use super::Language;
use super::intents::first_word;

/// Words after which another wish may begin, the longer before the shorter.
const JOINTS: [&str; 18] = [
    "顺便", "顺带", "另外", "还有", "然后", "同时", "以及", "并且", "接着", "可是", "还要", "还想",
    "看完", "查完", "再", "也", "，", "。",
];
/// Words with which a sentence begins anew.
const BEGINNINGS: [&str; 4] = ["我要", "我家", "我现在", "请"];
/// Characters that a wish has at least.
const SHORTEST: usize = 3;
/// Cuts that are tried, each at the price of two short sentences to encode.
const MOST_CUTS: usize = 4;
/// Probability that each part must have after a word that joins, and where a sentence merely begins anew.
const CLEAR: f32 = 0.6;
const CLEAR_WITHOUT_JOINT: f32 = 0.8;

/// Intents of a part, best first.
pub(super) type Ranked = Vec<(String, f32)>;

/// What is wanted first, and what is wanted further, if a text holds two wishes.
pub(super) fn two_wishes(language: &Language, text: &str) -> Option<(Ranked, (String, f32))> {
    let mut best: Option<(f32, Ranked, (String, f32))> = None;
    for cut in cuts(text) {
        let first = language.learned(&text[..cut.at]);
        let second = language.learned(&text[cut.next..]);
        let (Some(one), Some(other)) = (first.first(), second.first()) else {
            continue;
        };
        let clarity = one.1.min(other.1);
        let is_wish = |intent: &str| !OTHER_THAN_WISHES.contains(&intent);
        let differ = first_word(&one.0) != first_word(&other.0);
        let is_better = best.as_ref().is_none_or(|(best, ..)| clarity > *best);
        if differ && is_wish(&one.0) && is_wish(&other.0) && clarity >= cut.clear && is_better {
            let other = other.clone();
            best = Some((clarity, first, other));
        }
    }
    best.map(|(_, first, second)| (first, second))
}

/// Intents that are no business of their own.
const OTHER_THAN_WISHES: [&str; 6] = ["unknown", "affirm", "deny", "repeat", "goodbye", "agent"];

/// A place where a text may be cut.
struct Cut {
    /// End of the first part and beginning of the second, in bytes.
    at: usize,
    next: usize,
    /// Probability that each part must have.
    clear: f32,
}

fn cuts(text: &str) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = Vec::new();
    let mut try_words = |words: &[&str], is_joint: bool| {
        for word in words {
            for (at, _) in text.match_indices(word) {
                let next = if is_joint { at + word.len() } else { at };
                let long_enough = |part: &str| part.chars().count() >= SHORTEST;
                let overlaps = cuts
                    .iter()
                    .any(|cut| at < cut.next && cut.at < next.max(at + 1));
                if !overlaps && long_enough(&text[..at]) && long_enough(&text[next..]) {
                    let clear = if is_joint { CLEAR } else { CLEAR_WITHOUT_JOINT };
                    cuts.push(Cut { at, next, clear });
                }
            }
        }
    };
    try_words(&JOINTS, true);
    try_words(&BEGINNINGS, false);
    cuts.truncate(MOST_CUTS);
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Vec<(&str, &str)> {
        let cuts = cuts(text);
        cuts.iter()
            .map(|cut| (&text[..cut.at], &text[cut.next..]))
            .collect()
    }

    #[test]
    fn a_text_is_cut_where_another_wish_may_begin() {
        assert_eq!(parts("查下水费顺便报个修"), [("查下水费", "报个修")]);
        assert_eq!(parts("我要查水费"), []);
        assert_eq!(parts("还有水费"), []);
        assert_eq!(parts("停水了我家阀门也漏"), [("停水了", "我家阀门也漏")]);
    }

    #[test]
    fn no_text_has_more_cuts_than_are_tried() {
        assert!(cuts(&"水费顺便".repeat(500)).len() <= MOST_CUTS);
    }
}
