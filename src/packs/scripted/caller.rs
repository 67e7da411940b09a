//! A caller who follows a script, and the world around the call.

use super::{Office, TODAY};
use crate::dialogue::{Conversation, Pack, Stimulus};
use crate::event::{
    AgentId, AgentNews, Decision, HangUpReason, Hypothesis, Millis, Pii, Reply, Request, RequestId,
    Summary, Ticket, UtteranceId,
};
use serde::Deserialize;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// How agents take it when they are looked for, in order; the last one stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agents {
    /// One is free and picks up.
    Free,
    /// All are busy.
    Busy,
    /// One is free and does not pick up.
    Absent,
}

/// A caller's side of a call, and the world around it.
pub struct Caller {
    conversation: Conversation,
    /// The utility that the call asks.
    pub office: Office,
    /// How agents take it.
    pub agents: VecDeque<Agents>,
    /// What happened since it was last taken.
    pub heard: Vec<Decision>,
    /// Slots that are filled.
    pub slots: BTreeMap<String, String>,
    /// Why the call ended, if it did.
    pub ended: Option<HangUpReason>,
    /// Whether caller and agent hear each other.
    pub bridged: bool,
    /// What the agent was told.
    pub summary: Option<Summary>,
    /// Tickets that were opened.
    pub tickets: Vec<Ticket>,
    utterance: UtteranceId,
    now: Millis,
}

impl Caller {
    /// Rings a pack from this number; the greeting is in `heard`.
    pub async fn ring(pack: Arc<Pack>, office: Office, from: &str, agents: Vec<Agents>) -> Caller {
        let mut caller = Caller {
            conversation: Conversation::new(pack),
            office,
            agents: agents.into(),
            heard: Vec::new(),
            slots: BTreeMap::new(),
            ended: None,
            bridged: false,
            summary: None,
            tickets: Vec::new(),
            utterance: UtteranceId::default(),
            now: Millis(0),
        };
        let from = Pii(from.to_owned());
        let answered = Stimulus::Answered {
            from: &from,
            to: "962740",
            today: TODAY,
        };
        caller.tell(answered).await;
        caller
    }

    /// Says something; the recogniser's readings are best first.
    pub async fn says(&mut self, readings: &[&str]) {
        self.utterance = self.utterance.next();
        let hypotheses: Vec<Hypothesis> = readings
            .iter()
            .map(|text| Hypothesis::new(*text, 0.8))
            .collect();
        let utterance = self.utterance;
        self.tell(Stimulus::Said {
            utterance,
            hypotheses: &hypotheses,
        })
        .await;
    }

    /// Speaks, and the recogniser makes nothing of it.
    pub async fn mumbles(&mut self) {
        self.utterance = self.utterance.next();
        let utterance = self.utterance;
        self.tell(Stimulus::NotHeard { utterance }).await;
    }

    /// Tells the conversation something and carries out what it decides, until it waits for the caller.
    pub async fn tell(&mut self, stimulus: Stimulus<'_>) {
        let mut open: VecDeque<Then> = VecDeque::new();
        self.now = self.now + 3_000;
        let decisions = self.conversation.handle(self.now, stimulus);
        self.carry_out(decisions, &mut open);
        while let Some(next) = open.pop_front() {
            let decisions = match next {
                Then::Ask(request_id, request) => {
                    let key = format!("test-{request_id}");
                    let reply = self.office.ask(&request, &key).await;
                    if let (Request::CreateTicket(_), Reply::Ticket(ticket)) = (&request, &reply) {
                        self.tickets.push(ticket.clone());
                    }
                    let replied = Stimulus::Replied {
                        request: request_id,
                        reply: &reply,
                    };
                    self.conversation.handle(self.now, replied)
                }
                Then::News(news) => self.conversation.handle(self.now, Stimulus::Agent(&news)),
            };
            self.carry_out(decisions, &mut open);
        }
    }

    fn carry_out(&mut self, decisions: Vec<Decision>, open: &mut VecDeque<Then>) {
        let agent = AgentId("1001".into());
        for decision in decisions {
            match &decision {
                Decision::Ask {
                    request_id,
                    request,
                } => open.push_back(Then::Ask(*request_id, request.clone())),
                Decision::FindAgent { .. } => {
                    open.push_back(Then::News(match self.agents.front() {
                        Some(Agents::Free | Agents::Absent) => AgentNews::Found {
                            agent: agent.clone(),
                        },
                        Some(Agents::Busy) | None => AgentNews::NoneFree { ahead: 2 },
                    }))
                }
                Decision::RingAgent { agent, .. } => {
                    let agent = agent.clone();
                    open.push_back(Then::News(match self.agents.front() {
                        Some(Agents::Free) => AgentNews::PickedUp { agent },
                        _ => AgentNews::NotReached {
                            agent,
                            reason: "no answer".into(),
                        },
                    }));
                }
                Decision::Bridge { agent } => {
                    self.bridged = true;
                    let agent = agent.clone();
                    open.push_back(Then::News(AgentNews::Bridged { agent }));
                }
                Decision::Slot { slot, value, .. } => {
                    match value {
                        Some(value) => self.slots.insert(slot.clone(), value.0.clone()),
                        None => self.slots.remove(slot),
                    };
                }
                Decision::Summary(summary) => self.summary = Some(summary.clone()),
                Decision::HangUp { reason } => self.ended = self.ended.or(Some(*reason)),
                _ => {}
            }
            self.heard.push(decision);
        }
    }

    /// What the bot has said since this was last asked, and what it asked of the back office with an effect.
    pub fn take(&mut self) -> Answer {
        let mut answer = Answer::default();
        for decision in std::mem::take(&mut self.heard) {
            match decision {
                Decision::Say { text, .. } => answer.said.push(text.0),
                Decision::Understood { intent, .. } => answer.intent = Some(intent),
                Decision::Ask { request, .. } if request.has_effect() => {
                    answer.effects.push(operation(&request));
                }
                Decision::Ask { request, .. } => answer.look_ups.push(operation(&request)),
                Decision::Prepare { texts } => {
                    answer.prepared.extend(texts.into_iter().map(|text| text.0));
                }
                Decision::FindAgent { skill, .. } => answer.skill = Some(skill),
                Decision::RingAgent { whisper, .. } => answer.whisper = Some(whisper.0),
                _ => {}
            }
        }
        answer
    }
}

/// What a decision makes happen.
enum Then {
    Ask(RequestId, Request),
    News(AgentNews),
}

/// What a turn of the caller led to.
#[derive(Debug, Default)]
pub struct Answer {
    /// What the bot said.
    pub said: Vec<String>,
    /// What the caller wants, if that was found out.
    pub intent: Option<String>,
    /// Operations with an effect.
    pub effects: Vec<String>,
    /// Operations without one.
    pub look_ups: Vec<String>,
    /// Texts that may be said next.
    pub prepared: Vec<String>,
    /// Of the person who is sought.
    pub skill: Option<String>,
    /// What an agent hears before the bridge.
    pub whisper: Option<String>,
}

/// The name of a request's operation, as flows write it.
fn operation(request: &Request) -> String {
    let json = serde_json::to_value(request).unwrap_or_default();
    json["operation"].as_str().unwrap_or_default().to_owned()
}
