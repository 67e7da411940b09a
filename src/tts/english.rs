//! English within what is said: found by its letters, cut at its own punctuation, pronounced by the dictionary that the voice
//! model was trained with.

use super::phrases::PhrasePiece;
use super::pronounce;
use misaki_rs::fallback::FallbackError;
use misaki_rs::{Fallback, G2P, Language};
use std::sync::{LazyLock, Mutex, PoisonError};

/// The voice that speaks English.
pub(super) const VOICE: &str = "af_heart";
/// Words that make a stretch English: fewer are a name or an abbreviation within Chinese.
const WORDS: usize = 2;
/// Letters of a word that makes a stretch English by itself (Shall I?, room 602): shorter ones may be units (min, Pa).
const LONG: usize = 4;

/// Loaded when the first English is spoken: its tables take some 30 MB.
static DICTIONARY: LazyLock<Mutex<G2P>> = LazyLock::new(|| {
    Mutex::new(G2P::with_fallback(
        Language::EnglishUS,
        Some(Box::new(Names)),
    ))
});

/// Words that the dictionary does not know: pinyin as it is said, anything else by its letters.
struct Names;

impl Fallback for Names {
    /// Never an error: one would silence the whole clause, not its word alone.
    fn phonemize(&self, word: &str) -> Result<String, FallbackError> {
        Ok(pronounce::pinyin(word).unwrap_or_else(|| pronounce::letters(word)))
    }
}

/// Whether a text is English: words in small letters, and nothing but ASCII.
pub(super) fn is_english(text: &str) -> bool {
    let is_word = |word: &&str| word.len() > 1 && word[1..].chars().all(|c| c.is_ascii_lowercase());
    let words = text.split(|c: char| !c.is_ascii_alphabetic());
    let words: Vec<&str> = words.filter(is_word).collect();
    let is_enough = words.len() >= WORDS || words.iter().any(|word| word.len() >= LONG);
    text.is_ascii() && (is_enough || is_one_word(text))
}

/// A single short capitalised word with its full stop: Yes.
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

/// One piece for each clause, its punctuation included. A clause that is no English by itself (15, or No,) stays with its
/// neighbour: alone it would be said in Chinese, letter by letter.
pub(super) fn pieces(text: &str) -> Vec<PhrasePiece> {
    let mut pieces: Vec<PhrasePiece> = Vec::new();
    let mut begin = 0;
    let ends = text.char_indices().filter(|(_, c)| ".,!?:;".contains(*c));
    for end in ends.map(|(at, _)| at + 1).chain([text.len()]) {
        // The full stop of 3.50 ends nothing; one between two sentences does, even without a space behind it.
        let goes_on =
            text[end..].starts_with(|c: char| !c.is_whitespace() && !c.is_ascii_uppercase());
        let clause = text[begin..end].trim();
        if goes_on || !is_english(clause) {
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
    let rest = text[begin..].trim();
    if rest.chars().any(char::is_alphanumeric) {
        match pieces.last_mut() {
            Some(last) => last.text = format!("{} {rest}", last.text),
            None => pieces.push(PhrasePiece {
                text: rest.to_owned(),
                pause_ms: 0,
            }),
        }
    }
    if let Some(last) = pieces.last_mut() {
        last.pause_ms = 0;
    }
    pieces
}

/// Symbols of an English text for the voice model; a word that the dictionary does not know is said as pinyin, or spelt.
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
        for text in ["Yes.", "Goodbye.", "Shall I?", "wait,", "room 602."] {
            assert_eq!(stretches(text), [(text, true)]);
        }
        for text in ["36.5kg", "20min", "DN20"] {
            assert_eq!(stretches(text), [(text, false)]);
        }
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
    fn every_clause_is_english_by_itself() {
        for (text, cut) in [
            (
                "Please say: wait, or call me back.",
                &["Please say:", "wait,", "or call me back."][..],
            ),
            (
                "It is two zero two six, zero zero zero one, two.",
                &["It is two zero two six,", "zero zero zero one, two."],
            ),
            (
                "At 15, Lane 525, room 602. Shall I?",
                &["At 15, Lane 525,", "room 602.", "Shall I?"],
            ),
            (
                "It is not paid yet.Shall I send it?",
                &["It is not paid yet.", "Shall I send it?"],
            ),
            ("No, thank you.", &["No, thank you."]),
        ] {
            let found: Vec<String> = pieces(text).into_iter().map(|piece| piece.text).collect();
            assert_eq!(found, cut, "{text}");
            assert!(found.iter().all(|piece| is_english(piece)), "{found:?}");
        }
    }

    #[test]
    fn words_are_written_as_the_model_learned_them() {
        assert_eq!(symbols("Hello, is that right?"), "həlˈO, ɪz ðˈæt ɹˈIt?");
    }

    #[test]
    fn a_name_that_is_in_no_dictionary_is_not_left_out() {
        assert!(symbols("Lane 525, Guoquan Road.").contains("kwoʨʰɥɛn"));
        assert!(
            symbols("Ask for Gortrend.").ends_with(&format!("{}.", pronounce::letters("Gortrend")))
        );
    }
}
