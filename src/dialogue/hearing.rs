//! What a caller's utterance is to the conversation, and the answers that work everywhere.

use super::conversation::{Conversation, Waiting, Way};
use super::person::Why;
use crate::event::{Decision, HangUpReason, Hypothesis, UtteranceId};
use crate::nlu::{Context, Meaning, Standing};
use std::sync::Arc;

/// An utterance, understood.
#[derive(Debug, Clone)]
pub(super) struct Heard {
    /// All readings as they were written, best first.
    pub(super) texts: Vec<String>,
    /// How far each of them is trusted, 0..1.
    trusts: Vec<f32>,
    pub(super) meaning: Meaning,
}

/// A word that works everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Control {
    Repeat,
    Back,
    Cancel,
    Goodbye,
}

impl Heard {
    /// Understands an utterance in the conversation's state; nothing where no reading holds words.
    pub(super) fn read(conversation: &Conversation, hypotheses: &[Hypothesis]) -> Option<Heard> {
        let spoken: Vec<Hypothesis> = hypotheses
            .iter()
            .filter(|hypothesis| !hypothesis.text.trim().is_empty())
            .cloned()
            .collect();
        if spoken.is_empty() {
            return None;
        }
        let expected_slot = match conversation.waiting {
            Waiting::YesNo | Waiting::Consent => Some("yes_no".to_owned()),
            _ => conversation.awaited_slot().map(str::to_owned),
        };
        let context = Context {
            today: conversation.memory.today,
            expected_slot,
        };
        Some(Heard {
            meaning: conversation.pack.language.understand(&spoken, &context),
            trusts: spoken.iter().map(|spoken| spoken.confidence).collect(),
            texts: spoken.into_iter().map(|spoken| spoken.text.0).collect(),
        })
    }

    /// All readings with the trust in each, best first.
    pub(super) fn trusted(&self) -> impl Iterator<Item = (&str, f32)> {
        let texts = self.texts.iter().map(String::as_str);
        texts.zip(self.trusts.iter().copied())
    }

    /// The event that records what was understood.
    pub(super) fn understood(&self, utterance: UtteranceId) -> Decision {
        let (intent, confidence) = self.meaning.intent();
        let slots = self.meaning.slots.iter();
        Decision::Understood {
            utterance,
            text: self.meaning.text.clone(),
            corrected: self.meaning.corrected.clone(),
            intent: intent.to_owned(),
            confidence,
            slots: slots
                .map(|(slot, reading)| (slot.clone(), reading.value.clone()))
                .collect(),
        }
    }

    /// The caller's words, as the recogniser wrote them.
    pub(super) fn raw(&self) -> &str {
        &self.meaning.text
    }

    /// The words as they were understood.
    pub(super) fn corrected(&self) -> &str {
        &self.meaning.corrected
    }

    /// Whether the utterance is of an intent with at least this probability.
    pub(super) fn is(&self, intent: &str, at_least: f32) -> bool {
        let (best, confidence) = self.meaning.intent();
        best == intent && confidence >= at_least
    }

    /// Whether one of the words is in the text, as it was written or corrected.
    pub(super) fn has(&self, words: &[String]) -> bool {
        let texts = [self.raw().to_lowercase(), self.corrected().to_lowercase()];
        words
            .iter()
            .any(|word| texts.iter().any(|text| text.contains(word.as_str())))
    }
}

impl Conversation {
    /// Answers an utterance.
    pub(super) fn respond(&mut self, heard: &Heard) {
        if std::mem::take(&mut self.offered) && self.declines(heard) {
            return self.cancel();
        }
        let chose = match self.waiting {
            Waiting::Choice | Waiting::Queue => self.choice_in(heard.corrected()),
            _ => None,
        };
        let emergency = self.emergency(heard);
        if let Some((choice, standing)) = chose
            && (emergency.is_none() || standing == Standing::All)
        {
            return self.choose(choice);
        }
        let person = match self.wants_person(heard) {
            true => Some(Why::Asked),
            false => heard.meaning.angry.then_some(Why::Anger),
        };
        match (emergency, person) {
            (Some(emergency), Some(why)) => {
                // The agent is told what it is about, and that it is urgent.
                self.put_flow(&emergency, heard, Way::Aside);
                return self.seek_person(why);
            }
            (Some(emergency), None) => return self.interrupt(&emergency, heard),
            (None, Some(why)) => return self.seek_person(why),
            (None, None) => {}
        }
        match self.waiting.clone() {
            Waiting::Answer | Waiting::Over => {}
            // What was asked is still being looked up; the caller hears it next.
            Waiting::Reply(_) | Waiting::LastTicket(_) => {}
            Waiting::Open { more } => self.hear_request(heard, more),
            Waiting::Clarify { first, second } => self.hear_clarification(heard, first, second),
            Waiting::Slot => self.hear_slot(heard),
            Waiting::YesNo | Waiting::Consent => self.hear_yes_no(heard),
            Waiting::Choice => self.hear_otherwise(heard),
            Waiting::Repair(repair) => self.hear_repair(heard, repair),
            Waiting::Queue | Waiting::Person => self.hear_while_searching(heard),
        }
    }

    fn wants_person(&self, heard: &Heard) -> bool {
        let settings = &self.pack.settings;
        heard.has(&settings.hear.agent) || heard.is("agent", settings.limits.sure)
    }

    /// Nothing usable came of what the caller said.
    pub(super) fn not_heard(&mut self) {
        let pack = Arc::clone(&self.pack);
        self.silences = 0;
        self.miss(&pack.settings.says.not_heard);
    }

    /// What is neither an answer to the question nor a word that works everywhere: a question of the caller's
    /// own, another business, or a miss.
    pub(super) fn hear_otherwise(&mut self, heard: &Heard) {
        if self.control(heard) || self.aside(heard) {
            return;
        }
        self.not_understood();
    }

    pub(super) fn not_understood(&mut self) {
        let pack = Arc::clone(&self.pack);
        self.miss(&pack.settings.says.not_understood);
    }

    /// Follows 再说一遍, 返回, 取消 and 再见; says whether there was one.
    pub(super) fn control(&mut self, heard: &Heard) -> bool {
        if self.control_word(heard) {
            return true;
        }
        let settings = &self.pack.settings;
        let sure = settings.limits.sure;
        // Thanks for a question may resemble a farewell: only who takes leave in words is let go.
        let leaves = heard.is("goodbye", sure) && heard.has(&settings.hear.leave);
        if heard.is("repeat", sure) {
            self.follow(Control::Repeat);
        } else if leaves {
            self.follow(Control::Goodbye);
        } else {
            return false;
        }
        true
    }

    /// Follows 再说一遍, 返回 and 取消 where the words themselves were said: an answer in free words may resemble
    /// anything. Says whether there was one.
    pub(super) fn control_word(&mut self, heard: &Heard) -> bool {
        let hear = &self.pack.settings.hear;
        let control = if heard.has(&hear.repeat) {
            Control::Repeat
        } else if heard.has(&hear.back) {
            Control::Back
        } else if heard.has(&hear.cancel) {
            Control::Cancel
        } else {
            return false;
        };
        self.follow(control);
        true
    }

    fn follow(&mut self, control: Control) {
        self.misses = 0;
        match control {
            Control::Repeat => self.repeat(),
            Control::Back => self.back(),
            Control::Cancel => self.cancel(),
            Control::Goodbye => self.goodbye(),
        }
    }

    /// Says the last question again.
    pub(super) fn repeat(&mut self) {
        for text in self.question.clone() {
            self.say(text);
        }
    }

    pub(super) fn goodbye(&mut self) {
        let pack = Arc::clone(&self.pack);
        self.say_text(&pack.settings.says.goodbye);
        self.hang_up(HangUpReason::Done);
    }

    /// Answers a common question or turns to another business, and comes back to the question at hand after it;
    /// says whether there was one.
    pub(super) fn aside(&mut self, heard: &Heard) -> bool {
        let pack = Arc::clone(&self.pack);
        let (intent, confidence) = heard.meaning.intent();
        let sure = confidence >= pack.settings.limits.sure;
        let faq_flow = &pack.settings.flows.faq;
        let Some(flow) = pack.flow_of(intent).filter(|_| sure) else {
            return false;
        };
        if flow.name == *faq_flow {
            let Some(answer) = pack.language.faq(heard.corrected(), self.memory.today) else {
                return false;
            };
            self.misses = 0;
            self.say(answer.answer);
            self.ask_again();
            return true;
        }
        let is_new = !self.frames.iter().any(|frame| frame.flow == flow.name);
        if is_new {
            self.start(intent, heard, Way::Aside);
        }
        is_new
    }
}
