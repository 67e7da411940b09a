//! Intents: what a caller wants, learned from a pack's examples.
//!
//! In: a sentence. Out: every kind of intent with its probability. A sentence is described by n-grams of its characters and
//! syllables, by words of the trade, and by the sentence encoder's vector; a kernel machine weighs how like it is to each
//! example. What each example scores when it is left out tells how far the probabilities can be believed and which
//! examples mislead.

mod examples;
mod features;
mod linear;
mod ridge;

use super::encoder::{Encoder, Vector};
use super::lexicon::Lexicon;
use super::{NluError, Senses};
pub(super) use examples::{Examples, UNKNOWN};
use features::{Characters, Extractor, Feature, Sentence, Sounds, Vocabulary, Words};
use ridge::{Described, Label, Ridge, softmax};
use std::collections::HashSet;
use std::sync::Arc;

/// How well examples were told apart that had not been learned from, each left out in its turn. The first word of an intent's
/// id counts.
#[derive(Debug, Clone, Default)]
pub struct CrossValidation {
    /// How many examples there are.
    pub examples: usize,
    /// How many got their intent.
    pub right: usize,
    /// The others: text, its intent, the intent it got.
    pub wrong: Vec<(String, String, String)>,
}

/// The intents of a pack and the classifier that tells them apart.
pub(super) struct Intents {
    names: Vec<(String, String)>,
    /// Each intent's family: the place of the first one with the same first word.
    families: Vec<usize>,
    extractors: Vec<Box<dyn Extractor>>,
    vocabulary: Vocabulary,
    encoder: Option<Arc<Encoder>>,
    machine: Ridge,
    steepness: f32,
    examples: HashSet<String>,
    cross_validation: CrossValidation,
}

impl Intents {
    /// Learns from a pack's examples; `questions` are those of its FAQ, each with the place of its entry.
    pub(super) fn learn(
        examples: &Examples,
        questions: &[(usize, &str)],
        lexicon: &Lexicon,
        senses: &Senses,
    ) -> Result<Intents, NluError> {
        let examples = examples.with_questions(questions);
        let mut extractors: Vec<Box<dyn Extractor>> = vec![Box::new(Characters)];
        if senses.syllables {
            extractors.push(Box::new(Sounds));
            extractors.push(Box::new(Words));
        }
        let texts = examples.texts.iter();
        let features: Vec<Vec<Feature>> = texts
            .map(|text| describe(&extractors, lexicon, text))
            .collect();
        let vocabulary = Vocabulary::count(&features);
        let mut described: Vec<Described> = features
            .iter()
            .map(|features| Described {
                grams: vocabulary.vector(features),
                vector: None,
            })
            .collect();
        if let Some(encoder) = &senses.encoder {
            let texts: Vec<&str> = examples.texts.iter().map(String::as_str).collect();
            let vectors = encoder.encode_all(&texts)?;
            for (described, vector) in described.iter_mut().zip(vectors) {
                described.vector = Some(vector);
            }
        }
        let families = families(&examples.names);
        let entries = questions
            .iter()
            .map(|(entry, _)| entry + 1)
            .max()
            .unwrap_or(0);
        let (labels, classes) = (&examples.labels, examples.names.len());
        let trained = Ridge::train(&described, labels, classes, entries);
        Ok(Intents {
            steepness: calibrate(&trained.held_out, &examples.labels, &families),
            cross_validation: judge(&trained.held_out, &examples, &families),
            machine: trained.machine,
            examples: examples.texts.into_iter().collect(),
            names: examples.names,
            families,
            extractors,
            vocabulary,
            encoder: senses.encoder.clone(),
        })
    }

    /// What may be wanted, best first: of each family (`repair`, `repair.burst`, …) the likeliest intent, with the
    /// probability of the family. A sentence without a word is `unknown`.
    pub(super) fn classify(&self, text: &str, lexicon: &Lexicon) -> Vec<(String, f32)> {
        if !text.chars().any(char::is_alphanumeric) {
            return vec![(UNKNOWN.into(), 1.0)];
        }
        let scores = self.scores(text, lexicon);
        let probabilities = softmax(&scores[..self.names.len()], self.steepness);
        let mut ranked: Vec<(String, f32)> = sums(&probabilities, &self.families)
            .into_iter()
            .map(|(best, sum)| (self.names[best].0.clone(), sum))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked
    }

    /// The entries of the FAQ that a text asks for, likeliest first, with their scores: about 1 for a question as it stands
    /// in the file, about 0 for what has nothing to do with it.
    pub(super) fn asked(&self, text: &str, lexicon: &Lexicon) -> Vec<(usize, f32)> {
        let scores = self.scores(text, lexicon);
        let entries = scores[self.names.len()..].iter().copied().enumerate();
        let mut entries: Vec<(usize, f32)> = entries.collect();
        entries.sort_by(|a, b| b.1.total_cmp(&a.1));
        entries
    }

    /// Scores of all intents, then of all entries of the FAQ.
    fn scores(&self, text: &str, lexicon: &Lexicon) -> Vec<f32> {
        let features = describe(&self.extractors, lexicon, text);
        let encoded = self.encoder.as_ref().map(|encoder| encoder.encode(text));
        let vector = encoded.and_then(|encoded| {
            encoded
                .inspect_err(|error| {
                    tracing::error!(%error, "a sentence is understood by its n-grams alone");
                })
                .ok()
        });
        let grams = self.vocabulary.vector(&features);
        self.machine.scores(&Described { grams, vector })
    }

    /// Whether a text stands among the examples.
    pub(super) fn is_example(&self, text: &str) -> bool {
        self.examples.contains(text)
    }

    pub(super) fn label(&self, intent: &str) -> Option<&str> {
        let found = self.names.iter().find(|(id, _)| id == intent);
        found.map(|(_, label)| label.as_str())
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(id, _)| id.as_str())
    }

    pub(super) fn cross_validation(&self) -> &CrossValidation {
        &self.cross_validation
    }
}

/// The first word of an intent's id: `repair` of `repair.burst`.
pub(super) fn first_word(intent: &str) -> &str {
    intent.split('.').next().unwrap_or(intent)
}

fn families(names: &[(String, String)]) -> Vec<usize> {
    let first = |id: &str| {
        let found = names
            .iter()
            .position(|(other, _)| first_word(other) == first_word(id));
        found.unwrap_or(0)
    };
    names.iter().map(|(id, _)| first(id)).collect()
}

/// The likeliest intent of each family and the family's probability.
fn sums(probabilities: &[f32], families: &[usize]) -> Vec<(usize, f32)> {
    let mut sums: Vec<(usize, usize, f32)> = Vec::new();
    for (intent, &family) in families.iter().enumerate() {
        let probability = probabilities[intent];
        match sums.iter_mut().find(|(known, ..)| *known == family) {
            Some((_, best, sum)) => {
                if probability > probabilities[*best] {
                    *best = intent;
                }
                *sum += probability;
            }
            None => sums.push((family, intent, probability)),
        }
    }
    sums.into_iter().map(|(_, best, sum)| (best, sum)).collect()
}

fn describe(extractors: &[Box<dyn Extractor>], lexicon: &Lexicon, text: &str) -> Vec<Feature> {
    let sentence = Sentence::hear(text, lexicon);
    let mut features = Vec::new();
    for extractor in extractors {
        extractor.extract(&sentence, &mut features);
    }
    features
}

/// The steepness at which the probabilities of families surprise least, over examples that were left out.
fn calibrate(held_out: &[Vec<f32>], labels: &[Label], families: &[usize]) -> f32 {
    let surprise = |steepness: f32| -> f32 {
        let of = |(scores, label): (&Vec<f32>, &Label)| {
            let family = families[label.class];
            let probabilities = softmax(&scores[..families.len()], steepness);
            let own = probabilities
                .iter()
                .zip(families)
                .filter(|(_, other)| **other == family);
            -own.map(|(p, _)| p).sum::<f32>().max(1e-9).ln()
        };
        held_out.iter().zip(labels).map(of).sum()
    };
    let candidates = (4..=60).map(|half| half as f32 / 2.0);
    candidates
        .map(|steepness| (steepness, surprise(steepness)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .map_or(1.0, |(steepness, _)| steepness)
}

fn judge(held_out: &[Vec<f32>], examples: &Examples, families: &[usize]) -> CrossValidation {
    let mut result = CrossValidation {
        examples: held_out.len(),
        ..CrossValidation::default()
    };
    let name = |class: usize| examples.names[class].0.clone();
    for ((scores, label), text) in held_out.iter().zip(&examples.labels).zip(&examples.texts) {
        let class = label.class;
        let best = (0..families.len())
            .max_by(|&a, &b| scores[a].total_cmp(&scores[b]))
            .unwrap_or(0);
        if families[best] == families[class] {
            result.right += 1;
        } else {
            result.wrong.push((text.clone(), name(class), name(best)));
        }
    }
    result
}
