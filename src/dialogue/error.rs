//! Why a domain pack was not taken.

use crate::nlu::NluError;
use std::path::{Path, PathBuf};

/// Why a domain pack was not taken. The sentence names the file and the line and says what mends it.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// A file or folder could not be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// File or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file does not say what it should.
    #[error("{path}:{line}: {message}")]
    Invalid {
        /// File.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong and what mends it.
        message: String,
    },
    /// The pack's intents, words, grammars or common questions are at fault.
    #[error(transparent)]
    Language(#[from] NluError),
}

impl PackError {
    /// The line, from 1, of `offset` bytes into a text.
    pub(super) fn line(text: &str, offset: usize) -> usize {
        let before = text.get(..offset).unwrap_or(text);
        before.matches('\n').count() + 1
    }

    /// An error at `offset` bytes into `text`, the content of `path`.
    pub(super) fn at(path: &Path, text: &str, offset: usize, message: impl Into<String>) -> Self {
        PackError::on_line(path, PackError::line(text, offset), message)
    }

    /// An error on a line of `path`.
    pub(super) fn on_line(path: &Path, line: usize, message: impl Into<String>) -> Self {
        PackError::Invalid {
            path: path.to_owned(),
            line,
            message: message.into().replace('\n', " "),
        }
    }

    /// Reads a file's text.
    pub(super) fn text(path: &Path) -> Result<String, PackError> {
        std::fs::read_to_string(path).map_err(|source| PackError::Unreadable {
            path: path.to_owned(),
            source,
        })
    }

    /// Reads a TOML text of a known shape.
    pub(super) fn parse<T: serde::de::DeserializeOwned>(
        path: &Path,
        text: &str,
    ) -> Result<T, PackError> {
        toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            PackError::at(path, text, offset, error.message())
        })
    }
}
