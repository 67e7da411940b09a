//! What the caller wants: the main question and 您是要…还是…?.

use super::conversation::{Conversation, Waiting, Way};
use super::hearing::Heard;
use super::person::Why;
use std::sync::Arc;

/// Least probability of an intent that is worth asking about.
const WORTH_ASKING: f32 = 0.12;

impl Conversation {
    pub(super) fn hear_request(&mut self, heard: &Heard, more: bool) {
        let pack = Arc::clone(&self.pack);
        let settings = &pack.settings;
        let (intent, confidence) = heard.meaning.intent();
        let has_business =
            pack.flow_of(intent).is_some() && confidence >= settings.limits.confident;
        if has_business {
            return self.start(intent, heard, Way::Main);
        }
        let refuses = heard.is("deny", settings.limits.confident)
            || heard.is("goodbye", settings.limits.confident)
            || heard.has(&settings.hear.nothing_else);
        if more && refuses {
            return self.goodbye();
        }
        if heard.is("affirm", settings.limits.confident) {
            // 有的: then what is it?
            return self.ask_aloud(&settings.says.open, 0);
        }
        if self.control(heard) {
            return;
        }
        if let Some(answer) = pack.language.faq(heard.corrected(), self.memory.today) {
            self.misses = 0;
            self.say(answer.answer);
            return self.ask_open(true);
        }
        self.clarify(heard);
    }

    /// Asks which of the likeliest intents is meant.
    fn clarify(&mut self, heard: &Heard) {
        let pack = Arc::clone(&self.pack);
        let settings = &pack.settings;
        let mut likely: Vec<&str> = Vec::new();
        for (intent, probability) in &heard.meaning.intents {
            let label = pack.language.label(intent);
            let has_flow = pack.flow_of(intent).is_some();
            let is_new = !likely
                .iter()
                .any(|other| pack.language.label(other) == label);
            if has_flow && is_new && *probability >= WORTH_ASKING {
                likely.push(intent);
            }
        }
        let is_unknown = heard.meaning.intent().0 == "unknown";
        let Some((first, others)) = likely.split_first().filter(|_| !is_unknown) else {
            return self.not_understood();
        };
        if self.clarifications >= settings.limits.clarifications {
            return self.fail(Why::Misses);
        }
        self.clarifications += 1;
        self.note_said(heard.raw(), heard.corrected());
        // What was said first says most; a second question is about the answer to the first.
        self.unclear.get_or_insert_with(|| heard.clone());
        self.waiting = Waiting::Clarify {
            first: (*first).to_owned(),
            second: others.first().map(|second| (*second).to_owned()),
        };
        self.ask_clarification();
    }

    /// Says 您是要…还是…?.
    pub(super) fn ask_clarification(&mut self) {
        let pack = Arc::clone(&self.pack);
        let Waiting::Clarify { first, second } = &self.waiting else {
            return;
        };
        let says = &pack.settings.says;
        let texts = match second {
            Some(_) => &says.clarify,
            None => &says.clarify_one,
        };
        let label = |intent: &str| pack.language.label(intent).unwrap_or(intent).to_owned();
        let mut places = vec![("first", label(first))];
        places.extend(second.as_ref().map(|second| ("second", label(second))));
        let nth = self.clarifications.saturating_sub(1);
        let text = texts.of_try(nth).fill(&self.memory.with(places));
        self.ask_in_words(text);
    }

    /// Starts what was meant: with the sentence that was not clear, which says more than 第一个 does, and what the
    /// answer names besides.
    pub(super) fn start_clarified(&mut self, intent: &str, answer: Option<&Heard>) {
        match (self.unclear.take(), answer) {
            (Some(unclear), answer) => {
                self.put_flow(intent, &unclear, Way::Main);
                if let Some(answer) = answer {
                    self.fill_named(answer);
                }
                self.proceed();
            }
            (None, Some(answer)) => self.start(intent, answer, Way::Main),
            (None, None) => self.start_keyed(intent),
        }
    }

    pub(super) fn hear_clarification(
        &mut self,
        heard: &Heard,
        first: String,
        second: Option<String>,
    ) {
        let pack = Arc::clone(&self.pack);
        let settings = &pack.settings;
        let is_yes = self.yes_no(heard) == Some(true);
        let is_no = self.yes_no(heard) == Some(false);
        let (intent, _) = heard.meaning.intent();
        let first_word = |intent: &str| intent.split('.').next().map(str::to_owned);
        let asked = [Some(&first), second.as_ref()];
        let named = asked
            .into_iter()
            .flatten()
            .find(|asked| first_word(asked) == first_word(intent))
            .cloned();
        if let Some(named) = named {
            return self.start_clarified(&named, Some(heard));
        }
        match second {
            None if is_yes => self.start_clarified(&first, Some(heard)),
            Some(second) if heard.has(&settings.hear.second) => {
                self.start_clarified(&second, Some(heard));
            }
            Some(_) if heard.has(&settings.hear.first) => {
                self.start_clarified(&first, Some(heard));
            }
            _ if is_no => {
                self.misses += 1;
                if self.misses >= settings.limits.misses {
                    return self.fail(Why::Misses);
                }
                self.ask_open(false);
            }
            _ => self.hear_request(heard, false),
        }
    }
}
