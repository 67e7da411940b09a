//! Languages other than Chinese: a second engine is asked where English is expected, or where the caller has just begun to
//! speak and the Chinese reading is doubtful. A clear Chinese sentence does not pay for it, a doubtful one half a second.

use super::voice::Voice;
use super::{Abort, AsrError, Ggml, Recognition, Recognizer, SAMPLE_RATE, Utterance, windows};
use crate::event::Spoken;
use cpu_time::ThreadTime;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Trust from which a Chinese reading needs no second opinion: English sentences got 0.27 at most when they were read as
/// Chinese, 3 of 40 Chinese ones by telephone less than 0.5 (`cargo test --test english -- --nocapture`).
const CLEARLY_CHINESE: f32 = 0.5;
/// Shortest sound whose language can be told, in samples.
const SHORTEST: usize = SAMPLE_RATE as usize;

/// Files of the second engine.
pub struct Files {
    /// Whisper in ggml's form, with the words of all languages.
    pub model: PathBuf,
    /// ONNX Runtime.
    pub library: PathBuf,
    /// Voice activity.
    pub detector: PathBuf,
}

/// An engine for Chinese with one for other languages beside it, which is loaded when it is first needed: 80 MB, and 100
/// for each core that works with it.
pub struct Languages {
    chinese: Arc<dyn Recognizer>,
    files: Files,
    others: Mutex<Option<Arc<Ggml>>>,
}

impl Languages {
    pub(super) fn new(chinese: Arc<dyn Recognizer>, files: Files) -> Languages {
        Languages {
            chinese,
            files,
            others: Mutex::default(),
        }
    }

    fn others(&self) -> Result<Arc<Ggml>, AsrError> {
        let mut others = self.others.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ggml) = others.as_ref() {
            return Ok(Arc::clone(ggml));
        }
        let engine = |error: &dyn std::fmt::Display| AsrError::Engine(error.to_string());
        let voice = Voice::load(&self.files.library, &self.files.detector)
            .map_err(|error| engine(&error))?;
        let ggml = Arc::new(Ggml::load(&self.files.model, voice)?);
        *others = Some(Arc::clone(&ggml));
        Ok(ggml)
    }

    /// The utterance in another language; nothing where it is Chinese or not understood.
    fn foreign(
        &self,
        utterance: &Utterance,
        abort: &Abort,
    ) -> Result<Option<Recognition>, AsrError> {
        let clock = ThreadTime::now();
        let ggml = self.others()?;
        let is_sure = utterance.expectation.language == Spoken::English;
        let mut parts = Vec::new();
        for range in windows::split(&utterance.samples) {
            if abort.is_raised() {
                return Err(AsrError::Aborted);
            }
            let heard = ggml.foreign(&utterance.samples[range], is_sure)?;
            parts.push(heard.into_iter().collect());
        }
        let hypotheses = windows::join(parts);
        Ok((!hypotheses.is_empty() || is_sure).then(|| Recognition {
            hypotheses,
            syllables: Vec::new(),
            decode_ms: clock.elapsed().as_millis() as u64,
        }))
    }
}

impl Recognizer for Languages {
    fn recognize(&self, utterance: &Utterance, abort: &Abort) -> Result<Recognition, AsrError> {
        match utterance.expectation.language {
            Spoken::Chinese => return self.chinese.recognize(utterance, abort),
            Spoken::English => {
                let heard = self.foreign(utterance, abort)?;
                return Ok(heard.unwrap_or_default());
            }
            Spoken::Any => {}
        }
        let chinese = self.chinese.recognize(utterance, abort)?;
        let best = chinese.hypotheses.first();
        let is_clear = best.is_some_and(|best| best.confidence >= CLEARLY_CHINESE);
        if is_clear || utterance.samples.len() < SHORTEST {
            return Ok(chinese);
        }
        match self.foreign(utterance, abort) {
            Ok(foreign) => Ok(foreign.unwrap_or(chinese)),
            Err(AsrError::Aborted) => Err(AsrError::Aborted),
            Err(error) => {
                // What was heard is not lost for want of a second opinion.
                tracing::error!(%error, "a doubtful sentence is taken for Chinese");
                Ok(chinese)
            }
        }
    }
}
