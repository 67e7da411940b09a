//! What was said, as callers of a pack say it: the second head's sounds, what the decoder wrote, and a model of the pack's
//! sentences, searched together.
//!
//! The decoder writes what people write anywhere: over a telephone 找人工 becomes 臭眼光. The head hears ren-gong, and callers of
//! this pack say 人工. A sentence that has nothing of the pack in it is bent by the model; so what is found is taken only
//! where the pack's callers could well have said it. Scores are natural logarithms. Pure.

use super::ctc::{BLANK, Posteriors, add};
use super::sentences::Likeness;
use super::syllables::SyllableHead;
use crate::mandarin::{Phrasing, is_han, syllables};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

// Chosen on the development lines of the water and the power pack, said by two voices that the head had never heard; that
// the bound leaves other talk alone was seen on read news (AISHELL) by telephone.

/// The shares of each frame that the decoder's readings take one after the other, added up; together they leave a little more.
const WRITTEN: f32 = 0.4;
/// How much each further reading of the decoder counts beside the one before it.
const NEXT_READING: f32 = 0.5;
/// Weight of the model of sentences.
const PHRASING: f32 = 0.6;
/// What each character gains, so that short texts are not likelier for being short.
const LENGTH: f32 = 1.5;
/// What a character costs that the decoder wrote nowhere.
const UNWRITTEN: f32 = 1.0;
/// Least mean likelihood of a character, by the model, of what the pack's callers could have said.
const SAID_HERE: f32 = -5.0;
/// Texts that are followed at once.
const TEXTS: usize = 24;
/// A class less likely than this in a frame begins nothing there.
const FAINT: f32 = -6.0;
/// A text that is so much less likely than the best is given up.
const HOPELESS: f32 = 15.0;
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
        let mut search = Search::new(self, spoken.concat());
        for frame in both.frames() {
            search.step(&blurred(frame, likeness));
        }
        search.best()
    }
}

/// A text's characters by the head's classes; digits as they are said one by one.
fn spoken(text: &str, head: &SyllableHead) -> Vec<(usize, char)> {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
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

/// A character that a class may stand for.
#[derive(Debug, Clone, Copy)]
struct Meant {
    char: char,
    anywhere: f32,
    cost: f32,
}

/// A text up to some frame: its last character among all that were written, and the class that it was heard as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Text {
    written: usize,
    class: usize,
}

/// Log-likelihoods of a text.
#[derive(Debug, Clone, Copy)]
struct Likely {
    /// By its sound, with the last frame a blank.
    blank: f32,
    /// By its sound, with the last frame its last class.
    class: f32,
    /// By what is said here.
    phrase: f32,
}

impl Likely {
    fn sound(&self) -> f32 {
        add(self.blank, self.class)
    }

    fn both(&self) -> f32 {
        self.sound() + self.phrase
    }
}

/// Characters that may come next, and what each adds to the likelihood of a text.
type Gains = Rc<[(char, f32)]>;

struct Search<'p> {
    phrases: &'p Phrases,
    /// What the decoder wrote, by class.
    own: Vec<(usize, char)>,
    meant: HashMap<usize, Rc<[Meant]>>,
    /// What each class would add behind two characters.
    gains: HashMap<([char; 2], usize), Gains>,
    /// Characters with the place of the one before; the first is none.
    written: Vec<(usize, char)>,
    longer: HashMap<(usize, char), usize>,
    live: Vec<(Text, Likely)>,
}

impl<'p> Search<'p> {
    fn new(phrases: &'p Phrases, own: Vec<(usize, char)>) -> Search<'p> {
        let start = Text {
            written: 0,
            class: BLANK,
        };
        let likely = Likely {
            blank: 0.0,
            class: f32::NEG_INFINITY,
            phrase: 0.0,
        };
        Search {
            phrases,
            own,
            meant: HashMap::new(),
            gains: HashMap::new(),
            written: vec![(0, Phrasing::EDGE)],
            longer: HashMap::new(),
            live: vec![(start, likely)],
        }
    }

    fn step(&mut self, frame: &[f32]) {
        let faint = |(class, &likely): (usize, &f32)| (likely > FAINT).then_some((class, likely));
        let sounds: Vec<(usize, f32)> =
            frame.iter().enumerate().skip(1).filter_map(faint).collect();
        let mut next: HashMap<Text, Likely> = HashMap::with_capacity(4 * TEXTS);
        let best = self.live.first().map_or(0.0, |(_, likely)| likely.both());
        for (text, likely) in std::mem::take(&mut self.live) {
            let stays = Likely {
                blank: likely.sound() + frame[BLANK],
                class: match text.class {
                    BLANK => f32::NEG_INFINITY,
                    class => likely.class + frame[class],
                },
                phrase: likely.phrase,
            };
            offer(&mut next, text, stays);
            if likely.both() > best - HOPELESS {
                for &(class, sound) in &sounds {
                    self.grow(text, likely, class, sound, &mut next);
                }
            }
        }
        self.live = next.into_iter().collect();
        // By the text where two are equally likely: the same sound gives the same answer.
        self.live
            .sort_by(|a, b| b.1.both().total_cmp(&a.1.both()).then(a.0.cmp(&b.0)));
        self.live.truncate(TEXTS);
    }

    /// The text with a character of a class more.
    fn grow(
        &mut self,
        text: Text,
        likely: Likely,
        class: usize,
        sound: f32,
        next: &mut HashMap<Text, Likely>,
    ) {
        // A second of the same kind begins only behind a blank.
        let from = match text.class == class {
            true => likely.blank,
            false => likely.sound(),
        };
        if from == f32::NEG_INFINITY {
            return;
        }
        for &(char, gain) in self.gains(self.last_two(text.written), class).iter() {
            let written = *self.longer.entry((text.written, char)).or_insert_with(|| {
                self.written.push((text.written, char));
                self.written.len() - 1
            });
            let grown = Likely {
                blank: f32::NEG_INFINITY,
                class: from + sound,
                phrase: likely.phrase + gain,
            };
            offer(next, Text { written, class }, grown);
        }
    }

    fn last_two(&self, written: usize) -> [char; 2] {
        let (before, last) = self.written[written];
        [self.written[before].1, last]
    }

    fn gains(&mut self, before: [char; 2], class: usize) -> Gains {
        if let Some(known) = self.gains.get(&(before, class)) {
            return Rc::clone(known);
        }
        let meant = self.meant(class);
        let each = meant.iter().map(|meant| {
            let said = said(&self.phrases.phrasing, before, meant.char, meant.anywhere);
            (meant.char, PHRASING * said + LENGTH - meant.cost)
        });
        let gains: Gains = each.collect();
        self.gains.insert((before, class), Rc::clone(&gains));
        gains
    }

    fn meant(&mut self, class: usize) -> Rc<[Meant]> {
        if let Some(known) = self.meant.get(&class) {
            return Rc::clone(known);
        }
        let phrasing = &self.phrases.phrasing;
        let is_own = |char| self.own.iter().any(|(_, own)| *own == char);
        let known = self.phrases.written[class].iter();
        let mut meant: BTreeMap<char, Meant> = known
            .map(|&(char, anywhere)| {
                let cost = if is_own(char) { 0.0 } else { UNWRITTEN };
                (
                    char,
                    Meant {
                        char,
                        anywhere,
                        cost,
                    },
                )
            })
            .collect();
        for &(_, char) in self.own.iter().filter(|(own, _)| *own == class) {
            meant.entry(char).or_insert(Meant {
                char,
                anywhere: phrasing.anywhere(char),
                cost: 0.0,
            });
        }
        let meant: Rc<[Meant]> = meant.into_values().collect();
        self.meant.insert(class, Rc::clone(&meant));
        meant
    }

    /// The likeliest text, where it may have been said here.
    fn best(&self) -> Option<Phrase> {
        let phrasing = &self.phrases.phrasing;
        let edge = phrasing.anywhere(Phrasing::EDGE);
        let ended = self.live.iter().map(|(text, likely)| {
            let end = said(phrasing, self.last_two(text.written), Phrasing::EDGE, edge);
            (likely.both() + PHRASING * end, likely.sound(), text.written)
        });
        let (_, sound, mut place) = ended.max_by(|a, b| a.0.total_cmp(&b.0).then(b.2.cmp(&a.2)))?;
        let mut text = Vec::new();
        while place != 0 {
            let (before, char) = self.written[place];
            text.push(char);
            place = before;
        }
        text.reverse();
        (mean(phrasing, &text)? > SAID_HERE).then(|| Phrase {
            sound: sound / text.len() as f32,
            text: text.into_iter().collect(),
        })
    }
}

/// Adds a way of hearing a text to those that are known.
fn offer(next: &mut HashMap<Text, Likely>, text: Text, likely: Likely) {
    let known = next.entry(text).or_insert(Likely {
        blank: f32::NEG_INFINITY,
        class: f32::NEG_INFINITY,
        ..likely
    });
    known.blank = add(known.blank, likely.blank);
    known.class = add(known.class, likely.class);
}

/// How likely a character is behind two others, in the same clause or at the beginning of the next.
fn said(phrasing: &Phrasing, before: [char; 2], char: char, anywhere: f32) -> f32 {
    const EDGE: char = Phrasing::EDGE;
    let here = phrasing.behind(before);
    let within = here.likelihood(char, anywhere);
    if char == EDGE || before[1] == EDGE {
        return within;
    }
    let ends = here.likelihood(EDGE, phrasing.anywhere(EDGE));
    within.max(ends + phrasing.behind([EDGE; 2]).likelihood(char, anywhere))
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
