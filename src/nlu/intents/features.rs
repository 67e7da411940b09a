//! What the classifier sees of a sentence: named features from several extractors.

use super::ridge::Sparse;
use crate::nlu::lexicon::Lexicon;
use crate::nlu::sounds::folded_units;
use crate::nlu::units::{Numerals, Units};
use std::collections::HashMap;

/// A feature's name and strength.
pub(super) type Feature = (String, f32);

/// A sentence, heard once for all extractors.
pub(super) struct Sentence {
    /// Letters, digits and characters.
    chars: Vec<char>,
    /// Syllables as a telephone line leaves them.
    sounds: Vec<String>,
    /// Words of the trade, their classes and how sure they are.
    words: Vec<(String, String, f32)>,
}

impl Sentence {
    pub(super) fn hear(text: &str, lexicon: &Lexicon) -> Sentence {
        let units = Units::hear(text, Numerals::Singly);
        let spoken = units.units.iter().filter(|unit| !unit.is_filler());
        let heard = lexicon.heard(&units).into_iter();
        Sentence {
            chars: spoken.map(|unit| unit.char).collect(),
            sounds: folded_units(&units),
            words: heard
                .map(|h| {
                    (
                        h.word.text.clone(),
                        h.word.class.clone(),
                        h.word.weight * (1.0 - h.distance),
                    )
                })
                .collect(),
        }
    }
}

/// Something that a sentence is described by. Extractors do not know each other; the classifier joins what they say.
pub(super) trait Extractor: Send + Sync {
    /// Appends features. Names of different extractors must differ.
    fn extract(&self, sentence: &Sentence, into: &mut Vec<Feature>);
}

/// Character n-grams of one to three characters, with the sentence's edges.
pub(super) struct Characters;

impl Extractor for Characters {
    fn extract(&self, sentence: &Sentence, into: &mut Vec<Feature>) {
        let chars = sentence.chars.iter().copied();
        let edged: Vec<char> = std::iter::once('^')
            .chain(chars)
            .chain(std::iter::once('$'))
            .collect();
        for n in 1..=3 {
            into.extend(
                edged
                    .windows(n)
                    .map(|gram| (format!("c{}", gram.iter().collect::<String>()), 1.0)),
            );
        }
    }
}

/// Syllable n-grams of one to three syllables: 茶水费 and 查水费 are the same.
pub(super) struct Sounds;

impl Extractor for Sounds {
    fn extract(&self, sentence: &Sentence, into: &mut Vec<Feature>) {
        for n in 1..=3 {
            into.extend(
                sentence
                    .sounds
                    .windows(n)
                    .map(|gram| (format!("s{}", gram.join(" ")), 1.0)),
            );
        }
    }
}

/// Words of the trade and what they stand for.
pub(super) struct Words;

impl Extractor for Words {
    fn extract(&self, sentence: &Sentence, into: &mut Vec<Feature>) {
        for (word, class, strength) in &sentence.words {
            into.push((format!("w{word}"), *strength));
            into.push((format!("k{class}"), *strength));
        }
    }
}

/// Feature names to places in the vector, with the weight of each: rare features say more than common ones.
pub(super) struct Vocabulary {
    places: HashMap<String, (u32, f32)>,
}

impl Vocabulary {
    /// Counts the features of all examples.
    pub(super) fn count(examples: &[Vec<Feature>]) -> Vocabulary {
        let mut seen: HashMap<&str, (u32, usize)> = HashMap::new();
        for example in examples {
            let mut names: Vec<&str> = example.iter().map(|(name, _)| name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            for name in names {
                let next = seen.len() as u32;
                seen.entry(name).or_insert((next, 0)).1 += 1;
            }
        }
        let total = examples.len() as f32;
        let places = seen
            .into_iter()
            .map(|(name, (place, count))| {
                let rarity = (1.0 + total / (1.0 + count as f32)).ln();
                (name.to_owned(), (place, rarity))
            })
            .collect();
        Vocabulary { places }
    }

    /// The vector of a sentence, of unit length; empty where nothing in it was ever seen.
    pub(super) fn vector(&self, features: &[Feature]) -> Sparse {
        let mut values: HashMap<u32, f32> = HashMap::new();
        for (name, strength) in features {
            if let Some(&(place, rarity)) = self.places.get(name) {
                *values.entry(place).or_default() += strength * rarity;
            }
        }
        let mut vector: Sparse = values.into_iter().collect();
        vector.sort_unstable_by_key(|&(place, _)| place);
        let norm = vector.iter().map(|(_, v)| v * v).sum::<f32>().sqrt();
        if norm > 0.0 {
            vector.iter_mut().for_each(|(_, v)| *v /= norm);
        }
        vector
    }
}
