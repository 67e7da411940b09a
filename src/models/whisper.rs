//! Turns Whisper's fetched weights into what the recogniser loads: `encoder.onnx`, `decoder.onnx`, `vocabulary.json`.

use super::ctranslate2::{Weights, WeightsError};
use super::whisper_graph;
use super::whisper_vocabulary::{Vocabulary, VocabularyError};
use std::path::{Path, PathBuf};

/// Names of the files that [`convert`] writes.
pub const FILES: [&str; 3] = ["encoder.onnx", "decoder.onnx", "vocabulary.json"];

/// Why the weights could not be converted.
#[derive(Debug, thiserror::Error)]
pub enum ConvertError {
    /// The weights cannot be used.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The tokenizer cannot be used.
    #[error(transparent)]
    Vocabulary(#[from] VocabularyError),
    /// A result could not be written.
    #[error("cannot write {path}: {source}")]
    Unwritable {
        /// File at fault.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// Reads CTranslate2's `model.bin` and Whisper's `tokenizer.json` and writes [`FILES`] into the existing folder `out`.
/// The same source gives the same bytes.
pub fn convert(model: &Path, tokenizer: &Path, out: &Path) -> Result<(), ConvertError> {
    let weights = Weights::read(model)?;
    let vocabulary = Vocabulary::choose(tokenizer)?;
    write(&out.join(FILES[0]), &whisper_graph::encoder(&weights)?)?;
    let decoder = whisper_graph::decoder(&weights, &vocabulary.original)?;
    write(&out.join(FILES[1]), &decoder)?;
    let text = serde_json::to_vec(&vocabulary).expect("strings and numbers are always valid JSON");
    write(&out.join(FILES[2]), &text)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), ConvertError> {
    std::fs::write(path, bytes).map_err(|source| ConvertError::Unwritable {
        path: path.to_owned(),
        source,
    })
}
