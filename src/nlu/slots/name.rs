//! Names of people, put together from all that a caller says of them: 王，三横王，王建国，建设的建.

use super::spelling::{self, sound_alike};
use super::{DOUBT, covers, reading};
use crate::mandarin::{Lexicon, is_common_word};
use crate::nlu::grammar::{Automaton, Found, Library};
use crate::nlu::units::{Numerals, Units, is_function_word};
use crate::nlu::{NluError, SlotReading};
use std::path::Path;

/// The grammars of names.
pub(super) struct Names {
    named: Automaton,
    any: Automaton,
    spelled: Automaton,
    given_alone: Automaton,
}

/// Characters in which a surname is spelled, so that a text full of 不是 is looked at once and not once for each: 古月胡的那个胡.
const LONGEST_SPELLING: usize = 12;

/// Characters of the longest name that is told by them alone.
const LONGEST_NAME: usize = 3;

/// A name that was said.
struct Candidate {
    surname: String,
    name: String,
    /// Words say that it is one.
    introduced: bool,
    reading: SlotReading,
}

impl Candidate {
    fn is_surname_alone(&self) -> bool {
        self.name == self.surname
    }
}

impl Names {
    /// Compiles `name.gram` and its rules `named`, `spelled` and `given_alone`.
    pub(super) fn compile(library: &Library, file: &Path) -> Result<Names, NluError> {
        Ok(Names {
            named: library.compile(file, Some("named"))?,
            any: library.compile(file, None)?,
            spelled: library.compile(file, Some("spelled"))?,
            given_alone: library.compile(file, Some("given_alone"))?,
        })
    }

    /// A name that is introduced (我叫王建国), or one that is all that was said or a clause of it, written as the caller
    /// tells its characters apart.
    pub(super) fn read(&self, units: &Units) -> Option<SlotReading> {
        let (mut surnames, mut characters, mut stretches) = (Vec::new(), Vec::new(), Vec::new());
        for clause in joined(units.clauses()) {
            for piece in spelling::by_parts(&self.spelled, clause, &mut surnames) {
                let rest = spelling::by_words(&piece, &mut characters, |u| self.is_name(u));
                stretches.extend(rest);
            }
        }
        let is_all = |stretch: &Units| stretch.units.len() == units.units.len();
        let candidate = |stretch: &Units| self.candidate(stretch, is_all(stretch), &characters);
        let candidates: Vec<Candidate> = stretches.iter().filter_map(candidate).collect();
        let given = stretches
            .iter()
            .find_map(|stretch| self.given_alone(stretch));
        let best = match given.and_then(|given| with_given(&candidates, &given)) {
            Some(put_together) => Some(put_together),
            None => candidates.into_iter().reduce(better),
        };
        let Some(mut best) = best else {
            return self.surname_of(&characters, units);
        };
        let mut name: Vec<char> = best.name.chars().collect();
        for surname in surnames {
            if best.surname.chars().count() == 1 && sound_alike(surname, name[0]) {
                name[0] = surname;
            }
        }
        let is_surname_alone = best.is_surname_alone();
        for character in characters {
            match name.iter().position(|&c| sound_alike(c, character)) {
                Some(place) if !name.contains(&character) => name[place] = character,
                // 周，周到的周，海洋的海，波浪的波: told by its characters alone.
                None if is_surname_alone && name.len() < LONGEST_NAME => name.push(character),
                _ => {}
            }
        }
        best.reading.value = name.into_iter().collect::<String>().into();
        Some(best.reading)
    }

    /// 名字是国华: the given name, if that is all that a stretch of speech holds.
    fn given_alone(&self, units: &Units) -> Option<String> {
        let found = self.given_alone.find_best(units)?;
        (found.cost == 0.0).then_some(found.value.text)
    }

    /// The name in a stretch of speech; `is_all`: nothing else was said; `explained`: characters that were told apart.
    fn candidate(&self, units: &Units, is_all: bool, explained: &[char]) -> Option<Candidate> {
        let has_value = |found: &Found| !found.value.text.is_empty();
        let named: Vec<Found> = self.named.find_apart(units).collect();
        let introduced = !named.is_empty();
        let found = match introduced {
            true => named.into_iter().find(has_value),
            false => {
                let mut all = self.any.find(units);
                all.find(|found| covers(found, units) && has_value(found))
            }
        }?;
        let has = |field: &str| found.value.fields.contains_key(field);
        let surname = found.value.fields.get("surname")?.clone();
        let mut name = found.value.text.clone();
        let goes_on = found.units.end < units.units.len();
        let as_written = found.cost == 0.0;
        let given = &name[surname.len().min(name.len())..];
        let is_explained = name.chars().next().is_some_and(|c| explained.contains(&c));
        let is_sure = match introduced {
            // 云大海，白云的云: who explains a surname has one, whatever word it is.
            false if is_explained => as_written,
            true if has("loose") => as_written && !goes_on && !is_common_word(&name),
            // 联系人是我女儿: a 谢 that is written otherwise, and goes on.
            true if goes_on && given.is_empty() => as_written,
            true => as_written || is_misheard(&found, units, 1),
            // 查工单, 房子: rare surnames that are words of their own.
            false if has("rare") && is_common_word(given) => false,
            false if is_all => as_written || (!given.is_empty() && is_misheard(&found, units, 2)),
            false => as_written && !is_common_word(&name),
        };
        if !is_sure {
            return None;
        }
        if introduced && goes_on {
            let kept = match has("asked") {
                true => 0,
                false => given.find(ends_name).unwrap_or(given.len()),
            };
            name.truncate(surname.len() + kept);
        }
        let reading = reading(name.clone(), true, true, &found, units);
        Some(Candidate {
            surname,
            name,
            introduced,
            reading,
        })
    }

    /// 不是立早章: how much of what stands behind 不是 spells a surname that is not meant, in bytes.
    pub(super) fn denied_surname(&self, behind: &str) -> Option<usize> {
        let behind: String = behind.chars().take(LONGEST_SPELLING).collect();
        let units = Units::hear(&behind, Numerals::AsNumbers);
        let mut found = self.spelled.find_apart(&units);
        let spelled = found.find(|found| found.units.start == 0)?;
        let length = units.chars(&spelled.units).end;
        Some(behind.chars().take(length).map(char::len_utf8).sum())
    }

    /// Whether this is a name as it is written: 王建国 of 王建国的建.
    fn is_name(&self, units: &Units) -> bool {
        let mut found = self.any.find(units);
        found.any(|found| {
            found.cost == 0.0 && covers(&found, units) && !is_common_word(&found.value.text)
        })
    }

    /// 年年有余的余, and no name beside it.
    fn surname_of(&self, characters: &[char], units: &Units) -> Option<SlotReading> {
        characters.iter().find_map(|character| {
            let alone = Units::hear(&character.to_string(), Numerals::AsNumbers);
            let found = self
                .any
                .find_best(&alone)
                .filter(|found| found.cost == 0.0)?;
            Some(SlotReading {
                span: units.chars(&(0..units.units.len())),
                ..reading(found.value.text.clone(), true, true, &found, &alone)
            })
        })
    }
}

/// The clauses of a sentence, those of one character each put together: 刘，海，生.
fn joined(clauses: impl Iterator<Item = Units>) -> Vec<Units> {
    let mut whole: Vec<Units> = Vec::new();
    let mut goes_on = false;
    for clause in clauses {
        let is_single = matches!(&clause.units[..], [unit] if !unit.is_filler());
        match whole.last_mut().filter(|_| goes_on && is_single) {
            Some(last) => last.join(clause),
            None => whole.push(clause),
        }
        goes_on = is_single;
    }
    whole
}

/// A surname that was said alone, with the given name that was said apart from it.
fn with_given(candidates: &[Candidate], given: &str) -> Option<Candidate> {
    let surname = candidates
        .iter()
        .find(|candidate| candidate.is_surname_alone())?;
    let name = match given.strip_prefix(&surname.surname) {
        // 名字叫魏，魏春兰
        Some("") => return None,
        Some(_) => given.to_owned(),
        None => format!("{}{given}", surname.surname),
    };
    Some(Candidate {
        name: name.clone(),
        surname: surname.surname.clone(),
        introduced: true,
        reading: SlotReading {
            value: name.into(),
            ..surname.reading.clone()
        },
    })
}

/// Of two names, in the order that they were said, the one that is meant: the one that was introduced, the longer one,
/// the last of two introduced ones. A surname alone is completed by a bare name of the same surname.
fn better(old: Candidate, new: Candidate) -> Candidate {
    let completes = |long: &Candidate, short: &Candidate| {
        let first = |candidate: &Candidate| candidate.name.chars().next();
        let same = first(long).zip(first(short));
        !long.is_surname_alone()
            && short.is_surname_alone()
            && same.is_some_and(|(a, b)| sound_alike(a, b))
    };
    let length = |candidate: &Candidate| candidate.name.chars().count();
    let goes_on = |long: &Candidate, short: &Candidate| {
        length(long) > length(short) && long.name.starts_with(&short.name)
    };
    let is_new = match (old.introduced, new.introduced) {
        // 我叫吴晓，吴晓春
        (true, false) => completes(&new, &old) || goes_on(&new, &old),
        (false, true) => !completes(&old, &new),
        (true, true) => length(&new) >= length(&old),
        (false, false) => length(&new) > length(&old),
    };
    if is_new { new } else { old }
}

/// Whether a surname may have been written otherwise: 掌建国. Not where one of the first words (`most`) of what was written
/// is a word of its own: 性别, 邻居, 缴水费.
fn is_misheard(found: &Found, units: &Units, most: usize) -> bool {
    let said = units.units[found.units.clone()].iter();
    let said: Vec<char> = said
        .filter(|unit| !unit.is_filler())
        .map(|unit| unit.char)
        .collect();
    let length = |text: Option<&String>| text.map_or(0, |text| text.chars().count());
    let end = said.len() - length(found.value.fields.get("behind")).min(said.len());
    let start = end - length(Some(&found.value.text)).min(end);
    let written: String = said[start..end].iter().collect();
    let words = Lexicon::built_in().cut(&written).into_iter().take(most);
    found.cost < DOUBT && !words.into_iter().any(is_common_word)
}

/// 我叫王建在…: what follows a name. 和 does not follow one, and is in many.
fn ends_name(c: char) -> bool {
    is_function_word(c) && c != '和'
}
