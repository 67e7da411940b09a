//! English within what is said: found by its letters, cut at its own punctuation, pronounced by the dictionary that the voice
//! model was trained with.

use super::phrases::PhrasePiece;
use misaki_rs::{G2P, Language};
use std::sync::{LazyLock, Mutex, PoisonError};

/// The voice that speaks English.
pub(super) const VOICE: &str = "af_heart";
/// Words that make a stretch English: fewer are a name or an abbreviation within Chinese.
const WORDS: usize = 2;

/// Loaded when the first English is spoken: its tables take some 30 MB.
static DICTIONARY: LazyLock<Mutex<G2P>> =
    LazyLock::new(|| Mutex::new(G2P::new(Language::EnglishUS)));

/// Whether a text is English: words in small letters, and nothing but ASCII.
pub(super) fn is_english(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_ascii_alphabetic());
    let is_word = |word: &&str| word.len() > 1 && word[1..].chars().all(|c| c.is_ascii_lowercase());
    let first = text.trim().len();
    text.is_ascii() && (words.filter(is_word).count() >= WORDS || is_one_word(text)) && first > 0
}

/// A single capitalised word with its full stop: Goodbye.
fn is_one_word(text: &str) -> bool {
    let word = text.trim().trim_end_matches(['.', '!', '?', ',', ':']);
    let mut chars = word.chars();
    word.len() > 2
        && chars.next().is_some_and(|c| c.is_ascii_uppercase())
        && chars.all(|c| c.is_ascii_lowercase())
}

/// A text in stretches of one language each, and whether each is English.
pub(super) fn stretches(written: &str) -> Vec<(&str, bool)> {
    let mut stretches: Vec<(&str, bool)> = Vec::new();
    let (mut begin, mut at) = (0, 0);
    while at < written.len() {
        let ascii = written[at..].find(|c: char| !c.is_ascii());
        let end = ascii.map_or(written.len(), |length| at + length);
        if is_english(&written[at..end]) {
            stretches.push((&written[begin..at], false));
            stretches.push((&written[at..end], true));
            begin = end;
        }
        let rest = &written[end..];
        at = end + rest.find(|c: char| c.is_ascii()).unwrap_or(rest.len());
    }
    stretches.push((&written[begin..], false));
    stretches.retain(|(text, _)| !text.trim().is_empty());
    stretches
}

/// One piece for each clause, its punctuation included.
pub(super) fn pieces(text: &str) -> Vec<PhrasePiece> {
    let mut pieces: Vec<PhrasePiece> = Vec::new();
    let mut begin = 0;
    let ends = text.char_indices().filter(|(_, c)| ".,!?:;".contains(*c));
    for end in ends.map(|(at, _)| at + 1).chain([text.len()]) {
        // The full stop of 3.50 ends nothing.
        let goes_on = text[end..].starts_with(|c: char| !c.is_whitespace());
        let clause = text[begin..end].trim();
        if goes_on || !clause.chars().any(char::is_alphanumeric) {
            continue;
        }
        let pause_ms = match clause.chars().next_back() {
            Some('.' | '!' | '?') => 400,
            Some(':' | ';') => 250,
            _ => 200,
        };
        pieces.push(PhrasePiece {
            text: clause.to_owned(),
            pause_ms,
        });
        begin = end;
    }
    if let Some(last) = pieces.last_mut() {
        last.pause_ms = 0;
    }
    pieces
}

/// Symbols of an English text for the voice model; words that the dictionary does not know are left out.
pub(super) fn symbols(text: &str) -> String {
    let dictionary = DICTIONARY.lock().unwrap_or_else(PoisonError::into_inner);
    dictionary
        .g2p(text)
        .map(|(symbols, _)| symbols)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_is_found_within_chinese() {
        assert_eq!(
            stretches("转人工请按0。For English, press nine. 谢谢"),
            [
                ("转人工请按0。", false),
                ("For English, press nine. ", true),
                ("谢谢", false)
            ]
        );
        for text in ["坐K59路或者BRT", "您可以用APP交费", "36.50", "WiFi"] {
            assert_eq!(stretches(text), [(text, false)]);
        }
        assert_eq!(stretches("Goodbye."), [("Goodbye.", true)]);
    }

    #[test]
    fn a_sentence_is_cut_at_its_punctuation() {
        let cut = pieces("The number is one zero zero eight, two three. Is that right?");
        let texts: Vec<&str> = cut.iter().map(|piece| piece.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "The number is one zero zero eight,",
                "two three.",
                "Is that right?"
            ]
        );
        assert_eq!(cut[1].pause_ms, 400);
        assert_eq!(pieces("It costs 3.50 today.").len(), 1);
    }

    #[test]
    fn words_are_written_as_the_model_learned_them() {
        assert_eq!(symbols("Hello, is that right?"), "həlˈO, ɪz ðˈæt ɹˈIt?");
    }
}
