//! How long the caller waited for an answer, part by part.

use crate::event::{Millis, TurnLatency, UtteranceId};

/// Follows one turn from the caller's last syllable to the first sound of the answer.
#[derive(Debug, Default)]
pub struct Stopwatch {
    /// Newest decoding: utterance, wait for a core, work.
    decoding: (UtteranceId, u64, u64),
    turn: Option<Turn>,
}

#[derive(Debug)]
struct Turn {
    utterance: UtteranceId,
    speech_until: Millis,
    ended: Millis,
    decided: Option<Millis>,
}

impl Stopwatch {
    /// A decoding of `utterance` waited `queue_ms` for a core and took `decode_ms`.
    pub fn decoded(&mut self, utterance: UtteranceId, queue_ms: u64, decode_ms: u64) {
        self.decoding = (utterance, queue_ms, decode_ms);
    }

    /// The turn was called over at `ended`.
    pub fn turn_ended(&mut self, ended: Millis, utterance: UtteranceId, speech_until: Millis) {
        self.turn = Some(Turn {
            utterance,
            speech_until,
            ended,
            decided: None,
        });
    }

    /// It was decided to speak.
    pub fn say(&mut self, at: Millis) {
        if let Some(turn) = &mut self.turn {
            turn.decided.get_or_insert(at);
        }
    }

    /// The first sound left; gives the parts if it answers a turn.
    pub fn sounded(&mut self, at: Millis) -> Option<TurnLatency> {
        let decided = self.turn.as_ref()?.decided?;
        let turn = self.turn.take()?;
        let (_, queue_ms, decode_ms) = self.decoding;
        Some(TurnLatency {
            utterance: turn.utterance,
            endpoint_ms: turn.ended.since(turn.speech_until),
            queue_ms,
            decode_ms,
            decide_ms: decided.since(turn.ended),
            sound_ms: at.since(decided),
            total_ms: at.since(turn.speech_until),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_wait_add_up() {
        let mut watch = Stopwatch::default();
        watch.decoded(UtteranceId(1), 5, 120);
        watch.turn_ended(Millis(1_300), UtteranceId(1), Millis(1_000));
        watch.say(Millis(1_310));
        let latency = watch.sounded(Millis(1_350)).unwrap();
        let parts = latency.endpoint_ms + latency.decide_ms + latency.sound_ms;
        assert_eq!((parts, latency.total_ms), (350, 350));
        assert_eq!(watch.sounded(Millis(1_400)), None);
    }

    #[test]
    fn a_prompt_that_answers_nothing_is_not_a_wait() {
        let mut watch = Stopwatch::default();
        watch.say(Millis(10));
        assert_eq!(watch.sounded(Millis(20)), None);
    }
}
