//! Mending a number that was misheard, group by group.

use super::conversation::{Conversation, Waiting};
use super::flow::{Target, Verb};
use super::hearing::Heard;
use super::settings::Group;
use super::template::Values;
use crate::event::Reply;
use crate::nlu::{Denied, Mended, SlotReading, Trusted};
use std::sync::Arc;

/// A number that is being mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Repair {
    slot: String,
    /// The digits of each group.
    groups: Vec<String>,
    /// The group at hand.
    at: usize,
    /// So many groups are right.
    confirmed: usize,
    /// Whether the group's digits are asked for; else whether they are right.
    asks: bool,
}

impl Repair {
    /// The groups with other digits at hand.
    fn with_group(&self, digits: String) -> Vec<String> {
        let mut groups = self.groups.clone();
        groups[self.at] = digits;
        groups
    }
}

/// The digits of each group, where the number is long enough for all of them.
fn split(number: &str, groups: &[Group]) -> Option<Vec<String>> {
    let mut rest = number;
    let mut parts = Vec::new();
    for group in groups {
        let (part, after) = match group.digits {
            Some(count) => rest.split_at_checked(count)?,
            None => (rest, ""),
        };
        parts.push(part.to_owned());
        rest = after;
    }
    let whole = rest.is_empty() && parts.iter().all(|part| !part.is_empty());
    whole.then_some(parts)
}

impl Conversation {
    /// A no to what was read back: the next likely reading, else group by group, else from the start.
    pub(super) fn repair(&mut self, slots: &[String]) {
        let pack = Arc::clone(&self.pack);
        let Some(slot) = slots.first() else {
            self.go_to(Target::End);
            return self.proceed();
        };
        let number = self.memory.value(slot).unwrap_or_default();
        self.numbers_denied.push(number.clone());
        if let Some(value) = self.next_alternative(slot) {
            self.fill(slot, Some(value), false);
            return self.proceed();
        }
        let groups = pack.slot(slot).map(|slot| slot.groups.as_slice());
        match groups.and_then(|groups| split(&number, groups)) {
            Some(parts) if parts.len() > 1 => {
                self.waiting = Waiting::Repair(Repair {
                    slot: slot.clone(),
                    groups: parts,
                    at: 0,
                    confirmed: 0,
                    asks: false,
                });
                self.ask_group();
            }
            _ => {
                self.fill(slot, None, false);
                self.ask_slot_anew(slot);
            }
        }
    }

    /// Another reading of the value that is known to exist.
    fn next_alternative(&mut self, slot: &str) -> Option<String> {
        while !self.alternatives.is_empty() {
            let value = self.alternatives.remove(0);
            let request = self.verification(slot, &value);
            let reply = request.and_then(|request| self.reply_to(&request).cloned());
            if matches!(reply, Some(Reply::Account(_))) {
                return Some(value);
            }
            self.numbers_denied.push(value);
        }
        None
    }

    /// Goes back to the step that asks for a slot.
    fn ask_slot_anew(&mut self, slot: &str) {
        let pack = Arc::clone(&self.pack);
        let asking = self.frames.last().and_then(|frame| {
            let steps = &pack.flow(&frame.flow)?.steps;
            steps.iter().position(
                |step| matches!(&step.verb, Verb::Ask { slot: asked, .. } if asked == slot),
            )
        });
        self.go_to(asking.map_or(Target::End, Target::Step));
        self.proceed();
    }

    /// Fewest and most digits that are wanted, where those of a group are asked for. Of the last one it is not known which are
    /// missing before they are heard.
    pub(super) fn wanted_digits(&self, repair: &Repair) -> Option<(u8, u8)> {
        let length = |groups: &[String]| u8::try_from(groups.concat().len()).ok();
        let (before, behind) = repair.groups.split_at_checked(repair.at)?;
        let (before, group) = (length(before)?, length(&behind[..1])?);
        let whole = self.pack.slot(&repair.slot)?.digits;
        let wanted = match whole.filter(|_| behind.len() == 1) {
            Some((least, most)) => (
                least.saturating_sub(before).min(group),
                most.saturating_sub(before).max(group),
            ),
            None => (group, group),
        };
        repair.asks.then_some(wanted)
    }

    fn ask_group(&mut self) {
        let pack = Arc::clone(&self.pack);
        let Waiting::Repair(repair) = &self.waiting else {
            return;
        };
        let texts = &pack.settings.says.repair;
        let groups = pack.slot(&repair.slot).map(|slot| slot.groups.as_slice());
        let name = groups.and_then(|groups| groups.get(repair.at));
        let digits = repair.groups.get(repair.at).cloned().unwrap_or_default();
        let places = vec![
            (
                "group",
                name.map(|group| group.name.clone()).unwrap_or_default(),
            ),
            ("digits", digits),
        ];
        let ask = if repair.asks {
            &texts.ask
        } else {
            &texts.check
        };
        let text = ask.of_try(self.misses).fill(&self.memory.with(places));
        self.ask_in_words(text);
    }

    pub(super) fn hear_repair(&mut self, heard: &Heard, repair: Repair) {
        // A whole new number mends everything at once.
        let whole = self
            .readings_in(heard, &repair.slot)
            .map(|(reading, _)| reading)
            .find(|reading| reading.complete && reading.checked)
            .map(|reading| reading.value.0);
        if let Some(whole) = whole {
            return self.repaired(&repair.slot, whole);
        }
        let group = &repair.groups[repair.at];
        if repair.asks {
            return match self.mended(heard, &repair) {
                Some(mended) => {
                    self.numbers_heard = mended.numbers;
                    self.mend(repair, mended.groups);
                }
                None if self.control(heard) => {}
                None => self.not_understood(),
            };
        }
        let digits = self.digits_in(heard, &repair.slot, group.len());
        match (digits, self.yes_no(heard)) {
            // Said again instead of a yes.
            (Some(digits), _) if digits == *group => self.answer_group(true),
            (Some(digits), _) => {
                let groups = repair.with_group(digits);
                self.mend(repair, groups);
            }
            (None, Some(yes)) => self.answer_group(yes),
            _ if self.control(heard) => {}
            _ => self.not_understood(),
        }
    }

    /// The number with the group that was asked for again.
    fn mended(&self, heard: &Heard, repair: &Repair) -> Option<Mended> {
        let denied = Denied {
            groups: &repair.groups,
            at: repair.at,
            confirmed: repair.confirmed,
            heard: &self.numbers_heard,
        };
        let readings = self.numbers_in(heard, &repair.slot);
        denied.mend(readings, |number| self.may_be_right(&repair.slot, number))
    }

    /// Exactly `count` digits in an utterance.
    fn digits_in(&self, heard: &Heard, slot: &str, count: usize) -> Option<String> {
        let mut numbers = self.numbers_in(heard, slot);
        let fitting = numbers.find(|(number, _)| number.len() == count);
        Some(fitting?.0)
    }

    /// The numbers of all readings of an utterance with the trust in each, best first.
    fn numbers_in(&self, heard: &Heard, slot: &str) -> impl Iterator<Item = Trusted> {
        let readings = self.readings_in(heard, slot);
        readings.map(|(reading, trust)| (reading.value.0, trust))
    }

    /// What every reading of an utterance says of a slot, with the trust in it, best first.
    pub(super) fn readings_in(
        &self,
        heard: &Heard,
        slot: &str,
    ) -> impl Iterator<Item = (SlotReading, f32)> {
        heard.trusted().filter_map(move |(text, trust)| {
            let language = &self.pack.language;
            Some((language.slot(slot, text, self.memory.today)?, trust))
        })
    }

    /// Yes or no to the group that was read back.
    pub(super) fn answer_group(&mut self, yes: bool) {
        let Waiting::Repair(repair) = &mut self.waiting else {
            return;
        };
        if repair.asks {
            // A single key where the digits of a group are asked for is neither yes nor no.
            return self.not_understood();
        }
        self.misses = 0;
        if yes {
            repair.at += 1;
            repair.confirmed = repair.at;
            // All others are right, so the last one is wrong.
            repair.asks = repair.at + 1 == repair.groups.len();
        } else {
            repair.asks = true;
        }
        self.ask_group();
    }

    fn mend(&mut self, mut repair: Repair, groups: Vec<String>) {
        self.misses = 0;
        let was_asked = repair.asks;
        repair.groups = groups;
        let is_last = repair.at + 1 == repair.groups.len();
        let number = repair.groups.concat();
        if is_last || (was_asked && self.may_be_right(&repair.slot, &number)) {
            return self.repaired(&repair.slot, number);
        }
        if was_asked {
            // The number breaks its rule: another group is wrong as well, and asked for next.
            repair.at += 1;
        }
        // What was said instead of yes or no is read back.
        self.waiting = Waiting::Repair(repair);
        self.ask_group();
    }

    /// Whether a number keeps its rule, and was not denied.
    fn may_be_right(&self, slot: &str, number: &str) -> bool {
        let reading = self.pack.language.slot(slot, number, self.memory.today);
        let keeps_rule = reading.is_some_and(|reading| reading.complete && reading.checked);
        keeps_rule && !self.numbers_denied.iter().any(|denied| denied == number)
    }

    /// Reads the mended number back.
    fn repaired(&mut self, slot: &str, number: String) {
        self.fill(slot, Some(number), false);
        self.proceed();
    }

    /// Takes 后四位是六二三五 in answer to a read-back; says whether it did.
    pub(super) fn hear_group(&mut self, heard: &Heard) -> bool {
        let pack = Arc::clone(&self.pack);
        let Some(Verb::Confirm { slots, .. }) = self.step_of(&pack).map(|(_, step)| &step.verb)
        else {
            return false;
        };
        for slot in slots {
            let number = self.memory.value(slot).unwrap_or_default();
            let groups = pack.slot(slot).map(|slot| slot.groups.as_slice());
            let groups = groups.unwrap_or_default();
            let Some(mut parts) = split(&number, groups) else {
                continue;
            };
            for (part, group) in parts.iter_mut().zip(groups) {
                let named = heard.corrected().contains(&group.name);
                let digits = self.digits_in(heard, slot, part.len());
                if let Some(digits) = digits.filter(|_| named) {
                    *part = digits;
                    self.repaired(slot, parts.concat());
                    return true;
                }
            }
        }
        false
    }

    /// Digits keyed for the group at hand; says whether they fit.
    pub(super) fn key_group(&mut self, keys: &str) -> bool {
        let Waiting::Repair(repair) = self.waiting.clone() else {
            return false;
        };
        let fits = repair.groups[repair.at].len() == keys.len();
        if fits {
            let groups = repair.with_group(keys.to_owned());
            self.mend(repair, groups);
        }
        fits
    }
}
