//! Keys: they answer every question, and a few of them work everywhere.

use super::conversation::{Conversation, Waiting, Way};
use super::flow::Verb;
use super::person::Why;
use super::settings::Expect;
use std::sync::Arc;

/// The key that leads to a person, unless digits are being keyed.
const AGENT: char = '0';
/// The key that repeats the question.
const REPEAT: char = '*';

impl Conversation {
    /// Takes the keys of one answer.
    pub(super) fn keys(&mut self, keys: &str) {
        self.silences = 0;
        let keys = keys.trim_end_matches('#');
        let mut chars = keys.chars();
        match (chars.next(), chars.next()) {
            (Some(key), None) => self.key(key),
            (Some(_), Some(_)) => self.digits(keys),
            (None, _) => self.ask_again(),
        }
    }

    fn key(&mut self, key: char) {
        let chosen = match self.waiting {
            Waiting::Choice | Waiting::Queue => self.choice_of_key(key),
            _ => None,
        };
        if let Some(chosen) = chosen {
            return self.choose(chosen);
        }
        if self.key_group(&key.to_string()) {
            return;
        }
        match (key, self.waiting.clone()) {
            (AGENT, _) => self.seek_person(Why::Asked),
            (REPEAT, _) => self.repeat(),
            ('1', Waiting::YesNo | Waiting::Consent) => self.answer_yes_no(true),
            ('2', Waiting::YesNo | Waiting::Consent) => self.answer_yes_no(false),
            ('1', Waiting::Repair(_)) => self.answer_group(true),
            ('2', Waiting::Repair(_)) => self.answer_group(false),
            ('1', Waiting::Clarify { first, .. }) => self.start_clarified(&first, None),
            (
                '2',
                Waiting::Clarify {
                    second: Some(second),
                    ..
                },
            ) => self.start_clarified(&second, None),
            ('2', Waiting::Clarify { second: None, .. }) => self.ask_open(false),
            (_, Waiting::Open { .. }) => self.key_of_menu(key),
            _ => self.not_understood(),
        }
    }

    fn key_of_menu(&mut self, key: char) {
        let pack = Arc::clone(&self.pack);
        let languages = pack.settings.languages.as_ref();
        if languages.is_some_and(|languages| languages.english_key == key) && self.speak_english() {
            let pack = Arc::clone(&self.pack);
            self.say_text(&pack.settings.greeting);
            return self.ask_open(false);
        }
        match pack.settings.keys.get(&key) {
            Some(intent) => self.start_keyed(intent),
            None => self.not_understood(),
        }
    }

    pub(super) fn start_keyed(&mut self, intent: &str) {
        let pack = Arc::clone(&self.pack);
        let Some(flow) = pack.flow_of(intent) else {
            return;
        };
        self.misses = 0;
        self.memory.note("intent", intent.to_owned());
        self.note_said("", "");
        self.run(&flow.name, Way::Main);
        self.proceed();
    }

    fn digits(&mut self, keys: &str) {
        let pack = Arc::clone(&self.pack);
        if self.key_group(keys) {
            return;
        }
        // The slot asked for, or a number keyed in answer to its read-back.
        let slots: Vec<String> = match self.step_of(&pack).map(|(_, step)| &step.verb) {
            Some(Verb::Ask { slot, .. }) if self.waiting == Waiting::Slot => vec![slot.clone()],
            Some(Verb::Confirm { slots, .. }) if self.waiting == Waiting::YesNo => slots.clone(),
            _ => Vec::new(),
        };
        for slot in slots {
            let takes_digits = pack
                .slot(&slot)
                .is_some_and(|slot| slot.expect == Expect::Digits);
            let reading = pack.language.slot(&slot, keys, self.memory.today);
            if let Some(reading) =
                reading.filter(|reading| takes_digits && reading.complete && reading.checked)
            {
                self.alternatives.clear();
                return self.fill_awaited(&slot, reading.value.0);
            }
        }
        self.not_understood();
    }
}
