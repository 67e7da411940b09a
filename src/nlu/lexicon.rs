//! The words of the trade.

use super::{NluError, files};
use serde::Deserialize;
use std::path::Path;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    angry: Vec<String>,
    word: Vec<Word>,
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
}

/// The words of the trade.
pub(super) struct Lexicon {
    words: Vec<Word>,
    angry: Vec<String>,
    prompt: Vec<String>,
}

impl Lexicon {
    pub(super) fn read(path: &Path) -> Result<Lexicon, NluError> {
        let (file, _): (File, _) = files::read_toml(path)?;
        let prompt = file.word.iter().filter(|w| w.prompt);
        Ok(Lexicon {
            prompt: prompt.map(|w| w.text.clone()).collect(),
            words: file.word,
            angry: file.angry,
        })
    }

    pub(super) fn prompt_words(&self) -> &[String] {
        &self.prompt
    }

    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }

    pub(super) fn is_angry(&self, text: &str) -> bool {
        self.angry.iter().any(|word| text.contains(word.as_str()))
    }

    pub(super) fn correct(&self, text: &str) -> String {
        text.to_owned()
    }
}
