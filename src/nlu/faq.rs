//! Questions that need no record of the caller.

use super::{NluError, files};
use serde::Deserialize;
use std::collections::HashSet;
use std::path::Path;

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
    faq: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    questions: Vec<String>,
    answer: String,
}

/// The common questions of a pack.
pub(super) struct Faq {
    entries: Vec<Entry>,
}

/// A question less alike than this is not answered.
const NEAR: f32 = 0.5;

impl Faq {
    pub(super) fn read(path: &Path) -> Result<Faq, NluError> {
        let (file, _): (File, _) = files::read_toml(path)?;
        Ok(Faq { entries: file.faq })
    }

    pub(super) fn answer(&self, text: &str) -> Option<FaqAnswer> {
        let asked = pairs(text);
        let alike = |question: &String| {
            let known = pairs(question);
            2.0 * asked.intersection(&known).count() as f32
                / (asked.len() + known.len()).max(1) as f32
        };
        let (entry, confidence) = self
            .entries
            .iter()
            .map(|entry| (entry, entry.questions.iter().map(alike).fold(0.0, f32::max)))
            .max_by(|a, b| a.1.total_cmp(&b.1))?;
        (confidence >= NEAR).then(|| FaqAnswer {
            id: entry.id.clone(),
            answer: entry.answer.clone(),
            confidence,
        })
    }
}

fn pairs(text: &str) -> HashSet<(char, char)> {
    let chars: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    chars.windows(2).map(|w| (w[0], w[1])).collect()
}
