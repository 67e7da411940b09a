//! A text spelled anew by what callers of a pack say elsewhere.
//!
//! A recogniser on a telephone line hears right sounds and writes wrong characters: 你们这是什么福物. Which characters were meant
//! shows in what callers of the pack say elsewhere: its examples, in- and out of scope, taught to a model of three characters in
//! a row. A text is spelled anew where other characters of like sound are far likelier in their place. What is
//! understood is read from that; the text as it was written is kept beside it.

use super::units::{Numerals, Unit, Units};
use super::words::NUMERALS;
use crate::mandarin::{self, Phrasing, Syllable};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// How much likelier a character must be than the one that was written (natural logarithm): chosen on the development
/// lines of the water pack as they are heard by telephone and as they were written.
const SPELLING: f32 = 3.0;
/// What a sound costs that lines and dialects blur, for each unit of its distance.
const BLUR: f32 = 10.0;
/// Sounds further apart are not taken for each other: blurred ones, and other tones.
const NEAR: f32 = 0.13;
/// Spellings that are followed at once.
const SPELLINGS: usize = 12;
/// Syllables of a text that are looked at.
const MOST: usize = 160;
const EDGE: char = Phrasing::EDGE;

/// Spells texts anew by a model of what callers of a pack say.
#[derive(Debug, Default)]
pub(super) struct Respeller {
    phrasing: Arc<Phrasing>,
    /// What may have been meant by a sound, and what it costs; of the sounds that were asked for.
    sounding: Mutex<HashMap<Syllable, Arc<[Meant]>>>,
}

/// A character that may have been meant.
#[derive(Debug, Clone, Copy)]
struct Meant {
    char: char,
    /// Its probability wherever it stands.
    anywhere: f32,
    cost: f32,
}

/// A spelling of a clause up to some place: its log-likelihood, and its last character among all that were written.
#[derive(Clone, Copy)]
struct Spelling {
    score: f32,
    written: usize,
}

/// The model of what is said in sentences.
pub(super) fn phrasing<'t>(sentences: impl Iterator<Item = &'t str>) -> Phrasing {
    let mut phrasing = Phrasing::default();
    for sentence in sentences {
        for clause in Units::hear(sentence, Numerals::Singly).clauses() {
            phrasing.learn(clause.units.iter().map(|unit| (unit.char, unit.sound)));
        }
    }
    phrasing
}

impl Respeller {
    pub(super) fn new(phrasing: Arc<Phrasing>) -> Respeller {
        Respeller {
            phrasing,
            sounding: Mutex::default(),
        }
    }

    /// The model that it spells by.
    pub(super) fn phrasing(&self) -> &Arc<Phrasing> {
        &self.phrasing
    }

    /// The text with characters of like sound where they are far likelier. Numbers, letters and signs stay.
    pub(super) fn respell(&self, text: &str) -> String {
        let units = Units::hear(text, Numerals::Singly);
        let mut chars: Vec<char> = text.chars().collect();
        let mut left = MOST;
        for clause in units.clauses() {
            if clause.units.len() > left {
                break;
            }
            left -= clause.units.len();
            let spelled = self.spell(&clause.units);
            for (unit, char) in clause.units.iter().zip(spelled) {
                if unit.char != char {
                    chars[unit.place.start] = char;
                }
            }
        }
        chars.into_iter().collect()
    }

    /// The likeliest characters of a clause.
    fn spell(&self, clause: &[Unit]) -> Vec<char> {
        // Characters with the place of the one before; the first is none.
        let mut written = vec![(0, EDGE)];
        let start = Spelling {
            score: 0.0,
            written: 0,
        };
        let mut live = vec![([EDGE; 2], start)];
        for unit in clause {
            live = self.go_on(&live, &self.candidates(unit));
            for (last, spelling) in &mut live {
                written.push((spelling.written, last[1]));
                spelling.written = written.len() - 1;
            }
        }
        let edge = self.phrasing.anywhere(EDGE);
        let ended = live.iter().map(|(last, spelling)| {
            let score = spelling.score + self.phrasing.behind(*last).likelihood(EDGE, edge);
            (score, spelling.written)
        });
        let best = ended.max_by(|a, b| a.0.total_cmp(&b.0));
        let mut place = best.map_or(0, |(_, written)| written);
        let mut spelled = Vec::with_capacity(clause.len());
        while place != 0 {
            let (before, char) = written[place];
            spelled.push(char);
            place = before;
        }
        spelled.reverse();
        spelled
    }

    /// The likeliest spellings with one character more, by their last two; where they are written is still where they were.
    fn go_on(
        &self,
        live: &[([char; 2], Spelling)],
        candidates: &[Meant],
    ) -> Vec<([char; 2], Spelling)> {
        let mut next: HashMap<[char; 2], Spelling> = HashMap::new();
        for (before, spelling) in live {
            let behind = self.phrasing.behind(*before);
            for meant in candidates {
                let likelihood = behind.likelihood(meant.char, meant.anywhere);
                let longer = Spelling {
                    score: spelling.score + likelihood - meant.cost,
                    ..*spelling
                };
                let best = next.entry([before[1], meant.char]).or_insert(longer);
                if best.score < longer.score {
                    *best = longer;
                }
            }
        }
        let mut next: Vec<_> = next.into_iter().collect();
        // By the characters where two are equally likely: the same text is spelled the same.
        next.sort_by(|a, b| b.1.score.total_cmp(&a.1.score).then(a.0.cmp(&b.0)));
        next.truncate(SPELLINGS);
        next
    }

    /// What may have been meant by a unit, and what it costs.
    fn candidates(&self, unit: &Unit) -> Vec<Meant> {
        let mut candidates = vec![self.meant(unit.char, 0.0)];
        if let Some(heard) = unit.sound.filter(|_| may_be_meant(unit)) {
            let others = self.of_sound(heard);
            candidates.extend(others.iter().filter(|other| other.char != unit.char));
        }
        candidates
    }

    fn meant(&self, char: char, cost: f32) -> Meant {
        Meant {
            char,
            anywhere: self.phrasing.anywhere(char),
            cost,
        }
    }

    /// Characters that sound like a syllable, and what each costs.
    fn of_sound(&self, heard: Syllable) -> Arc<[Meant]> {
        let mut sounding = self.sounding.lock().unwrap_or_else(PoisonError::into_inner);
        let found = sounding.entry(heard).or_insert_with(|| {
            let mut cheapest: BTreeMap<char, f32> = BTreeMap::new();
            for (sound, chars) in self.phrasing.written() {
                let apart = mandarin::distance(heard, sound);
                let words = chars.iter().filter(|char| !NUMERALS.contains(**char));
                for &char in words.filter(|_| apart <= NEAR) {
                    let cost = SPELLING + BLUR * apart;
                    let known = cheapest.entry(char).or_insert(cost);
                    *known = known.min(cost);
                }
            }
            let each = cheapest.into_iter();
            each.map(|(char, cost)| self.meant(char, cost)).collect()
        });
        Arc::clone(found)
    }
}

/// Whether a unit may be another one or another one be it: a Chinese character of one place in the text that is no number.
fn may_be_meant(unit: &Unit) -> bool {
    let is_word = unit.sound.is_some() && !unit.arabic && mandarin::is_han(unit.char);
    is_word && unit.place.len() == 1 && !NUMERALS.contains(unit.char)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn respeller() -> Respeller {
        let sentences = [
            "我想查一下水费",
            "水费是多少",
            "帮我查水费",
            "没听清楚",
            "你们这是什么服务",
            "家里停水了",
            "我要报修",
            "给我找个人工",
            "十二点停水",
        ];
        Respeller::new(Arc::new(phrasing(sentences.into_iter())))
    }

    #[test]
    fn what_sounds_like_a_phrase_of_the_pack_is_spelled_like_it() {
        let respeller = respeller();
        for (written, meant) in [
            ("我想茶一下睡费", "我想查一下水费"),
            ("没听青楚", "没听清楚"),
            (
                "你们这是神么服务，家里停睡了",
                "你们这是什么服务，家里停水了",
            ),
        ] {
            assert_eq!(respeller.respell(written), meant);
        }
    }

    #[test]
    fn what_fits_stays_and_so_do_numbers_and_letters() {
        let respeller = respeller();
        for text in [
            "我想查一下水费",
            "明天去爬山",
            "时二点",
            "十二点停水 WiFi 63路 12点",
            "",
            "，。😀",
        ] {
            assert_eq!(respeller.respell(text), text);
        }
    }

    proptest! {
        #[test]
        fn any_text_keeps_its_length(text in "\\PC{0,300}") {
            prop_assert_eq!(respeller().respell(&text).chars().count(), text.chars().count());
        }
    }
}
