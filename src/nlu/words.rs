//! Words within a text: where one begins and ends, and how a word that is looked for stands among them.

use super::lexicon::sounds_in;
use crate::mandarin;
use std::collections::BTreeSet;
use std::ops::Range;

/// Characters of numbers. Who says a number means it: 七十五路 is no 失物, and 63路 is not in 163路.
pub(super) const NUMERALS: &str = "零〇一二两三四五六七八九十百千万亿幺";

/// How words that were heard stand in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// They sound in it, and are written otherwise.
    Sounding,
    /// They are written in it, within longer words.
    Inside,
    /// They are written in it as words.
    AsWords,
    /// They are all of it.
    All,
}

/// How a word stands in a text, if it does: 地址 in 暗地纸茶 by its sound. A single character counts only where it is all
/// of the text: it is in too many words. A number is not part of a longer one: 63路 is not in 163路.
pub(super) fn standing(word: &str, text: &str) -> Option<Standing> {
    if word == text {
        return Some(Standing::All);
    }
    word.chars().nth(1)?;
    let is_numeral = |c: char| c.is_ascii_digit() || NUMERALS.contains(c);
    let goes_on = |inside: Option<char>, outside: Option<char>| {
        inside.is_some_and(is_numeral) && outside.is_some_and(is_numeral)
    };
    let segments = Segments::of(text);
    let found = text.match_indices(word).filter_map(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + word.len()..]);
        let is_cut = goes_on(word.chars().next(), before.chars().next_back())
            || goes_on(word.chars().next_back(), after.chars().next());
        let start = before.chars().count();
        let place = start..start + word.chars().count();
        match segments.in_place(&place) {
            _ if is_cut => None,
            InPlace::Parts => Some(Standing::Inside),
            InPlace::Word | InPlace::Sentence | InPlace::Pieces => Some(Standing::AsWords),
        }
    });
    match text.contains(word) {
        true => found.max(),
        false => sounds_in(word, text).then_some(Standing::Sounding),
    }
}

/// A text cut into words.
pub(super) struct Segments {
    /// Where words begin and end, in characters.
    borders: BTreeSet<usize>,
    /// Words of two and more characters.
    words: Vec<Range<usize>>,
}

/// What a stretch of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InPlace {
    /// It begins or ends within a word.
    Parts,
    /// One word.
    Word,
    /// Several words, each of two characters or more: fluent speech.
    Sentence,
    /// Words, single characters among them, which is what misheard ones fall into.
    Pieces,
}

impl Segments {
    pub(super) fn of(text: &str) -> Segments {
        let dictionary = mandarin::Lexicon::built_in();
        let mut segments = Segments {
            borders: BTreeSet::from([0]),
            words: Vec::new(),
        };
        let mut at = 0;
        for word in dictionary.cut(text) {
            let end = at + word.chars().count();
            segments.borders.insert(end);
            if end - at > 1 {
                segments.words.push(at..end);
            }
            at = end;
        }
        segments
    }

    pub(super) fn in_place(&self, place: &Range<usize>) -> InPlace {
        let on_borders = self.borders.contains(&place.start) && self.borders.contains(&place.end);
        let inside = self
            .words
            .iter()
            .filter(|word| place.start <= word.start && word.end <= place.end);
        let in_words: usize = inside.clone().map(Range::len).sum();
        match (on_borders, in_words == place.len()) {
            (false, _) => InPlace::Parts,
            (true, false) => InPlace::Pieces,
            (true, true) if inside.count() == 1 => InPlace::Word,
            (true, true) => InPlace::Sentence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_as_a_word_or_within_a_longer_one() {
        for (word, text, expected) in [
            ("地址", "地址", Some(Standing::All)),
            ("地址", "按地址查", Some(Standing::AsWords)),
            ("地址", "暗地纸茶", Some(Standing::Sounding)),
            ("电话", "听电话的人", Some(Standing::AsWords)),
            ("停电", "调停电话", Some(Standing::Inside)),
            ("等", "不等了", None),
            ("等", "等", Some(Standing::All)),
            ("地址", "今天", None),
        ] {
            assert_eq!(standing(word, text), expected, "{word} in {text}");
        }
    }

    #[test]
    fn a_number_is_not_part_of_a_longer_one() {
        for text in ["163路", "一六十三路", "坐163路的"] {
            assert_eq!(
                standing("63路", text).max(standing("六十三路", text)),
                None,
                "{text}"
            );
        }
        assert_eq!(standing("63路", "坐63路的"), Some(Standing::AsWords));
    }
}
