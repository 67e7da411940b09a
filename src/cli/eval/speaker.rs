//! Callers who read lines aloud, each in another Mandarin voice and at another rate.

use crate::asr;
use crate::audio::{resample, to_f32};
use crate::models::Folder;
use crate::tts::{self, Kokoro, PhraseCache, Synthesizer, TtsError, Voice};
use clap::Args;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use std::path::PathBuf;

/// Silence before and behind a line, in samples at the recogniser's rate: 0.25 s.
const SILENCE: usize = asr::SAMPLE_RATE as usize / 4;

/// Who speaks.
#[derive(Debug, Args)]
pub(super) struct Voices {
    /// Voices that speak, in turn; absent: every Mandarin one.
    #[arg(long, value_delimiter = ',')]
    voices: Vec<String>,
    /// Folder that spoken lines are kept in, to be heard again by another recogniser.
    #[arg(long)]
    sounds: Option<PathBuf>,
}

/// The loaded voices.
pub(super) struct Speaker {
    kokoro: Kokoro,
    voices: Vec<String>,
    kept: Option<PhraseCache>,
}

impl Speaker {
    pub(super) fn open(chosen: &Voices) -> Result<Speaker, Box<dyn std::error::Error>> {
        let kokoro = Kokoro::open(&Folder::locate(None))?;
        let mut voices = chosen.voices.clone();
        if voices.is_empty() {
            let mandarin = kokoro.voices().filter(|name| name.starts_with('z'));
            voices = mandarin.map(str::to_owned).collect();
        }
        Ok(Speaker {
            kept: chosen
                .sounds
                .as_deref()
                .map(PhraseCache::open)
                .transpose()?,
            kokoro,
            voices,
        })
    }

    /// A line in the voice of caller number `caller`; who says something again says it at another rate.
    pub(super) fn say(&self, text: &str, caller: usize, time: u64) -> Result<Vec<f32>, TtsError> {
        let seed = caller as u64 + (time << 32);
        let voice = Voice {
            name: self.voices[caller % self.voices.len()].clone(),
            speed: StdRng::seed_from_u64(seed).random_range(0.85..1.2),
        };
        if let Some(phrase) = self.kept.as_ref().and_then(|kept| kept.get(text, &voice)) {
            return Ok(padded(&phrase));
        }
        let phrase = self.kokoro.synthesize(text, &voice)?;
        if let Some(kept) = &self.kept {
            kept.put(text, &voice, &phrase)?;
        }
        Ok(padded(&phrase))
    }
}

/// A phrase at the recogniser's rate, with silence around it.
fn padded(phrase: &[i16]) -> Vec<f32> {
    let mut sound = vec![0.0; SILENCE];
    sound.extend(resample::whole(
        &to_f32(phrase),
        tts::SAMPLE_RATE,
        asr::SAMPLE_RATE,
    ));
    sound.resize(sound.len() + SILENCE, 0.0);
    sound
}
