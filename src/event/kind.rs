//! Events: the inputs and decisions of the core, and the records beside them.

use super::{
    AgentId, Expectation, LegId, Millis, Pii, PromptId, Reply, Request, RequestId, Urgency,
    UtteranceId,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// One thing that happened on a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Place in the call's log, from 0 without gaps.
    pub seq: u64,
    /// When.
    pub at: Millis,
    /// What.
    #[serde(flatten)]
    pub kind: Kind,
}

/// What sort of event: heard by the core, decided by the core, or noted beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The core was told this.
    Input(Input),
    /// The core decided this.
    Decision(Decision),
    /// This happened too.
    Record(Record),
}

/// Milliseconds of sound that one speech probability stands for.
pub const FRAME_MS: u64 = 32;

/// What the pure core is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Input {
    /// The call was answered. First input of every call.
    Answered {
        /// The caller's number as the line gave it; may be empty.
        from: Pii<String>,
        /// The number that was rung.
        to: String,
        /// Domain pack that answers.
        pack: String,
        /// Hash of the pack's files, so that a replay can tell whether it runs the same pack.
        pack_version: String,
        /// The day, for 昨天 and 这个月.
        today: NaiveDate,
    },
    /// Speech probabilities of the caller's leg, one byte (0–255) per frame of 32 ms. Frames are the core's
    /// clock: they go on through holds and losses. The first one ends at the event's `at`, each later one
    /// [`FRAME_MS`] after the one before it. The live core takes them singly; the log keeps them in runs.
    Frames { speech: Vec<u8> },
    /// The recogniser's readings of an utterance up to `until`, best first; empty where it heard no words.
    /// The utterance may still be going on: turn-taking knows.
    Decoded {
        utterance: UtteranceId,
        /// End of the sound that was decoded.
        until: Millis,
        /// Best first.
        hypotheses: Vec<Hypothesis>,
    },
    /// The recogniser failed or was too slow for an utterance.
    NotHeard {
        utterance: UtteranceId,
        reason: String,
    },
    /// The caller pressed a key: `0`–`9`, `*`, `#`, `A`–`D`.
    Key { key: char },
    /// The caller's side put the call on hold or took it back.
    Hold { held: bool },
    /// A prompt's first sound left for the caller.
    PromptStarted { prompt: PromptId },
    /// A prompt's last sound left, or it was stopped after `played_ms`.
    PromptEnded {
        prompt: PromptId,
        played_ms: u64,
        whole: bool,
    },
    /// The back office answered.
    Replied { request: RequestId, reply: Reply },
    /// News of the search for a person.
    Agent(AgentNews),
    /// The caller hung up or the line was lost.
    CallerLeft,
}

/// One reading of an utterance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Hypothesis {
    /// As the recogniser wrote it.
    pub text: Pii<String>,
    /// As callers of the pack would have said it, where its sound allows that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_said_here: Option<Pii<String>>,
    /// Trust between 0 and 1.
    pub confidence: f32,
}

impl Hypothesis {
    /// A reading as it was written.
    pub fn new(text: impl Into<Pii<String>>, confidence: f32) -> Hypothesis {
        Hypothesis {
            text: text.into(),
            as_said_here: None,
            confidence,
        }
    }

    /// The words that were probably meant.
    pub fn meant(&self) -> &str {
        self.as_said_here.as_ref().unwrap_or(&self.text)
    }
}

/// News of the search for a person to take the call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum AgentNews {
    /// An agent is free and reserved for this call.
    Found { agent: AgentId },
    /// Nobody is free; so many callers wait before this one.
    NoneFree { ahead: u32 },
    /// The agent's telephone rings.
    Ringing { agent: AgentId },
    /// The agent picked up and hears the summary.
    PickedUp { agent: AgentId },
    /// Caller and agent hear each other.
    Bridged { agent: AgentId },
    /// The agent declined, was busy, or did not pick up in time.
    NotReached { agent: AgentId, reason: String },
    /// The agent hung up after the bridge.
    Left { agent: AgentId },
}

/// What the pure core decides. The call's actor carries it out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Decision {
    /// Decode the caller's sound from `from` to `until`; a later one for the same utterance replaces it.
    Decode {
        utterance: UtteranceId,
        from: Millis,
        until: Millis,
        expectation: Expectation,
    },
    /// Speech went on: the decoding under way is of no use.
    CancelDecode { utterance: UtteranceId },
    /// The caller's turn is over and this is what was said.
    TurnEnded {
        utterance: UtteranceId,
        /// Last frame that held speech.
        speech_until: Millis,
    },
    /// The caller speaks over the prompt: be still, but remember where.
    PausePrompt { prompt: PromptId },
    /// It was a cough: go on where the prompt was paused.
    ResumePrompt { prompt: PromptId },
    /// It was an interruption: this prompt and all behind it are over.
    StopPrompt { prompt: PromptId },
    /// What was understood of a turn.
    Understood {
        utterance: UtteranceId,
        /// As written by the recogniser.
        text: Pii<String>,
        /// After phonetic correction; equals `text` where nothing was corrected.
        corrected: Pii<String>,
        intent: String,
        confidence: f32,
        slots: BTreeMap<String, Pii<String>>,
    },
    /// The conversation entered a step of a flow.
    Step { flow: String, step: String },
    /// A slot has been filled, corrected or (with `None`) emptied.
    Slot {
        slot: String,
        value: Option<Pii<String>>,
        /// The caller said yes to it, or the back office knows it.
        confirmed: bool,
    },
    /// Speak. Prompts are spoken in the order they were decided.
    Say {
        prompt: PromptId,
        text: Pii<String>,
        interruptible: bool,
    },
    /// What may be said next, a text for each way that the call may take: make the sound of its beginning ahead.
    Prepare { texts: Vec<Pii<String>> },
    /// From now on expect this kind of answer.
    Expect { expectation: Expectation },
    /// Ask the back office.
    Ask {
        request_id: RequestId,
        request: Request,
    },
    /// Look for a person; go on talking meanwhile.
    FindAgent { skill: String, urgency: Urgency },
    /// Ring this reserved agent, then speak `whisper` to them alone.
    RingAgent {
        agent: AgentId,
        whisper: Pii<String>,
    },
    /// The agent has heard the summary: let caller and agent hear each other.
    Bridge { agent: AgentId },
    /// The caller no longer wants a person, or chose a callback: leave the queue.
    LeaveQueue,
    /// What an agent needs to know, renewed whenever it changes.
    Summary(Summary),
    /// End the call once the last prompt has been heard.
    HangUp { reason: HangUpReason },
}

/// What an agent needs to know before the first word.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Summary {
    /// Why the caller rings, in the flow's words: 查水费.
    pub topic: String,
    /// Sentences for the page: who, why, what has been done.
    pub text: Pii<String>,
    /// The form: slot, value, whether it was confirmed.
    pub form: Vec<FormField>,
    /// Why a person is needed: asked for, three misses, anger, no answer in the back office.
    pub reason: Option<String>,
}

/// One filled field of the form that an agent receives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FormField {
    /// Slot id.
    pub slot: String,
    /// Label in Chinese.
    pub label: String,
    /// Normal form of the value.
    pub value: Pii<String>,
    /// The caller said yes to it, or the back office knows it.
    pub confirmed: bool,
}

/// Why a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HangUpReason {
    /// The caller's business is done.
    Done,
    /// The caller did not answer any more.
    Silence,
    /// A person took the call and ended it.
    AgentLeft,
    /// A callback or a message was agreed.
    Callback,
    /// The caller hung up.
    CallerLeft,
    /// Closed by a fault of ours after a ticket or an apology.
    Fault,
}

/// What happened besides inputs and decisions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Record {
    /// A leg's media began: codec, remote address.
    LegStarted { leg: LegId, codec: String },
    /// A leg ended.
    LegEnded { leg: LegId, reason: String },
    /// Text of a leg after the bridge, for the agent's page and the transcript.
    Transcript {
        leg: LegId,
        from: Millis,
        until: Millis,
        text: Pii<String>,
    },
    /// What each part of an answer's delay took, in milliseconds.
    TurnLatency(TurnLatency),
    /// RTP statistics of a leg, at its end.
    MediaStats {
        leg: LegId,
        received: u64,
        lost: u64,
        jitter_ms: f32,
    },
    /// Something went wrong; the call went on.
    Fault { what: String },
    /// The call is over. Last event of every call that was not cut.
    Ended {
        reason: HangUpReason,
        duration_ms: u64,
    },
    /// Found without an end at the next start: the program or the machine was cut.
    Interrupted,
}

/// From the end of the caller's speech to the first sound of the answer, part by part, in milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TurnLatency {
    pub utterance: UtteranceId,
    /// Silence that was waited for before the turn was called over.
    pub endpoint_ms: u64,
    /// The decoding's wait for a core.
    pub queue_ms: u64,
    /// The decoding itself; overlaps `endpoint_ms` where it began early.
    pub decode_ms: u64,
    /// From the end of the turn to the decision to speak, back office included.
    pub decide_ms: u64,
    /// From the decision to the first sound on the line.
    pub sound_ms: u64,
    /// All of it.
    pub total_ms: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_flat_line_of_json() {
        let event = Event {
            seq: 3,
            at: Millis(1200),
            kind: Kind::Input(Input::Key { key: '5' }),
        };
        let line = serde_json::to_string(&event).unwrap();
        assert_eq!(
            line,
            r#"{"seq":3,"at":1200,"input":{"type":"key","key":"5"}}"#
        );
        assert_eq!(serde_json::from_str::<Event>(&line).unwrap(), event);
    }

    /// The pages are tested against calls written by hand; this holds them to the vocabulary, field by field.
    #[test]
    fn the_fixtures_of_the_pages_are_in_this_vocabulary() {
        for fixture in [
            include_str!("../../web/tests/fixtures/bill-lookup.json"),
            include_str!("../../web/tests/fixtures/handed-over.json"),
        ] {
            let call: serde_json::Value = serde_json::from_str(fixture).unwrap();
            for written in call["events"].as_array().unwrap() {
                let event: Event = serde_json::from_value(written.clone()).unwrap();
                let line = serde_json::to_string(&event).unwrap();
                let read: serde_json::Value = serde_json::from_str(&line).unwrap();
                assert_eq!(&read, written);
            }
        }
    }
}
