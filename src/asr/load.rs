//! From the configuration to an engine.

use super::languages::Files;
use super::voice::Voice;
use super::{AsrError, Ggml, Languages, Recognizer, Whisper};
use crate::compute::OnnxError;
use crate::config::{AsrEngine, Models};
use crate::models::whisper_vocabulary::VocabularyError;
use crate::models::{Folder, ModelError};
use std::sync::Arc;

/// Why no engine can be started.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A model's file is missing.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A graph or the runtime cannot be loaded.
    #[error(transparent)]
    Onnx(#[from] OnnxError),
    /// The vocabulary cannot be read.
    #[error(transparent)]
    Vocabulary(#[from] VocabularyError),
    /// A ggml model cannot be loaded.
    #[error(transparent)]
    Ggml(#[from] AsrError),
}

/// The engine that is configured, with its model loaded.
pub fn load(settings: &Models) -> Result<Arc<dyn Recognizer>, LoadError> {
    let folder = Folder::locate(settings.folder.as_deref());
    match settings.engine {
        AsrEngine::Onnx => {
            let library = folder.path("onnxruntime", "libonnxruntime.so")?;
            folder.path(&settings.asr, "encoder.onnx")?;
            folder.path(&settings.asr, "decoder.onnx")?;
            let vocabulary = folder.path(&settings.asr, "vocabulary.json")?;
            let model = vocabulary.parent().unwrap_or(&vocabulary);
            let chinese = Arc::new(Whisper::load(&library, model)?);
            let others = folder.path(&settings.asr, "ggml-q8_0.bin");
            let detector = folder.path("silero-vad", "silero_vad.onnx");
            // Without them calls are in Chinese only.
            let (Ok(model), Ok(detector)) = (others, detector) else {
                return Ok(chinese);
            };
            let files = Files {
                model,
                library,
                detector,
            };
            Ok(Arc::new(Languages::new(chinese, files)))
        }
        AsrEngine::Ggml => {
            let model = folder.path(&settings.asr, "ggml-q8_0.bin")?;
            let library = folder.path("onnxruntime", "libonnxruntime.so")?;
            let voice = Voice::load(&library, &folder.path("silero-vad", "silero_vad.onnx")?)?;
            Ok(Arc::new(Ggml::load(&model, voice)?))
        }
    }
}
