//! The words of the trade: found by their sound, put right where the recogniser wrote other characters.

use super::units::{Numerals, Unit, Units};
use super::words::{InPlace, NUMERALS, Segments};
use super::{NluError, files};
use crate::mandarin::{self, Syllable};
use serde::Deserialize;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    angry: Vec<String>,
    word: Vec<Spanned<Word>>,
}

/// A word of the trade.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) weight: f32,
    #[serde(default)]
    pub(super) prompt: bool,
    pub(super) class: String,
    #[serde(skip)]
    chars: Vec<char>,
    #[serde(skip)]
    sounds: Vec<Syllable>,
}

/// A word heard in a sentence.
#[derive(Debug, Clone)]
pub(super) struct Heard<'l> {
    pub(super) word: &'l Word,
    pub(super) units: Range<usize>,
    /// Mean distance of its syllables; 0 where it is written as it should be.
    pub(super) distance: f32,
    pub(super) exact: bool,
}

/// The words of a pack.
#[derive(Debug, Clone)]
pub(super) struct Lexicon {
    words: Vec<Word>,
    angry: Vec<String>,
    prompt: Vec<String>,
}

/// Mean distance up to which a word is heard: blurred sounds and tones, no other sounds.
const NEAR: f32 = 0.12;
/// Mean distance up to which a word that is one in its own right (保修) is taken for a word of the trade (报修):
/// one tone in two syllables.
const SAME_SOUND: f32 = 0.06;
/// Words of less weight are never written over others.
const SURE: f32 = 0.9;
/// Distance of one syllable up to which it is taken for another one in a longer word. Above it is another word
/// (破 is no 爆), however well the rest fits.
const NEAR_SYLLABLE: f32 = 0.25;

impl Lexicon {
    pub(super) fn read(path: &Path) -> Result<Lexicon, NluError> {
        let (file, text): (File, String) = files::read_toml(path)?;
        let mut words = Vec::new();
        for spanned in file.word {
            let offset = spanned.span().start;
            let mut word = spanned.into_inner();
            word.chars = word.text.chars().collect();
            word.sounds = mandarin::syllables(&word.text)
                .iter()
                .map(|spoken| spoken.syllable)
                .collect();
            if word.chars.len() < 2 || word.chars.len() != word.sounds.len() {
                let message = format!(
                    "the word {:?} must be two or more Chinese characters",
                    word.text
                );
                return Err(NluError::at(path, &text, offset, message));
            }
            if !(0.0..=1.0).contains(&word.weight) {
                return Err(NluError::at(
                    path,
                    &text,
                    offset,
                    format!("the weight {} is not between 0 and 1", word.weight),
                ));
            }
            words.push(word);
        }
        let prompt = words.iter().filter(|word| word.prompt);
        Ok(Lexicon {
            prompt: prompt.map(|word| word.text.clone()).collect(),
            words,
            angry: file.angry,
        })
    }

    pub(super) fn prompt_words(&self) -> &[String] {
        &self.prompt
    }

    /// Whether the words are those of an angry caller. As written: anger by sound alone would be guessed.
    pub(super) fn is_angry(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.angry.iter().any(|word| text.contains(word.as_str()))
    }

    /// Every word of the trade that sounds in a sentence, in the order of the file, then of the sentence.
    pub(super) fn heard<'l>(&'l self, units: &Units) -> Vec<Heard<'l>> {
        let mut heard = Vec::new();
        for word in &self.words {
            for (start, window) in units.units.windows(word.chars.len()).enumerate() {
                if let Some(distance) = word.distance(window) {
                    let exact = window
                        .iter()
                        .zip(&word.chars)
                        .all(|(unit, c)| unit.char == *c);
                    heard.push(Heard {
                        word,
                        units: start..start + window.len(),
                        distance,
                        exact,
                    });
                }
            }
        }
        heard
    }

    /// The text with words of the trade put right: 茶水费 becomes 查水费. Only whole words are written over, never parts
    /// of them (听电话 holds no 停电), and no numbers. What already fits stays, and so do words of their own, unless one
    /// sounds just like a word of the trade.
    pub(super) fn correct(&self, text: &str) -> String {
        let units = Units::hear(text, Numerals::Singly);
        let mut heard = self.heard(&units);
        let fitting: Vec<Range<usize>> = heard
            .iter()
            .filter(|h| h.exact)
            .map(|h| h.units.clone())
            .collect();
        heard.retain(|h| !h.exact && h.word.weight >= SURE && !is_covered(&h.units, &fitting));
        heard.sort_by(|a, b| {
            b.units
                .len()
                .cmp(&a.units.len())
                .then(a.distance.total_cmp(&b.distance))
        });
        let words = Segments::of(text);
        let mut chars: Vec<char> = text.chars().collect();
        let mut done: Vec<Range<usize>> = Vec::new();
        for h in heard {
            let place = units.chars(&h.units);
            let free = done
                .iter()
                .all(|other| place.end <= other.start || place.start >= other.end);
            let is_misheard = match words.in_place(&place) {
                InPlace::Parts => false,
                InPlace::Word => h.distance <= SAME_SOUND,
                InPlace::Sentence => false,
                InPlace::Pieces => true,
            };
            let fits = place.len() == h.word.chars.len() && h.word.could_be(&units.units[h.units]);
            if free && is_misheard && fits {
                chars[place.clone()].copy_from_slice(&h.word.chars);
                done.push(place);
            }
        }
        chars.into_iter().collect()
    }
}

impl Word {
    /// Mean distance to a window of as many units, if it is near enough.
    fn distance(&self, window: &[Unit]) -> Option<f32> {
        distance(&self.chars, &self.sounds, window)
    }

    /// Whether each character that is written otherwise could be this word's: near in sound, and no number.
    fn could_be(&self, window: &[Unit]) -> bool {
        let syllables = self.chars.iter().zip(&self.sounds).zip(window);
        let is_near = |sound: Syllable, unit: &Unit| {
            unit.sound
                .is_some_and(|heard| mandarin::distance(sound, heard) <= NEAR_SYLLABLE)
        };
        syllables
            .filter(|((c, _), unit)| unit.char != **c)
            .all(|((_, &sound), unit)| !NUMERALS.contains(unit.char) && is_near(sound, unit))
    }
}

/// Whether a word of two or more characters sounds in a text.
pub(super) fn sounds_in(word: &str, text: &str) -> bool {
    let chars: Vec<char> = word.chars().collect();
    let spoken = mandarin::syllables(word);
    let sounds: Vec<Syllable> = spoken.iter().map(|spoken| spoken.syllable).collect();
    let units = Units::hear(text, Numerals::Singly);
    chars.len() > 1
        && chars.len() == sounds.len()
        && units
            .units
            .windows(chars.len())
            .any(|window| distance(&chars, &sounds, window).is_some())
}

/// Mean distance of a word to a window of as many units, if it is near enough.
fn distance(chars: &[char], sounds: &[Syllable], window: &[Unit]) -> Option<f32> {
    let most = NEAR * window.len() as f32;
    let mut sum = 0.0;
    for ((unit, c), sound) in window.iter().zip(chars).zip(sounds) {
        if unit.char != *c {
            sum += mandarin::distance(*sound, unit.sound.filter(|_| !unit.arabic)?);
        }
        if sum > most {
            return None;
        }
    }
    Some(sum / window.len() as f32)
}

/// Whether all units of a range lie in ranges that already fit.
fn is_covered(range: &Range<usize>, fitting: &[Range<usize>]) -> bool {
    range
        .clone()
        .all(|unit| fitting.iter().any(|fit| fit.contains(&unit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_parts_of_words_and_fluent_speech_are_never_written_over() {
        for (pack, text) in [
            ("bus", "我在七十五路上"),
            ("heating", "地上全是水"),
            ("heating", "查查我那张单子"),
            ("power", "叫你们经理听电话"),
            ("power", "给我发缴电费的短信"),
            ("citizen", "喂喂听得见吗"),
            ("water", "不清楚路名"),
        ] {
            let path = Path::new("grammars").join(pack).join("lexicon.toml");
            assert_eq!(Lexicon::read(&path).unwrap().correct(text), text, "{pack}");
        }
    }
}
