//! Log-mel spectrograms as Whisper was trained on them: 80 Slaney mel bands, windows of 25 ms every 10 ms.

use super::SAMPLE_RATE;
use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};
use std::f32::consts::PI;
use std::sync::Arc;

/// Mel bands.
pub const MELS: usize = 80;
/// Samples of one window: 25 ms.
const WINDOW: usize = 400;
/// Samples from one window to the next: 10 ms.
const HOP: usize = 160;
/// Frequencies of a window's spectrum.
const BINS: usize = WINDOW / 2 + 1;
/// Everything more than 80 dB below the loudest point is cut off.
const DYNAMIC_RANGE: f32 = 8.0;

/// Makes spectrograms; holds the tables that all of them need.
pub struct MelAnalyser {
    fft: Arc<dyn RealToComplex<f32>>,
    window: [f32; WINDOW],
    bands: Vec<Band>,
}

/// The weights of one mel band, from the first bin where they are not zero.
struct Band {
    first: usize,
    weights: Vec<f32>,
}

/// A spectrogram: `data[mel * frames + frame]`, about −1..1.
pub struct LogMel {
    /// Frames of 10 ms.
    pub frames: usize,
    /// One row for each of the [`MELS`] bands.
    pub data: Vec<f32>,
}

impl Default for MelAnalyser {
    fn default() -> Self {
        MelAnalyser {
            fft: RealFftPlanner::new().plan_fft_forward(WINDOW),
            window: std::array::from_fn(|n| {
                0.5 - 0.5 * (2.0 * PI * n as f32 / WINDOW as f32).cos()
            }),
            bands: slaney_bands(),
        }
    }
}

impl MelAnalyser {
    /// The spectrogram of `samples` at [`SAMPLE_RATE`] followed by `margin` frames of silence. The number of frames is
    /// even, as the encoder halves it.
    pub fn analyse(&self, samples: &[f32], margin: usize) -> LogMel {
        let frames = (samples.len().div_ceil(HOP) + margin).next_multiple_of(2);
        let padded = pad(samples, frames * HOP);
        let mut data = vec![0.0; MELS * frames];
        let mut windowed = [0.0; WINDOW];
        let mut spectrum = vec![Complex::default(); BINS];
        let mut power = [0.0; BINS];
        for frame in 0..frames {
            let sound = &padded[frame * HOP..][..WINDOW];
            for ((to, &sample), weight) in windowed.iter_mut().zip(sound).zip(self.window) {
                *to = sample * weight;
            }
            self.fft
                .process(&mut windowed, &mut spectrum)
                .expect("the buffers have the lengths that the plan was made for");
            for (to, value) in power.iter_mut().zip(&spectrum) {
                *to = value.norm_sqr();
            }
            for (mel, band) in self.bands.iter().enumerate() {
                data[mel * frames + frame] = band.energy(&power).max(1e-10).log10();
            }
        }
        normalise(&mut data);
        LogMel { frames, data }
    }
}

impl Band {
    fn energy(&self, power: &[f32; BINS]) -> f32 {
        let bins = &power[self.first..][..self.weights.len()];
        self.weights.iter().zip(bins).map(|(w, p)| w * p).sum()
    }
}

/// Half a window in front and behind, mirrored in front as in the original, silent behind.
fn pad(samples: &[f32], length: usize) -> Vec<f32> {
    const HALF: usize = WINDOW / 2;
    let mut padded = vec![0.0; HALF + length + HALF];
    for (n, to) in padded[..HALF].iter_mut().enumerate() {
        *to = samples.get(HALF - n).copied().unwrap_or(0.0);
    }
    padded[HALF..][..samples.len()].copy_from_slice(samples);
    padded
}

fn normalise(data: &mut [f32]) {
    let floor = data.iter().copied().fold(f32::MIN, f32::max) - DYNAMIC_RANGE;
    for value in data {
        *value = (value.max(floor) + 4.0) / 4.0;
    }
}

/// Triangles of equal area (Slaney), linear in frequency below 1 kHz and logarithmic above, from 0 Hz to half the rate.
fn slaney_bands() -> Vec<Band> {
    let highest = mel_of(SAMPLE_RATE as f64 / 2.0);
    let edges: Vec<f64> = (0..MELS + 2)
        .map(|n| hertz_of(highest * n as f64 / (MELS + 1) as f64))
        .collect();
    edges
        .windows(3)
        .map(|edge| {
            let area = 2.0 / (edge[2] - edge[0]);
            let weight = |bin: usize| {
                let hertz = bin as f64 * SAMPLE_RATE as f64 / WINDOW as f64;
                let rising = (hertz - edge[0]) / (edge[1] - edge[0]);
                let falling = (edge[2] - hertz) / (edge[2] - edge[1]);
                (rising.min(falling).max(0.0) * area) as f32
            };
            let weights: Vec<f32> = (0..BINS).map(weight).collect();
            let first = weights.iter().position(|&w| w > 0.0).unwrap_or(0);
            let end = weights.iter().rposition(|&w| w > 0.0).map_or(0, |n| n + 1);
            Band {
                first,
                weights: weights[first.min(end)..end].to_vec(),
            }
        })
        .collect()
}

/// Hertz for each mel in the linear part.
const LINEAR: f64 = 200.0 / 3.0;
/// Where the logarithmic part begins, in Hz.
const KNEE: f64 = 1000.0;

/// Growth of the logarithm for each mel: 6.4 times the frequency in 27 mels.
fn growth() -> f64 {
    6.4f64.ln() / 27.0
}

fn mel_of(hertz: f64) -> f64 {
    if hertz < KNEE {
        hertz / LINEAR
    } else {
        KNEE / LINEAR + (hertz / KNEE).ln() / growth()
    }
}

fn hertz_of(mel: f64) -> f64 {
    let knee = KNEE / LINEAR;
    if mel < knee {
        mel * LINEAR
    } else {
        KNEE * (growth() * (mel - knee)).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hertz: f32) -> Vec<f32> {
        let step = 2.0 * PI * hertz / SAMPLE_RATE as f32;
        (0..SAMPLE_RATE).map(|n| (step * n as f32).sin()).collect()
    }

    #[test]
    fn a_tone_is_loudest_in_the_band_around_its_frequency() {
        let mel = MelAnalyser::default().analyse(&tone(1000.0), 0);
        assert_eq!(mel.frames, 100);
        let column: Vec<f32> = (0..MELS).map(|m| mel.data[m * 100 + 50]).collect();
        let loudest = (0..MELS)
            .max_by(|&a, &b| column[a].total_cmp(&column[b]))
            .unwrap();
        let centre = hertz_of(mel_of(8000.0) * (loudest + 1) as f64 / (MELS + 1) as f64);
        assert!((centre - 1000.0).abs() < 50.0, "{centre}");
    }

    #[test]
    fn the_margin_is_silence_and_the_length_even() {
        let mel = MelAnalyser::default().analyse(&tone(440.0)[..1601], 64);
        assert_eq!(mel.frames, 76);
        let floor = mel.data.iter().copied().fold(f32::MAX, f32::min);
        assert!((0..MELS).all(|m| mel.data[m * 76 + 75] == floor));
    }

    #[test]
    fn no_sound_at_all_has_a_spectrogram_too() {
        let mel = MelAnalyser::default().analyse(&[], 64);
        assert_eq!(mel.data.len(), MELS * 64);
    }
}
