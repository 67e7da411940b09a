//! Kokoro-82M: a small voice model with eight Mandarin voices, over ONNX Runtime.

use super::finish::finish;
use super::{Phrase, SAMPLE_RATE, Synthesizer, TtsError, Voice, english, phrases, pronounce};
use crate::compute::SessionPool;
use crate::models::Folder;
use ort::value::Tensor;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Id of the model in the manifest.
const MODEL: &str = "kokoro";
/// Symbols that the model takes at once, without the two that mark the ends.
const MOST_SYMBOLS: usize = 510;
/// Numbers of one style row.
const STYLE: usize = 256;
/// Rates between which speech stays speech.
const SPEEDS: std::ops::RangeInclusive<f32> = 0.5..=2.0;

/// The voice model and its voices. Calls may come from several threads; each computes on its own.
pub struct Kokoro {
    sessions: SessionPool,
    /// Number of each symbol.
    vocabulary: HashMap<char, i64>,
    /// Name to style rows of [`STYLE`] numbers; row n − 1 is for n symbols.
    voices: BTreeMap<String, Vec<f32>>,
}

impl Kokoro {
    /// Loads the model, its vocabulary and all voices beside it. Takes half a second and 360 MB.
    pub fn open(models: &Folder) -> Result<Kokoro, TtsError> {
        let engine = |error: &dyn std::fmt::Display| TtsError::Engine(error.to_string());
        let path = |model, file| models.path(model, file).map_err(|e| engine(&e));
        let library = path("onnxruntime", "libonnxruntime.so")?;
        let sessions =
            SessionPool::load(&library, &path(MODEL, "trimmed.onnx")?).map_err(|e| engine(&e))?;
        let vocabulary = read_vocabulary(&path(MODEL, "vocab.json")?)?;
        let voices = read_voices(&models.root().join(MODEL).join("voices"))?;
        Ok(Kokoro {
            sessions,
            vocabulary,
            voices,
        })
    }

    /// Names of all voices, sorted.
    pub fn voices(&self) -> impl Iterator<Item = &str> {
        self.voices.keys().map(String::as_str)
    }

    /// One piece, as the model speaks it.
    fn speak(&self, symbols: &[i64], style: &[f32], speed: f32) -> Result<Phrase, TtsError> {
        let engine = |error: ort::Error| TtsError::Engine(error.to_string());
        let row = (symbols.len() - 1) * STYLE;
        let Some(style) = style.get(row..row + STYLE) else {
            return Err(TtsError::Engine(format!(
                "a phrase of {} symbols is longer than the voice knows",
                symbols.len()
            )));
        };
        let tokens: Vec<i64> = [&[0], symbols, &[0]].concat();
        let shape = [1, tokens.len() as i64];
        let mut session = self
            .sessions
            .session()
            .map_err(|error| TtsError::Engine(error.to_string()))?;
        let outputs = session
            .run(ort::inputs![
                "tokens" => Tensor::from_array((shape, tokens)).map_err(engine)?,
                "style" => Tensor::from_array(([1, STYLE as i64], style.to_vec())).map_err(engine)?,
                "speed" => Tensor::from_array(([1_i64], vec![speed])).map_err(engine)?,
            ])
            .map_err(engine)?;
        let (_, samples) = outputs[0].try_extract_tensor::<f32>().map_err(engine)?;
        Ok(finish(samples))
    }
}

impl Synthesizer for Kokoro {
    fn synthesize(&self, text: &str, voice: &Voice) -> Result<Phrase, TtsError> {
        let style = self
            .voices
            .get(&voice.name)
            .ok_or_else(|| TtsError::UnknownVoice {
                name: voice.name.clone(),
                known: self.voices().collect::<Vec<_>>().join(", "),
            })?;
        if !SPEEDS.contains(&voice.speed) {
            return Err(TtsError::Speed(voice.speed));
        }
        // A phrase is one piece; a longer text is spoken piece by piece.
        let mut sound = Vec::new();
        for piece in phrases(text) {
            let symbols: Vec<i64> = pronounce::symbols(&piece.text)
                .chars()
                .filter_map(|symbol| self.vocabulary.get(&symbol).copied())
                .take(MOST_SYMBOLS)
                .collect();
            if symbols.is_empty() {
                continue;
            }
            let english = self.voices.get(english::VOICE);
            let style = english
                .filter(|_| english::is_english(&piece.text))
                .unwrap_or(style);
            sound.extend_from_slice(&self.speak(&symbols, style, voice.speed)?);
            let pause = piece.pause_ms * u64::from(SAMPLE_RATE) / 1000;
            sound.extend(std::iter::repeat_n(0, pause as usize));
        }
        Ok(sound.into())
    }
}

fn read_vocabulary(path: &Path) -> Result<HashMap<char, i64>, TtsError> {
    let unreadable =
        |why: String| TtsError::Engine(format!("cannot read {}: {why}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| unreadable(e.to_string()))?;
    #[derive(serde::Deserialize)]
    struct Vocabulary {
        vocab: HashMap<char, i64>,
    }
    let read: Vocabulary = serde_json::from_str(&text).map_err(|e| unreadable(e.to_string()))?;
    Ok(read.vocab)
}

fn read_voices(folder: &Path) -> Result<BTreeMap<String, Vec<f32>>, TtsError> {
    let unreadable =
        |path: &Path, why: &str| TtsError::Engine(format!("cannot read {}: {why}", path.display()));
    let files = std::fs::read_dir(folder).map_err(|e| unreadable(folder, &e.to_string()))?;
    let mut voices = BTreeMap::new();
    for file in files {
        let path = file.map_err(|e| unreadable(folder, &e.to_string()))?.path();
        let (Some(name), Some("bin")) = (
            path.file_stem().and_then(|name| name.to_str()),
            path.extension().and_then(|extension| extension.to_str()),
        ) else {
            continue;
        };
        let bytes = std::fs::read(&path).map_err(|e| unreadable(&path, &e.to_string()))?;
        if bytes.len() != MOST_SYMBOLS * STYLE * 4 {
            return Err(unreadable(&path, "it is no voice of 510 × 256 numbers"));
        }
        let numbers = bytes
            .as_chunks::<4>()
            .0
            .iter()
            .map(|&four| f32::from_le_bytes(four));
        voices.insert(name.to_owned(), numbers.collect());
    }
    Ok(voices)
}

#[cfg(test)]
mod tests;
