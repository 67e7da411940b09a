//! From the model's sound to the telephone's: trimmed, as loud as every other phrase, at 8 kHz.

use super::{Phrase, SAMPLE_RATE};
use crate::audio::{resample, to_i16};

/// Rate of the model's sound, in Hz.
pub(super) const MODEL_RATE: u32 = 24_000;
/// Window in which level is measured: 10 ms.
const WINDOW: usize = MODEL_RATE as usize / 100;
/// A window this far below the loudest is silence at the ends: −38 dB. Breath and the tails of vowels stay.
const SILENCE: f32 = 0.0126;
/// Windows that are kept before the first and after the last that sounds, faded: soft consonants live there.
const MARGIN: usize = 2;
/// A window counts as speech for the level within 25 dB of the loudest.
const ACTIVE: f32 = 0.056;
/// Below this a telephone carries nothing, in Hz (ITU-T G.712 lets 300 Hz pass); the voices have 40 % of their energy there,
/// which would count towards the level and the peak without being heard.
const LOWEST: f32 = 200.0;
/// Level of speech, root mean square of active windows: −20 dBFS. ITU-T P.56 speech is nominally at −26 dBov on a line;
/// announcements are played louder than talkers, and older callers are glad of it.
const LEVEL: f32 = 0.1;
/// No sample gets above this: −1.5 dBFS, which A-law and a little ringing of the filter can hold.
const PEAK: f32 = 0.84;

/// Finishes what the model gave at [`MODEL_RATE`]. Sound without speech becomes no sound.
pub(super) fn finish(samples: &[f32]) -> Phrase {
    let mut spoken = trim(samples).to_vec();
    if spoken.is_empty() {
        return Phrase::from([]);
    }
    fade_ends(&mut spoken);
    let mut narrow = resample::whole(&spoken, MODEL_RATE, SAMPLE_RATE);
    high_pass(&mut narrow);
    level(&mut narrow);
    to_i16(&narrow).into()
}

/// Root mean square of each whole window.
fn levels(samples: &[f32], window: usize) -> Vec<f32> {
    samples
        .chunks(window)
        .map(|part| (part.iter().map(|x| x * x).sum::<f32>() / part.len() as f32).sqrt())
        .collect()
}

fn trim(samples: &[f32]) -> &[f32] {
    let levels = levels(samples, WINDOW);
    let loudest = levels.iter().copied().fold(0.0, f32::max);
    let sounds = |level: &f32| *level > loudest * SILENCE;
    let (Some(first), Some(last)) = (
        levels.iter().position(sounds),
        levels.iter().rposition(sounds),
    ) else {
        return &[];
    };
    let start = first.saturating_sub(MARGIN) * WINDOW;
    let end = ((last + 1 + MARGIN) * WINDOW).min(samples.len());
    &samples[start..end]
}

/// Half a window of fade at each end, against clicks.
fn fade_ends(samples: &mut [f32]) {
    let length = (WINDOW / 2).min(samples.len() / 2);
    let last = samples.len() - 1;
    for i in 0..length {
        let gain = i as f32 / length as f32;
        samples[i] *= gain;
        samples[last - i] *= gain;
    }
}

/// Butterworth of the second order at [`LOWEST`], as a biquad by the bilinear transform.
fn high_pass(samples: &mut [f32]) {
    let k = (std::f32::consts::PI * LOWEST / SAMPLE_RATE as f32).tan();
    let norm = 1.0 / (1.0 + std::f32::consts::SQRT_2 * k + k * k);
    let a1 = 2.0 * (k * k - 1.0) * norm;
    let a2 = (1.0 - std::f32::consts::SQRT_2 * k + k * k) * norm;
    let (mut x1, mut x2, mut y1, mut y2) = (0.0, 0.0, 0.0, 0.0);
    for sample in samples {
        let x = *sample;
        let y = norm * (x - 2.0 * x1 + x2) - a1 * y1 - a2 * y2;
        (x2, x1, y2, y1) = (x1, x, y1, y);
        *sample = y;
    }
}

fn level(samples: &mut [f32]) {
    let levels = levels(samples, SAMPLE_RATE as usize / 100);
    let loudest = levels.iter().copied().fold(0.0, f32::max);
    let active: Vec<f32> = levels
        .into_iter()
        .filter(|level| *level >= loudest * ACTIVE)
        .collect();
    let power = active.iter().map(|x| x * x).sum::<f32>() / active.len().max(1) as f32;
    let peak = samples.iter().fold(0.0_f32, |peak, x| peak.max(x.abs()));
    let gain = (LEVEL / power.sqrt()).min(PEAK / peak);
    if gain.is_finite() {
        samples.iter_mut().for_each(|x| *x *= gain);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Silence, a tone of half a second, silence.
    fn clip(amplitude: f32) -> Vec<f32> {
        let tone = (0..12_000).map(|i| amplitude * (i as f32 * 0.05).sin());
        let silence = |count| std::iter::repeat_n(0.0001 * amplitude, count);
        silence(10_800).chain(tone).chain(silence(19_200)).collect()
    }

    fn dbfs(phrase: &Phrase) -> f32 {
        let power: f32 = phrase
            .iter()
            .map(|&x| (f32::from(x) / 32_768.0).powi(2))
            .sum();
        10.0 * (power / phrase.len() as f32).log10()
    }

    #[test]
    fn silence_around_speech_is_cut_off() {
        let phrase = finish(&clip(0.3));
        let ms = phrase.len() * 1000 / SAMPLE_RATE as usize;
        assert!((500..=560).contains(&ms), "{ms}");
    }

    #[test]
    fn soft_and_loud_clips_become_equally_loud() {
        for amplitude in [0.01, 0.1, 0.9] {
            let level = dbfs(&finish(&clip(amplitude)));
            assert!((-20.8..=-19.2).contains(&level), "{level}");
        }
    }

    #[test]
    fn what_no_telephone_carries_takes_no_room() {
        let rms = |hz: f32| {
            let step = std::f32::consts::TAU * hz / SAMPLE_RATE as f32;
            let mut tone: Vec<f32> = (0..8_000).map(|i| (i as f32 * step).sin()).collect();
            high_pass(&mut tone);
            (tone[1_000..].iter().map(|x| x * x).sum::<f32>() / 3_500.0).sqrt()
        };
        assert!(rms(50.0) < 0.1, "{}", rms(50.0));
        assert!((0.69..0.73).contains(&rms(200.0)), "{}", rms(200.0));
        assert!(rms(400.0) > 0.95, "{}", rms(400.0));
    }

    #[test]
    fn silence_becomes_no_sound() {
        assert!(finish(&[]).is_empty());
        assert!(finish(&[0.0; 24_000]).is_empty());
    }

    #[test]
    fn a_click_does_not_clip() {
        let mut samples = clip(0.02);
        samples[15_000] = 1.0;
        let loudest = finish(&samples).iter().map(|x| x.unsigned_abs()).max();
        assert!(loudest.unwrap() < 30_000);
    }
}
