//! Cuts a leg's sound into stretches of speech, for transcripts of talk between people.

use super::Timing;
use crate::event::{FRAME_MS, Millis};

/// One stretch of speech.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment {
    /// Beginning, with a little of the sound before it.
    pub from: Millis,
    /// End, with the pause that ended it.
    pub until: Millis,
}

/// Finds segments in frames of speech probability.
#[derive(Debug, Default)]
pub struct Segmenter {
    timing: Timing,
    begun: Option<Millis>,
    last_speech: Millis,
}

impl Segmenter {
    /// Takes the speech probability (0–255) of the frame that ends at `at`; gives a segment when one is over.
    pub fn frame(&mut self, at: Millis, speech: u8) -> Option<Segment> {
        let threshold = if self.begun.is_some() {
            self.timing.offset
        } else {
            self.timing.onset
        };
        if speech >= threshold {
            self.begun
                .get_or_insert(at - (FRAME_MS + self.timing.lead_ms));
            self.last_speech = at;
        }
        let from = self.begun?;
        let paused = at.since(self.last_speech) >= self.timing.open_ms;
        if !paused && at.since(from) < self.timing.longest_ms {
            return None;
        }
        self.begun = None;
        Some(Segment { from, until: at })
    }

    /// Gives the segment that the end of the sound cut.
    pub fn finish(&mut self, at: Millis) -> Option<Segment> {
        let from = self.begun.take()?;
        Some(Segment { from, until: at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speech_between_two_pauses_is_one_segment() {
        let mut segmenter = Segmenter::default();
        let frames = [
            vec![0; 20],
            vec![250; 30],
            vec![0; 10],
            vec![250; 5],
            vec![0; 30],
        ]
        .concat();
        let segments: Vec<_> = (1..)
            .zip(frames)
            .filter_map(|(n, speech)| segmenter.frame(Millis(n * FRAME_MS), speech))
            .collect();
        assert_eq!(segments.len(), 1);
        assert_eq!(segments[0].from, Millis(20 * FRAME_MS - 288));
    }

    #[test]
    fn talk_without_a_pause_is_cut_before_the_recognisers_window_ends() {
        let mut segmenter = Segmenter::default();
        let segments = (1..2_000u64)
            .filter_map(|n| segmenter.frame(Millis(n * FRAME_MS), 250))
            .count();
        assert_eq!(segments, 2);
    }
}
