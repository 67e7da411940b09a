//! Mel bands of Whisper: triangles of equal area (Slaney's scale) over 201 frequencies from 0 to 8 kHz.

/// Frequencies of a window of 400 samples at 16 kHz: every 40 Hz.
pub const BINS: usize = 201;
/// Distance of two frequencies, in Hz.
const BIN_HZ: f64 = 40.0;
/// Slaney's scale is linear up to 1 kHz, 15 mel, …
const KNEE: (f64, f64) = (1000.0, 15.0);
/// … and from there on 27 mel are a factor of 6.4.
const STEP: f64 = 0.068_751_777_420_949_12;

/// Weights of `bands` bands, `BINS` each, one band after the other.
pub fn filters(bands: usize) -> Vec<f32> {
    let top = mel((BINS - 1) as f64 * BIN_HZ);
    let edge = |i: usize| hertz(top * i as f64 / (bands + 1) as f64);
    let weight = |band: usize, bin: usize| {
        let (low, middle, high) = (edge(band), edge(band + 1), edge(band + 2));
        let hz = bin as f64 * BIN_HZ;
        let height = ((hz - low) / (middle - low)).min((high - hz) / (high - middle));
        (height.max(0.0) * 2.0 / (high - low)) as f32
    };
    (0..bands)
        .flat_map(|band| (0..BINS).map(move |bin| weight(band, bin)))
        .collect()
}

fn mel(hz: f64) -> f64 {
    let (knee_hz, knee_mel) = KNEE;
    if hz < knee_hz {
        hz * knee_mel / knee_hz
    } else {
        knee_mel + (hz / knee_hz).ln() / STEP
    }
}

fn hertz(mel: f64) -> f64 {
    let (knee_hz, knee_mel) = KNEE;
    if mel < knee_mel {
        mel * knee_hz / knee_mel
    } else {
        knee_hz * ((mel - knee_mel) * STEP).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_band_has_the_same_area() {
        for band in filters(80).chunks(BINS).skip(20) {
            let area: f64 = band.iter().map(|&weight| f64::from(weight) * BIN_HZ).sum();
            assert!((area - 1.0).abs() < 0.1, "{area}");
        }
    }

    #[test]
    fn the_bands_cover_the_spectrum_in_order() {
        let peaks: Vec<usize> = filters(80)
            .chunks(BINS)
            .map(|band| {
                (0..BINS)
                    .max_by(|&a, &b| band[a].total_cmp(&band[b]))
                    .unwrap()
            })
            .collect();
        assert!(
            peaks.is_sorted() && peaks[0] <= 1 && peaks[79] > 190,
            "{peaks:?}"
        );
    }
}
