//! Sound: samples in, samples (and what can be told from samples alone) out.
//!
//! In: telephone frames, files, other rates. Out: the same in the form that the other rooms want (G.711 bytes, 8 or
//! 16 kHz, concealed, mixed), whether somebody speaks, and the keys that were pressed in-band. Everything here is a
//! function of samples: no clock, no sockets.
//!
//! Samples are `i16` on the telephone's side and `f32` in −1..1 on the recogniser's; [`to_f32`] and [`to_i16`] join them.

pub mod channel;
pub mod conceal;
pub mod dtmf;
pub mod g711;
pub mod mix;
pub mod resample;
pub mod vad;
pub mod wav;

use std::path::PathBuf;

/// Sampling rate of the telephone, in Hz.
pub const PHONE_RATE: u32 = 8_000;

/// Samples of 16 bits as −1..1.
pub fn to_f32(samples: &[i16]) -> Vec<f32> {
    samples
        .iter()
        .map(|&sample| f32::from(sample) / 32_768.0)
        .collect()
}

/// Samples in −1..1 as 16 bits, rounded; louder ones are clipped.
pub fn to_i16(samples: &[f32]) -> Vec<i16> {
    samples
        .iter()
        .map(|sample| (sample * 32_768.0).round() as i16)
        .collect()
}

/// Why sound could not be read, written or judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AudioError {
    /// The file could not be opened.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// File at fault.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no sound that can be used.
    #[error("{path} is not a usable WAV file: {reason}")]
    NotWav {
        /// File at fault.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file could not be written.
    #[error("cannot write {path}: {reason}")]
    Unwritable {
        /// File at fault.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The model of voice activity could not be run.
    #[error("the voice activity model failed: {0}")]
    Vad(String),
}
