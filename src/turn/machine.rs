//! The turn-taking machine.

use super::Timing;
use super::keys::Keys;
use crate::event::{
    Completeness, Decision, Expectation, ExpectedKind, FRAME_MS, Millis, PromptId, UtteranceId,
};
use std::collections::VecDeque;

/// What turn-taking gives out.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// To be carried out by the call's actor.
    Decide(Decision),
    /// The caller's turn is over; its newest reading holds.
    Said { utterance: UtteranceId },
    /// The caller spoke and no words were recognised.
    Unclear { utterance: UtteranceId },
    /// A whole entry of keys, without `#`; empty where `#` was pressed alone.
    Keys(String),
    /// The caller has been silent for so long after our last prompt.
    Silent { ms: u64 },
}

/// What a reading holds, as far as turn-taking cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// No words: a cough, noise.
    Nothing,
    /// Small words of a listener; see [`super::is_backchannel`].
    Backchannel,
    /// Words, and how near they are to a whole answer.
    Words(Completeness),
}

/// Turn-taking of one call.
#[derive(Debug, Default)]
pub struct TurnTaking {
    timing: Timing,
    expectation: Expectation,
    /// End of the newest frame.
    now: Millis,
    /// Consecutive speech frames before an utterance begins.
    onset_ms: u64,
    last_utterance: UtteranceId,
    speaking: Option<Speaking>,
    /// Prompts decided and not yet ended, in the order they are spoken.
    prompts: VecDeque<Prompt>,
    keys: Keys,
    held: bool,
    quiet_since: Millis,
    /// How many times this silence has been told.
    silences_told: u64,
    /// Sound before this belongs to an earlier utterance.
    floor: Millis,
}

#[derive(Debug)]
struct Prompt {
    id: PromptId,
    interruptible: bool,
    paused: bool,
}

/// An utterance under way.
#[derive(Debug)]
struct Speaking {
    id: UtteranceId,
    from: Millis,
    last_speech: Millis,
    speech_ms: u64,
    /// `until` of the decoding under way.
    asked: Option<Millis>,
    reading: Option<Reading>,
    /// So long that it is over, whatever follows.
    closing: bool,
}

#[derive(Debug, Clone, Copy)]
struct Reading {
    until: Millis,
    heard: Heard,
}

impl TurnTaking {
    /// From now on this kind of answer is expected.
    pub fn expect(&mut self, expectation: Expectation) {
        self.expectation = expectation;
    }

    /// The conversation decided to speak.
    pub fn say(&mut self, id: PromptId, interruptible: bool) {
        self.prompts.push_back(Prompt {
            id,
            interruptible,
            paused: false,
        });
    }

    /// A prompt was heard to its end, or stopped.
    pub fn prompt_ended(&mut self, id: PromptId) {
        self.prompts.retain(|prompt| prompt.id != id);
        self.start_silence();
    }

    /// The caller's side put the call on hold or took it back. Silence does not count while held.
    pub fn hold(&mut self, held: bool) {
        self.held = held;
        self.start_silence();
    }

    /// Takes the speech probability (0–255) of the frame of 32 ms that ends at `at`.
    pub fn frame(&mut self, at: Millis, speech: u8) -> Vec<Output> {
        self.now = at;
        let mut outputs = Vec::new();
        if let Some(entry) = self.keys.pause(at, self.timing.key_pause_ms) {
            self.start_silence();
            outputs.push(Output::Keys(entry));
        }
        if self.keys.pending() {
            return outputs;
        }
        match self.speaking {
            None => self.listen_for_onset(speech),
            Some(_) => self.follow_speech(speech, &mut outputs),
        }
        self.pause_prompt(&mut outputs);
        self.ask_for_decoding(&mut outputs);
        self.end_if_over(&mut outputs);
        self.tell_silence(&mut outputs);
        outputs
    }

    /// Takes a reading of an utterance up to `until`.
    pub fn decoded(&mut self, utterance: UtteranceId, until: Millis, heard: Heard) -> Vec<Output> {
        let mut outputs = Vec::new();
        let Some(speaking) = self.speaking.as_mut().filter(|s| s.id == utterance) else {
            return outputs;
        };
        if speaking.asked.is_some_and(|asked| asked <= until) {
            speaking.asked = None;
        }
        if speaking
            .reading
            .is_none_or(|reading| reading.until <= until)
        {
            speaking.reading = Some(Reading { until, heard });
        }
        match heard {
            Heard::Words(_) => self.stop_prompts(&mut outputs),
            Heard::Nothing | Heard::Backchannel => self.resume_prompt(&mut outputs),
        }
        self.end_if_over(&mut outputs);
        outputs
    }

    /// The recogniser failed on an utterance.
    pub fn not_heard(&mut self, utterance: UtteranceId) -> Vec<Output> {
        let mut outputs = Vec::new();
        if self.speaking.as_ref().is_some_and(|s| s.id == utterance) {
            self.end_unclear(&mut outputs);
        }
        outputs
    }

    /// Takes a key. Speech of the same turn is dropped: keys are what a caller resorts to when speech fails.
    pub fn key(&mut self, at: Millis, key: char) -> Vec<Output> {
        let mut outputs = Vec::new();
        if let Some(speaking) = self.speaking.take() {
            cancel(&speaking, &mut outputs);
            self.floor = self.now;
        }
        self.onset_ms = 0;
        self.stop_prompts(&mut outputs);
        if let Some(entry) = self.keys.press(at, key, &self.expectation) {
            self.start_silence();
            outputs.push(Output::Keys(entry));
        }
        outputs
    }

    fn listen_for_onset(&mut self, speech: u8) {
        if speech < self.timing.onset {
            self.onset_ms = 0;
            return;
        }
        self.onset_ms += FRAME_MS;
        if self.onset_ms < self.timing.start_ms {
            return;
        }
        self.last_utterance = self.last_utterance.next();
        let from = self.now - (self.onset_ms + self.timing.lead_ms);
        self.speaking = Some(Speaking {
            id: self.last_utterance,
            from: from.max(self.floor),
            last_speech: self.now,
            speech_ms: self.onset_ms,
            asked: None,
            reading: None,
            closing: false,
        });
        self.onset_ms = 0;
    }

    fn follow_speech(&mut self, speech: u8, outputs: &mut Vec<Output>) {
        let Some(speaking) = self.speaking.as_mut() else {
            return;
        };
        if speech < self.timing.offset || speaking.closing {
            return;
        }
        let asked_in_pause = speaking.asked.is_some_and(|a| a > speaking.last_speech);
        if asked_in_pause {
            cancel(speaking, outputs);
            speaking.asked = None;
        }
        speaking.last_speech = self.now;
        speaking.speech_ms += FRAME_MS;
        speaking.closing = self.now.since(speaking.from) >= self.timing.longest_ms;
    }

    /// Pauses the prompt once the caller has spoken over it for long enough to mean it.
    fn pause_prompt(&mut self, outputs: &mut Vec<Output>) {
        let Some(speaking) = &self.speaking else {
            return;
        };
        let harmless = matches!(
            speaking.reading,
            Some(Reading {
                heard: Heard::Nothing | Heard::Backchannel,
                ..
            })
        );
        if speaking.speech_ms < self.timing.barge_in_ms || harmless {
            return;
        }
        if let Some(prompt) = self.prompts.front_mut()
            && prompt.interruptible
            && !prompt.paused
        {
            prompt.paused = true;
            outputs.push(Output::Decide(Decision::PausePrompt { prompt: prompt.id }));
        }
    }

    fn resume_prompt(&mut self, outputs: &mut Vec<Output>) {
        if let Some(prompt) = self.prompts.front_mut()
            && prompt.paused
        {
            prompt.paused = false;
            outputs.push(Output::Decide(Decision::ResumePrompt { prompt: prompt.id }));
        }
    }

    /// Stops what may be interrupted: the first such prompt and all behind it.
    fn stop_prompts(&mut self, outputs: &mut Vec<Output>) {
        if let Some(first) = self.prompts.iter().position(|p| p.interruptible) {
            let prompt = self.prompts[first].id;
            self.prompts.truncate(first);
            outputs.push(Output::Decide(Decision::StopPrompt { prompt }));
        }
    }

    fn ask_for_decoding(&mut self, outputs: &mut Vec<Output>) {
        let (now, timing) = (self.now, &self.timing);
        let Some(speaking) = self.speaking.as_mut() else {
            return;
        };
        let decoded_until = speaking
            .asked
            .or(speaking.reading.map(|reading| reading.until))
            .unwrap_or(speaking.from);
        let pausing = now.since(speaking.last_speech) >= timing.early_ms
            && decoded_until <= speaking.last_speech;
        let long_unread = speaking.asked.is_none() && now.since(decoded_until) >= timing.partial_ms;
        let speech_goes_on = now.since(speaking.last_speech) < timing.early_ms;
        if pausing || (long_unread && speech_goes_on) {
            speaking.asked = Some(now);
            outputs.push(Output::Decide(Decision::Decode {
                utterance: speaking.id,
                from: speaking.from,
                until: now,
                expectation: self.expectation.clone(),
            }));
        }
    }

    fn end_if_over(&mut self, outputs: &mut Vec<Output>) {
        let Some(speaking) = &self.speaking else {
            return;
        };
        let silence = self.now.since(speaking.last_speech);
        let covering = speaking
            .reading
            .filter(|reading| reading.until > speaking.last_speech);
        let Some(reading) = covering else {
            if silence >= self.timing.give_up_ms {
                self.end_unclear(outputs);
            }
            return;
        };
        let completeness = match reading.heard {
            Heard::Words(completeness) => completeness,
            Heard::Backchannel => Completeness::Complete,
            Heard::Nothing => Completeness::Open,
        };
        if silence < self.timing.endpoint_ms(&self.expectation, completeness) {
            return;
        }
        match reading.heard {
            Heard::Words(_) => self.end_said(outputs),
            Heard::Backchannel if self.is_spoken_over_prompt() => {
                self.end_unsaid();
            }
            Heard::Backchannel => self.end_said(outputs),
            Heard::Nothing => self.end_unclear(outputs),
        }
    }

    /// Whether small words are to be taken as those of a listener: a prompt is on, and not a yes-no question.
    fn is_spoken_over_prompt(&self) -> bool {
        !self.prompts.is_empty() && self.expectation.kind != ExpectedKind::YesNo
    }

    fn end_said(&mut self, outputs: &mut Vec<Output>) {
        self.stop_prompts(outputs);
        if let Some(speaking) = self.end_unsaid() {
            outputs.push(Output::Decide(Decision::TurnEnded {
                utterance: speaking.id,
                speech_until: speaking.last_speech,
            }));
            outputs.push(Output::Said {
                utterance: speaking.id,
            });
        }
    }

    fn end_unclear(&mut self, outputs: &mut Vec<Output>) {
        self.resume_prompt(outputs);
        let over_prompt = !self.prompts.is_empty();
        if let Some(speaking) = self.end_unsaid()
            && speaking.speech_ms >= self.timing.cough_ms(&self.expectation)
            && !over_prompt
        {
            outputs.push(Output::Unclear {
                utterance: speaking.id,
            });
        }
    }

    fn end_unsaid(&mut self) -> Option<Speaking> {
        self.floor = self.now;
        self.start_silence();
        self.speaking.take()
    }

    fn start_silence(&mut self) {
        self.quiet_since = self.now;
        self.silences_told = 0;
    }

    fn tell_silence(&mut self, outputs: &mut Vec<Output>) {
        if self.speaking.is_some() || !self.prompts.is_empty() || self.held {
            return;
        }
        let ms = self.now.since(self.quiet_since);
        if ms >= self.timing.silent_ms * (self.silences_told + 1) {
            self.silences_told += 1;
            outputs.push(Output::Silent { ms });
        }
    }
}

fn cancel(speaking: &Speaking, outputs: &mut Vec<Output>) {
    if speaking.asked.is_some() {
        outputs.push(Output::Decide(Decision::CancelDecode {
            utterance: speaking.id,
        }));
    }
}
