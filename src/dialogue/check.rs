//! Checks of a pack that no single file can make: everything that a flow names must be there.

use super::PackError;
use super::flow::{Call, Flow, Step, Verb};
use super::memory::FACTS;
use super::office::request;
use super::pack::Pack;
use super::settings::Expect;
use super::template::{Condition, Template};
use crate::nlu::SlotId;
use std::collections::BTreeSet;
use std::path::Path;

/// Places that only one kind of text has.
const OWN_PLACES: [&str; 4] = ["first", "second", "group", "digits"];

/// Checks what a pack's files say of each other. `path` and `text` are of `pack.toml`.
pub(super) fn check(pack: &Pack, path: &Path, text: &str) -> Result<(), PackError> {
    let names = Names::of(pack);
    names.check_settings().map_err(|(key, message)| {
        let offset = text.find(&key).unwrap_or(0);
        PackError::at(path, text, offset, message)
    })?;
    for flow in pack.flows.values() {
        names
            .check_emergency(flow)
            .map_err(|message| PackError::on_line(&flow.path, 1, message))?;
        for step in &flow.steps {
            names
                .check_step(step)
                .map_err(|message| PackError::on_line(&flow.path, step.line, message))?;
        }
        names.check_circle(flow)?;
    }
    Ok(())
}

struct Names<'a> {
    pack: &'a Pack,
    /// Names under which replies are kept.
    replies: BTreeSet<&'a str>,
}

/// What is wrong, and the text in `pack.toml` beside which it stands.
type SettingFault = (String, String);

impl<'a> Names<'a> {
    fn of(pack: &'a Pack) -> Self {
        let steps = pack.flows.values().flat_map(|flow| &flow.steps);
        let replies = steps.filter_map(|step| match &step.verb {
            Verb::Call(call) => Some(call.into.as_str()),
            _ => None,
        });
        Names {
            pack,
            replies: replies.collect(),
        }
    }

    fn check_settings(&self) -> Result<(), SettingFault> {
        let settings = &self.pack.settings;
        let own = &settings.flows;
        for flow in [&own.nobody, &own.unavailable, &own.faq] {
            self.flow(flow)
                .map_err(|message| (format!("\"{flow}\""), message))?;
        }
        for intent in settings.keys.values() {
            if self.pack.flow_of(intent).is_none() {
                let message = format!("a key starts {intent:?}, and there is no such flow");
                return Err((format!("\"{intent}\""), message));
            }
        }
        self.slot(&settings.number_slot)
            .map_err(|message| ("number_slot".to_owned(), message))?;
        if settings.skills.is_empty() {
            return Err(("skills".into(), "name at least one skill of agents".into()));
        }
        for (name, slot) in &settings.slot {
            let beside = format!("[slot.{name}]");
            if !slot.is_free() && name.parse::<SlotId>().is_err() {
                let message = format!(
                    "nothing understands the slot {name:?}; use one of {}, or expect = \"open\"",
                    slot_names()
                );
                return Err((beside, message));
            }
            if slot.expect == Expect::Digits && slot.digits.is_none() {
                let message =
                    format!("the slot {name:?} expects digits; say how many: digits = [8, 10]");
                return Err((beside, message));
            }
            if let Some(operation) = &slot.verify {
                request(operation, [(name.clone(), "1".to_owned())]).map_err(|error| {
                    (
                        beside,
                        format!("{operation:?} cannot look the slot up: {error}"),
                    )
                })?;
            }
        }
        if let Some(look_up) = &settings.on_answer {
            self.request(&look_up.call, look_up.with.iter())
                .map_err(|message| ("[on_answer]".to_owned(), message))?;
        }
        let summary = settings
            .summary
            .page
            .iter()
            .chain(&settings.summary.whisper);
        for template in summary {
            self.template(template)
                .map_err(|message| ("[summary]".to_owned(), message))?;
        }
        Ok(())
    }

    /// What interrupts must be an intent that this very flow serves.
    fn check_emergency(&self, flow: &Flow) -> Result<(), String> {
        for intent in &flow.emergency {
            if !self.pack.language.intents().any(|known| known == intent) {
                return Err(format!(
                    "the emergency {intent:?} is no intent; add it to intents.toml"
                ));
            }
            let serves = self.pack.flow_of(intent).map(|flow| flow.name.as_str());
            if serves != Some(&flow.name) {
                return Err(format!(
                    "the emergency {intent:?} is not served by this flow; put it where it is"
                ));
            }
        }
        Ok(())
    }

    fn check_step(&self, step: &Step) -> Result<(), String> {
        if let Some(condition) = &step.when {
            self.condition(condition)?;
        }
        for text in step.spoken() {
            self.template(text)?;
        }
        for slot in step.slots() {
            self.slot(slot)?;
        }
        match &step.verb {
            Verb::Confirm {
                slots, no: None, ..
            } if slots.is_empty() => {
                Err("the question has no `slots` to mend on a no; say with `no` where to go".into())
            }
            Verb::Branch(ways) => ways.iter().try_for_each(|(when, _)| self.condition(when)),
            Verb::Set(values) => values.iter().try_for_each(|(slot, value)| {
                self.slot(slot)?;
                self.template(value)
            }),
            Verb::Clear(slots) => slots.iter().try_for_each(|slot| self.slot(slot)),
            Verb::Run { flow, .. } => self.flow(flow),
            Verb::Call(call) => self.call(call),
            Verb::Ask { .. }
            | Verb::Confirm { .. }
            | Verb::Choose { .. }
            | Verb::Say(_)
            | Verb::Handoff { .. }
            | Verb::Wait { .. }
            | Verb::Answer { .. }
            | Verb::End { .. } => Ok(()),
        }
    }

    fn call(&self, call: &Call) -> Result<(), String> {
        for template in call.with.values() {
            self.template(template)?;
        }
        let has_effect = self.request(&call.operation, call.with.iter())?;
        match (has_effect, &call.confirm) {
            (false, Some(_)) => Err(format!(
                "`{}` only looks something up; it needs no `confirm`",
                call.operation
            )),
            (true, _) | (false, None) => Ok(()),
        }
    }

    /// Whether the request can be made, and whether it has an effect.
    fn request<'t>(
        &self,
        operation: &str,
        with: impl Iterator<Item = (&'t String, &'t Template)>,
    ) -> Result<bool, String> {
        let fields = with.map(|(field, template)| {
            let sample = if field == "urgency" { "normal" } else { "1" };
            let value = template.literal().unwrap_or(sample).to_owned();
            (field.clone(), value)
        });
        match request(operation, fields) {
            Ok(request) => Ok(request.has_effect()),
            Err(error) => Err(format!(
                "the back office does not take {operation:?} so: {error}"
            )),
        }
    }

    fn flow(&self, name: &str) -> Result<(), String> {
        match self.pack.flow(name) {
            Some(_) => Ok(()),
            None => Err(format!("there is no flow {name:?}; add flows/{name}.toml")),
        }
    }

    fn slot(&self, name: &str) -> Result<(), String> {
        match self.pack.slot(name) {
            Some(_) => Ok(()),
            None => Err(format!(
                "there is no slot {name:?}; add [slot.{name}] to pack.toml"
            )),
        }
    }

    fn condition(&self, condition: &Condition) -> Result<(), String> {
        condition.paths().try_for_each(|path| self.path(path))
    }

    fn template(&self, template: &Template) -> Result<(), String> {
        template.paths().try_for_each(|path| self.path(path))?;
        for way in template.ways() {
            let is_words = self.pack.settings.words.contains_key(way);
            if !is_words && way != "tail" && way.parse::<SlotId>().is_err() {
                return Err(format!(
                    "nothing is said in the way {way:?}; add [words.{way}], or use tail or one of {}",
                    slot_names()
                ));
            }
        }
        Ok(())
    }

    fn path(&self, path: &str) -> Result<(), String> {
        let name = path.split('.').next().unwrap_or(path);
        let is_known = FACTS.contains(&path)
            || OWN_PLACES.contains(&path)
            || self.replies.contains(name)
            || self.pack.slot(path).is_some();
        if is_known {
            return Ok(());
        }
        Err(format!(
            "nothing is known as {path:?}; it is neither a slot, nor the `into` of a call, nor one of {}",
            FACTS.join(", ")
        ))
    }

    /// A flow must not come to run itself.
    fn check_circle(&self, flow: &Flow) -> Result<(), PackError> {
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut open = vec![flow];
        while let Some(next) = open.pop() {
            for step in &next.steps {
                let Verb::Run { flow: part, .. } = &step.verb else {
                    continue;
                };
                if *part == flow.name {
                    let message = format!("this leads the flow {part:?} back into itself");
                    return Err(PackError::on_line(&next.path, step.line, message));
                }
                if reached.insert(part) {
                    open.extend(self.pack.flow(part));
                }
            }
        }
        Ok(())
    }
}

fn slot_names() -> String {
    let names: Vec<&str> = SlotId::ALL.iter().map(|slot| slot.name()).collect();
    names.join(", ")
}
