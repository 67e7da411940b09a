//! What a caller wants besides the business at hand: danger, which interrupts it, and a second wish, which waits for its
//! end.

use super::conversation::{Conversation, Waiting, Way};
use super::hearing::Heard;
use super::person::Person;
use super::template::Values;
use std::sync::Arc;

/// Something that a caller wanted besides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wish {
    intent: String,
    /// As it was said, and after phonetic correction.
    said: String,
    corrected: String,
}

impl Conversation {
    /// The emergency that an utterance reports, other than what is seen to already. A sentence with a no in it (没有着火)
    /// reports none, nor does one that says 不知道.
    pub(super) fn emergency(&self, heard: &Heard) -> Option<String> {
        let pack = &self.pack;
        if matches!(self.person, Person::Bridging | Person::Bridged) {
            return None;
        }
        // Who asks for a person says in the same breath what it is about.
        let asks_person = heard.meaning.intent().0 == "agent";
        let for_person = if asks_person {
            heard.meaning.intent().1
        } else {
            0.0
        };
        let rest = (1.0 - for_person).max(f32::EPSILON);
        let mut wishes = heard.meaning.intents.iter().skip(usize::from(asks_person));
        let reported = wishes
            .next()
            .into_iter()
            .chain(&heard.meaning.further)
            .filter(|(_, probability)| probability / rest >= pack.settings.limits.confident)
            .filter_map(|(intent, _)| Some((intent, pack.emergency_flow(intent)?)))
            .find(|(_, flow)| !self.frames.iter().any(|frame| frame.flow == flow.name));
        let (intent, _) = reported?;
        let denies = self.yes_no(heard) == Some(false) || heard.has(&pack.settings.hear.dont_know);
        (!denies).then(|| intent.clone())
    }

    /// Sees to an emergency at once; what was under way goes on after it.
    pub(super) fn interrupt(&mut self, intent: &str, heard: &Heard) {
        let way = match self.frames.is_empty() {
            true => Way::Main,
            false => Way::Aside,
        };
        self.start(intent, heard, way);
    }

    /// Remembers what an utterance wants besides `intent`, which is about to be seen to.
    pub(super) fn remember_wishes(&mut self, intent: &str, heard: &Heard) {
        let pack = Arc::clone(&self.pack);
        let meaning = &heard.meaning;
        if meaning.further.is_empty() {
            return;
        }
        let flow_of = |intent: &str| pack.flow_of(intent).map(|flow| flow.name.as_str());
        let wishes = meaning.intents.first().into_iter().chain(&meaning.further);
        for (wish, _) in wishes {
            let is_served = flow_of(wish).is_none_or(|flow| {
                flow_of(intent) == Some(flow) || self.frames.iter().any(|frame| frame.flow == flow)
            });
            let is_known = self.wishes.iter().any(|known| known.intent == *wish);
            if !is_served && !is_known {
                self.wishes.push_back(Wish {
                    intent: wish.clone(),
                    said: heard.raw().to_owned(),
                    corrected: heard.corrected().to_owned(),
                });
            }
        }
        self.note_wishes();
    }

    /// Goes on with what the caller wanted besides; says whether there was anything.
    pub(super) fn take_up_wish(&mut self) -> bool {
        let pack = Arc::clone(&self.pack);
        let Some(wish) = self.wishes.pop_front() else {
            return false;
        };
        self.note_wishes();
        let Some(flow) = pack.flow_of(&wish.intent) else {
            return false;
        };
        let label = pack.language.label(&wish.intent).unwrap_or(&flow.topic);
        let places = vec![("first", label.to_owned())];
        let text = pack.settings.says.further.fill(&self.memory.with(places));
        self.say(text);
        self.note_said(&wish.said, &wish.corrected);
        self.memory.note("intent", wish.intent);
        self.run(&flow.name, Way::Main);
        self.offered = true;
        true
    }

    /// Whether the caller declines what we went on with by ourselves.
    pub(super) fn declines(&self, heard: &Heard) -> bool {
        let hear = &self.pack.settings.hear;
        let refuses = self.waiting == Waiting::Slot
            && self.yes_no(heard) == Some(false)
            && !heard.has(&hear.dont_know);
        refuses || heard.has(&hear.nothing_else)
    }

    /// Keeps what was said for texts, tickets and the agent: the caller's own words, and beside them what they were
    /// corrected to where that differs.
    pub(super) fn note_said(&mut self, raw: &str, corrected: &str) {
        let differs = raw != corrected;
        self.memory.note("said", raw.to_owned());
        let corrected = if differs { corrected } else { "" };
        self.memory.note("corrected", corrected.to_owned());
    }

    /// The question that was asked, as it was understood.
    pub(super) fn question(&self) -> String {
        let as_understood = self.memory.value("corrected");
        as_understood
            .or_else(|| self.memory.value("said"))
            .unwrap_or_default()
    }

    fn note_wishes(&mut self) {
        let labels: Vec<String> = self
            .wishes
            .iter()
            .map(|wish| {
                let label = self.pack.language.label(&wish.intent);
                label.unwrap_or(&wish.intent).to_owned()
            })
            .collect();
        self.memory.note("further", labels.join("、"));
    }
}
