//! What lists show of a call, derived from its events. Pure.

use crate::event::{
    AgentId, AgentNews, CallId, Decision, Event, HangUpReason, Input, Kind, Pii, Record, Reply,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use utoipa::ToSchema;

/// A call in a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CallSummary {
    /// The call.
    pub id: CallId,
    /// When it was answered.
    pub started_at: DateTime<Utc>,
    /// How long it lasted in milliseconds; null while it goes on.
    pub duration_ms: Option<u64>,
    /// The caller's number; empty where the line gave none.
    pub from: Pii<String>,
    /// The number that was rung.
    pub to: String,
    /// The domain pack that answered.
    pub pack: String,
    /// The first business that was understood; null before that.
    pub intent: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// Turns of the caller that were understood.
    pub turns: u32,
    /// The agent who took it over, the last where there were several.
    pub agent: Option<AgentId>,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It goes on.
    InProgress,
    /// The caller's business was done without a person: the conversation came to its end, or the caller hung up
    /// after the back office had answered and while no person was being looked for.
    Contained,
    /// An agent talked with the caller.
    HandedOver,
    /// The caller left, or fell silent, before anything was done.
    Abandoned,
    /// A callback or a message was agreed.
    Callback,
    /// We ended it because of a fault of ours.
    Fault,
    /// The program or the machine was cut.
    Interrupted,
}

impl Outcome {
    const ALL: [Outcome; 7] = [
        Outcome::InProgress,
        Outcome::Contained,
        Outcome::HandedOver,
        Outcome::Abandoned,
        Outcome::Callback,
        Outcome::Fault,
        Outcome::Interrupted,
    ];

    /// The name in the database and the API.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::InProgress => "in_progress",
            Outcome::Contained => "contained",
            Outcome::HandedOver => "handed_over",
            Outcome::Abandoned => "abandoned",
            Outcome::Callback => "callback",
            Outcome::Fault => "fault",
            Outcome::Interrupted => "interrupted",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Outcome {
    type Err = String;
    fn from_str(name: &str) -> Result<Outcome, String> {
        let known = Outcome::ALL.into_iter().find(|o| o.name() == name);
        known.ok_or_else(|| format!("{name:?} is no outcome of a call"))
    }
}

/// Intents that say how the conversation should go on and not what it is about.
const NO_BUSINESS: [&str; 6] = ["agent", "affirm", "deny", "repeat", "goodbye", "unknown"];

/// A summary that grows with its call's events.
#[derive(Debug, Clone)]
pub(super) struct Projection {
    pub summary: CallSummary,
    /// The back office has answered something.
    served: bool,
    /// A person is being looked for.
    waiting: bool,
}

impl Projection {
    pub fn new(id: CallId, started_unix_ms: i64) -> Projection {
        let summary = CallSummary {
            id,
            started_at: DateTime::from_timestamp_millis(started_unix_ms).unwrap_or_default(),
            duration_ms: None,
            from: Pii::default(),
            to: String::new(),
            pack: String::new(),
            intent: None,
            outcome: Outcome::InProgress,
            turns: 0,
            agent: None,
        };
        Projection {
            summary,
            served: false,
            waiting: false,
        }
    }

    /// Takes in the call's next event.
    pub fn note(&mut self, event: &Event) {
        match &event.kind {
            Kind::Input(input) => self.note_input(input),
            Kind::Decision(decision) => self.note_decision(decision),
            Kind::Record(Record::Ended {
                reason,
                duration_ms,
            }) => {
                self.summary.duration_ms = Some(*duration_ms);
                self.summary.outcome = self.outcome(*reason);
            }
            Kind::Record(Record::Interrupted) => {
                self.summary.duration_ms = Some(event.at.0);
                self.summary.outcome = Outcome::Interrupted;
            }
            Kind::Record(_) => {}
        }
    }

    fn note_input(&mut self, input: &Input) {
        match input {
            Input::Answered { from, to, pack, .. } => {
                self.summary.from = from.clone();
                self.summary.to = to.clone();
                self.summary.pack = pack.clone();
            }
            Input::Replied { reply, .. } => match reply {
                Reply::Bill(_) | Reply::Sent { .. } | Reply::Outages { .. } | Reply::Ticket(_) => {
                    self.served = true;
                }
                Reply::Account(_)
                | Reply::NotFound
                | Reply::Refused { .. }
                | Reply::Unavailable { .. } => {}
            },
            Input::Agent(AgentNews::Bridged { agent }) => {
                self.summary.agent = Some(agent.clone());
                self.waiting = false;
            }
            _ => {}
        }
    }

    fn note_decision(&mut self, decision: &Decision) {
        match decision {
            Decision::Understood { intent, .. } => {
                self.summary.turns += 1;
                let is_business = !NO_BUSINESS.contains(&intent.as_str());
                let known = self.summary.intent.as_deref();
                if known.is_none_or(|known| known == "agent" && is_business)
                    && (is_business || intent == "agent")
                {
                    self.summary.intent = Some(intent.clone());
                }
            }
            Decision::FindAgent { .. } => self.waiting = true,
            Decision::LeaveQueue => self.waiting = false,
            _ => {}
        }
    }

    fn outcome(&self, reason: HangUpReason) -> Outcome {
        if self.summary.agent.is_some() {
            return Outcome::HandedOver;
        }
        match reason {
            HangUpReason::Done => Outcome::Contained,
            HangUpReason::CallerLeft if self.served && !self.waiting => Outcome::Contained,
            HangUpReason::CallerLeft | HangUpReason::Silence => Outcome::Abandoned,
            HangUpReason::AgentLeft => Outcome::HandedOver,
            HangUpReason::Callback => Outcome::Callback,
            HangUpReason::Fault => Outcome::Fault,
        }
    }
}

/// The words of an event that one would search a call by.
pub(super) fn searchable(event: &Event) -> Option<String> {
    match &event.kind {
        Kind::Input(Input::Answered { from, .. }) => Some(from.0.clone()),
        Kind::Input(Input::Replied {
            reply: Reply::Ticket(ticket),
            ..
        }) => Some(ticket.ticket.clone()),
        Kind::Decision(Decision::Understood {
            text, corrected, ..
        }) if text == corrected => Some(text.0.clone()),
        Kind::Decision(Decision::Understood {
            text, corrected, ..
        }) => Some(format!("{}\n{}", text.0, corrected.0)),
        Kind::Decision(Decision::Say { text, .. }) => Some(text.0.clone()),
        Kind::Decision(Decision::Slot { value, .. }) => value.as_ref().map(|value| value.0.clone()),
        Kind::Record(Record::Transcript { text, .. }) => Some(text.0.clone()),
        Kind::Input(_) | Kind::Decision(_) | Kind::Record(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Millis, RequestId, Urgency, UtteranceId};
    use ulid::Ulid;

    fn after(kinds: Vec<Kind>) -> CallSummary {
        let mut projection = Projection::new(CallId(Ulid::nil()), 0);
        for (seq, kind) in (0..).zip(kinds) {
            let at = Millis(seq * 1000);
            projection.note(&Event { seq, at, kind });
        }
        projection.summary
    }

    fn understood(intent: &str) -> Kind {
        Kind::Decision(Decision::Understood {
            utterance: UtteranceId(1),
            text: "话".into(),
            corrected: "话".into(),
            intent: intent.into(),
            confidence: 0.9,
            slots: Default::default(),
        })
    }

    fn ended(reason: HangUpReason) -> Kind {
        Kind::Record(Record::Ended {
            reason,
            duration_ms: 61_000,
        })
    }

    fn nothing_owed() -> Kind {
        Kind::Input(Input::Replied {
            request: RequestId(1),
            reply: Reply::Outages { outages: vec![] },
        })
    }

    fn find_agent() -> Kind {
        Kind::Decision(Decision::FindAgent {
            skill: "water".into(),
            urgency: Urgency::Normal,
        })
    }

    #[test]
    fn the_intent_is_the_first_business_of_the_call() {
        let intents = ["unknown", "agent", "bill_lookup", "affirm", "repair"];
        let summary = after(intents.map(understood).into());
        assert_eq!(summary.intent.as_deref(), Some("bill_lookup"));
        assert_eq!(summary.turns, 5);
    }

    #[test]
    fn a_caller_who_wanted_nothing_but_a_person_has_that_intent() {
        let summary = after(vec![understood("agent"), understood("affirm")]);
        assert_eq!(summary.intent.as_deref(), Some("agent"));
    }

    #[test]
    fn a_caller_who_hangs_up_with_the_answer_was_served() {
        let summary = after(vec![nothing_owed(), ended(HangUpReason::CallerLeft)]);
        assert_eq!(summary.outcome, Outcome::Contained);
        assert_eq!(summary.duration_ms, Some(61_000));
    }

    #[test]
    fn a_caller_who_hangs_up_while_waiting_for_a_person_was_not() {
        let kinds = vec![
            nothing_owed(),
            find_agent(),
            ended(HangUpReason::CallerLeft),
        ];
        assert_eq!(after(kinds).outcome, Outcome::Abandoned);
    }

    #[test]
    fn a_call_that_a_person_took_is_handed_over_whoever_hangs_up() {
        let bridged = Kind::Input(Input::Agent(AgentNews::Bridged {
            agent: AgentId("1001".into()),
        }));
        let summary = after(vec![find_agent(), bridged, ended(HangUpReason::CallerLeft)]);
        assert_eq!(summary.outcome, Outcome::HandedOver);
        assert_eq!(summary.agent, Some(AgentId("1001".into())));
    }

    #[test]
    fn an_outcome_reads_as_it_is_written() {
        for outcome in Outcome::ALL {
            assert_eq!(outcome.name().parse(), Ok(outcome));
            assert_eq!(serde_json::json!(outcome), outcome.name());
        }
    }
}
