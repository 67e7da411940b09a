//! Making sound and measuring it.

use std::f64::consts::TAU;
use std::path::Path;
use std::sync::Arc;

/// A tone at 8 kHz.
pub fn tone(hertz: f64, milliseconds: usize) -> Arc<[i16]> {
    let sample = |i: usize| (TAU * hertz * i as f64 / 8000.0).sin() * 8000.0;
    (0..milliseconds * 8).map(|i| sample(i) as i16).collect()
}

/// Writes 16-bit mono sound at 8 kHz.
pub fn write(path: &Path, samples: &[i16]) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    for &sample in samples {
        writer.write_sample(sample).unwrap();
    }
    writer.finalize().unwrap();
}

/// Reads mono sound; a file that was not closed is read as far as it goes.
pub fn read(path: &Path) -> Vec<i16> {
    let reader = hound::WavReader::open(path).unwrap();
    reader.into_samples::<i16>().map_while(Result::ok).collect()
}

/// Share of a sound's power that lies at one frequency, in the middle one of its loud stretches of 40 ms: 1.0 for
/// a pure tone. Stretches in which the other end's machine was late do not decide.
pub fn purity(samples: &[i16], hertz: f64) -> f64 {
    let power = |window: &[i16]| window.iter().map(|&s| f64::from(s).powi(2)).sum::<f64>();
    let share = |window: &[i16]| {
        let (mut re, mut im) = (0.0, 0.0);
        for (i, &sample) in window.iter().enumerate() {
            let phase = TAU * hertz * i as f64 / 8000.0;
            re += f64::from(sample) * phase.cos();
            im += f64::from(sample) * phase.sin();
        }
        2.0 * (re * re + im * im) / window.len() as f64 / power(window)
    };
    let loud = samples
        .chunks_exact(320)
        .filter(|window| power(window) > 4e7);
    let mut shares: Vec<f64> = loud.map(share).collect();
    shares.sort_by(f64::total_cmp);
    shares.get(shares.len() / 2).copied().unwrap_or(0.0)
}

/// Milliseconds of a sound that are louder than −40 dBFS, in steps of 20 ms.
pub fn loud_ms(samples: &[i16]) -> usize {
    let loud = |frame: &&[i16]| frame.iter().any(|s| s.unsigned_abs() > 327);
    samples.chunks(160).filter(loud).count() * 20
}

/// How surely a sound is heard somewhere in a longer one: the best correlation of their loudness over time, 1.0 for a
/// perfect copy. Coding and level do not matter.
pub fn likeness(heard: &[i16], sound: &[i16]) -> f64 {
    let loudness = |samples: &[i16]| -> Vec<f64> {
        let power = |frame: &[i16]| frame.iter().map(|&s| f64::from(s).powi(2)).sum::<f64>();
        samples
            .chunks_exact(80)
            .map(|frame| (power(frame) / 80.0 + 100.0).ln())
            .collect()
    };
    let correlation = |a: &[f64], b: &[f64]| {
        let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
        let (a_mean, b_mean) = (mean(a), mean(b));
        let (mut ab, mut aa, mut bb) = (0.0, 1e-9, 1e-9);
        for (x, y) in a.iter().zip(b) {
            let (x, y) = (x - a_mean, y - b_mean);
            (ab, aa, bb) = (ab + x * y, aa + x * x, bb + y * y);
        }
        ab / f64::sqrt(aa * bb)
    };
    let (heard, sound) = (loudness(heard), loudness(sound));
    let places = heard.windows(sound.len().max(1));
    places
        .map(|place| correlation(place, &sound))
        .fold(0.0, f64::max)
}

/// The two sides of a recording.
pub fn sides(path: &Path) -> (Vec<i16>, Vec<i16>) {
    let both: Vec<i16> = read(path);
    let side = |first: usize| both.iter().skip(first).step_by(2).copied().collect();
    (side(0), side(1))
}
