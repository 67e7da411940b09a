//! What was said, as callers of a pack say it: the second head's sounds, what the decoder wrote, and a model of the pack's
//! sentences, searched together.
//!
//! The decoder writes what people write anywhere: over a telephone 找人工 becomes 臭眼光. The head hears ren-gong, and callers of
//! this pack say 人工. A sentence that has nothing of the pack in it is bent by the model; so what is found is taken only
//! where the pack's callers could well have said it. Scores are natural logarithms. Pure.

use super::ctc::Posteriors;
use super::phrase_search::{FAINT, Search, said};
use super::sentences::Likeness;
use super::syllables::SyllableHead;
use crate::mandarin::{DIGITS, Phrasing, is_han, syllables};
use std::sync::Arc;

// Chosen on the development lines of the water and the power pack, said by two voices that the head had never heard; that
// the bound leaves other talk alone was seen on read news (AISHELL) by telephone.

/// The shares of each frame that the decoder's readings take one after the other, added up; together they leave a little more.
const WRITTEN: f32 = 0.4;
/// How much each further reading of the decoder counts beside the one before it.
const NEXT_READING: f32 = 0.5;
/// Least mean likelihood of a character, by the model, of what the pack's callers could have said.
const SAID_HERE: f32 = -5.0;
/// Characters of one sound that are tried.
const MOST_CHARACTERS: usize = 12;

/// Something that callers of the pack say.
pub struct Phrase {
    pub text: String,
    /// Mean likelihood of a character by its sound.
    pub sound: f32,
}

/// A pack's sentences, for a head.
pub struct Phrases {
    phrasing: Arc<Phrasing>,
    /// Of each class of the head the characters that it is written with, the commonest first, with their probability.
    written: Vec<Vec<(char, f32)>>,
}

impl Phrases {
    /// Made ready for a head.
    pub fn new(phrasing: &Arc<Phrasing>, head: &SyllableHead) -> Phrases {
        let mut written = vec![Vec::new()];
        for (class, _) in head.sounds() {
            debug_assert_eq!(class, written.len());
            written.push(Vec::new());
        }
        for (sound, chars) in phrasing.written() {
            let Some(class) = head.class(sound) else {
                continue;
            };
            for &char in chars {
                let known: &mut Vec<(char, f32)> = &mut written[class];
                if known.iter().all(|(other, _)| *other != char) {
                    known.push((char, phrasing.anywhere(char)));
                }
            }
        }
        for chars in &mut written {
            chars.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            chars.truncate(MOST_CHARACTERS);
        }
        Phrases {
            phrasing: Arc::clone(phrasing),
            written,
        }
    }

    /// The model that they were made of.
    pub fn phrasing(&self) -> &Arc<Phrasing> {
        &self.phrasing
    }

    /// What was said, where callers of the pack say such things; `readings` are what the decoder wrote, best first. `None`
    /// where it is no talk of theirs, or holds letters: what they sound like is not known.
    pub fn best<'r>(
        &self,
        heard: &Posteriors,
        readings: impl Iterator<Item = &'r str>,
        head: &SyllableHead,
        likeness: &Likeness,
    ) -> Option<Phrase> {
        let readings: Vec<&str> = readings.collect();
        let best = readings.first().copied().unwrap_or_default();
        if best.chars().any(|c| c.is_ascii_alphabetic()) {
            return None;
        }
        let spoken: Vec<_> = readings.iter().map(|text| spoken(text, head)).collect();
        let shares = (0..spoken.len()).map(|place| NEXT_READING.powi(place as i32));
        let all: f32 = shares.clone().sum();
        let others = spoken.iter().zip(shares).map(|(said, share)| {
            let classes = said.iter().map(|(class, _)| *class);
            (classes.collect(), WRITTEN * share / all)
        });
        let both = heard.and_heard(&others.collect::<Vec<_>>());
        let mut search = Search::new(&self.phrasing, &self.written, spoken.concat());
        for frame in both.frames() {
            search.step(&blurred(frame, likeness));
        }
        let (text, sound) = search.best()?;
        (mean(&self.phrasing, &text)? > SAID_HERE).then(|| Phrase {
            sound: sound / text.len() as f32,
            text: text.into_iter().collect(),
        })
    }
}

/// A text's characters by the head's classes; digits as they are said one by one.
fn spoken(text: &str, head: &SyllableHead) -> Vec<(usize, char)> {
    let chars: Vec<char> = text.chars().collect();
    let written = |place: usize| {
        let char = *chars.get(place)?;
        match char.to_digit(10) {
            Some(digit) => DIGITS.get(digit as usize).copied(),
            None => is_han(char).then_some(char),
        }
    };
    let each = syllables(text).into_iter();
    let each =
        each.filter_map(|said| Some((head.class(said.syllable)?, written(said.chars.start)?)));
    each.collect()
}

/// A frame in which a sound is heard, too, where one was that lines and dialects blur with it.
fn blurred(frame: &[f32], likeness: &Likeness) -> Vec<f32> {
    let mut blurred = frame.to_vec();
    for (class, &likely) in frame.iter().enumerate().skip(1) {
        if likely > FAINT {
            for (other, cost) in likeness.of(class) {
                blurred[*other] = blurred[*other].max(likely - cost);
            }
        }
    }
    blurred
}

/// Mean likelihood of a text's characters; `None` where it has none.
fn mean(phrasing: &Phrasing, text: &[char]) -> Option<f32> {
    let mut before = [Phrasing::EDGE; 2];
    let mut sum = 0.0;
    for &char in text.iter().chain([&Phrasing::EDGE]) {
        sum += said(phrasing, before, char, phrasing.anywhere(char));
        before = [before[1], char];
    }
    (!text.is_empty()).then(|| sum / (text.len() + 1) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Room {
        head: SyllableHead,
        likeness: Likeness,
        phrases: Phrases,
    }

    /// What callers of a small pack say.
    fn room() -> Room {
        let mut phrasing = Phrasing::default();
        for clause in [
            "我要找人工",
            "人工服务",
            "我想查水费",
            "水费多少",
            "家里停水了",
            "没有了",
        ] {
            let sounds = syllables(clause);
            let each = sounds.iter().map(|spoken| Some(spoken.syllable));
            phrasing.learn(clause.chars().zip(each));
        }
        let head = SyllableHead::loaded();
        Room {
            likeness: Likeness::new(&head),
            phrases: Phrases::new(&Arc::new(phrasing), &head),
            head,
        }
    }

    impl Room {
        fn heard(&self, said: &str, readings: &[&str]) -> Option<String> {
            let sound = self.head.as_if(said, 0.9);
            let readings = readings.iter().copied();
            let phrase = self
                .phrases
                .best(&sound, readings, &self.head, &self.likeness);
            phrase.map(|phrase| phrase.text)
        }
    }

    #[test]
    fn what_the_decoder_made_another_sentence_of_is_heard_as_callers_say_it() {
        let room = room();
        for (said, written) in [
            ("找人工", "臭眼光"),
            ("水费多少", "水飞毒赏"),
            ("家里停水了", "家你停睡了"),
        ] {
            assert_eq!(room.heard(said, &[written]).unwrap(), said);
        }
    }

    #[test]
    fn a_word_that_the_decoder_lost_is_heard() {
        assert_eq!(room().heard("没有了", &[]).unwrap(), "没有了");
        assert_eq!(room().heard("", &[]), None);
    }

    #[test]
    fn other_talk_and_letters_are_left_to_the_decoder() {
        let room = room();
        let news = "证券公司基本具备上市条件";
        assert_eq!(room.heard(news, &[news]), None);
        assert_eq!(room.heard("查水费", &["WiFi水费"]), None);
    }
}
