//! Why a pack's language could not be loaded.

use std::path::{Path, PathBuf};

/// Why a pack's language could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NluError {
    /// A file or folder could not be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    /// The pack's sentences could not be encoded.
    #[error(transparent)]
    Encoder(#[from] super::EncoderError),
    /// A file is not what it should be; line and column count characters from 1.
    #[error("{path}:{line}:{column}: {message}")]
    Invalid {
        path: PathBuf,
        line: usize,
        column: usize,
        message: String,
    },
}

impl NluError {
    /// An error at a byte offset of a file's text.
    pub(super) fn at(
        path: &Path,
        text: &str,
        offset: usize,
        message: impl Into<String>,
    ) -> NluError {
        let before: &str = text.get(..offset).unwrap_or(text);
        NluError::Invalid {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.chars().rev().take_while(|&c| c != '\n').count() + 1,
            message: message.into().replace('\n', " "),
        }
    }
}
