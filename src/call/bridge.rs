//! Two people in talk: what each leg hears goes to the other, and is cut into segments for the transcript.

use super::ear::{Ear, WINDOW};
use crate::event::{LegId, Millis};
use crate::turn::{Segment, Segmenter};

/// One leg of talk between people.
#[derive(Debug)]
pub struct Side {
    /// Which leg.
    pub leg: LegId,
    ear: Ear,
    segments: Segmenter,
}

/// A stretch of speech to be transcribed.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// Who spoke.
    pub leg: LegId,
    /// When.
    pub segment: Segment,
    /// Sound at 8 kHz, samples in −1..1.
    pub samples: Vec<f32>,
}

impl Side {
    /// A side whose first frame begins at `origin`.
    pub fn new(leg: LegId, origin: Millis) -> Self {
        Side {
            leg,
            ear: Ear::new(origin),
            segments: Segmenter::default(),
        }
    }

    /// Takes samples at 8 kHz; `speech` gives the speech probability (0–255) of a window. Gives the stretches that
    /// ended.
    pub fn hear(
        &mut self,
        samples: &[i16],
        mut speech: impl FnMut(&[f32; WINDOW]) -> u8,
    ) -> Vec<Stretch> {
        self.ear.hear(samples);
        let mut stretches = Vec::new();
        while let Some((at, window)) = self.ear.window() {
            let segment = self.segments.frame(at, speech(&window));
            stretches.extend(segment.map(|segment| self.cut(segment)));
        }
        stretches
    }

    /// The stretch that the end of the talk at `at` cut.
    pub fn finish(&mut self, at: Millis) -> Option<Stretch> {
        let segment = self.segments.finish(at)?;
        Some(self.cut(segment))
    }

    fn cut(&self, segment: Segment) -> Stretch {
        Stretch {
            leg: self.leg,
            segment,
            samples: self.ear.between(segment.from, segment.until),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_of_speech_carries_its_own_sound() {
        let mut side = Side::new(LegId::Agent, Millis(0));
        let mut stretches = Vec::new();
        for second in [0_i16, 9_000, 0] {
            for _ in 0..50 {
                let loud = |window: &[f32; WINDOW]| if window[255] > 0.1 { 255 } else { 0 };
                stretches.extend(side.hear(&[second; 160], loud));
            }
        }
        let [stretch] = stretches.as_slice() else {
            panic!("one stretch, not {}", stretches.len());
        };
        let loud = stretch
            .samples
            .iter()
            .filter(|&&sample| sample > 0.1)
            .count();
        assert_eq!(loud, 8_000);
    }
}
