//! A sentence in pieces that are made and kept one by one, so that the first sound does not wait for the last.

use super::english;
use super::normalise::{Kind, normalise, stretches};
use crate::mandarin::Lexicon;
use std::collections::BTreeSet;

/// A piece of a sentence, and the silence behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhrasePiece {
    /// What to synthesise; normalised, its punctuation included, since that bends the melody.
    pub text: String,
    /// Silence to keep behind it, in milliseconds.
    pub pause_ms: u64,
}

/// Longest piece in characters: about 9 s of speech. The model takes 510 symbols, six to a syllable at most.
const LONGEST: usize = 45;
/// Silence between a number and the words around it, in milliseconds: enough to set it off, too short for a breath.
const SEAM_MS: u64 = 60;
/// Silence between groups of digits, in milliseconds: time to write them down.
const GROUP_MS: u64 = 220;
/// Silence between two pairs of digits of one group, in milliseconds.
const PAIR_MS: u64 = 20;
/// Digits as they are said one by one.
const DIGITS: &str = "零幺二三四五六七八九";
/// Fewest digits in a row that are a number said digit by digit.
const NUMBER: usize = 3;

/// Cuts a written text into pieces: one clause each, amounts and groups of digits by themselves. Clauses return from call to
/// call and are then found in the cache. Nothing sayable in the text: no piece.
pub fn phrases(written: &str) -> Vec<PhrasePiece> {
    Openings::default().phrases(written)
}

/// Words that stand before a value: 地址是, 尾号. Each is a piece by itself, found in the cache, and covers the making of
/// the value behind it.
#[derive(Debug, Default)]
pub struct Openings(BTreeSet<String>);

impl Openings {
    /// `written` are the words.
    pub fn new(written: impl IntoIterator<Item = String>) -> Openings {
        Openings(written.into_iter().map(|words| normalise(&words)).collect())
    }

    /// The openings themselves, as they sound before a value.
    pub fn pieces(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|words| format!("{words}，"))
    }

    /// As [`phrases`], with these words cut off the clauses that begin with them.
    pub fn phrases(&self, written: &str) -> Vec<PhrasePiece> {
        let parts = english::stretches(written);
        let pieces = parts
            .into_iter()
            .flat_map(|(text, is_english)| match is_english {
                true => english::pieces(text),
                false => self.chinese(text),
            });
        pieces.collect()
    }

    fn chinese(&self, written: &str) -> Vec<PhrasePiece> {
        let mut pieces: Vec<Piece> = Vec::new();
        for stretch in stretches(written) {
            match stretch.kind {
                Kind::Words => self.push_clauses(&mut pieces, &stretch.text),
                Kind::Amount => pieces.push(Piece::words(stretch.text)),
                Kind::Digits => push_digits(&mut pieces, &stretch.text),
            }
        }
        (0..pieces.len())
            .map(|i| finish(&pieces[i], pieces.get(i + 1)))
            .collect()
    }

    fn push_clauses(&self, pieces: &mut Vec<Piece>, text: &str) {
        let mut clause = String::new();
        for c in text.chars() {
            if pause_after(c).is_none() {
                clause.push(c);
                continue;
            }
            self.push_clause(pieces, &clause);
            clause.clear();
            // The mark closes whatever came last, be it a clause or a number; of several the longest pause counts.
            if let Some(last) = pieces.last_mut() {
                let stronger = pause_after(c) > last.mark.and_then(pause_after);
                if stronger {
                    last.mark = Some(c);
                }
            }
        }
        self.push_clause(pieces, &clause);
    }

    fn push_clause(&self, pieces: &mut Vec<Piece>, clause: &str) {
        let clause = clause.trim();
        let (opening, value) = clause.split_at(self.opening(clause));
        pieces.extend((!opening.is_empty()).then(|| Piece::words(opening.to_owned())));
        for (part, is_number) in numbers(value) {
            match is_number {
                true => push_digits(pieces, part),
                false => {
                    let parts = places(part).into_iter().flat_map(cut_long);
                    pieces.extend(parts.map(Piece::words));
                }
            }
        }
    }

    /// Bytes of the longest opening that the clause begins with; 0 where nothing would be left.
    fn opening(&self, clause: &str) -> usize {
        let openings = self
            .0
            .iter()
            .filter(|opening| clause.len() > opening.len() && clause.starts_with(opening.as_str()));
        openings.map(String::len).max().unwrap_or(0)
    }
}

/// An address in its parts: 国权路 五百二十五弄 十五号 六零二室. Cut where a number follows what is numbered.
fn places(clause: &str) -> Vec<&str> {
    const NUMBERED: &str = "路街道弄号栋幢";
    const NUMBERS: &str = "零幺一二两三四五六七八九十百千";
    let mut parts = Vec::new();
    let mut from = 0;
    let marks = clause.char_indices().zip(clause.chars().skip(1));
    for ((at, c), next) in marks {
        if NUMBERED.contains(c) && NUMBERS.contains(next) {
            let to = at + c.len_utf8();
            parts.push(&clause[from..to]);
            from = to;
        }
    }
    parts.push(&clause[from..]);
    parts
}

/// A piece under way.
struct Piece {
    said: String,
    /// The punctuation that closed it.
    mark: Option<char>,
    /// For digits, whether their group goes on behind them.
    digits: Option<bool>,
}

impl Piece {
    fn words(said: String) -> Piece {
        Piece {
            said,
            mark: None,
            digits: None,
        }
    }
}

/// One group of digits, in pairs. There are a hundred, so that no number need ever be made while a caller waits.
fn push_digits(pieces: &mut Vec<Piece>, group: &str) {
    let digits: Vec<char> = group.chars().collect();
    let mut pairs = digits.chunks(2).peekable();
    while let Some(pair) = pairs.next() {
        pieces.push(Piece {
            said: pair.iter().collect(),
            mark: None,
            digits: Some(pairs.peek().is_some()),
        });
    }
}

/// Every piece of which numbers that are said digit by digit consist.
pub fn digit_pieces() -> impl Iterator<Item = String> {
    let singles = DIGITS.chars().map(String::from);
    let pairs = DIGITS
        .chars()
        .flat_map(|first| DIGITS.chars().map(move |second| format!("{first}{second}")));
    singles.chain(pairs).map(|digits| format!("{digits}，"))
}

/// A clause in stretches that are numbers said digit by digit and such that are not: 二零二六年 is a year, 六零二室 a room, and
/// with a 一 in it no pair that is made ahead.
fn numbers(clause: &str) -> Vec<(&str, bool)> {
    let is_digit = |c: char| DIGITS.contains(c) || c == '一';
    let (mut stretches, mut words, mut at) = (Vec::new(), 0, 0);
    while let Some(first) = clause[at..].find(is_digit) {
        let start = at + first;
        let digits = &clause[start..];
        let (digits, behind) =
            digits.split_at(digits.find(|c| !is_digit(c)).unwrap_or(digits.len()));
        at = start + digits.len();
        let stands_alone = behind.is_empty() || behind.starts_with('的');
        if stands_alone && !digits.contains('一') && digits.chars().count() >= NUMBER {
            stretches.extend([(&clause[words..start], false), (digits, true)]);
            words = at;
        }
    }
    stretches.push((&clause[words..], false));
    stretches
}

/// Parts of at most [`LONGEST`] characters, cut between words where that is possible.
fn cut_long(clause: &str) -> Vec<String> {
    if clause.chars().count() <= LONGEST {
        return (!clause.is_empty())
            .then(|| clause.to_owned())
            .into_iter()
            .collect();
    }
    let mut parts = vec![String::new()];
    for word in Lexicon::built_in().cut(clause) {
        for piece in word.chars().collect::<Vec<_>>().chunks(LONGEST) {
            let last = parts.last_mut().expect("there is one from the start");
            match last.chars().count() + piece.len() <= LONGEST {
                true => last.extend(piece),
                false => parts.push(piece.iter().collect()),
            }
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts
}

fn finish(piece: &Piece, next: Option<&Piece>) -> PhrasePiece {
    let digits_follow = next.is_some_and(|next| next.digits.is_some());
    let pause_ms = match (piece.mark, piece.digits) {
        (Some(mark), _) => pause_after(mark).unwrap_or(0),
        (None, Some(true)) => PAIR_MS,
        (None, Some(false)) if digits_follow => GROUP_MS,
        (None, _) => SEAM_MS,
    };
    let mark = match piece.mark {
        // The same melody wherever they stand, so that each pair is made once.
        _ if piece.digits.is_some() => '，',
        Some(mark) => mark,
        // Melody that goes on.
        None if next.is_some() => '，',
        None => '。',
    };
    PhrasePiece {
        text: format!("{}{mark}", piece.said),
        pause_ms: if next.is_some() { pause_ms } else { 0 },
    }
}

/// Silence that a punctuation mark asks for, in milliseconds; `None` for what is none.
fn pause_after(c: char) -> Option<u64> {
    match c {
        '、' => Some(100),
        '，' => Some(200),
        '：' => Some(220),
        '；' => Some(300),
        '。' | '！' | '？' | '…' => Some(400),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tts::normalise;
    use proptest::prelude::*;

    fn cut(text: &str) -> Vec<(String, u64)> {
        phrases(text)
            .into_iter()
            .map(|piece| (piece.text, piece.pause_ms))
            .collect()
    }

    fn owned(pieces: &[(&str, u64)]) -> Vec<(String, u64)> {
        pieces
            .iter()
            .map(|(text, ms)| (text.to_string(), *ms))
            .collect()
    }

    #[test]
    fn an_amount_stands_by_itself_and_closes_its_sentence() {
        assert_eq!(
            cut("您10月份的水费是36.50元。请问还有什么可以帮您？"),
            owned(&[
                ("您十月份的水费是，", 60),
                ("三十六块五。", 400),
                ("请问还有什么可以帮您？", 0),
            ])
        );
    }

    #[test]
    fn an_account_number_is_read_in_groups() {
        assert_eq!(
            cut("您的户号是10086235，对吗？"),
            owned(&[
                ("您的户号是，", 60),
                ("幺零，", 20),
                ("零八，", 220),
                ("六二，", 20),
                ("三五，", 200),
                ("对吗？", 0),
            ])
        );
        let groups: Vec<_> = cut("13800138000")
            .into_iter()
            .map(|(text, _)| text)
            .collect();
        assert_eq!(
            groups,
            ["幺三，", "八，", "零零，", "幺三，", "八零，", "零零，"]
        );
        let known: Vec<String> = digit_pieces().collect();
        assert!(groups.iter().all(|group| known.contains(group)));
        let texts = |text| -> Vec<String> { cut(text).into_iter().map(|piece| piece.0).collect() };
        assert_eq!(
            texts("户号是幺零零八，六二三五，对吗？"),
            texts("户号是10086235，对吗？")
        );
        assert_eq!(
            texts("尾号六二三零的户号"),
            ["尾号，", "六二，", "三零，", "的户号。"]
        );
        assert_eq!(texts("二零二六年的六零二室").len(), 1);
    }

    #[test]
    fn what_stands_before_a_value_is_a_piece_and_so_is_each_part_of_an_address() {
        let openings = Openings::new(["地址是".to_owned(), "地址".to_owned()]);
        let pieces = openings.phrases("地址是国权路525弄15号602室，对吗？");
        let texts: Vec<_> = pieces.into_iter().map(|piece| piece.text).collect();
        assert_eq!(
            texts,
            [
                "地址是，",
                "国权路，",
                "五百二十五弄，",
                "十五号，",
                "六零二室，",
                "对吗？"
            ]
        );
        let alone: Vec<_> = openings.phrases("地址是。");
        assert_eq!(alone.len(), 2, "{alone:?}");
    }

    #[test]
    fn a_clause_keeps_its_melody() {
        assert_eq!(
            cut("好的，请说！"),
            owned(&[("好的，", 200), ("请说！", 0)])
        );
    }

    #[test]
    fn nothing_to_say_is_no_piece() {
        assert_eq!(cut(""), []);
        assert_eq!(cut("……  。😀"), []);
    }

    proptest! {
        #[test]
        fn the_pieces_are_the_text_and_none_is_too_long(text in "(水费|您好|，|。|36\\.5元|10086235|K59路|停水通知请及时缴纳\\PC){0,30}") {
            let letters = |text: &str| -> String { text.chars().filter(|&c| pause_after(c).is_none() && c != ' ').collect() };
            let pieces = phrases(&text);
            let joined: String = pieces.iter().map(|piece| piece.text.as_str()).collect();
            prop_assert_eq!(letters(&joined), letters(&normalise(&text)));
            for piece in &pieces {
                prop_assert!(piece.text.chars().count() <= LONGEST + 1);
                prop_assert!(!letters(&piece.text).is_empty());
            }
        }

        #[test]
        fn cutting_a_piece_again_changes_nothing(text in "(水费是|您好，|36\\.5元|10086235|。){1,8}") {
            for piece in phrases(&text) {
                let again = phrases(&piece.text);
                prop_assert_eq!(again.len(), 1);
                prop_assert_eq!(&again[0].text, &piece.text);
            }
        }
    }
}
