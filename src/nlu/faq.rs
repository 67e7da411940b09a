//! Questions that need no record of the caller.

use super::{NluError, files};
use serde::Deserialize;
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

/// The common questions of a pack. Which one was asked is learned together with the intents: an entry's own questions are
/// its examples, all other sentences of the pack are examples of what it is not, so that neighbours (护照丢了, 身份证丢了)
/// are told apart by what differs between them.
pub(super) struct Faq {
    entries: Vec<Entry>,
}

/// A question that scores less is not answered. With an entry left out altogether, one in ten of its questions gets a
/// neighbour's answer at this score, and one in forty of the sentences that are no question of the FAQ gets any
/// (`docs/measurements.md`).
const NEAR: f32 = 0.26;

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
        Ok(Faq { entries })
    }

    /// All questions with the place of their entry.
    pub(super) fn questions(&self) -> Vec<(usize, &str)> {
        let entries = self.entries.iter().enumerate();
        entries
            .flat_map(|(place, entry)| entry.questions.iter().map(move |q| (place, q.as_str())))
            .collect()
    }

    /// The answer of the entry that was asked for, if it scores enough.
    pub(super) fn answer(&self, (entry, score): (usize, f32)) -> Option<FaqAnswer> {
        let entry = self.entries.get(entry).filter(|_| score >= NEAR)?;
        Some(FaqAnswer {
            id: entry.id.clone(),
            answer: entry.answer.clone(),
            confidence: score.min(1.0),
        })
    }
}
