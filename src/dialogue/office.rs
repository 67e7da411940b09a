//! Questions to the back office and what their answers lead to.

use super::conversation::{Conversation, Waiting, Way};
use super::flow::{Call, Step, Target, Verb};
use super::person::Why;
use super::running::Next;
use super::template::Template;
use crate::event::{HangUpReason, Reply, Request, RequestId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A request from an operation's name and its fields; empty fields are left out.
pub(super) fn request(
    operation: &str,
    fields: impl IntoIterator<Item = (String, String)>,
) -> Result<Request, serde_json::Error> {
    let mut object = serde_json::Map::new();
    object.insert("operation".into(), operation.into());
    let filled = fields.into_iter().filter(|(_, value)| !value.is_empty());
    object.extend(filled.map(|(field, value)| (field, value.into())));
    serde_json::from_value(serde_json::Value::Object(object))
}

impl Conversation {
    /// A request whose fields are filled from what is known; nothing if a field that it needs is not.
    pub(super) fn request(
        &self,
        operation: &str,
        with: &BTreeMap<String, Template>,
    ) -> Option<Request> {
        let fields = with
            .iter()
            .map(|(field, template)| (field.clone(), template.fill(&self.memory)));
        request(operation, fields).ok()
    }

    /// Whether the back office has been asked this, or has answered it.
    pub(super) fn is_asked(&self, request: &Request) -> bool {
        self.asked.values().any(|asked| asked == request) || self.reply_to(request).is_some()
    }

    pub(super) fn reply_to(&self, request: &Request) -> Option<&Reply> {
        let mut known = self.known.iter();
        known
            .find(|(asked, _)| asked == request)
            .map(|(_, reply)| reply)
    }

    /// Asks what a step asks of the back office, after the caller's yes where it has an effect.
    pub(super) fn enter_call(&mut self, call: &Call) -> Next {
        let Some(request) = self.request(&call.operation, &call.with) else {
            return self.no_reply(call.refused);
        };
        if let Some(reply) = self.reply_to(&request).cloned() {
            if request.has_effect() {
                self.known.retain(|(asked, _)| *asked != request);
            }
            return self.take_reply(call, &reply);
        }
        let mut under_way = self.asked.iter();
        if let Some((&id, _)) = under_way.find(|(_, asked)| **asked == request) {
            self.waiting = Waiting::Reply(id);
            return Next::Wait;
        }
        let agreed = self.frames.last().is_some_and(|frame| frame.agreed);
        if request.has_effect() && !agreed {
            return self.ask_consent(call);
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.agreed = false;
        }
        self.waiting = Waiting::Reply(self.ask_office(request));
        Next::Wait
    }

    fn ask_consent(&mut self, call: &Call) -> Next {
        let pack = Arc::clone(&self.pack);
        self.waiting = Waiting::Consent;
        let Some(nth) = self.count_try(pack.settings.limits.misses) else {
            self.fail(Why::Misses);
            return Next::Wait;
        };
        let says = &pack.settings.says;
        self.ask_aloud(call.confirm.as_ref().unwrap_or(&says.may_i), nth);
        Next::Wait
    }

    /// The back office answered.
    pub(super) fn replied(&mut self, id: RequestId, reply: &Reply) {
        let Some(request) = self.asked.remove(&id) else {
            return;
        };
        let is_awaited = self.waiting == Waiting::Reply(id);
        let is_answer = !matches!(reply, Reply::Refused { .. } | Reply::Unavailable { .. });
        if is_answer && !(is_awaited && request.has_effect()) {
            self.known.push((request, reply.clone()));
        }
        if self.waiting == Waiting::LastTicket(id) {
            return self.close_silent(matches!(reply, Reply::Ticket(_)));
        }
        if !is_awaited {
            return;
        }
        let pack = Arc::clone(&self.pack);
        let Some((_, step)) = self.step_of(&pack) else {
            return;
        };
        if let Verb::Call(call) = &step.verb {
            self.silences = 0;
            match self.take_reply(call, reply) {
                Next::Wait => {}
                next => {
                    self.go(step, next);
                    self.proceed();
                }
            }
        }
    }

    fn take_reply(&mut self, call: &Call, reply: &Reply) -> Next {
        match reply {
            Reply::Account(_)
            | Reply::Bill(_)
            | Reply::Sent { .. }
            | Reply::Outages { .. }
            | Reply::Ticket(_) => {
                self.memory.keep(&call.into, reply);
                Next::On
            }
            Reply::NotFound => {
                self.memory.forget(&call.into);
                self.no_reply(call.not_found)
            }
            Reply::Refused { .. } => {
                self.memory.forget(&call.into);
                self.no_reply(call.refused)
            }
            Reply::Unavailable { .. } => {
                self.memory.forget(&call.into);
                self.no_reply(call.unavailable)
            }
        }
    }

    /// Goes to the step's own way out, else to the flow for when the back office does not help; from there, to a
    /// promise.
    fn no_reply(&mut self, target: Option<Target>) -> Next {
        if let Some(target) = target {
            return Next::To(target);
        }
        let pack = Arc::clone(&self.pack);
        if self.frames.iter().any(|frame| self.is_own(&frame.flow)) {
            self.say_text(&pack.settings.says.noted);
            self.hang_up(HangUpReason::Fault);
            return Next::Wait;
        }
        self.frames.clear();
        self.run(&pack.settings.flows.unavailable, Way::Main);
        Next::Anew
    }

    /// The back office has been silent for too long.
    pub(super) fn give_reply_up(&mut self, id: RequestId) {
        let reason = "no answer while the caller waited".to_owned();
        self.replied(id, &Reply::Unavailable { reason });
    }

    /// The ticket of what was under way when the caller fell silent, if enough of it is certain.
    pub(super) fn ticket_under_way(&self) -> Option<Request> {
        let is_certain = self.memory.slots.values().any(|filled| filled.confirmed);
        if !is_certain {
            return None;
        }
        self.frames.iter().rev().find_map(|frame| {
            let steps = &self.pack.flow(&frame.flow)?.steps;
            steps
                .get(frame.at..)?
                .iter()
                .find_map(|step| self.ticket_of(step))
        })
    }

    fn ticket_of(&self, step: &Step) -> Option<Request> {
        let holds = step
            .when
            .as_ref()
            .is_none_or(|condition| condition.holds(&self.memory));
        match &step.verb {
            Verb::Call(call) if holds && call.operation == "create_ticket" => {
                self.request(&call.operation, &call.with)
            }
            _ => None,
        }
    }
}
