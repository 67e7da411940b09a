//! Questions of a flow and their answers: slots, yes or no, choices.

use super::conversation::{Conversation, Waiting};
use super::flow::{Choice, Step, Target, Verb};
use super::hearing::Heard;
use super::person::Why;
use super::running::Next;
use super::settings::Expect;
use super::template::{Texts, Values};
use crate::event::Request;
use crate::nlu::{SlotReading, Standing};
use std::sync::Arc;

/// Other readings of a number that are looked up at most.
const MOST_ALTERNATIVES: usize = 2;

/// A free text without the full stop that the recogniser puts behind it: what it is said or written within has its own.
fn without_full_stop(text: &str) -> &str {
    text.trim().trim_end_matches(['.', '。', ',', '，'])
}

/// The values of readings, best first and each once; of numbers those that are whole and keep their rule.
fn usable<'r>(readings: impl Iterator<Item = &'r SlotReading>, is_number: bool) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for reading in readings {
        let is_usable = !is_number || (reading.complete && reading.checked);
        if is_usable && !values.contains(&reading.value) {
            values.push(reading.value.0.clone());
        }
    }
    values
}

/// An option of the step at hand, copied out of the flow.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chosen {
    to: Target,
    agreed: bool,
}

impl From<&Choice> for Chosen {
    fn from(choice: &Choice) -> Self {
        Chosen {
            to: choice.to,
            agreed: choice.agreed,
        }
    }
}

impl Conversation {
    /// Asks what a step asks, unless it is known.
    pub(super) fn enter_question(&mut self, step: &Step) -> Next {
        let most = self.pack.settings.limits.misses;
        let (say, otherwise, tries, waiting) = match &step.verb {
            Verb::Ask {
                slot,
                say,
                tries,
                otherwise,
                unknown: _,
            } => {
                if self.memory.slots.contains_key(slot) {
                    return Next::On;
                }
                (say, otherwise, tries.unwrap_or(most), Waiting::Slot)
            }
            Verb::Confirm {
                say,
                slots,
                yes,
                no: _,
                otherwise,
            } => {
                let certain = slots.iter().all(|slot| self.memory.confirmed(slot));
                if !slots.is_empty() && certain {
                    return yes.map_or(Next::On, Next::To);
                }
                // A number may be corrected many times; each is progress.
                let tries = if slots.is_empty() { most } else { 2 * most };
                (say, otherwise, tries, Waiting::YesNo)
            }
            Verb::Choose {
                say,
                options: _,
                otherwise,
            } => (say, otherwise, most, Waiting::Choice),
            _ => return Next::On,
        };
        self.waiting = waiting;
        let Some(nth) = self.count_try(tries) else {
            return match otherwise {
                Some(target) => Next::To(*target),
                None => {
                    self.fail(Why::Misses);
                    Next::Wait
                }
            };
        };
        self.ask_aloud(say, nth);
        Next::Wait
    }

    /// Counts a try of the step at hand and gives its number from 0, or nothing after the last one.
    pub(super) fn count_try(&mut self, most: usize) -> Option<usize> {
        let frame = self.frames.last_mut()?;
        let tries = frame.tries.entry(frame.at).or_default();
        if !frame.again || *tries == 0 {
            *tries += 1;
        }
        frame.again = false;
        if *tries > most {
            return None;
        }
        if frame.trail.last() != Some(&frame.at) {
            frame.trail.push(frame.at);
        }
        Some(*tries - 1)
    }

    /// The slot that is asked for now.
    pub(super) fn awaited_slot(&self) -> Option<&str> {
        if self.waiting != Waiting::Slot {
            return None;
        }
        match &self.step_of(&self.pack)?.1.verb {
            Verb::Ask { slot, .. } => Some(slot),
            _ => None,
        }
    }

    /// Counts a failure and asks again, or gives up.
    pub(super) fn miss(&mut self, before: &Texts) {
        if matches!(
            self.waiting,
            Waiting::Reply(_) | Waiting::LastTicket(_) | Waiting::Person | Waiting::Queue
        ) {
            return;
        }
        let pack = Arc::clone(&self.pack);
        self.misses += 1;
        if self.misses >= pack.settings.limits.misses {
            return self.fail(Why::Misses);
        }
        let own_words = self
            .step_of(&pack)
            .is_some_and(|(_, step)| step.has_own_words());
        let in_flow = matches!(
            self.waiting,
            Waiting::Slot | Waiting::YesNo | Waiting::Consent | Waiting::Choice
        );
        if !(in_flow && own_words) {
            let text = before.of_try(self.misses - 1).clone();
            self.say_text(&text);
        }
        if in_flow {
            self.proceed();
        } else {
            self.ask_again();
        }
    }

    /// What cannot be settled by asking: the step's own way out, else a person.
    pub(super) fn fail(&mut self, why: Why) {
        let pack = Arc::clone(&self.pack);
        let otherwise = match self.step_of(&pack).map(|(_, step)| &step.verb) {
            Some(
                Verb::Ask { otherwise, .. }
                | Verb::Confirm { otherwise, .. }
                | Verb::Choose { otherwise, .. },
            ) if self.waiting != Waiting::Person => *otherwise,
            _ => None,
        };
        match otherwise {
            Some(target) => {
                self.misses = 0;
                self.go_to(target);
                self.proceed();
            }
            None => self.seek_person(why),
        }
    }

    pub(super) fn hear_slot(&mut self, heard: &Heard) {
        let pack = Arc::clone(&self.pack);
        let Some(Verb::Ask { slot, unknown, .. }) = self.step_of(&pack).map(|(_, step)| &step.verb)
        else {
            return;
        };
        let Some(settings) = pack.slot(slot) else {
            return;
        };
        if settings.is_free() {
            if !self.control_word(heard) {
                self.fill_awaited(slot, without_full_stop(heard.raw()).to_owned());
            }
            return;
        }
        let readings: Vec<(SlotReading, f32)> = self.readings_in(heard, slot).collect();
        let is_number = settings.expect == Expect::Digits;
        let mut values = usable(readings.iter().map(|(reading, _)| reading), is_number);
        if is_number {
            let numbers = readings.into_iter();
            self.numbers_heard = numbers
                .map(|(reading, trust)| (reading.value.0, trust))
                .collect();
            self.numbers_denied.clear();
        }
        if !values.is_empty() {
            let value = values.remove(0);
            values.truncate(MOST_ALTERNATIVES);
            self.fill_awaited(slot, value);
            self.alternatives = values;
            return self.look_up_alternatives(slot);
        }
        let does_not_know =
            heard.has(&pack.settings.hear.dont_know) || self.yes_no(heard) == Some(false);
        match unknown {
            Some(target) if does_not_know => {
                self.misses = 0;
                self.go_to(*target);
                self.proceed();
            }
            _ => self.hear_otherwise(heard),
        }
    }

    pub(super) fn fill_awaited(&mut self, slot: &str, value: String) {
        let settled = self
            .pack
            .slot(slot)
            .is_none_or(|slot| slot.expect != Expect::Digits);
        if settled {
            // A number counts as understood once it is confirmed.
            self.misses = 0;
        }
        self.fill(slot, Some(value), false);
        self.proceed();
    }

    /// Looks up whether the other readings exist, so that one can be offered on a no.
    fn look_up_alternatives(&mut self, slot: &str) {
        for value in self.alternatives.clone() {
            let request = self.verification(slot, &value);
            if let Some(request) = request.filter(|request| !self.is_asked(request)) {
                self.ask_office(request);
            }
        }
    }

    /// The look-up that tells whether a slot's value exists.
    pub(super) fn verification(&self, slot: &str, value: &str) -> Option<Request> {
        let operation = self.pack.slot(slot)?.verify.as_deref()?;
        super::office::request(operation, [(slot.to_owned(), value.to_owned())]).ok()
    }

    /// Yes or no in an utterance. A yes needs its words: what merely resembles one must not open a ticket.
    pub(super) fn yes_no(&self, heard: &Heard) -> Option<bool> {
        let pack = &self.pack;
        let reading = heard
            .texts
            .iter()
            .find_map(|text| pack.language.slot("yes_no", text, self.memory.today));
        let confident = pack.settings.limits.confident;
        match reading.map(|reading| reading.value.0).as_deref() {
            Some("yes") => Some(true),
            Some("no") => Some(false),
            _ if heard.is("deny", confident) => Some(false),
            _ => None,
        }
    }

    pub(super) fn hear_yes_no(&mut self, heard: &Heard) {
        if self.waiting == Waiting::YesNo && self.hear_correction(heard) {
            return;
        }
        let answer = self.yes_no(heard);
        let denies = answer == Some(false) || heard.is("deny", self.pack.settings.limits.confident);
        if denies && self.take_numbers(heard) {
            return self.answer_yes_no(false);
        }
        match answer {
            Some(yes) => self.answer_yes_no(yes),
            None => self.hear_otherwise(heard),
        }
    }

    /// 不是，是一零零八…: takes whole numbers said with the no to a question about something else; says whether there
    /// were any.
    fn take_numbers(&mut self, heard: &Heard) -> bool {
        if self.waiting != Waiting::YesNo {
            return false;
        }
        let pack = Arc::clone(&self.pack);
        let numbers: Vec<_> = heard
            .meaning
            .slots
            .iter()
            .filter(|(slot, reading)| {
                let slot = pack.slot(slot);
                reading.complete
                    && reading.checked
                    && slot.is_some_and(|slot| slot.expect == Expect::Digits)
            })
            .collect();
        for (slot, reading) in &numbers {
            self.fill(slot, Some(reading.value.0.clone()), false);
        }
        !numbers.is_empty()
    }

    /// Takes a new value for what is being confirmed; says whether there was one.
    fn hear_correction(&mut self, heard: &Heard) -> bool {
        let pack = Arc::clone(&self.pack);
        let Some(Verb::Confirm { slots, .. }) = self.step_of(&pack).map(|(_, step)| &step.verb)
        else {
            return false;
        };
        for slot in slots {
            let is_number = pack
                .slot(slot)
                .is_some_and(|slot| slot.expect == Expect::Digits);
            let old = self.memory.value(slot);
            let readings: Vec<(SlotReading, f32)> = self.readings_in(heard, slot).collect();
            let mut values = usable(readings.iter().map(|(reading, _)| reading), is_number);
            // A place or a name is in many sentences; it corrects the old one where there is a no with it.
            let corrects = is_number || self.yes_no(heard) == Some(false);
            let Some(new) = (!values.is_empty() && corrects).then(|| values.remove(0)) else {
                continue;
            };
            if Some(&new) == old.as_ref() {
                // The caller says it again: that is a yes, unless there is a no in it.
                if self.yes_no(heard) != Some(false) {
                    self.answer_yes_no(true);
                    return true;
                }
                continue;
            }
            self.alternatives.clear();
            self.fill_awaited(slot, new);
            return true;
        }
        self.hear_group(heard)
    }

    /// Goes on after a yes or a no to the step at hand.
    pub(super) fn answer_yes_no(&mut self, yes: bool) {
        let pack = Arc::clone(&self.pack);
        let Some((_, step)) = self.step_of(&pack) else {
            return;
        };
        self.misses = 0;
        match &step.verb {
            Verb::Confirm {
                slots,
                yes: if_yes,
                no: if_no,
                ..
            } => match (yes, if_no) {
                (true, _) => {
                    self.confirm(slots);
                    self.go(step, if_yes.map_or(Next::On, Next::To));
                    self.proceed();
                }
                (false, Some(target)) => {
                    for slot in slots {
                        self.fill(slot, None, false);
                    }
                    self.go_to(*target);
                    self.proceed();
                }
                (false, None) => self.repair(slots),
            },
            Verb::Call(call) => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.agreed = yes;
                }
                if !yes {
                    self.go(step, call.no.map_or(Next::To(Target::End), Next::To));
                }
                self.proceed();
            }
            _ => {}
        }
    }

    fn confirm(&mut self, slots: &[String]) {
        self.alternatives.clear();
        for slot in slots {
            if let Some(value) = self.memory.value(slot) {
                self.fill(slot, Some(value), true);
            }
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.agreed = true;
        }
    }

    /// The option that a text names, of the step at hand or of the choice before it, and how its word stands in the text:
    /// best as a word of its own, then the longest, then the first of the options.
    pub(super) fn choice_in(&self, text: &str) -> Option<(Chosen, Standing)> {
        let text = text.to_lowercase();
        let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
        let of_word = |word: &String| {
            let standing = self.pack.language.standing(word, bare)?;
            Some((standing, word.chars().count()))
        };
        let mut best: Option<((Standing, usize), &Choice)> = None;
        for choice in self.options() {
            let Some(rank) = choice.words.iter().filter_map(of_word).max() else {
                continue;
            };
            if best.is_none_or(|(best, _)| rank > best) {
                best = Some((rank, choice));
            }
        }
        best.map(|((standing, _), choice)| (Chosen::from(choice), standing))
    }

    /// The option of a key.
    pub(super) fn choice_of_key(&self, key: char) -> Option<Chosen> {
        let options = self.options().into_iter();
        options
            .into_iter()
            .find(|choice| choice.key == Some(key))
            .map(Chosen::from)
    }

    /// Options of the step at hand; in the queue, those that led there.
    fn options(&self) -> Vec<&Choice> {
        let of_step = |step: &'_ Step| matches!(step.verb, Verb::Choose { .. });
        let Some((flow, step)) = self.step_of(&self.pack) else {
            return Vec::new();
        };
        let step = match self.waiting {
            Waiting::Queue => flow.steps.iter().find(|step| of_step(step)),
            _ => Some(step),
        };
        match step.map(|step| &step.verb) {
            Some(Verb::Choose { options, .. }) => options.iter().collect(),
            _ => Vec::new(),
        }
    }

    pub(super) fn choose(&mut self, chosen: Chosen) {
        self.misses = 0;
        if let Some(frame) = self.frames.last_mut() {
            frame.agreed = chosen.agreed;
        }
        self.go_to(chosen.to);
        self.proceed();
    }
}

impl Step {
    /// Whether a later try has words of its own, so that nothing need be said before it.
    fn has_own_words(&self) -> bool {
        match &self.verb {
            Verb::Ask { say, .. } | Verb::Confirm { say, .. } | Verb::Choose { say, .. } => {
                say.iter().count() > 1
            }
            _ => false,
        }
    }
}
