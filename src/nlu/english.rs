//! English: telling it from other languages, numbers and yes or no in it, and values said in its words.
//!
//! An English caller's numbers are brought to the digits that the pack's own slots read, so that lengths and check rules
//! are the same in both languages.

use super::SlotId;
use chrono::{Datelike, NaiveDate};

/// A language that a caller speaks, as far as its writing tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    /// Chinese, and whatever a Chinese caller may be written down as.
    Mandarin,
    /// English.
    English,
    /// A language that no pack speaks.
    Other,
}

/// Single words that begin a call in English.
const ALONE: [&str; 7] = ["hello", "hi", "hey", "english", "excuse", "sorry", "help"];
/// Words of a sentence that make it one: fewer are names and abbreviations in another language.
const SENTENCE: usize = 3;

/// The language of a text by its letters. A route (K59) or an abbreviation is no English.
pub fn tongue_of(text: &str) -> Tongue {
    let count = |is_of: &dyn Fn(char) -> bool| text.chars().filter(|&c| is_of(c)).count();
    let others = count(
        &|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{ac00}'..='\u{d7af}' | '\u{0400}'..='\u{04ff}' | '\u{0600}'..='\u{06ff}' | '\u{0e00}'..='\u{0e7f}'),
    );
    let han = count(&crate::mandarin::is_han);
    if others > 1 {
        return Tongue::Other;
    }
    let words = words(text);
    let spelt = words.iter().filter(|word| word.chars().nth(1).is_some());
    let latin = spelt.filter(|word| word.chars().all(|c| c.is_ascii_alphabetic()));
    let is_alone = matches!(words.as_slice(), [one, ..] if ALONE.contains(&one.as_str()));
    match han == 0 && (latin.count() >= SENTENCE || is_alone) {
        true => Tongue::English,
        false => Tongue::Mandarin,
    }
}

/// Words in small letters; digits each by itself.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let pieces = text.split(|c: char| !c.is_alphanumeric() && c != '\'');
    for piece in pieces.filter(|piece| !piece.is_empty()) {
        match piece.chars().all(|c| c.is_ascii_digit()) {
            true => words.extend(piece.chars().map(String::from)),
            false => words.push(piece.to_lowercase()),
        }
    }
    words
}

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];
/// Words by which a caller takes back what was said.
const CORRECTIONS: [&str; 5] = ["no", "sorry", "wait", "mean", "actually"];
/// What stands for a correction in a text of digits, as the grammars know it.
const TAKEN_BACK: &str = "不对";

fn digit(word: &str) -> Option<usize> {
    match word {
        "oh" | "o" | "nought" => Some(0),
        _ if word.len() == 1 => word.parse().ok(),
        _ => ONES[..10].iter().position(|known| *known == word),
    }
}

/// How many times a word has the next digit said; 0 for any other word.
fn times(word: &str) -> usize {
    match word {
        "double" => 2,
        "triple" | "treble" => 3,
        _ => 0,
    }
}

/// The digits of a text: `double two` is 22, `twenty three` 23, `no, sorry` takes back what stands before it.
pub(super) fn digits(text: &str) -> String {
    let words = words(text);
    let mut digits = String::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let next = words.get(at + 1).and_then(|next| digit(next));
        let repeated = times(word);
        at += 1;
        if repeated > 0 {
            if let Some(next) = next {
                digits.push_str(&next.to_string().repeat(repeated));
                at += 1;
            }
        } else if let Some(digit) = digit(word) {
            digits.push_str(&digit.to_string());
        } else if let Some(tens) = TENS[2..].iter().position(|known| known == word) {
            let ones = next.filter(|&ones| ones > 0);
            at += usize::from(ones.is_some());
            digits.push_str(&((tens + 2) * 10 + ones.unwrap_or(0)).to_string());
        } else if let Some(number) = ONES.iter().position(|known| known == word) {
            digits.push_str(&number.to_string());
        } else if CORRECTIONS.contains(&word.as_str()) && !digits.is_empty() {
            digits.push_str(TAKEN_BACK);
        }
    }
    digits
}

/// Whether a word may stand within a number, as those of `one zero, uh, no I mean double three` do.
fn is_of_number(word: &str) -> bool {
    const FILLERS: [&str; 7] = ["and", "then", "uh", "um", "er", "i", "it's"];
    let is_filler = FILLERS.contains(&word) || CORRECTIONS.contains(&word);
    is_filler || times(word) > 0 || !digits(word).is_empty()
}

/// The digits of the longest number in a text, the first of several: those of `room 602, number 15` are 602.
fn longest_number(text: &str) -> String {
    let words = words(text);
    let numbers = words.split(|word| !is_of_number(word));
    let numbers = numbers.map(|number| digits(&number.join(" ")));
    let length = |number: &String| number.chars().filter(char::is_ascii_digit).count();
    numbers
        .reduce(|longest, number| match length(&number) > length(&longest) {
            true => number,
            false => longest,
        })
        .unwrap_or_default()
}

/// A text as the pack's slots read it: its yes or no where that is asked for, all its digits where a number is, else its
/// longest number.
pub(super) fn as_read(text: &str, slot: Option<&str>) -> String {
    match slot.and_then(|slot| slot.parse::<SlotId>().ok()) {
        Some(SlotId::YesNo) => match yes_no(text) {
            Some("yes") => "对".to_owned(),
            Some(_) => TAKEN_BACK.to_owned(),
            None => String::new(),
        },
        Some(slot) if slot.is_digits() => digits(text),
        _ => longest_number(text),
    }
}

/// Yes or no; the last word counts, and `not right` is a no. A `no` begins its clause: `there is no water` and `oh no`
/// are none.
pub(super) fn yes_no(text: &str) -> Option<&'static str> {
    const YES: [&str; 12] = [
        "yes", "yeah", "yep", "yup", "correct", "right", "sure", "ok", "okay", "please", "fine",
        "exactly",
    ];
    const NO: [&str; 5] = ["nope", "nah", "wrong", "incorrect", "don't"];
    const FILLERS: [&str; 4] = ["well", "um", "uh", "er"];
    let mut answer = None;
    for clause in text.split([',', '.', '!', '?', ';', '，', '。']) {
        let words = words(clause);
        let begins = |at: usize| words[..at].iter().all(|w| FILLERS.contains(&w.as_str()));
        for (at, word) in words.iter().enumerate() {
            let word = word.as_str();
            let mut before = words[..at].iter().rev().take(2);
            let is_denied = before.any(|w| ["not", "isn't", "don't"].contains(&w.as_str()));
            // No, please; yes, please.
            let is_polite = word == "please" && answer.is_some();
            if NO.contains(&word) || (word == "no" && begins(at)) {
                answer = Some("no");
            } else if YES.contains(&word) && !is_polite {
                answer = Some(if is_denied { "no" } else { "yes" });
            }
        }
    }
    answer
}

/// A value in English words: digits one by one in groups, amounts, months and days.
pub(super) fn read_back(slot: &str, value: &str, today: NaiveDate) -> String {
    let spoken = match slot {
        "account_number" | "meter_number" | "ticket_number" => Some(groups(value, 0)),
        "phone" => Some(groups(value, 3)),
        "amount" => amount(value),
        "month" => month(value, today),
        "date" => day(value),
        _ => None,
    };
    spoken.unwrap_or_else(|| value.to_owned())
}

/// one zero zero eight, two two three zero; the first `head` digits are a group of their own.
fn groups(value: &str, head: usize) -> String {
    let chars: Vec<char> = value.chars().collect();
    let (head, rest) = chars.split_at(head.min(chars.len()));
    let parts = std::iter::once(head).chain(rest.chunks(4));
    let spoken = parts.filter(|part| !part.is_empty()).map(|part| {
        let words = part.iter().map(|c| match c.to_digit(10) {
            Some(digit) => ONES[digit as usize].to_owned(),
            None => c.to_string(),
        });
        words.collect::<Vec<String>>().join(" ")
    });
    spoken.collect::<Vec<String>>().join(", ")
}

/// thirty-six yuan fifty.
fn amount(value: &str) -> Option<String> {
    let (yuan, fen) = value.split_once('.')?;
    let (yuan, fen): (u64, u64) = (yuan.parse().ok()?, fen.parse().ok()?);
    let whole = format!("{} yuan", cardinal(yuan)?);
    match fen {
        0 => Some(whole),
        1..=9 => Some(format!("{whole} oh {}", cardinal(fen)?)),
        _ => Some(format!("{whole} {}", cardinal(fen)?)),
    }
}

/// A number below a million in words; nothing above.
fn cardinal(number: u64) -> Option<String> {
    let joined = |more: u64, first: String, by: &str| match more {
        0 => Some(first),
        _ => Some(format!("{first}{by}{}", cardinal(more)?)),
    };
    match number {
        0..20 => Some(ONES[number as usize].to_owned()),
        20..100 => joined(number % 10, TENS[number as usize / 10].to_owned(), "-"),
        100..1_000 => joined(
            number % 100,
            format!("{} hundred", cardinal(number / 100)?),
            " and ",
        ),
        1_000..1_000_000 => joined(
            number % 1_000,
            format!("{} thousand", cardinal(number / 1_000)?),
            " ",
        ),
        _ => None,
    }
}

/// November; November of last year; November 2024.
fn month(value: &str, today: NaiveDate) -> Option<String> {
    let of = |text: &str| {
        let day: NaiveDate = format!("{text}-01").parse().ok()?;
        let name = day.format("%B").to_string();
        match today.year() - day.year() {
            0 => Some(name),
            1 => Some(format!("{name} of last year")),
            _ => Some(format!("{name} {}", day.year())),
        }
    };
    match value.split_once('/') {
        Some((first, last)) => Some(format!("{} to {}", of(first)?, of(last)?)),
        None => of(value),
    }
}

/// November 30.
fn day(value: &str) -> Option<String> {
    let day: NaiveDate = value.parse().ok()?;
    Some(format!(
        "{} {}",
        day.format("%B"),
        cardinal(u64::from(day.day()))?
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn english_is_told_from_chinese_and_from_other_languages() {
        for (text, tongue) in [
            ("I want to check my water bill", Tongue::English),
            ("Hello", Tongue::English),
            ("我要查水费", Tongue::Mandarin),
            ("K59", Tongue::Mandarin),
            ("我的邮箱是 abc at hotmail dot com", Tongue::Mandarin),
            ("", Tongue::Mandarin),
            ("すみません水道の", Tongue::Other),
            ("здравствуйте", Tongue::Other),
        ] {
            assert_eq!(tongue_of(text), tongue, "{text}");
        }
    }

    #[test]
    fn numbers_are_heard_as_they_are_said() {
        for (text, heard) in [
            ("one zero zero eight double two three oh", "10082230"),
            ("It's 1008 2230.", "10082230"),
            ("my phone is one three nine, triple zero", "139000"),
            ("twenty three forty", "2340"),
            ("one two no sorry one three", "12不对不对13"),
            ("I don't know", ""),
        ] {
            assert_eq!(digits(text), heard, "{text}");
        }
    }

    #[test]
    fn numbers_with_words_between_them_are_not_one_number() {
        for (text, longest) in [
            ("Room 602, number 15, lane 1028, Siping Road.", "1028"),
            (
                "my account is one zero zero eight, six two three zero at number 15",
                "10086230",
            ),
            ("one zero, uh, double zero eight", "10008"),
            ("it's 1008 no I mean 1009", "1008不对不对1009"),
            ("no", ""),
        ] {
            assert_eq!(as_read(text, Some("address")), longest, "{text}");
            assert_eq!(as_read(text, None), longest, "{text}");
        }
    }

    #[test]
    fn a_number_that_is_asked_for_may_have_words_between_its_digits() {
        let text = "first 1008, and behind it 6230";
        assert_eq!(as_read(text, Some("account_number")), "10086230");
    }

    #[test]
    fn the_last_word_decides_between_yes_and_no() {
        for (text, answer) in [
            ("yes", Some("yes")),
            ("Yeah, that's right.", Some("yes")),
            ("no, that's not right", Some("no")),
            ("that is not correct", Some("no")),
            ("no please", Some("no")),
            ("no, sorry, yes", Some("yes")),
            ("my kitchen", None),
            ("Oh no, a pipe just burst", None),
            ("there is no water", None),
            ("well no", Some("no")),
        ] {
            assert_eq!(yes_no(text), answer, "{text}");
        }
    }

    #[test]
    fn values_are_said_in_english_words() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        for (slot, value, said) in [
            (
                "account_number",
                "10082230",
                "one zero zero eight, two two three zero",
            ),
            (
                "phone",
                "13900000000",
                "one three nine, zero zero zero zero, zero zero zero zero",
            ),
            ("amount", "36.50", "thirty-six yuan fifty"),
            (
                "amount",
                "1204.05",
                "one thousand two hundred and four yuan oh five",
            ),
            ("amount", "0.00", "zero yuan"),
            ("month", "2026-10", "October"),
            ("month", "2025-12", "December of last year"),
            ("date", "2026-11-30", "November thirty"),
            ("name", "Li", "Li"),
        ] {
            assert_eq!(read_back(slot, value, today), said);
        }
    }

    proptest! {
        #[test]
        fn a_number_that_is_read_back_is_heard_again(number in "[0-9]{1,14}") {
            let said = read_back("account_number", &number, NaiveDate::default());
            prop_assert_eq!(digits(&said), number);
        }

        #[test]
        fn any_text_has_a_language_and_an_answer(text in "\\PC{0,200}") {
            let _ = (tongue_of(&text), digits(&text), yes_no(&text));
        }
    }
}
