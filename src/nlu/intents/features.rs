//! What the classifier sees of a sentence: named features from several extractors.

use super::regression::Sparse;
use crate::nlu::lexicon::Word;
use std::collections::HashMap;

/// Something that a sentence is described by. Extractors do not know each other; the classifier joins what they say.
pub(super) trait Extractor: Send + Sync {
    /// Appends feature names with their strength. Names of different extractors must differ.
    fn extract(&self, text: &str, into: &mut Vec<(String, f32)>);
}

/// Character n-grams of one to three characters, with the sentence's edges.
pub(super) struct Characters;

impl Extractor for Characters {
    fn extract(&self, text: &str, into: &mut Vec<(String, f32)>) {
        let edged: Vec<char> = std::iter::once('^')
            .chain(text.chars().filter(|c| c.is_alphanumeric()))
            .chain(std::iter::once('$'))
            .collect();
        for n in 1..=3 {
            for gram in edged.windows(n) {
                into.push((format!("c{}", gram.iter().collect::<String>()), 1.0));
            }
        }
    }
}

/// Words of the trade and what they stand for.
pub(super) struct Words(pub(super) Vec<Word>);

impl Extractor for Words {
    fn extract(&self, text: &str, into: &mut Vec<(String, f32)>) {
        for word in self.0.iter().filter(|w| text.contains(&w.text)) {
            into.push((format!("w{}", word.text), word.weight));
            into.push((format!("k{}", word.class), word.weight));
        }
    }
}

/// Feature names to places in the vector, with the weight of each: rare features say more than common ones.
pub(super) struct Vocabulary {
    places: HashMap<String, (u32, f32)>,
}

impl Vocabulary {
    /// Counts the features of all examples.
    pub(super) fn count(examples: &[Vec<(String, f32)>]) -> Vocabulary {
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

    /// How many features there are.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// The vector of a sentence, of unit length, and the share of its features (0..1) that were ever seen.
    pub(super) fn vector(&self, features: &[(String, f32)]) -> (Sparse, f32) {
        let mut values: HashMap<u32, f32> = HashMap::new();
        let mut known = 0usize;
        for (name, strength) in features {
            if let Some(&(place, rarity)) = self.places.get(name) {
                known += 1;
                *values.entry(place).or_default() += strength * rarity;
            }
        }
        let mut vector: Sparse = values.into_iter().collect();
        vector.sort_unstable_by_key(|&(place, _)| place);
        let norm = vector.iter().map(|(_, v)| v * v).sum::<f32>().sqrt();
        if norm > 0.0 {
            vector.iter_mut().for_each(|(_, v)| *v /= norm);
        }
        (vector, known as f32 / features.len().max(1) as f32)
    }
}
