//! The sound of one leg as it was heard, on the call's clock.

use crate::event::{FRAME_MS, Millis};
use std::collections::VecDeque;

/// Samples a millisecond, at 8 kHz.
const PER_MS: u64 = 8;
/// Samples of one window of voice activity: 32 ms.
pub const WINDOW: usize = (FRAME_MS * PER_MS) as usize;
/// Sound that is kept for decoding: longer than the longest utterance and the recogniser's delay.
const KEPT_MS: u64 = 40_000;

/// The newest sound of a leg.
#[derive(Debug)]
pub struct Ear {
    /// When the first sample ever was taken.
    origin: Millis,
    samples: VecDeque<i16>,
    /// Samples that were dropped from the front.
    dropped: u64,
    /// Samples that made whole windows.
    windowed: u64,
}

impl Ear {
    /// An ear whose first frame begins at `origin`.
    pub fn new(origin: Millis) -> Self {
        Ear {
            origin,
            samples: VecDeque::new(),
            dropped: 0,
            windowed: 0,
        }
    }

    /// Takes samples at 8 kHz.
    pub fn hear(&mut self, samples: &[i16]) {
        self.samples.extend(samples);
        let surplus = self
            .samples
            .len()
            .saturating_sub((KEPT_MS * PER_MS) as usize);
        self.samples.drain(..surplus);
        self.dropped += surplus as u64;
    }

    /// The next whole window of 32 ms, samples in −1..1, and when it ends.
    pub fn window(&mut self) -> Option<(Millis, [f32; WINDOW])> {
        let start = usize::try_from(self.windowed - self.dropped).ok()?;
        if self.samples.len() < start + WINDOW {
            return None;
        }
        let mut window = [0.0; WINDOW];
        for (to, from) in window.iter_mut().zip(self.samples.range(start..)) {
            *to = f32::from(*from) / 32_768.0;
        }
        self.windowed += WINDOW as u64;
        Some((self.origin + self.windowed / PER_MS, window))
    }

    /// The sound between two moments at 8 kHz, as much of it as is kept; samples in −1..1.
    pub fn between(&self, from: Millis, until: Millis) -> Vec<f32> {
        let place = |at: Millis| {
            let sample = (at.since(self.origin) * PER_MS).saturating_sub(self.dropped);
            usize::try_from(sample).map_or(self.samples.len(), |s| s.min(self.samples.len()))
        };
        let (start, end) = (place(from), place(until));
        self.samples
            .range(start..end.max(start))
            .map(|&sample| f32::from(sample) / 32_768.0)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_follow_each_other_on_the_calls_clock() {
        let mut ear = Ear::new(Millis(100));
        let mut ends = Vec::new();
        for _ in 0..16 {
            ear.hear(&[1; 160]);
            while let Some((end, _)) = ear.window() {
                ends.push(end);
            }
        }
        assert_eq!(ends.first(), Some(&Millis(132)));
        assert_eq!(ends.last(), Some(&Millis(420)));
        assert_eq!(ends.len(), 10);
    }

    #[test]
    fn sound_is_found_again_by_its_time_even_after_older_sound_was_dropped() {
        let mut ear = Ear::new(Millis(0));
        for second in 0..100_i16 {
            for _ in 0..50 {
                ear.hear(&[second; 160]);
                while ear.window().is_some() {}
            }
        }
        let sound = ear.between(Millis(90_000), Millis(90_010));
        assert_eq!(sound, vec![90.0 / 32_768.0; 80]);
        assert!(ear.between(Millis(1_000), Millis(2_000)).is_empty());
    }
}
