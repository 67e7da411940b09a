//! Running flows: from step to step until something must be waited for.

use super::conversation::{Conversation, Frame, Waiting, Way};
use super::flow::{Ending, Flow, Step, Target, Verb};
use super::hearing::Heard;
use super::pack::Pack;
use super::person::Why;
use crate::event::{Decision, HangUpReason};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Steps without a wait after which a flow is taken to run in a circle.
const MOST_STEPS: usize = 200;
/// Flows under way at once, parts included.
const MOST_FRAMES: usize = 8;

/// Where a step leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// To the step's `then`, or the next one.
    On,
    /// There.
    To(Target),
    /// Nowhere until something is heard.
    Wait,
    /// To whatever step is now at hand.
    Anew,
}

impl Conversation {
    /// The flow and the step at hand.
    pub(super) fn step_of<'p>(&self, pack: &'p Pack) -> Option<(&'p Flow, &'p Step)> {
        let frame = self.frames.last()?;
        let flow = pack.flow(&frame.flow)?;
        Some((flow, flow.steps.get(frame.at)?))
    }

    /// Starts the flow of an intent with what the utterance says already.
    pub(super) fn start(&mut self, intent: &str, heard: &Heard, way: Way) {
        self.put_flow(intent, heard, way);
        self.proceed();
    }

    /// Puts the flow of an intent on top of those under way, with what the utterance says already.
    pub(super) fn put_flow(&mut self, intent: &str, heard: &Heard, way: Way) {
        let pack = Arc::clone(&self.pack);
        let Some(flow) = pack.flow_of(intent) else {
            return;
        };
        let kept = (way == Way::Aside).then(|| self.memory.put_away());
        self.misses = 0;
        self.unclear = None;
        self.remember_wishes(intent, heard);
        self.memory.note("intent", intent.to_owned());
        self.note_said(heard.raw(), heard.corrected());
        if let Some(kept) = &kept {
            for slot in kept.slots.keys() {
                self.fill(slot, None, false);
            }
        }
        self.fill_named(heard);
        self.run(&flow.name, way);
        if let Some(frame) = self.frames.last_mut() {
            frame.kept = kept;
        }
    }

    /// Fills the slots whose values an utterance names.
    pub(super) fn fill_named(&mut self, heard: &Heard) {
        let pack = Arc::clone(&self.pack);
        for (slot, reading) in &heard.meaning.slots {
            let wanted = pack.slot(slot).is_some_and(|slot| !slot.is_free());
            if wanted && reading.complete && reading.checked {
                self.fill(slot, Some(reading.value.0.clone()), false);
            }
        }
    }

    /// Puts a flow on top of those under way.
    pub(super) fn run(&mut self, flow: &str, way: Way) {
        let topic = self.pack.flow(flow).map(|flow| flow.topic.clone());
        if let Some(topic) = topic.filter(|topic| !topic.is_empty() && !self.is_own(flow)) {
            self.memory.note("topic", topic);
        }
        self.frames.push(Frame {
            flow: flow.to_owned(),
            at: 0,
            tries: BTreeMap::new(),
            trail: Vec::new(),
            agreed: false,
            again: false,
            way,
            kept: None,
        });
    }

    /// Whether the conversation itself runs the flow: nobody is free, the back office is down.
    pub(super) fn is_own(&self, flow: &str) -> bool {
        let own = &self.pack.settings.flows;
        flow == own.nobody || flow == own.unavailable
    }

    /// Runs steps until something must be waited for.
    pub(super) fn proceed(&mut self) {
        let pack = Arc::clone(&self.pack);
        for _ in 0..MOST_STEPS {
            if self.frames.len() > MOST_FRAMES {
                break;
            }
            let Some(frame) = self.frames.last() else {
                self.misses = 0;
                self.clarifications = 0;
                if self.is_sought() {
                    return self.await_person();
                }
                if self.take_up_wish() {
                    continue;
                }
                return self.ask_open(true);
            };
            let Some((_, step)) = self.step_of(&pack) else {
                if !self.leave_flow() {
                    return;
                }
                continue;
            };
            let passed_over = step
                .when
                .as_ref()
                .is_some_and(|condition| !condition.holds(&self.memory));
            if passed_over {
                let next = frame.at + 1;
                self.go_to(Target::Step(next));
                continue;
            }
            match self.enter(step) {
                Next::Wait => return,
                Next::Anew => {}
                next => self.go(step, next),
            }
        }
        self.frames.clear();
        self.fail(Why::Fault);
    }

    /// Moves on from a step.
    pub(super) fn go(&mut self, step: &Step, next: Next) {
        let after = self.frames.last().map_or(0, |frame| frame.at + 1);
        match next {
            Next::On => self.go_to(step.then.unwrap_or(Target::Step(after))),
            Next::To(target) => self.go_to(target),
            Next::Wait | Next::Anew => {}
        }
    }

    pub(super) fn go_to(&mut self, target: Target) {
        if let Some(frame) = self.frames.last_mut() {
            frame.again = false;
            frame.at = match target {
                Target::Step(index) => index,
                Target::End => usize::MAX,
            };
        }
    }

    /// Leaves the flow at hand for the one below; says whether to go on.
    fn leave_flow(&mut self) -> bool {
        let pack = Arc::clone(&self.pack);
        let Some(left) = self.frames.pop() else {
            return false;
        };
        self.put_back(&left);
        let Some(below) = self.frames.last_mut() else {
            return true;
        };
        match left.way {
            Way::Part => {
                below.agreed = false;
                if let Some((_, step)) = self.step_of(&pack) {
                    self.go(step, Next::On);
                }
            }
            Way::Main | Way::Aside => {
                below.again = true;
                self.restore_topic();
                if left.flow != pack.settings.flows.faq {
                    self.say_text(&pack.settings.says.resume);
                }
            }
        }
        true
    }

    /// Forgets what only a flow that is over needed, and gives the business below it its own again.
    fn put_back(&mut self, left: &Frame) {
        if left.way == Way::Part {
            return;
        }
        self.forget_slots_of(&left.flow);
        let Some(kept) = left.kept.as_ref().filter(|_| !self.frames.is_empty()) else {
            return;
        };
        for (slot, filled) in &kept.slots {
            self.fill(slot, Some(filled.value.0.clone()), filled.confirmed);
        }
        self.memory.take_facts_back(kept);
    }

    /// Makes the topic that of the business at hand again.
    fn restore_topic(&mut self) {
        let flows = self.frames.iter().rev();
        let topic = flows
            .filter(|frame| !self.is_own(&frame.flow))
            .filter_map(|frame| self.pack.flow(&frame.flow))
            .map(|flow| flow.topic.clone())
            .find(|topic| !topic.is_empty());
        if let Some(topic) = topic {
            self.memory.note("topic", topic);
        }
    }

    /// Empties the slots that only the flow and its parts need.
    fn forget_slots_of(&mut self, flow: &str) {
        let pack = Arc::clone(&self.pack);
        let mut flows = vec![flow];
        let mut nth = 0;
        while let Some(steps) = flows.get(nth).map(|name| pack.flow(name)) {
            nth += 1;
            for step in steps.into_iter().flat_map(|flow| &flow.steps) {
                match &step.verb {
                    Verb::Run { flow: part, .. } if !flows.contains(&part.as_str()) => {
                        flows.push(part)
                    }
                    Verb::Ask { slot, .. } if pack.slot(slot).is_some_and(|slot| !slot.keep) => {
                        self.fill(slot, None, false);
                    }
                    _ => {}
                }
            }
        }
    }

    /// Does what a step says.
    fn enter(&mut self, step: &Step) -> Next {
        // A step that asks again has been entered before.
        let is_new = |frame: &&Frame| !frame.again && !frame.tries.contains_key(&frame.at);
        if let Some(frame) = self.frames.last().filter(is_new) {
            self.out.push(Decision::Step {
                flow: frame.flow.clone(),
                step: step.id.clone(),
            });
        }
        match &step.verb {
            Verb::Ask { .. } | Verb::Confirm { .. } | Verb::Choose { .. } => {
                self.enter_question(step)
            }
            Verb::Call(call) => self.enter_call(call),
            Verb::Say(text) => {
                self.say_text(text);
                Next::On
            }
            Verb::Branch(ways) => {
                let way = ways.iter().find(|(when, _)| when.holds(&self.memory));
                way.map_or(Next::On, |(_, target)| Next::To(*target))
            }
            Verb::Set(values) => {
                for (slot, template) in values {
                    let value = template.fill_whole(&self.memory);
                    let certain = value.is_some();
                    self.fill(slot, value, certain);
                }
                Next::On
            }
            Verb::Clear(slots) => {
                for slot in slots {
                    self.fill(slot, None, false);
                }
                self.misses += 1;
                Next::On
            }
            Verb::Run { flow, intent } => {
                if let Some(intent) = intent {
                    self.memory.note("intent", intent.clone());
                    self.note_said("", "");
                }
                self.run(flow, Way::Part);
                Next::Anew
            }
            Verb::Handoff { reason } => {
                self.seek_person(Why::Flow(reason.clone()));
                Next::Wait
            }
            Verb::Wait { say } => self.enter_queue(say),
            Verb::Answer { otherwise } => self.answer_question(*otherwise),
            Verb::End { say, how } => {
                if let Some(text) = say {
                    self.say_text(text);
                }
                self.end(*how)
            }
        }
    }

    fn answer_question(&mut self, otherwise: Option<Target>) -> Next {
        let pack = Arc::clone(&self.pack);
        match (
            pack.language.faq(&self.question(), self.memory.today),
            otherwise,
        ) {
            (Some(answer), _) => {
                self.say(answer.answer);
                Next::On
            }
            (None, Some(target)) => Next::To(target),
            (None, None) => {
                self.say_text(&pack.settings.says.no_answer);
                Next::On
            }
        }
    }

    fn end(&mut self, how: Ending) -> Next {
        let reason = match how {
            Ending::Flow => return Next::To(Target::End),
            Ending::Call => HangUpReason::Done,
            Ending::Callback => HangUpReason::Callback,
        };
        self.hang_up(reason);
        Next::Wait
    }

    /// Asks the question at hand again, without counting it as a try.
    pub(super) fn ask_again(&mut self) {
        match self.waiting.clone() {
            Waiting::Open { more } => self.ask_open(more),
            Waiting::Slot
            | Waiting::YesNo
            | Waiting::Consent
            | Waiting::Choice
            | Waiting::Queue => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.again = true;
                }
                self.proceed();
            }
            Waiting::Clarify { .. } | Waiting::Repair(_) => self.repeat(),
            Waiting::Answer
            | Waiting::Reply(_)
            | Waiting::LastTicket(_)
            | Waiting::Person
            | Waiting::Over => {}
        }
    }

    /// Goes back to the question before this one; from the first one, gives the business up.
    pub(super) fn back(&mut self) {
        let pack = Arc::clone(&self.pack);
        while let Some(frame) = self.frames.last_mut() {
            // The last of the trail is the question at hand.
            let at_hand = frame.at;
            while frame.trail.last() == Some(&at_hand) {
                frame.trail.pop();
            }
            if let Some(before) = frame.trail.pop() {
                frame.at = before;
                frame.again = false;
                frame.tries.remove(&before);
                if let Some((_, step)) = self.step_of(&pack) {
                    for slot in step.slots() {
                        self.fill(slot, None, false);
                    }
                }
                return self.proceed();
            }
            if frame.way != Way::Part {
                break;
            }
            self.frames.pop();
        }
        self.cancel();
    }

    /// Gives up the business at hand; what was under way before it goes on.
    pub(super) fn cancel(&mut self) {
        let pack = Arc::clone(&self.pack);
        self.leave_queue();
        while let Some(frame) = self.frames.pop() {
            self.put_back(&frame);
            if frame.way != Way::Part {
                break;
            }
        }
        self.say_text(&pack.settings.says.cancelled);
        if let Some(frame) = self.frames.last_mut() {
            frame.again = true;
            self.restore_topic();
            self.say_text(&pack.settings.says.resume);
        }
        self.proceed();
    }
}

impl Step {
    /// Slots that the step asks for or about.
    pub(super) fn slots(&self) -> Vec<&str> {
        match &self.verb {
            Verb::Ask { slot, .. } => vec![slot],
            Verb::Confirm { slots, .. } => slots.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        }
    }
}
