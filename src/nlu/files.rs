//! Reading the files of a pack, with errors that name file, line and column.

use super::NluError;
use serde::de::DeserializeOwned;
use std::path::Path;

/// Reads a file as text.
pub(super) fn read(path: &Path) -> Result<String, NluError> {
    std::fs::read_to_string(path).map_err(|source| NluError::Unreadable {
        path: path.to_owned(),
        source,
    })
}

/// Reads a file as TOML of a known shape, and its text for later errors.
pub(super) fn read_toml<T: DeserializeOwned>(path: &Path) -> Result<(T, String), NluError> {
    let text = read(path)?;
    let value = toml::from_str(&text).map_err(|error| {
        let offset = error.span().map_or(0, |span| span.start);
        NluError::at(path, &text, offset, error.message())
    })?;
    Ok((value, text))
}
