//! Callers who do not speak Chinese: English is noticed from a sentence or chosen by a key, and the hotline goes on in
//! English; every other language leads to a person who speaks it.

use super::conversation::{Conversation, Waiting};
use super::hearing::Heard;
use super::person::Why;
use super::settings::Languages;
use crate::event::{Hypothesis, Spoken};
use crate::nlu::{Tongue, tongue_of};
use std::sync::Arc;

impl Conversation {
    /// Notices another language where the caller says what they want, and changes to it; says which one.
    pub(super) fn notice_language(&mut self, hypotheses: &[Hypothesis]) -> Option<Tongue> {
        let is_open = matches!(self.waiting, Waiting::Open { .. } | Waiting::Clarify { .. });
        let best = hypotheses.first().filter(|_| is_open)?;
        let languages = self.pack.settings.languages.as_ref()?;
        let tongue = tongue_of(&best.text);
        match tongue {
            Tongue::Mandarin => return None,
            Tongue::English => {}
            Tongue::Other => self.interpreter = Some(languages.clone()),
        }
        self.speak_english().then_some(tongue)
    }

    /// Goes on in English, if the pack speaks it.
    pub(super) fn speak_english(&mut self) -> bool {
        let Some(english) = self.pack.english.clone() else {
            return false;
        };
        self.memory.speak_as(Arc::clone(&english));
        self.pack = english;
        self.misses = 0;
        self.clarifications = 0;
        true
    }

    /// The language that is listened for: any where the caller says what they want, if the hotline speaks English.
    pub(super) fn language_expected(&self) -> Spoken {
        let is_open = matches!(self.waiting, Waiting::Open { .. } | Waiting::Clarify { .. });
        match (self.pack.language.tongue(), &self.pack.english) {
            (Tongue::English, _) => Spoken::English,
            (Tongue::Mandarin | Tongue::Other, Some(_)) if is_open => Spoken::Any,
            (Tongue::Mandarin | Tongue::Other, _) => Spoken::Chinese,
        }
    }

    /// The language to listen for in a talk between the caller and an agent: any where the caller speaks no Chinese, since
    /// the agent may answer in either language.
    pub fn language_of_talk(&self) -> Spoken {
        match self.pack.language.tongue() {
            Tongue::English => Spoken::Any,
            Tongue::Mandarin | Tongue::Other => Spoken::Chinese,
        }
    }

    /// Greets in English, and goes on with what was said if it is clear what it means.
    pub(super) fn respond_after_greeting(&mut self, heard: &Heard) {
        let pack = Arc::clone(&self.pack);
        self.say_text(&pack.settings.greeting);
        let (intent, confidence) = heard.meaning.intent();
        let is_wish = pack.flow_of(intent).is_some() || intent == "agent";
        if is_wish && confidence >= pack.settings.limits.confident {
            return self.respond(heard);
        }
        self.ask_open(false);
    }

    /// Looks for a person who speaks the caller's language.
    pub(super) fn seek_interpreter(&mut self, heard: &Heard) {
        self.note_said(heard.raw(), heard.corrected());
        if let Some(Languages { reason, sorry, .. }) = self.interpreter.clone() {
            self.seek_person(Why::Language { reason, sorry });
        }
    }
}
