//! The telephone line, for evaluations: what a recording would sound like if it had come over the telephone.

use super::g711::Law;
use super::{PHONE_RATE, resample, to_f32, to_i16};
use std::f64::consts::PI;

/// Edges of the telephone's band, in Hz (ITU-T G.712 names 300–3400 Hz).
const BAND: (f64, f64) = (300.0, 3400.0);

/// Quality factors of a Butterworth filter of fourth order, made of two sections of second order.
const BUTTERWORTH_4: [f64; 2] = [0.541_196_1, 1.306_563];

/// Sends mono sound at 16 kHz through a telephone channel: to 8 kHz, band-pass 300–3400 Hz (fourth-order Butterworth
/// at each edge), A-law there and back, to 16 kHz again. Aligned with the input and as long.
pub fn phone(samples: &[f32]) -> Vec<f32> {
    let narrow = resample::whole(samples, 2 * PHONE_RATE, PHONE_RATE);
    let line = to_i16(&band_pass(&narrow));
    let heard = Law::A.decode_all(&Law::A.encode_all(&line));
    let mut wide = resample::whole(&to_f32(&heard), PHONE_RATE, 2 * PHONE_RATE);
    wide.resize(samples.len(), 0.0);
    wide
}

/// The telephone's band of sound at 8 kHz.
fn band_pass(samples: &[f32]) -> Vec<f32> {
    let high = BUTTERWORTH_4.map(|q| Section::high_pass(BAND.0, q));
    let low = BUTTERWORTH_4.map(|q| Section::low_pass(BAND.1, q));
    let mut sections = [high, low].concat();
    let filtered = samples.iter().map(|&sample| {
        sections
            .iter_mut()
            .fold(f64::from(sample), |value, section| section.next(value)) as f32
    });
    filtered.collect()
}

/// A filter of second order at 8 kHz by the bilinear transform, in transposed direct form II.
#[derive(Clone, Copy)]
struct Section {
    b: [f64; 3],
    a: [f64; 2],
    state: [f64; 2],
}

impl Section {
    fn low_pass(hz: f64, q: f64) -> Section {
        let k = (PI * hz / f64::from(PHONE_RATE)).tan();
        Section::new([k * k, 2.0 * k * k, k * k], k, q)
    }

    fn high_pass(hz: f64, q: f64) -> Section {
        let k = (PI * hz / f64::from(PHONE_RATE)).tan();
        Section::new([1.0, -2.0, 1.0], k, q)
    }

    fn new(b: [f64; 3], k: f64, q: f64) -> Section {
        let norm = 1.0 / (1.0 + k / q + k * k);
        let a = [2.0 * (k * k - 1.0) * norm, (1.0 - k / q + k * k) * norm];
        Section {
            b: b.map(|b| b * norm),
            a,
            state: [0.0; 2],
        }
    }

    fn next(&mut self, x: f64) -> f64 {
        let y = self.b[0] * x + self.state[0];
        self.state[0] = self.b[1] * x - self.a[0] * y + self.state[1];
        self.state[1] = self.b[2] * x - self.a[1] * y;
        y
    }
}

/// Gain of the band-pass at a frequency, in decibels.
#[cfg(test)]
fn gain_db(hz: f64) -> f64 {
    let tone: Vec<f32> = (0..8000)
        .map(|i| (2.0 * PI * hz * f64::from(i) / f64::from(PHONE_RATE)).sin() as f32)
        .collect();
    let power: f64 = band_pass(&tone)[4000..]
        .iter()
        .map(|&x| f64::from(x).powi(2))
        .sum::<f64>()
        / 4000.0;
    20.0 * (power.sqrt() * std::f64::consts::SQRT_2).log10()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_band_is_the_telephones() {
        assert!(gain_db(1000.0).abs() < 0.1, "{}", gain_db(1000.0));
        assert!((gain_db(300.0) + 3.0).abs() < 0.2, "{}", gain_db(300.0));
        assert!((gain_db(3400.0) + 3.0).abs() < 0.2, "{}", gain_db(3400.0));
        assert!(gain_db(100.0) < -35.0, "{}", gain_db(100.0));
    }

    #[test]
    fn the_line_is_as_long_as_the_sound() {
        for count in [0, 1, 159, 16_001] {
            assert_eq!(phone(&vec![0.1; count]).len(), count);
        }
    }
}
