//! Account numbers by chance, as callers say them.

use crate::event::CheckRule;
use crate::mandarin::DIGITS;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// What one caller says: the whole number, and how a part of it is said again.
pub(super) struct MadeNumber {
    /// The digits.
    pub(super) digits: String,
    /// As it is said.
    pub(super) text: String,
    one: char,
}

impl MadeNumber {
    /// Some digits of it as they are said again by somebody who was misheard: one by one.
    pub(super) fn part(&self, digits: &str) -> String {
        let digits: Vec<char> = spoken(digits, self.one).chars().collect();
        let each = digits.iter().map(char::to_string);
        each.collect::<Vec<_>>().join("，")
    }
}

/// Numbers of so many digits that keep the check rule.
pub(super) fn make(count: usize, digits: u8, seed: u64) -> Vec<MadeNumber> {
    let mut random = StdRng::seed_from_u64(seed);
    let each = (0..count).map(|way| said(number(digits, &mut random), way / 8));
    each.collect()
}

/// Digits by chance and the last one that keeps the rule.
fn number(digits: u8, random: &mut StdRng) -> String {
    let front: String = (1..digits)
        .map(|_| char::from(b'0' + random.random_range(0..10)))
        .collect();
    let candidates = (0..10).map(|check| format!("{front}{check}"));
    candidates
        .filter(|number| CheckRule::Weighted731.keeps(number))
        .collect::<Vec<_>>()
        .concat()
}

/// The number as one of five callers says it: at one go, in two groups, in three, with words before it, with 幺.
fn said(digits: String, way: usize) -> MadeNumber {
    let one = if way % 5 == 4 { '幺' } else { '一' };
    let groups: &[usize] = match way % 5 {
        0 => &[],
        1 | 3 => &[4],
        2 => &[3, 3],
        _ => &[2, 2, 2],
    };
    let mut rest = digits.as_str();
    let mut parts = Vec::new();
    for &length in groups {
        let (part, after) = rest.split_at(length);
        parts.push(spoken(part, one));
        rest = after;
    }
    parts.push(spoken(rest, one));
    let words = if way % 5 == 3 { "我的户号是" } else { "" };
    MadeNumber {
        text: format!("{words}{}", parts.join("，")),
        digits,
        one,
    }
}

fn spoken(digits: &str, one: char) -> String {
    let each = digits.bytes().map(|digit| match digit {
        b'1' => one,
        _ => DIGITS[usize::from(digit - b'0')],
    });
    each.collect()
}
