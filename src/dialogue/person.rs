//! The way to a person: search, ring, whisper, bridge; and when nobody is free, a choice.

use super::conversation::{Conversation, Waiting, Way};
use super::flow::Verb;
use super::hearing::Heard;
use super::running::Next;
use super::template::{Template, Texts, Values};
use crate::event::{AgentId, AgentNews, Decision, HangUpReason, Urgency};
use std::sync::Arc;

/// How far the search for a person is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Person {
    /// Nobody is looked for.
    Unwanted,
    /// It has begun.
    Searching,
    /// All are busy; the call keeps its place.
    Queued,
    /// This agent's telephone rings.
    Ringing(AgentId),
    /// This agent picked up and is about to be put through.
    Bridging,
    /// Caller and agent hear each other.
    Bridged,
}

/// Why a person is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Why {
    Asked,
    Misses,
    Anger,
    Fault,
    /// A flow says so, in its own words for the agent.
    Flow(String),
    /// The caller speaks another language; both texts are the pack's.
    Language {
        reason: String,
        sorry: Template,
    },
}

impl Conversation {
    /// Looks for a person. That one comes is said only once one has been found.
    pub(super) fn seek_person(&mut self, why: Why) {
        let pack = Arc::clone(&self.pack);
        let (reasons, says) = (&pack.settings.reasons, &pack.settings.says.searching);
        let (reason, text): (&str, &Template) = match &why {
            Why::Asked => (&reasons.asked, &says.asked),
            Why::Misses => (&reasons.misses, &says.misses),
            Why::Anger => (&reasons.anger, &says.anger),
            Why::Fault => (&reasons.fault, &says.fault),
            Why::Flow(reason) => (reason, &says.asked),
            Why::Language { reason, sorry } => (reason, sorry),
        };
        match self.person {
            Person::Unwanted => {
                self.memory.note("reason", reason.to_owned());
                self.misses = 0;
                self.say_text(text);
                self.find_agent();
                self.waiting = Waiting::Person;
            }
            Person::Queued => self.offer_ways("queued"),
            Person::Searching | Person::Ringing(_) => self.waiting = Waiting::Person,
            Person::Bridging | Person::Bridged => {}
        }
    }

    /// Whether a person is being looked for.
    pub(super) fn is_sought(&self) -> bool {
        match self.person {
            Person::Searching | Person::Queued | Person::Ringing(_) => true,
            Person::Unwanted | Person::Bridging | Person::Bridged => false,
        }
    }

    /// Goes on waiting for the person who is looked for, after something that came between.
    pub(super) fn await_person(&mut self) {
        match self.person {
            Person::Queued => self.offer_ways("queued"),
            _ => self.waiting = Waiting::Person,
        }
    }

    fn find_agent(&mut self) {
        let pack = Arc::clone(&self.pack);
        let mut flows = self
            .frames
            .iter()
            .rev()
            .filter_map(|frame| pack.flow(&frame.flow));
        let interpreter = self.interpreter.as_ref();
        let skill = interpreter
            .map(|languages| languages.skill.clone())
            .or_else(|| flows.find_map(|flow| flow.skill.clone()))
            .or_else(|| pack.settings.skills.first().cloned())
            .unwrap_or_default();
        let intent = self.memory.value("intent").unwrap_or_default();
        let urgent = self
            .frames
            .iter()
            .filter_map(|frame| pack.flow(&frame.flow))
            .any(|flow| {
                let condition = flow.urgent.as_ref();
                condition.is_some_and(|condition| condition.holds(&self.memory))
                    || flow.emergency.contains(&intent)
            });
        self.person = Person::Searching;
        self.comforted = self.now;
        self.out.push(Decision::FindAgent {
            skill,
            urgency: if urgent {
                Urgency::Urgent
            } else {
                Urgency::Normal
            },
        });
    }

    /// Gives up the search and the place in the queue.
    pub(super) fn leave_queue(&mut self) {
        match self.person {
            Person::Searching | Person::Queued | Person::Ringing(_) => {
                self.person = Person::Unwanted;
                self.out.push(Decision::LeaveQueue);
            }
            Person::Unwanted | Person::Bridging | Person::Bridged => {}
        }
    }

    /// News of the search.
    pub(super) fn agent_news(&mut self, news: &AgentNews) {
        match (news, &self.person) {
            (AgentNews::Found { agent }, Person::Searching | Person::Queued) => {
                self.connect(agent.clone());
            }
            // Nobody wants this agent any more.
            (AgentNews::Found { .. }, Person::Unwanted) => self.out.push(Decision::LeaveQueue),
            (AgentNews::NoneFree { ahead }, Person::Searching | Person::Queued) => {
                self.none_free(*ahead);
            }
            (AgentNews::PickedUp { agent }, Person::Ringing(ringing)) if agent == ringing => {
                self.person = Person::Bridging;
                self.waiting = Waiting::Person;
                self.out.push(Decision::Bridge {
                    agent: agent.clone(),
                });
            }
            (AgentNews::Bridged { .. }, Person::Bridging) => self.person = Person::Bridged,
            (
                AgentNews::NotReached { .. } | AgentNews::Left { .. },
                Person::Ringing(_) | Person::Bridging,
            ) => {
                self.person = Person::Unwanted;
                self.offer_ways("not_reached");
            }
            (AgentNews::NotReached { .. }, Person::Searching) => {
                self.person = Person::Unwanted;
                self.offer_ways("not_reached");
            }
            (AgentNews::Left { .. }, Person::Bridged) => self.hang_up(HangUpReason::AgentLeft),
            (
                AgentNews::Found { .. }
                | AgentNews::NoneFree { .. }
                | AgentNews::Ringing { .. }
                | AgentNews::PickedUp { .. }
                | AgentNews::Bridged { .. }
                | AgentNews::NotReached { .. }
                | AgentNews::Left { .. },
                _,
            ) => {}
        }
    }

    fn connect(&mut self, agent: AgentId) {
        let pack = Arc::clone(&self.pack);
        self.say_text(&pack.settings.says.connecting);
        self.waiting = Waiting::Person;
        self.person = Person::Ringing(agent.clone());
        self.out.push(Decision::RingAgent {
            agent,
            whisper: self.whisper().into(),
        });
    }

    fn none_free(&mut self, ahead: u32) {
        let pack = Arc::clone(&self.pack);
        let ahead = ahead.to_string();
        let moved = self.memory.value("ahead").as_deref() != Some(ahead.as_str());
        let was_searching = self.person == Person::Searching;
        self.person = Person::Queued;
        self.memory.note("ahead", ahead);
        match self.waiting {
            Waiting::Person => self.offer_ways("none_free"),
            Waiting::Queue if moved || was_searching => {
                self.comforted = self.now;
                self.say_text(&pack.settings.says.position);
            }
            _ => {}
        }
    }

    /// Tells the caller that nobody can be reached now and lets them choose.
    fn offer_ways(&mut self, person: &str) {
        let pack = Arc::clone(&self.pack);
        let nobody = &pack.settings.flows.nobody;
        self.memory.note("person", person.to_owned());
        if let Some(place) = self.frames.iter().position(|frame| frame.flow == *nobody) {
            self.frames.truncate(place);
        }
        self.run(nobody, Way::Aside);
        self.proceed();
    }

    /// Waits in the queue, joining it if need be.
    pub(super) fn enter_queue(&mut self, say: &Texts) -> Next {
        if self.person == Person::Unwanted {
            self.find_agent();
        }
        let again = self.frames.last_mut().is_some_and(|frame| {
            let again = frame.again;
            frame.again = false;
            again
        });
        self.comforted = self.now;
        self.waiting = Waiting::Queue;
        self.ask_aloud(say, usize::from(again));
        Next::Wait
    }

    /// The bot goes on listening while a person is looked for.
    pub(super) fn hear_while_searching(&mut self, heard: &Heard) {
        let pack = Arc::clone(&self.pack);
        let settings = &pack.settings;
        let in_queue = self.waiting == Waiting::Queue;
        match self.person {
            Person::Bridging | Person::Bridged => return,
            Person::Unwanted | Person::Searching | Person::Queued | Person::Ringing(_) => {}
        }
        let gives_up = heard.has(&settings.hear.cancel)
            || heard.has(&settings.hear.nothing_else)
            || heard.is("deny", settings.limits.sure);
        if gives_up {
            return self.stop_searching();
        }
        if in_queue && (self.control(heard) || self.aside(heard)) {
            return;
        }
        if in_queue {
            self.say_text(&settings.says.position);
        }
    }

    /// The caller no longer wants a person: what was under way goes on.
    fn stop_searching(&mut self) {
        let pack = Arc::clone(&self.pack);
        self.leave_queue();
        self.memory.note("reason", String::new());
        self.frames
            .retain(|frame| frame.flow != pack.settings.flows.nobody);
        self.say_text(&pack.settings.says.cancelled);
        let at_handoff = self
            .step_of(&pack)
            .is_some_and(|(_, step)| matches!(step.verb, Verb::Handoff { .. }));
        if at_handoff {
            self.go_to(super::flow::Target::End);
        } else if let Some(frame) = self.frames.last_mut() {
            frame.again = true;
            self.say_text(&pack.settings.says.resume);
        }
        self.proceed();
    }
}
