//! Whether anybody speaks, for an engine that writes sentences for tones, ringing and offices.

use super::AsrError;
use crate::audio::vad::{Rate, Vad};
use crate::compute::{OnnxError, SessionPool};
use std::path::Path;

/// Frames of 32 ms, one after the other, that are speech rather than not. Real words have ten at least; tones, ringing,
/// music and an office have none.
const LEAST: usize = 3;

/// Silero's network, shared by all decodings.
pub struct Voice(SessionPool);

impl Voice {
    /// `model` is `silero_vad.onnx`.
    pub fn load(library: &Path, model: &Path) -> Result<Voice, OnnxError> {
        SessionPool::load(library, model).map(Voice)
    }

    /// Whether there is a voice in the sound, mono at [`super::SAMPLE_RATE`].
    pub fn speaks(&self, samples: &[f32]) -> Result<bool, AsrError> {
        let mut session = self.0.session().map_err(engine)?;
        let mut vad = Vad::new(Rate::Wide);
        let mut spoken = 0;
        for frame in samples.chunks(Rate::Wide.frame()) {
            let speech = vad.frame(&mut session, frame).map_err(engine)?;
            spoken = if speech > 0.5 { spoken + 1 } else { 0 };
            if spoken == LEAST {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn engine(error: impl std::fmt::Display) -> AsrError {
    AsrError::Engine(error.to_string())
}
