//! A text as units of sound: one per spoken syllable, with the characters that it was written with.

use crate::mandarin::{self, Syllable};
use std::ops::Range;

/// Characters of a line that are looked at; the rest is beyond what a person says in a turn.
pub(super) const MOST_CHARS: usize = 2_000;

/// The beginning of a text that is looked at.
pub(super) fn beginning(text: &str) -> &str {
    let end = text.char_indices().nth(MOST_CHARS);
    &text[..end.map_or(text.len(), |(at, _)| at)]
}

/// How Arabic digits are taken to have been said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numerals {
    /// One by one: 10086 is 一零零八六.
    Singly,
    /// As numbers: 30号 is 三十号, 14:30 is 十四点三十分, 2026年 is 二零二六年.
    AsNumbers,
}

/// One syllable, letter or digit.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    /// The character; for an Arabic digit the Chinese one that was said.
    pub(super) char: char,
    /// How it sounds; `None` for Latin letters and what no dictionary knows.
    pub(super) sound: Option<Syllable>,
    /// Place in the text, in characters.
    pub(super) place: Range<usize>,

    /// Written as an Arabic digit: what was meant is beyond doubt.
    pub(super) arabic: bool,
}

impl Unit {
    /// A sound that means nothing between words: 嗯.
    pub(super) fn is_filler(&self) -> bool {
        "嗯呃啊哦噢唔额哎诶欸喂".contains(self.char)
    }

    /// A character that holds sentences together; that another character was meant is unlikely.
    pub(super) fn is_function_word(&self) -> bool {
        is_function_word(self.char)
    }
}

/// Whether this is a character that holds sentences together.
pub(super) fn is_function_word(c: char) -> bool {
    "的了是就我你他她它要在把吧呢吗和跟给也都这那个查有没不请问想能家到去住上下边来从对好可以会还又室几什么怎觉得离"
        .contains(c)
}

/// A text's units, in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Units {
    pub(super) units: Vec<Unit>,
}

impl Units {
    /// Hears a text.
    pub(super) fn hear(text: &str, numerals: Numerals) -> Units {
        let chars: Vec<char> = plain_chars(text);
        let mut writer = Writer {
            chars: &chars,
            units: Vec::new(),
        };
        let mut at = 0;
        while at < chars.len() {
            at = writer.write(at, numerals);
        }
        let mut units = writer.units;
        give_sounds(&mut units);
        Units { units }
    }

    /// Characters of the text between two units.
    pub(super) fn chars(&self, range: &Range<usize>) -> Range<usize> {
        match (
            self.units.get(range.start),
            range
                .end
                .checked_sub(1)
                .and_then(|last| self.units.get(last)),
        ) {
            (Some(first), Some(last)) if range.start < range.end => {
                first.place.start..last.place.end
            }
            _ => 0..0,
        }
    }

    /// Whether the speaker may have paused before a unit: at either end, at a sign between the words, beside a filler.
    pub(super) fn pause_before(&self, place: usize) -> bool {
        let before = place.checked_sub(1).and_then(|last| self.units.get(last));
        let (Some(before), Some(unit)) = (before, self.units.get(place)) else {
            return true;
        };
        before.is_filler() || unit.is_filler() || before.place.end < unit.place.start
    }

    /// Whether a digit stands at a place, and one before it without a pause.
    pub(super) fn goes_on_in_digits(&self, place: usize) -> bool {
        let is_digit = |place: usize| {
            let unit = self.units.get(place);
            unit.is_some_and(|unit| "零〇一幺二两三四五六七八九".contains(unit.char))
        };
        is_digit(place) && place.checked_sub(1).is_some_and(is_digit) && !self.pause_before(place)
    }

    /// A stretch of them.
    pub(super) fn part(&self, range: Range<usize>) -> Units {
        Units {
            units: self.units[range].to_vec(),
        }
    }

    /// The stretches between signs and spaces.
    pub(super) fn clauses(&self) -> impl Iterator<Item = Units> {
        let is_joined = |unit: &Unit, next: &Unit| unit.place.end >= next.place.start;
        let clauses = self.units.chunk_by(is_joined);
        clauses.map(|clause| Units {
            units: clause.to_vec(),
        })
    }

    /// Adds what was said behind it, as if there had been no pause.
    pub(super) fn join(&mut self, behind: Units) {
        if let (Some(last), Some(first)) = (self.units.last_mut(), behind.units.first()) {
            last.place.end = first.place.start;
        }
        self.units.extend(behind.units);
    }

    /// Units that are no fillers.
    pub(super) fn spoken(&self) -> usize {
        self.units.iter().filter(|unit| !unit.is_filler()).count()
    }
}

/// Simplified, half-width, and no longer than [`MOST_CHARS`]; place by place the same as the text.
fn plain_chars(text: &str) -> Vec<char> {
    let raw = beginning(text);
    let plain: Vec<char> = mandarin::half_width(&mandarin::simplify(raw))
        .chars()
        .collect();
    let length = raw.chars().count();
    if plain.len() == length {
        plain
    } else {
        raw.chars().collect()
    }
}

/// Sounds of all units, read in the context of their neighbours.
fn give_sounds(units: &mut [Unit]) {
    let said: String = units.iter().map(|unit| unit.char).collect();
    for spoken in mandarin::syllables(&said) {
        if let Some(unit) = units
            .get_mut(spoken.chars.start)
            .filter(|unit| mandarin::is_han(unit.char))
        {
            unit.sound = Some(spoken.syllable);
        }
    }
}

struct Writer<'c> {
    chars: &'c [char],
    units: Vec<Unit>,
}

impl Writer<'_> {
    /// Writes what stands at a place and returns the place behind it.
    fn write(&mut self, at: usize, numerals: Numerals) -> usize {
        let c = self.chars[at];
        if !c.is_ascii_digit() {
            if c.is_alphanumeric() {
                let upper = c.to_uppercase().next().unwrap_or(c);
                self.push(upper, at..at + 1, false);
            }
            return at + 1;
        }
        match numerals {
            Numerals::Singly => {
                self.digits(at..at + 1);
                at + 1
            }
            Numerals::AsNumbers => self.number(at),
        }
    }

    fn push(&mut self, char: char, place: Range<usize>, arabic: bool) {
        self.units.push(Unit {
            char,
            sound: None,
            place,
            arabic,
        });
    }

    fn said(&mut self, words: &str, place: Range<usize>) {
        for c in words.chars() {
            self.push(c, place.clone(), true);
        }
    }

    fn digits(&mut self, range: Range<usize>) {
        for at in range {
            if let Some(digit) = self.chars[at].to_digit(10) {
                self.push(mandarin::DIGITS[digit as usize], at..at + 1, true);
            }
        }
    }

    fn run(&self, at: usize) -> usize {
        at + self.chars[at..]
            .iter()
            .take_while(|c| c.is_ascii_digit())
            .count()
    }

    /// The end of a sign and the digits behind it, if they are there.
    fn joined(&self, at: usize, signs: &[char], most: usize) -> Option<usize> {
        let sign = self.chars.get(at)?;
        let end = signs.contains(sign).then(|| self.run(at + 1))?;
        (end > at + 1 && end - at - 1 <= most).then_some(end)
    }

    /// A number, a date with hyphens or strokes, or a time with a colon.
    fn number(&mut self, at: usize) -> usize {
        if let Some(end) = self.thousands(at) {
            return end;
        }
        let end = self.run(at);
        let points = |end| self.joined(end, &['.'], 2);
        let has_points = points(end).and_then(points).is_some();
        let signs: &[char] = if has_points { &['.'] } else { &['-', '/'] };
        if end - at == 4
            && let Some(month) = self.joined(end, signs, 2)
        {
            self.digits(at..end);
            self.said("年", end..end + 1);
            self.cardinal(end + 1..month);
            self.said("月", month - 1..month);
            if let Some(day) = self.joined(month, signs, 2) {
                self.cardinal(month + 1..day);
                self.said("日", day - 1..day);
                return day;
            }
            return month;
        }
        if end - at <= 2
            && let Some(minute) = self.joined(end, &[':', '：'], 2)
        {
            self.cardinal(at..end);
            self.said("点", end..end + 1);
            self.cardinal(end + 1..minute);
            self.said("分", minute - 1..minute);
            return self.joined(minute, &[':', '：'], 2).unwrap_or(minute);
        }
        if end - at <= 2
            && let Some(day) = self.joined(end, &['/'], 2)
        {
            self.cardinal(at..end);
            self.said("月", end..end + 1);
            self.cardinal(end + 1..day);
            self.said("日", day - 1..day);
            return day;
        }
        let is_year = self.chars.get(end) == Some(&'年') && matches!(end - at, 2 | 4);
        let is_code = end - at > 4 || (end - at > 1 && self.chars[at] == '0');
        if is_year || is_code {
            self.digits(at..end);
        } else {
            self.cardinal(at..end);
        }
        match self.joined(end, &['.'], 6) {
            Some(fraction) if !is_year => {
                self.said("点", end..end + 1);
                self.digits(end + 1..fraction);
                fraction
            }
            _ => end,
        }
    }

    /// Writes 1,560.75 元; the end of it, if it is there.
    fn thousands(&mut self, at: usize) -> Option<usize> {
        let mut end = self.run(at);
        while let Some(more) = self.joined(end, &[','], 3).filter(|more| more - end == 4) {
            end = more;
        }
        let whole = end;
        if let Some(fraction) = self.joined(end, &['.'], 2) {
            end = fraction;
        }
        let is_money = self.chars.get(end).is_some_and(|c| "元块".contains(*c));
        if !is_money || whole == self.run(at) {
            return None;
        }
        self.cardinal(at..whole);
        if whole < end {
            self.said("点", whole..whole + 1);
            self.digits(whole + 1..end);
        }
        Some(end)
    }

    fn cardinal(&mut self, range: Range<usize>) {
        let written: String = self.chars[range.clone()]
            .iter()
            .filter(|&&c| c != ',')
            .collect();
        match written.parse::<u64>() {
            Ok(number) => self.said(&mandarin::cardinal(number), range),
            Err(_) => self.digits(range),
        }
    }
}
