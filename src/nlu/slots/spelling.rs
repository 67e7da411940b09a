//! How callers tell characters apart that sound alike: by their parts (弓长张), or by a word (建设的建).

use crate::mandarin::{self, Syllable};
use crate::nlu::grammar::Automaton;
use crate::nlu::units::{Unit, Units};

/// Units before 的 in which its character is looked for: 年年有余的余.
const LONGEST_WORD: usize = 5;
/// Units of most words.
const USUAL_WORD: usize = 2;

/// Takes 弓长 of 弓长张 out of a clause. The pieces that are left begin with the surname that was spelled, as it is then
/// written, and once more without it: 木子李李桂花 is 李桂花.
pub(super) fn by_parts(spelled: &Automaton, clause: Units, surnames: &mut Vec<char>) -> Vec<Units> {
    let mut found: Vec<_> = spelled.find_apart(&clause).collect();
    found.sort_by_key(|found| found.units.start);
    let starts = found.iter().map(|found| found.units.start);
    let ends: Vec<usize> = starts.chain([clause.units.len()]).collect();
    let mut pieces = vec![clause.part(0..ends[0])];
    for (found, &end) in found.iter().zip(&ends[1..]) {
        let mut piece = clause.part(found.units.end - 1..end);
        if let (Some(unit), Some(surname)) =
            (piece.units.first_mut(), found.value.text.chars().next())
        {
            unit.char = surname;
            surnames.push(surname);
        }
        let without = piece.part(1..piece.units.len());
        pieces.extend([piece, without]);
    }
    pieces.retain(|piece| !piece.units.is_empty());
    pieces
}

/// Takes 建设的建 out of a piece, and gives the character of the word: it is written right more often than one alone.
/// What stands before 的 may be the name itself (王建国的建); then it stays.
pub(super) fn by_words(
    piece: &Units,
    characters: &mut Vec<char>,
    is_name: impl Fn(&Units) -> bool,
) -> Vec<Units> {
    let units = &piece.units;
    let (mut rest, mut start) = (Vec::new(), 0);
    for at in 1..units.len().saturating_sub(1) {
        if at < start || units[at].char != '的' {
            continue;
        }
        // 八月的账单 explains nothing: behind the character nothing follows, or the next one is explained.
        let behind = &units[at + 2..];
        if !behind.is_empty() && behind.iter().all(|unit| unit.char != '的') {
            continue;
        }
        let first = start.max(at.saturating_sub(LONGEST_WORD));
        // 曹操的曹: the same character before one that only sounds alike.
        let told = &units[at + 1];
        let same = (first..at)
            .rev()
            .find(|&place| units[place].char == told.char);
        let Some(place) =
            same.or_else(|| (first..at).rev().find(|&place| alike(&units[place], told)))
        else {
            continue;
        };
        characters.push(units[place].char);
        let before = piece.part(start..at);
        let end = match place > start && is_name(&before) {
            true => at,
            false => place.min(at.saturating_sub(USUAL_WORD)).max(start),
        };
        rest.push(piece.part(start..end));
        start = at + 2;
    }
    rest.push(piece.part(start..units.len()));
    rest.retain(|rest| !rest.units.is_empty());
    rest
}

fn alike(a: &Unit, b: &Unit) -> bool {
    a.char == b.char || a.sound.zip(b.sound).is_some_and(|(a, b)| same(a, b))
}

/// Whether two characters are said alike but for the tone.
pub(super) fn sound_alike(a: char, b: char) -> bool {
    let sound = |c: char| {
        let said = mandarin::syllables(&c.to_string());
        said.first().map(|spoken| spoken.syllable)
    };
    a == b || sound(a).zip(sound(b)).is_some_and(|(a, b)| same(a, b))
}

fn same(a: Syllable, b: Syllable) -> bool {
    (a.initial, a.last) == (b.initial, b.last)
}

/// A text without the clauses that only tell which character is meant (阜新路，阜阳的阜), which become commas.
pub(super) fn without_explained(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for clause in text.split_inclusive(is_sign) {
        let said = clause.trim_end_matches(is_sign);
        match explains(said, &kept) {
            true => kept.extend(clause.chars().map(|_| '，')),
            false => kept.push_str(clause),
        }
    }
    kept
}

fn is_sign(c: char) -> bool {
    c.is_whitespace() || c.is_ascii_punctuation() || "，。、；？！".contains(c)
}

/// Whether a clause ends with 阜阳的阜, and the character was said before.
fn explains(clause: &str, before: &str) -> bool {
    let Some((word, character)) = clause.rsplit_once('的') else {
        return false;
    };
    let mut characters = character.chars();
    match (characters.next(), characters.next()) {
        (Some(c), None) => word.contains(c) && before.contains(c),
        _ => false,
    }
}
