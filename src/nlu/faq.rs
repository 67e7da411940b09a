//! Questions that need no record of the caller.

use super::sounds::folded_units;
use super::units::{Numerals, Units};
use super::{NluError, files};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use toml::Spanned;

/// The answer to a common question.
#[derive(Debug, Clone, PartialEq)]
pub struct FaqAnswer {
    /// Its id in the pack.
    pub id: String,
    /// As it is spoken.
    pub answer: String,
    /// How near the question was, 0..1.
    pub confidence: f32,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    faq: Vec<Spanned<Entry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    questions: Vec<String>,
    answer: String,
}

/// The common questions of a pack, by their sound.
pub(super) struct Faq {
    entries: Vec<Entry>,
    /// Entry and n-grams of each known question.
    questions: Vec<(usize, HashSet<String>)>,
    /// How much an n-gram says: the rarer, the more.
    weights: HashMap<String, f32>,
}

/// A question less alike than this is not answered.
const NEAR: f32 = 0.5;
/// Weight of an n-gram that no known question has.
const STRANGE: f32 = 1.0;

impl Faq {
    /// All answers, as they are spoken.
    pub(super) fn answers(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.answer.as_str())
    }

    pub(super) fn read(path: &Path) -> Result<Faq, NluError> {
        let (file, text): (File, String) = files::read_toml(path)?;
        let mut entries: Vec<Entry> = Vec::new();
        for spanned in file.faq {
            let offset = spanned.span().start;
            let entry = spanned.into_inner();
            if entry.questions.is_empty() || entry.answer.trim().is_empty() {
                let message = format!("the entry {:?} needs a question and an answer", entry.id);
                return Err(NluError::at(path, &text, offset, message));
            }
            entries.push(entry);
        }
        let numbered = entries.iter().enumerate();
        let questions: Vec<(usize, HashSet<String>)> = numbered
            .flat_map(|(index, entry)| entry.questions.iter().map(move |q| (index, grams(q))))
            .collect();
        let mut counts: HashMap<String, f32> = HashMap::new();
        for gram in questions.iter().flat_map(|(_, grams)| grams) {
            *counts.entry(gram.clone()).or_default() += 1.0;
        }
        let total = questions.len() as f32;
        let weights = counts
            .into_iter()
            .map(|(gram, count)| (gram, (1.0 + total / count).ln()))
            .collect();
        Ok(Faq {
            entries,
            questions,
            weights,
        })
    }

    pub(super) fn answer(&self, text: &str) -> Option<FaqAnswer> {
        let asked = grams(text);
        let (entry, confidence) = self
            .questions
            .iter()
            .map(|(entry, known)| (*entry, self.likeness(&asked, known)))
            .max_by(|a, b| a.1.total_cmp(&b.1))?;
        let entry = &self.entries[entry];
        (confidence >= NEAR).then(|| FaqAnswer {
            id: entry.id.clone(),
            answer: entry.answer.clone(),
            confidence,
        })
    }

    /// Weighted share of n-grams that both have.
    fn likeness(&self, asked: &HashSet<String>, known: &HashSet<String>) -> f32 {
        let weight = |gram: &String| self.weights.get(gram).copied().unwrap_or(STRANGE);
        let both: f32 = sorted(asked.intersection(known))
            .into_iter()
            .map(weight)
            .sum();
        let all: f32 = sorted(asked.iter()).into_iter().map(weight).sum::<f32>()
            + sorted(known.iter()).into_iter().map(weight).sum::<f32>();
        if all > 0.0 { 2.0 * both / all } else { 0.0 }
    }
}

/// Sums of floats differ by their order in the last bit: the same question must get the same confidence.
fn sorted<'g>(grams: impl Iterator<Item = &'g String>) -> Vec<&'g String> {
    let mut grams: Vec<&String> = grams.collect();
    grams.sort_unstable();
    grams
}

/// One and two syllables in a row.
fn grams(text: &str) -> HashSet<String> {
    let sounds = folded_units(&Units::hear(text, Numerals::AsNumbers));
    let pairs = sounds.windows(2).map(|pair| pair.join(" "));
    pairs.chain(sounds.iter().cloned()).collect()
}
