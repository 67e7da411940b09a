//! Loops of the recogniser: with a short context Whisper sometimes writes a sentence again and again.

/// A text has come round to its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle {
    /// So many tokens are to be kept.
    pub keep: usize,
}

/// Characters of a phrase that nobody says twice without a pause.
const PHRASE: usize = 4;
/// Copies of a shorter phrase that a person may say: 好的好的好的.
const SHORT_COPIES: usize = 4;
/// Characters of a string of digits that nobody says twice, and copies of a shorter one: numbers do repeat.
const DIGIT_PHRASE: usize = 8;
const DIGIT_COPIES: usize = 6;

const DIGITS: &str = "0123456789零〇幺一二两三四五六七八九十百千";

/// Whether the last tokens say what the ones before them said, once too often. `texts` are the tokens' bytes.
pub fn cycle(tokens: &[usize], texts: &[Vec<u8>]) -> Option<Cycle> {
    let end = tokens.len();
    (1..=end / 2).find_map(|length| {
        let phrase = &tokens[end - length..];
        let copies = tokens
            .rchunks_exact(length)
            .take_while(|chunk| *chunk == phrase)
            .count();
        if copies < 2 {
            return None;
        }
        let bytes: Vec<u8> = phrase
            .iter()
            .flat_map(|&token| &texts[token])
            .copied()
            .collect();
        let most = most_copies(&String::from_utf8_lossy(&bytes));
        (copies > most).then(|| Cycle {
            keep: end - length * (copies - most),
        })
    })
}

/// How often a phrase may be said in a row.
fn most_copies(phrase: &str) -> usize {
    let said = phrase.chars().filter(|c| c.is_alphanumeric());
    let (count, digits) = said.fold((0, true), |(count, digits), c| {
        (count + 1, digits && DIGITS.contains(c))
    });
    match (digits, count) {
        (true, DIGIT_PHRASE..) | (false, PHRASE..) => 1,
        (true, _) => DIGIT_COPIES,
        (false, _) => SHORT_COPIES,
    }
}

/// The text without copies of what has just been said: XX becomes X.
pub fn collapse(text: &str) -> String {
    let mut kept: Vec<char> = Vec::new();
    for c in text.chars() {
        kept.push(c);
        let end = kept.len();
        for length in 1..=end / 2 {
            let phrase = &kept[end - length..];
            let copies = kept
                .rchunks_exact(length)
                .take_while(|chunk| *chunk == phrase)
                .count();
            if copies > 1 && copies > most_copies(&phrase.iter().collect::<String>()) {
                kept.truncate(end - length);
                break;
            }
        }
    }
    kept.into_iter().collect()
}

/// Whether a phrase of four characters or more follows itself; digits do not count.
pub fn repeats(text: &str) -> bool {
    collapse(text).chars().count() < text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_sentence_said_twice_is_kept_once() {
        assert_eq!(collapse("我要查水费我要查水费"), "我要查水费");
        assert_eq!(collapse("我要查水费，我要查水费，谢谢"), "我要查水费，谢谢");
        assert!(repeats("停水了怎么办停水了怎么办"));
    }

    #[test]
    fn what_people_do_repeat_stays() {
        for text in [
            "好的好的",
            "谢谢谢谢",
            "一二三四一二三四",
            "八八八八",
            "妈妈说不是不是",
        ] {
            assert_eq!(collapse(text), text);
        }
    }

    #[test]
    fn a_cycle_of_tokens_is_cut_after_its_first_round() {
        let texts: Vec<Vec<u8>> = ["我", "要", "水", "费"]
            .map(|text| text.as_bytes().to_vec())
            .to_vec();
        assert_eq!(cycle(&[0, 1, 2, 3, 0, 1, 2], &texts), None);
        let found = cycle(&[0, 1, 2, 3, 0, 1, 2, 3], &texts);
        assert_eq!(found, Some(Cycle { keep: 4 }));
    }

    proptest! {
        #[test]
        fn a_collapsed_text_is_stable(text in "[一二我要水费，]{0,40}") {
            let once = collapse(&text);
            prop_assert_eq!(collapse(&once), once);
        }
    }
}
