//! Keys pressed in-band: two tones at once (ITU-T Q.23), told from speech.
//!
//! Every 5 ms the last 20 ms are looked at through a Hann window at the eight frequencies. A key is down when its two
//! tones alone hold most of the energy, stand in the right proportion, last long enough at a steady level, and turn at
//! their nominal frequencies: the phase of each from one look to the next tells by how much it is off.

use super::PHONE_RATE;
use std::f32::consts::TAU;

/// Frequencies of the rows and the columns of the keypad, in Hz (Q.23).
const ROWS: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
const COLUMNS: [f32; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
const KEYS: [[char; 4]; 4] = [
    ['1', '2', '3', 'A'],
    ['4', '5', '6', 'B'],
    ['7', '8', '9', 'C'],
    ['*', '0', '#', 'D'],
];

/// Samples of one look: 20 ms.
const WINDOW: usize = 160;
/// Samples from one look to the next: 5 ms.
const HOP: usize = 40;
/// Looks at a steady level that make a key. A tone of 40 ms (the shortest that Q.24 wants accepted) gives six or seven;
/// one of 23 ms (the longest that it wants refused) gives at most four.
const LOOKS_DOWN: usize = 5;
/// Looks without the key that end it: 25 ms, between the interruption that Q.24 wants ignored (10 ms) and the pause
/// that it wants noticed (40 ms).
const LOOKS_UP: usize = 5;
/// Least share of all energy in the two tones. Speech 4 dB below a key leaves 0.7, and a tone 1.5 % off loses up to
/// a quarter in the window.
const LEAST_SHARE: f32 = 0.6;
/// Least power of a tone, as the square of its amplitude (full scale is 1): −43 dBFS.
const LEAST_POWER: f32 = 5e-5;
/// The column may be so much weaker or stronger than the row (Q.24: 8 dB and 4 dB, with 2 dB to spare).
const TWIST: std::ops::RangeInclusive<f32> = 0.1..=4.0;
/// Looks whose power is above this part of the strongest count as steady: −3 dB.
const STEADY: f32 = 0.5;
/// Below this part of the strongest the key has been let go: −6 dB.
const LET_GO: f32 = 0.25;
/// Greatest deviation of a frequency: between 1.5 % (accepted) and 3.5 % (refused) of Q.24.
const TOLERANCE: f32 = 0.025;

/// Finds keys in one stream at 8 kHz.
pub struct Detector {
    /// The last samples, in −1..1; the newest is last.
    recent: Vec<f32>,
    window: Vec<f32>,
    tones: Vec<Tone>,
    state: State,
}

/// A windowed cosine and sine at one of the eight frequencies.
struct Tone(Vec<(f32, f32)>);

enum State {
    /// No key.
    Up,
    /// The tones of a key are there; `told` once it has lasted long enough.
    Down {
        key: (usize, usize),
        looks: Vec<Look>,
        absent: usize,
        told: bool,
    },
}

/// What was seen at one time: strongest row and column with their complex amplitudes.
#[derive(Clone, Copy)]
struct Look {
    row: (f32, f32),
    column: (f32, f32),
}

impl Look {
    fn power(&self) -> f32 {
        power(self.row) + power(self.column)
    }
}

impl Default for Detector {
    fn default() -> Self {
        let hann = |i: usize| 0.5 - 0.5 * (TAU * (i as f32 + 0.5) / WINDOW as f32).cos();
        let window: Vec<f32> = (0..WINDOW).map(hann).collect();
        // Scaled so that a sine of amplitude 1 gives amplitude 1.
        let scale = 2.0 / window.iter().sum::<f32>();
        let tone = |&hz: &f32| {
            let turn = TAU * hz / PHONE_RATE as f32;
            let wave = window.iter().enumerate().map(|(i, w)| {
                let (sine, cosine) = (turn * i as f32).sin_cos();
                (w * scale * cosine, -w * scale * sine)
            });
            Tone(wave.collect())
        };
        let tones = ROWS.iter().chain(&COLUMNS).map(tone).collect();
        Detector {
            recent: vec![0.0; WINDOW],
            window,
            tones,
            state: State::Up,
        }
    }
}

impl Detector {
    /// Takes the next samples, any number of them, and gives the keys that were recognised, each once, some
    /// 35 ms after it went down.
    pub fn push(&mut self, samples: &[i16]) -> Vec<char> {
        let mut keys = Vec::new();
        for &sample in samples {
            self.recent.push(f32::from(sample) / 32_768.0);
            if self.recent.len() == WINDOW + HOP {
                self.recent.drain(..HOP);
                let seen = self.look();
                keys.extend(self.state.next(seen));
            }
        }
        keys
    }

    /// The key whose tones fill the window, if one's do.
    fn look(&self) -> Option<((usize, usize), Look)> {
        let seen: Vec<(f32, f32)> = self
            .tones
            .iter()
            .map(|tone| tone.amplitude(&self.recent))
            .collect();
        let strongest =
            |four: &[(f32, f32)]| (0..4).max_by(|&a, &b| power(four[a]).total_cmp(&power(four[b])));
        let (row, column) = (strongest(&seen[..4])?, strongest(&seen[4..])?);
        let look = Look {
            row: seen[row],
            column: seen[4 + column],
        };
        let (low, high) = (power(look.row), power(look.column));
        let energy = |(sample, w): (&f32, &f32)| (sample * w) * (sample * w);
        let all: f32 = self.recent.iter().zip(&self.window).map(energy).sum();
        let norm: f32 = self.window.iter().map(|w| w * w).sum();
        // A sine of amplitude a has the power a²/2.
        let share = (low + high) / 2.0 / (all / norm);
        let is_key =
            low.min(high) >= LEAST_POWER && share >= LEAST_SHARE && TWIST.contains(&(high / low));
        is_key.then_some(((row, column), look))
    }
}

impl State {
    fn next(&mut self, seen: Option<((usize, usize), Look)>) -> Option<char> {
        match self {
            State::Up => {
                let (key, look) = seen?;
                *self = State::Down {
                    key,
                    looks: vec![look],
                    absent: 0,
                    told: false,
                };
                None
            }
            State::Down {
                key,
                looks,
                absent,
                told,
            } => {
                let strongest = looks.iter().map(Look::power).fold(0.0, f32::max);
                match seen {
                    Some((same, look)) if same == *key && look.power() >= LET_GO * strongest => {
                        *absent = 0;
                        if *told {
                            return None;
                        }
                        looks.push(look);
                        *told = is_pressed(*key, looks);
                        return told.then_some(KEYS[key.0][key.1]);
                    }
                    // Another key's tones at once: that key has gone down.
                    Some((other, look)) if other != *key => {
                        *self = State::Down {
                            key: other,
                            looks: vec![look],
                            absent: 0,
                            told: false,
                        };
                    }
                    _ => {
                        *absent += 1;
                        if *absent == LOOKS_UP || !*told {
                            *self = State::Up;
                        }
                    }
                }
                None
            }
        }
    }
}

/// Whether the tones have been steady for long enough and turn at their frequencies.
fn is_pressed(key: (usize, usize), looks: &[Look]) -> bool {
    let strongest = looks.iter().map(Look::power).fold(0.0, f32::max);
    let steady: Vec<&Look> = looks
        .iter()
        .filter(|look| look.power() >= STEADY * strongest)
        .collect();
    let on_pitch = |hz: f32, part: fn(&Look) -> (f32, f32)| {
        let pairs = steady
            .windows(2)
            .map(|pair| turned(part(pair[0]), part(pair[1])));
        let (re, im) = pairs.fold((0.0, 0.0), |sum, turn| (sum.0 + turn.0, sum.1 + turn.1));
        let expected = TAU * hz * HOP as f32 / PHONE_RATE as f32;
        // The phase beyond what the nominal frequency turns in one hop, between −π and π.
        let (sine, cosine) = expected.sin_cos();
        let beyond = (im * cosine - re * sine).atan2(re * cosine + im * sine);
        (beyond / expected).abs() <= TOLERANCE
    };
    steady.len() >= LOOKS_DOWN
        && on_pitch(ROWS[key.0], |look| look.row)
        && on_pitch(COLUMNS[key.1], |look| look.column)
}

impl Tone {
    fn amplitude(&self, samples: &[f32]) -> (f32, f32) {
        let parts = samples.iter().zip(&self.0);
        parts.fold((0.0, 0.0), |(re, im), (sample, wave)| {
            (re + sample * wave.0, im + sample * wave.1)
        })
    }
}

/// `later · conj(earlier)`.
fn turned(earlier: (f32, f32), later: (f32, f32)) -> (f32, f32) {
    (
        later.0 * earlier.0 + later.1 * earlier.1,
        later.1 * earlier.0 - later.0 * earlier.1,
    )
}

fn power((re, im): (f32, f32)) -> f32 {
    re * re + im * im
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn press(key: (usize, usize), count: usize) -> Vec<i16> {
        let wave = |hz: f32, i: usize| (TAU * hz * i as f32 / 8000.0).sin() * 8000.0;
        (0..count)
            .map(|i| (wave(ROWS[key.0], i) + wave(COLUMNS[key.1], i)) as i16)
            .collect()
    }

    #[test]
    fn a_key_that_is_held_is_told_once() {
        assert_eq!(Detector::default().push(&press((3, 1), 8000)), ['0']);
    }

    #[test]
    fn a_key_pressed_twice_is_told_twice() {
        let twice = [
            press((0, 2), 400),
            vec![0; 400],
            press((0, 2), 400),
            vec![0; 400],
        ]
        .concat();
        assert_eq!(Detector::default().push(&twice), ['3', '3']);
    }

    #[test]
    fn one_tone_alone_is_no_key() {
        let tone: Vec<i16> = (0..8000)
            .map(|i| ((TAU * 697.0 * i as f32 / 8000.0).sin() * 8000.0) as i16)
            .collect();
        assert!(Detector::default().push(&tone).is_empty());
    }

    proptest! {
        #[test]
        fn how_the_stream_is_cut_does_not_matter(cut in 1_usize..900) {
            let sound = [press((1, 1), 480), vec![0; 480], press((2, 3), 480)].concat();
            let mut detector = Detector::default();
            let keys: Vec<char> = sound.chunks(cut).flat_map(|chunk| detector.push(chunk)).collect();
            prop_assert_eq!(keys, ['5', 'C']);
        }
    }
}
