//! Intents: what a caller wants, learned from a pack's examples.

mod features;
mod regression;

use super::lexicon::Lexicon;
use super::{NluError, files};
use features::{Characters, Extractor, Vocabulary, Words};
use regression::Regression;
use serde::Deserialize;
use std::path::Path;
use toml::Spanned;

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

/// The intents of a pack and the classifier that tells them apart.
pub(super) struct Intents {
    names: Vec<(String, String)>,
    extractors: Vec<Box<dyn Extractor>>,
    vocabulary: Vocabulary,
    model: Regression,
}

impl Intents {
    /// Reads the examples and learns from them.
    pub(super) fn read(path: &Path, lexicon: &Lexicon) -> Result<Intents, NluError> {
        let (file, text): (File, String) = files::read_toml(path)?;
        let extractors: Vec<Box<dyn Extractor>> = vec![
            Box::new(Characters),
            Box::new(Words(lexicon.words().to_vec())),
        ];
        let mut named = Vec::new();
        let mut classes = Vec::new();
        for (class, entry) in file.intent.iter().enumerate() {
            let offset = entry.span().start;
            let entry = entry.get_ref();
            if entry.examples.is_empty() {
                let message = format!("intent {} has no examples: write at least one", entry.id);
                return Err(NluError::at(path, &text, offset, message));
            }
            for example in &entry.examples {
                named.push(extract(&extractors, example));
                classes.push(class);
            }
        }
        let vocabulary = Vocabulary::count(&named);
        let examples: Vec<_> = named
            .iter()
            .map(|features| vocabulary.vector(features).0)
            .zip(classes)
            .collect();
        let model = Regression::train(&examples, vocabulary.len(), file.intent.len());
        let names = file.intent.into_iter().map(|entry| {
            let entry = entry.into_inner();
            (entry.id, entry.label)
        });
        Ok(Intents {
            names: names.collect(),
            extractors,
            vocabulary,
            model,
        })
    }

    /// Every intent with its probability, best first.
    pub(super) fn classify(&self, text: &str) -> Vec<(String, f32)> {
        let (vector, _) = self.vocabulary.vector(&extract(&self.extractors, text));
        let probabilities = self.model.probabilities(&vector, 1.0);
        let mut ranked: Vec<(String, f32)> = self
            .names
            .iter()
            .zip(probabilities)
            .map(|((id, _), p)| (id.clone(), p))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked
    }

    pub(super) fn label(&self, intent: &str) -> Option<&str> {
        self.names
            .iter()
            .find(|(id, _)| id == intent)
            .map(|(_, label)| label.as_str())
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(id, _)| id.as_str())
    }
}

fn extract(extractors: &[Box<dyn Extractor>], text: &str) -> Vec<(String, f32)> {
    let mut features = Vec::new();
    for extractor in extractors {
        extractor.extract(text, &mut features);
    }
    features
}
