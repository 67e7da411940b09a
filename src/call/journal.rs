//! Writes a call's log: inputs and decisions as they come, speech probabilities in runs.

use crate::event::{Decision, Input, Kind, Millis, Record};
use crate::store::CallLog;

/// Frames of one run: one second.
const RUN: usize = 31;

/// The log of one call.
pub(super) struct Journal {
    log: CallLog,
    /// The run of frames that is not yet written, and when its first one ended.
    frames: Option<(Millis, Vec<u8>)>,
}

impl Journal {
    pub(super) fn new(log: CallLog) -> Self {
        Journal { log, frames: None }
    }

    /// Notes one frame and what was decided on it.
    pub(super) fn frame(&mut self, at: Millis, speech: u8, decisions: &[Decision]) {
        let (_, run) = self.frames.get_or_insert((at, Vec::with_capacity(RUN)));
        run.push(speech);
        if run.len() == RUN || !decisions.is_empty() {
            self.flush();
        }
        self.decisions(at, decisions);
    }

    /// Notes an input that is no frame and what was decided on it.
    pub(super) fn input(&mut self, at: Millis, input: Input, decisions: &[Decision]) {
        self.flush();
        self.log.append(at, Kind::Input(input));
        self.decisions(at, decisions);
    }

    /// Notes something that the core is not told.
    pub(super) fn record(&mut self, at: Millis, record: Record) {
        self.log.append(at, Kind::Record(record));
    }

    fn decisions(&mut self, at: Millis, decisions: &[Decision]) {
        for decision in decisions {
            self.log.append(at, Kind::Decision(decision.clone()));
        }
    }

    /// Writes the run of frames that has begun.
    pub(super) fn flush(&mut self) {
        if let Some((at, speech)) = self.frames.take() {
            self.log.append(at, Kind::Input(Input::Frames { speech }));
        }
    }
}
