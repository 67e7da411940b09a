//! Hearing: sound of one utterance in, readings with trust out.
//!
//! Engines stand behind [`Recognizer`]. The default is Whisper by our own decode loop over ONNX Runtime, with a second
//! head for syllables on its encoder; `whisper-rs` runs any ggml model that a site chooses.

mod ctc;
mod digits;
mod features;
mod fusion;
mod ggml;
mod guard;
mod kept;
mod languages;
mod load;
mod network;
mod phrase_search;
mod phrases;
mod repetition;
mod search;
mod sentences;
mod syllables;
mod trust;
mod vocabulary;
mod voice;
mod whisper;
mod windows;
mod words;

pub use ggml::Ggml;
pub use languages::Languages;
pub use load::{LoadError, load};
pub use repetition::repeats;
pub use syllables::HeardSyllable;
pub use whisper::Whisper;

use crate::event::{CheckRule, Expectation, Hypothesis};
use crate::mandarin::{Phrasing, Spelling};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Sampling rate that every recogniser takes, in Hz.
pub const SAMPLE_RATE: u32 = 16_000;

/// What to recognise.
#[derive(Debug, Clone)]
pub struct Utterance {
    /// Mono sound at [`SAMPLE_RATE`], samples in −1..1.
    pub samples: Arc<[f32]>,
    /// What was asked: chooses token masks and prompt words.
    pub expectation: Expectation,
    /// The ways in which the value that was asked for may be written; what is written otherwise is believed a little less.
    pub spelling: Option<Arc<Spelling>>,
    /// How the number that was asked for shows that it was heard right: numbers that do are sought further.
    pub check: Option<CheckRule>,
    /// What callers of the pack say, where anything may be said.
    pub phrasing: Option<Arc<Phrasing>>,
    /// How many readings are wanted at most.
    pub readings: usize,
}

/// What was recognised.
#[derive(Debug, Clone, Default)]
pub struct Recognition {
    /// Best first; empty for silence, noise and music.
    pub hypotheses: Vec<Hypothesis>,
    /// What was heard, syllable by syllable, with its place in the utterance; empty where the engine has no second head.
    pub syllables: Vec<HeardSyllable>,
    /// Processor milliseconds of the decoding.
    pub decode_ms: u64,
}

/// Turns speech into text.
pub trait Recognizer: Send + Sync {
    /// Recognises one utterance; returns early with [`AsrError::Aborted`] soon after `abort` is raised.
    fn recognize(&self, utterance: &Utterance, abort: &Abort) -> Result<Recognition, AsrError>;
}

/// A flag that ends a decoding between two of its steps.
#[derive(Debug, Clone, Default)]
pub struct Abort(Arc<AtomicBool>);

impl Abort {
    /// Raises the flag.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the flag is up.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Why an utterance was not recognised.
#[derive(Debug, thiserror::Error)]
pub enum AsrError {
    /// The result was no longer wanted.
    #[error("the decoding was aborted")]
    Aborted,
    /// The engine failed.
    #[error("the recogniser failed: {0}")]
    Engine(String),
}
