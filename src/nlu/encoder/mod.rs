//! The sentence encoder: a sentence in, a vector out that is near the vectors of sentences that mean the like.
//!
//! multilingual-e5-small over ONNX Runtime: words as SentencePiece cuts them, twelve layers, their mean, brought to unit
//! length. A caller's sentence is encoded once: what was encoded lately is remembered, since the end of a turn, the intents and
//! the FAQ ask about the same text. A pack's examples are kept on disk from one start to the next.

mod kept;
mod vocabulary;

use crate::compute::{OnnxError, SessionPool};
use crate::models::{Folder, Manifest, ModelError};
use kept::Kept;
use ort::value::Tensor;
use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use vocabulary::Vocabulary;

/// Name of the model in the manifest.
const MODEL: &str = "e5-small";
/// What the model was trained to see before every sentence that is compared with its like.
const PREFIX: &str = "query: ";
/// Sentences that are remembered.
const REMEMBERED: usize = 128;
/// Tokens that are run at once; more at a time are not faster.
const TOKENS_AT_ONCE: usize = 256;

/// A sentence's vector, of unit length.
pub type Vector = Arc<[f32]>;

/// Why sentences cannot be encoded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncoderError {
    /// A file of the model is not there or not whole.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The graph cannot be loaded.
    #[error(transparent)]
    Graph(#[from] OnnxError),
    /// The vocabulary cannot be used.
    #[error(
        "the vocabulary {path} is damaged: {what}; `lingting models pull e5-small` makes it again"
    )]
    Vocabulary {
        /// File at fault.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// The graph failed on a sentence.
    #[error("the sentence encoder failed: {0}")]
    Run(String),
}

/// The loaded model; one serves all packs and calls.
pub struct Encoder {
    vocabulary: Vocabulary,
    sessions: SessionPool,
    kept: Kept,
    recent: Mutex<VecDeque<(String, Vector)>>,
}

impl Encoder {
    /// Loads the model from the folder of all models. Without it the error says what fetches it.
    pub fn open(models: &Folder) -> Result<Arc<Encoder>, EncoderError> {
        let library = models.path("onnxruntime", "libonnxruntime.so")?;
        let graph = models.path(MODEL, "encoder.onnx")?;
        let vocabulary = Vocabulary::read(&models.path(MODEL, "vocabulary.bin")?)?;
        let known = Manifest::shipped().model(MODEL)?;
        let fingerprints = known.file.iter().map(|file| file.sha256.as_str());
        Ok(Arc::new(Encoder {
            kept: Kept::beside(models, fingerprints, vocabulary.width()),
            vocabulary,
            sessions: SessionPool::load(&library, &graph)?,
            recent: Mutex::default(),
        }))
    }

    /// The vector of a sentence; of a text that is longer than a person says in a turn, that of its beginning.
    pub fn encode(&self, text: &str) -> Result<Vector, EncoderError> {
        if let Some(known) = self.remembered(text) {
            return Ok(known);
        }
        let tokens = self.vocabulary.tokens(&format!("{PREFIX}{text}"));
        let vector = self.run(&[&tokens])?.swap_remove(0);
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        if recent.len() >= REMEMBERED {
            recent.pop_front();
        }
        recent.push_back((text.to_owned(), Arc::clone(&vector)));
        Ok(vector)
    }

    fn remembered(&self, text: &str) -> Option<Vector> {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let found = recent.iter().rev().find(|(known, _)| known == text);
        found.map(|(_, vector)| Arc::clone(vector))
    }

    /// Vectors of a pack's sentences, in their order. What was encoded at an earlier start is read from disk; the
    /// rest is shared among the cores.
    pub(super) fn encode_all(&self, texts: &[&str]) -> Result<Vec<Vector>, EncoderError> {
        let mut found = self.kept.read(texts);
        let missing: Vec<&str> = {
            let mut missing: Vec<&str> = texts.to_vec();
            missing.retain(|text| !found.contains_key(*text));
            missing.sort_unstable();
            missing.dedup();
            missing
        };
        if !missing.is_empty() {
            for (text, vector) in missing.iter().zip(self.run_all(&missing)?) {
                found.insert((*text).to_owned(), vector);
            }
            self.kept.write(&found);
        }
        let of = |text: &&str| Arc::clone(&found[*text]);
        Ok(texts.iter().map(of).collect())
    }

    /// Encodes many sentences on all cores, those of equal length together.
    fn run_all(&self, texts: &[&str]) -> Result<Vec<Vector>, EncoderError> {
        let tokens: Vec<Vec<u32>> = texts
            .iter()
            .map(|text| self.vocabulary.tokens(&format!("{PREFIX}{text}")))
            .collect();
        let mut by_length: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, tokens) in tokens.iter().enumerate() {
            by_length.entry(tokens.len()).or_default().push(index);
        }
        let batches: Vec<Vec<usize>> = by_length
            .iter()
            .flat_map(|(length, all)| all.chunks((TOKENS_AT_ONCE / length).max(1)))
            .map(<[usize]>::to_vec)
            .collect();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let work = |core: usize| -> Result<Vec<(usize, Vector)>, EncoderError> {
            let mut done = Vec::new();
            for batch in batches.iter().skip(core).step_by(cores) {
                let sentences: Vec<&[u32]> = batch.iter().map(|&i| tokens[i].as_slice()).collect();
                done.extend(batch.iter().copied().zip(self.run(&sentences)?));
            }
            Ok(done)
        };
        let mut vectors = BTreeMap::new();
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..cores)
                .map(|core| scope.spawn(move || work(core)))
                .collect();
            for thread in threads {
                let lost = |_| EncoderError::Run("a thread was lost".to_owned());
                vectors.extend(thread.join().map_err(lost)??);
            }
            Ok::<(), EncoderError>(())
        })?;
        Ok(vectors.into_values().collect())
    }

    /// Runs sentences of equal length.
    fn run(&self, sentences: &[impl AsRef<[u32]>]) -> Result<Vec<Vector>, EncoderError> {
        let failed = |error: &dyn std::fmt::Display| EncoderError::Run(error.to_string());
        let width = self.vocabulary.width();
        let length = sentences.first().map_or(0, |first| first.as_ref().len());
        let mut words = Vec::with_capacity(sentences.len() * length * width);
        for token in sentences.iter().flat_map(AsRef::as_ref) {
            self.vocabulary.append_row(*token, &mut words);
        }
        let words = Tensor::from_array(([sentences.len(), length, width], words))
            .map_err(|error| failed(&error))?;
        let mut session = self.sessions.session()?;
        let outputs = session
            .run(ort::inputs!["words" => words])
            .map_err(|error| failed(&error))?;
        let (_, means) = outputs["mean"]
            .try_extract_tensor::<f32>()
            .map_err(|error| failed(&error))?;
        Ok(means.chunks(width).map(of_unit_length).collect())
    }
}

impl std::fmt::Debug for Encoder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Encoder").finish_non_exhaustive()
    }
}

fn of_unit_length(mean: &[f32]) -> Vector {
    let norm = mean.iter().map(|x| x * x).sum::<f32>().sqrt().max(1e-6);
    mean.iter().map(|x| x / norm).collect()
}

#[cfg(test)]
mod tests;
