//! Intents: what a caller wants, learned from a pack's examples.
//!
//! In: a sentence. Out: every intent with its probability. Several extractors describe a sentence; a logistic
//! regression weighs what they say. While a pack is loaded it is also trained on four fifths of the examples and asked
//! about the last, five times round: that tells how far its probabilities can be believed and which examples mislead.

mod features;
mod regression;

use super::lexicon::Lexicon;
use super::{NluError, files};
use features::{Characters, Extractor, Feature, Sentence, Sounds, Vocabulary, Words};
use regression::{Regression, Sparse, softmax};
use serde::Deserialize;
use std::path::Path;
use toml::Spanned;

/// Parts that the examples are cut into.
const FOLDS: usize = 5;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    intent: Vec<Spanned<Entry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    label: String,
    examples: Vec<String>,
}

/// How well examples were told apart that had not been learned from.
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
    extractors: Vec<Box<dyn Extractor>>,
    vocabulary: Vocabulary,
    model: Regression,
    temperature: f32,
    cross_validation: CrossValidation,
}

impl Intents {
    /// Reads the examples and learns from them.
    pub(super) fn read(path: &Path, lexicon: &Lexicon) -> Result<Intents, NluError> {
        let (file, text): (File, String) = files::read_toml(path)?;
        let extractors: Vec<Box<dyn Extractor>> =
            vec![Box::new(Characters), Box::new(Sounds), Box::new(Words)];
        let (mut described, mut classes, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        let mut names: Vec<(String, String)> = Vec::new();
        for spanned in file.intent {
            let offset = spanned.span().start;
            let entry = spanned.into_inner();
            let wrong = |message: String| NluError::at(path, &text, offset, message);
            if entry.examples.is_empty() {
                return Err(wrong(format!(
                    "intent {:?} has no examples: write at least one",
                    entry.id
                )));
            }
            if names.iter().any(|(id, _)| *id == entry.id) {
                return Err(wrong(format!(
                    "intent {:?} stands twice in this file",
                    entry.id
                )));
            }
            for example in entry.examples {
                described.push(describe(&extractors, lexicon, &example));
                classes.push(names.len());
                texts.push(example);
            }
            names.push((entry.id, entry.label));
        }
        if names.is_empty() {
            return Err(NluError::at(
                path,
                &text,
                0,
                "there is no intent here: write [[intent]]",
            ));
        }
        let vocabulary = Vocabulary::count(&described);
        let vectors = described.iter().map(|features| vocabulary.vector(features));
        let examples: Vec<(Sparse, usize)> = vectors.zip(classes).collect();
        let held_out = held_out_scores(&examples, vocabulary.len(), names.len());
        let scored: Vec<(&[f32], usize)> = held_out
            .iter()
            .zip(&examples)
            .map(|(s, (_, class))| (s.as_slice(), *class))
            .collect();
        let model = Regression::train(&examples, vocabulary.len(), names.len());
        Ok(Intents {
            temperature: calibrate(&scored),
            cross_validation: judge(&scored, &texts, &names),
            names,
            extractors,
            vocabulary,
            model,
        })
    }

    /// Every intent with its probability, best first. A sentence without anything known is `unknown`.
    pub(super) fn classify(&self, text: &str, lexicon: &Lexicon) -> Vec<(String, f32)> {
        let vector = self
            .vocabulary
            .vector(&describe(&self.extractors, lexicon, text));
        if vector.is_empty() {
            return vec![("unknown".into(), 1.0)];
        }
        let probabilities = self.model.probabilities(&vector, self.temperature);
        let ids = self.names.iter().map(|(id, _)| id.clone());
        let mut ranked: Vec<(String, f32)> = ids.zip(probabilities).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked
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

fn describe(extractors: &[Box<dyn Extractor>], lexicon: &Lexicon, text: &str) -> Vec<Feature> {
    let sentence = Sentence::hear(text, lexicon);
    let mut features = Vec::new();
    for extractor in extractors {
        extractor.extract(&sentence, &mut features);
    }
    features
}

/// Scores of each example by a model that had not seen it.
fn held_out_scores(examples: &[(Sparse, usize)], features: usize, classes: usize) -> Vec<Vec<f32>> {
    let mut scores = vec![Vec::new(); examples.len()];
    for fold in 0..FOLDS {
        // Every fifth: the examples of an intent lie together, so each fold has some of all.
        let learned: Vec<(Sparse, usize)> = examples
            .iter()
            .enumerate()
            .filter(|(i, _)| i % FOLDS != fold)
            .map(|(_, e)| e.clone())
            .collect();
        let model = Regression::train(&learned, features, classes);
        for (index, (example, _)) in examples.iter().enumerate().skip(fold).step_by(FOLDS) {
            scores[index] = model.scores(example);
        }
    }
    scores
}

/// The temperature at which held-out probabilities surprise least.
fn calibrate(scored: &[(&[f32], usize)]) -> f32 {
    let surprise = |temperature: f32| -> f32 {
        scored
            .iter()
            .map(|(scores, class)| -softmax(scores, temperature)[*class].max(1e-9).ln())
            .sum()
    };
    let candidates = (2..=40).map(|tenth| tenth as f32 / 10.0);
    candidates
        .min_by(|a, b| surprise(*a).total_cmp(&surprise(*b)))
        .unwrap_or(1.0)
}

fn judge(
    scored: &[(&[f32], usize)],
    texts: &[String],
    names: &[(String, String)],
) -> CrossValidation {
    let mut result = CrossValidation {
        examples: scored.len(),
        ..CrossValidation::default()
    };
    for ((scores, class), text) in scored.iter().zip(texts) {
        let best = (0..scores.len())
            .max_by(|&a, &b| scores[a].total_cmp(&scores[b]))
            .unwrap_or(0);
        if best == *class {
            result.right += 1;
        } else {
            result
                .wrong
                .push((text.clone(), names[*class].0.clone(), names[best].0.clone()));
        }
    }
    result
}
