//! `lingting transcribe`: WAV files to text, one JSON object a line.

use super::Outcome;
use crate::asr::{self, Abort, Utterance};
use crate::audio::wav;
use crate::config::{AsrEngine, Models};
use crate::event::Expectation;
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;

/// Writes down what is said in WAV files.
#[derive(Debug, Args)]
pub struct Transcribe {
    /// Files; any rate, mono or the first channel.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Engine.
    #[arg(long, value_enum, default_value = "onnx")]
    engine: AsrEngine,
}

#[derive(Serialize)]
struct Line {
    file: String,
    text: String,
    confidence: f32,
    audio_ms: usize,
    decode_ms: u64,
}

impl Transcribe {
    pub(super) fn run(self) -> Outcome {
        let settings = Models {
            engine: self.engine,
            ..Models::default()
        };
        let engine = asr::load(&settings)?;
        for file in self.files {
            let samples = wav::read_at(&file, asr::SAMPLE_RATE)?;
            let audio_ms = samples.len() * 1000 / asr::SAMPLE_RATE as usize;
            let utterance = Utterance {
                samples: samples.into(),
                expectation: Expectation::default(),
                spelling: None,
                check: None,
                phrasing: None,
                readings: 1,
            };
            let recognition = engine.recognize(&utterance, &Abort::default())?;
            let best = recognition.hypotheses.into_iter().next();
            let (text, confidence) =
                best.map_or((String::new(), 0.0), |best| (best.text.0, best.confidence));
            let line = Line {
                file: file.display().to_string(),
                text,
                confidence,
                audio_ms,
                decode_ms: recognition.decode_ms,
            };
            println!("{}", serde_json::to_string(&line)?);
        }
        Ok(())
    }
}
