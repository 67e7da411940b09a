//! The durations that turn-taking goes by, in milliseconds of the caller's sound.

use crate::event::{Completeness, Expectation, ExpectedKind};

/// The durations, all in one place so that they agree with each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Timing {
    /// Speech probability (0–255) at which a frame begins to be speech.
    pub onset: u8,
    /// Probability below which a frame of an utterance is silence; lower than `onset` so that a weak
    /// syllable does not end a word.
    pub offset: u8,
    /// Speech that makes an utterance: less is a click.
    pub start_ms: u64,
    /// Sound kept from before the first speech frame, so that a soft initial is not cut.
    pub lead_ms: u64,
    /// Silence after which decoding begins, in the hope that the turn is over.
    pub early_ms: u64,
    /// Speech without a pause after which a partial text is wanted.
    pub partial_ms: u64,
    /// Silence that ends a turn whose text is complete.
    pub complete_ms: u64,
    /// Silence that ends a turn that may or may not be complete.
    pub open_ms: u64,
    /// Silence that ends a turn that is certainly unfinished.
    pub unfinished_ms: u64,
    /// Silence that ends a message.
    pub message_ms: u64,
    /// Silence after which a recogniser that has not answered is given up.
    pub give_up_ms: u64,
    /// Speech over a prompt that pauses it.
    pub barge_in_ms: u64,
    /// Speech without words shorter than this is a cough, not an answer that we failed to hear.
    pub cough_ms: u64,
    /// The same where a yes or a no is awaited, which may be as short.
    pub short_cough_ms: u64,
    /// Longest utterance; the recogniser's window is 30 s.
    pub longest_ms: u64,
    /// Silence after a prompt that is worth a 在吗.
    pub silent_ms: u64,
    /// Pause after a key that ends the keys.
    pub key_pause_ms: u64,
}

impl Default for Timing {
    fn default() -> Self {
        Timing {
            onset: 128,
            offset: 90,
            start_ms: 96,
            lead_ms: 288,
            early_ms: 128,
            partial_ms: 1_600,
            complete_ms: 256,
            open_ms: 608,
            unfinished_ms: 1_504,
            message_ms: 2_496,
            give_up_ms: 4_000,
            barge_in_ms: 256,
            cough_ms: 704,
            short_cough_ms: 224,
            longest_ms: 26_000,
            silent_ms: 6_016,
            key_pause_ms: 3_008,
        }
    }
}

impl Timing {
    /// Speech without words shorter than this is not answered.
    pub fn cough_ms(&self, expectation: &Expectation) -> u64 {
        match expectation.kind {
            ExpectedKind::YesNo => self.short_cough_ms,
            _ => self.cough_ms,
        }
    }

    /// Silence that ends a turn of this completeness.
    pub fn endpoint_ms(&self, expectation: &Expectation, completeness: Completeness) -> u64 {
        match (expectation.kind, completeness) {
            (ExpectedKind::Message { .. }, _) => self.message_ms,
            (_, Completeness::Complete) => self.complete_ms,
            (_, Completeness::Open) => self.open_ms,
            (_, Completeness::Partial) => self.unfinished_ms,
        }
    }
}
