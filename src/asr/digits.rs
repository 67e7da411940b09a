//! What a text means where digits were asked for: which digits, whatever way they are written.
//!
//! Whisper spreads its belief in a digit over 2, 二, 两 and every number that begins with 2. Only characters may be
//! written, so each of them takes the belief in all its ways of writing.

use std::sync::Arc;

/// Characters of each digit, 0 to 9; the first is the usual one.
pub const CHARACTERS: [&[&str]; 10] = [
    &["零"],
    &["一", "幺"],
    &["二", "两"],
    &["三"],
    &["四"],
    &["五"],
    &["六"],
    &["七"],
    &["八"],
    &["九"],
];

/// The digits of a vocabulary.
pub struct Digits {
    bytes: Arc<[Vec<u8>]>,
    /// For each digit the tokens that are one of its characters.
    characters: [Vec<usize>; 10],
    /// For each digit the tokens that begin with it in Arabic.
    arabic: [Vec<usize>; 10],
}

impl Digits {
    /// `bytes` are those of the vocabulary's text tokens, by index.
    pub fn new(bytes: Arc<[Vec<u8>]>) -> Digits {
        let tokens = |is: &dyn Fn(&str) -> bool| -> Vec<usize> {
            let texts = bytes.iter().enumerate();
            let whole = texts.filter_map(|(t, b)| Some((t, std::str::from_utf8(b).ok()?)));
            whole
                .filter(|(_, text)| is(text.trim_start()))
                .map(|(token, _)| token)
                .collect()
        };
        let digit = |digit: usize| char::from(b'0' + digit as u8);
        Digits {
            characters: std::array::from_fn(|d| tokens(&|text| CHARACTERS[d].contains(&text))),
            arabic: std::array::from_fn(|d| tokens(&|text| text.starts_with(digit(d)))),
            bytes,
        }
    }

    /// Gives each allowed digit character the belief in its Arabic ways of writing too. Natural logarithms.
    pub fn gather(&self, log_probabilities: &[f32], texts: &mut [f32]) {
        for (characters, arabic) in self.characters.iter().zip(&self.arabic) {
            let belief: f32 = arabic.iter().map(|&t| log_probabilities[t].exp()).sum();
            for &token in characters {
                if texts[token] > f32::NEG_INFINITY {
                    texts[token] = (texts[token].exp() + belief).ln();
                }
            }
        }
    }

    /// The text of tokens with each digit written one way and without spaces: equal where the same was said.
    pub fn meaning(&self, tokens: &[usize]) -> String {
        let bytes: Vec<u8> = tokens
            .iter()
            .flat_map(|&token| &self.bytes[token])
            .copied()
            .collect();
        let text = String::from_utf8_lossy(&bytes);
        let spoken = text.chars().filter(|&c| c != ' ');
        let plain = |c| digit(c).and_then(|value| char::from_digit(value as u32, 10));
        spoken.map(|c| plain(c).unwrap_or(c)).collect()
    }
}

/// The value of a character that is a digit.
pub fn digit(character: char) -> Option<usize> {
    let mut buffer = [0; 4];
    let character: &str = character.encode_utf8(&mut buffer);
    CHARACTERS.iter().position(|d| d.contains(&character))
}

/// Whether a text holds the character of a digit, but for the 一 of 等一下 and 再说一遍.
pub fn holds_digit(text: &str) -> bool {
    let text = text.replace("一下", "").replace("一遍", "");
    text.chars().any(|character| digit(character).is_some())
}

/// Digits in a text as [`Digits::meaning`] writes it: 3个0 is three, 双1 two.
pub fn count(meaning: &str) -> usize {
    expanded(meaning).len()
}

/// Digits in a text as it was said.
pub fn count_said(text: &str) -> usize {
    meant(text).len()
}

/// The digits that a text means: 一三个零 is 1000.
pub fn meant(text: &str) -> String {
    expanded(&plain(text))
}

/// Each digit of a text with Arabic ones as often as it is meant.
fn expanded(plain: &str) -> String {
    let mut digits = String::new();
    let mut rest = plain.chars();
    while let Some(c) = rest.next() {
        let behind = rest.as_str();
        let told = match c {
            TWIN => behind.chars().next().map(|digit| (digit, 2)),
            '1'..='5' => {
                let digit = behind.strip_prefix(TIMES).and_then(|b| b.chars().next());
                digit.zip(c.to_digit(10))
            }
            _ => None,
        };
        match told.filter(|(digit, _)| digit.is_ascii_digit()) {
            Some((digit, times)) => {
                digits.extend((0..times).map(|_| digit));
                rest = behind[behind.find(digit).unwrap_or(0) + 1..].chars();
            }
            None if c.is_ascii_digit() => digits.push(c),
            None => {}
        }
    }
    digits
}

/// A text with Arabic digits.
fn plain(text: &str) -> String {
    let each = text.chars();
    let each = each.map(|c| {
        digit(c)
            .and_then(|value| char::from_digit(value as u32, 10))
            .unwrap_or(c)
    });
    each.collect()
}

/// 三个零 and 双一: what tells how often a digit was meant.
pub const TIMES: char = '个';
/// See [`TIMES`].
pub const TWIN: char = '双';

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens: 二, 两, " 2008", "20", 三, the two pieces of 幺.
    fn digits() -> Digits {
        let tokens: [&[u8]; 7] = [
            "二".as_bytes(),
            "两".as_bytes(),
            b" 2008",
            b"20",
            "三".as_bytes(),
            &"幺".as_bytes()[..2],
            &"幺".as_bytes()[2..],
        ];
        Digits::new(tokens.iter().map(|bytes| bytes.to_vec()).collect())
    }

    #[test]
    fn a_character_takes_the_belief_in_its_arabic_ways_of_writing() {
        let log_probabilities: Vec<f32> = [0.1_f32, 0.05, 0.4, 0.2, 0.25, 0.0, 0.0]
            .iter()
            .map(|p| p.ln())
            .collect();
        let mut texts = log_probabilities.clone();
        texts[1] = f32::NEG_INFINITY;
        digits().gather(&log_probabilities, &mut texts);
        assert!((texts[0].exp() - 0.7).abs() < 1e-5, "{texts:?}");
        assert_eq!(texts[1], f32::NEG_INFINITY);
        assert_eq!(texts[4], log_probabilities[4]);
    }

    #[test]
    fn two_ways_of_saying_a_digit_mean_the_same() {
        assert_eq!(digits().meaning(&[0, 5, 6]), "21");
        assert_eq!(digits().meaning(&[1, 5, 6]), "21");
        assert_eq!(count("我的户号是21"), 2);
    }

    #[test]
    fn digits_that_are_told_by_their_number_count_so_often() {
        assert_eq!(count_said("五三两个六零"), 5);
        assert_eq!(count_said("一三个零一个八"), 5);
        assert_eq!(count_said("双一双二零"), 5);
        assert_eq!(count_said("那个一三"), 2);
        for (said, digits) in [
            ("五三两个六零", "53660"),
            ("一三个零一个八", "10008"),
            ("双一双二零", "11220"),
            ("那个一三", "13"),
        ] {
            assert_eq!(meant(said), digits);
        }
    }

    #[test]
    fn a_command_is_no_number() {
        assert!(!holds_digit("等一下"));
        assert!(holds_digit("等一下，幺三八"));
    }
}
