//! The search for the likeliest text by sound and by what is said here: a beam of texts, frame by frame.
//!
//! In: for each frame the log-likelihood of each class. Out: characters. Scores are natural logarithms. Pure.

use super::ctc::{BLANK, add};
use crate::mandarin::Phrasing;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

// Chosen with those of `phrases`.

/// Weight of the model of sentences.
const PHRASING: f32 = 0.6;
/// What each character gains, so that short texts are not likelier for being short.
const LENGTH: f32 = 1.5;
/// What a character costs that the decoder wrote nowhere.
const UNWRITTEN: f32 = 1.0;
/// Texts that are followed at once.
const TEXTS: usize = 24;
/// A class less likely than this in a frame begins nothing there.
pub const FAINT: f32 = -6.0;
/// A text that is so much less likely than the best is given up.
const HOPELESS: f32 = 15.0;

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

/// The search; one for each utterance.
pub struct Search<'p> {
    phrasing: &'p Phrasing,
    /// Of each class the characters that it may be written with, and how likely each is anywhere.
    characters: &'p [Vec<(char, f32)>],
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
    /// Of a model; `characters` are those of each class with their likelihood anywhere, `own` what the decoder wrote, by class.
    pub fn new(
        phrasing: &'p Phrasing,
        characters: &'p [Vec<(char, f32)>],
        own: Vec<(usize, char)>,
    ) -> Search<'p> {
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
            phrasing,
            characters,
            own,
            meant: HashMap::new(),
            gains: HashMap::new(),
            written: vec![(0, Phrasing::EDGE)],
            longer: HashMap::new(),
            live: vec![(start, likely)],
        }
    }

    /// Goes on by a frame.
    pub fn step(&mut self, frame: &[f32]) {
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
            let said = said(self.phrasing, before, meant.char, meant.anywhere);
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
        let is_own = |char| self.own.iter().any(|(_, own)| *own == char);
        let known = self.characters[class].iter();
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
                anywhere: self.phrasing.anywhere(char),
                cost: 0.0,
            });
        }
        let meant: Rc<[Meant]> = meant.into_values().collect();
        self.meant.insert(class, Rc::clone(&meant));
        meant
    }

    /// The likeliest text with the log-likelihood of its sound.
    pub fn best(&self) -> Option<(Vec<char>, f32)> {
        let edge = self.phrasing.anywhere(Phrasing::EDGE);
        let ended = self.live.iter().map(|(text, likely)| {
            let before = self.last_two(text.written);
            let end = said(self.phrasing, before, Phrasing::EDGE, edge);
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
        Some((text, sound))
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
pub fn said(phrasing: &Phrasing, before: [char; 2], char: char, anywhere: f32) -> f32 {
    const EDGE: char = Phrasing::EDGE;
    let here = phrasing.behind(before);
    let within = here.likelihood(char, anywhere);
    if char == EDGE || before[1] == EDGE {
        return within;
    }
    let ends = here.likelihood(EDGE, phrasing.anywhere(EDGE));
    within.max(ends + phrasing.behind([EDGE; 2]).likelihood(char, anywhere))
}
