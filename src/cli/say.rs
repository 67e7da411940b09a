//! `lingting say`: speaks a text into a file.

use super::Outcome;
use crate::audio::wav;
use crate::models::Folder;
use crate::tts::{Kokoro, SAMPLE_RATE, Synthesizer, Voice};
use clap::Args;
use std::path::PathBuf;

/// Speaks a text as callers will hear it: 8 kHz, mono.
#[derive(Debug, Args)]
pub struct Say {
    /// What to say; numbers, dates and units as they are written.
    text: String,
    /// WAV file to write.
    #[arg(long)]
    out: PathBuf,
    /// Voice; a wrong one lists them all.
    #[arg(long, default_value = "zf_xiaobei")]
    voice: String,
    /// Rate: 1 is the voice's own, 0.85 suits older callers.
    #[arg(long, default_value_t = 1.0)]
    speed: f32,
    /// Folder of the models; default: `LINGTING_MODELS`, then the user's cache.
    #[arg(long)]
    models: Option<PathBuf>,
}

impl Say {
    pub(super) fn run(self) -> Outcome {
        let kokoro = Kokoro::open(&Folder::locate(self.models.as_deref()))?;
        let voice = Voice {
            name: self.voice,
            speed: self.speed,
        };
        let sound = kokoro.synthesize(&self.text, &voice)?;
        if sound.is_empty() {
            return Err(
                "there is nothing to say in the text; give Chinese words, numbers or letters"
                    .into(),
            );
        }
        wav::write(&self.out, SAMPLE_RATE, &sound)?;
        let ms = sound.len() * 1000 / SAMPLE_RATE as usize;
        println!("{}: {ms} ms", self.out.display());
        Ok(())
    }
}
