//! Speaking: text in, telephone sound out.
//!
//! Written text is said as a clerk says it ([`normalise`]), cut into phrases that are made and kept one by one
//! ([`phrases`], [`PhraseCache`]), turned into the model's symbols and spoken ([`Kokoro`]), then trimmed, levelled and brought
//! to the telephone's rate.
//!
//! English among it is pronounced as English.
//!
//! In: written Chinese or English and the name of a voice. Out: [`Phrase`]s of 8 kHz.

mod cache;
mod english;
mod finish;
mod kokoro;
mod normalise;
mod phrases;
mod pronounce;

pub use cache::PhraseCache;
pub use kokoro::Kokoro;
pub use normalise::normalise;
pub use phrases::{Openings, PhrasePiece, digit_pieces, phrases};

use std::sync::Arc;

/// Sampling rate of spoken phrases, in Hz: the telephone's.
pub const SAMPLE_RATE: u32 = 8_000;

/// Sound of one phrase: mono at [`SAMPLE_RATE`], trimmed of the silence around it.
pub type Phrase = Arc<[i16]>;

/// How to speak.
#[derive(Debug, Clone, PartialEq)]
pub struct Voice {
    /// Name of a voice of the model: `zf_xiaobei`.
    pub name: String,
    /// Rate; 1.0 is the model's own, 0.85 suits older callers.
    pub speed: f32,
}

/// Turns a phrase into sound.
pub trait Synthesizer: Send + Sync {
    /// Speaks one phrase of written text (normalisation included). Takes about half a processor second for each second of sound.
    fn synthesize(&self, text: &str, voice: &Voice) -> Result<Phrase, TtsError>;
}

/// Why a phrase was not spoken.
#[derive(Debug, thiserror::Error)]
pub enum TtsError {
    /// The model failed.
    #[error("the voice model failed: {0}")]
    Engine(String),
    /// The voice is not among the model's.
    #[error("there is no voice {name:?}; the voices are {known}")]
    UnknownVoice {
        /// As asked for.
        name: String,
        /// Names of all voices.
        known: String,
    },
    /// Speech at this rate is none.
    #[error("a speed of {0} cannot be spoken; it must lie between 0.5 and 2")]
    Speed(f32),
    /// The phrase cache could not be read or written.
    #[error("the phrase cache at {path} failed: {source}")]
    Cache {
        /// File at fault.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
}
