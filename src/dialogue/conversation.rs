//! The conversation's state and its one entrance.

use super::hearing::Heard;
use super::memory::{Filled, Kept, Memory};
use super::person::Person;
use super::repair::Repair;
use super::settings::Languages;
use super::template::{Template, Texts};
use super::wishes::Wish;
use super::{Pack, Stimulus};
use crate::event::{
    Completeness, Decision, Expectation, ExpectedKind, HangUpReason, Millis, Pii, PromptId, Reply,
    Request, RequestId, Summary,
};
use crate::nlu::{Tongue, Trusted};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// One call's conversation. Pure: the same stimuli give the same decisions.
///
/// A clone is a second conversation in the same state; that is how what comes next is prepared ahead.
#[derive(Debug, Clone)]
pub struct Conversation {
    pub(super) pack: Arc<Pack>,
    pub(super) memory: Memory,
    /// Flows under way, the one at hand last.
    pub(super) frames: Vec<Frame>,
    pub(super) waiting: Waiting,
    pub(super) person: Person,
    /// Failures in a row.
    pub(super) misses: usize,
    /// Times that 您是要…还是… was asked for the request at hand.
    pub(super) clarifications: usize,
    /// What was said when 您是要…还是…? was asked.
    pub(super) unclear: Option<Heard>,
    /// What the caller wants besides, for when the business at hand is done.
    pub(super) wishes: VecDeque<Wish>,
    /// A flow has just begun that the caller wanted besides; they may decline.
    pub(super) offered: bool,
    /// What is done for the caller's language, where it is neither Chinese nor English.
    pub(super) interpreter: Option<Languages>,
    /// Silences in a row.
    pub(super) silences: usize,
    /// Questions to the back office under way.
    pub(super) asked: BTreeMap<RequestId, Request>,
    /// Questions that were asked ahead of need; each is so asked once.
    pub(super) asked_ahead: Vec<Request>,
    /// Look-ups and their answers.
    pub(super) known: Vec<(Request, Reply)>,
    /// Other readings of the value that is being confirmed, best first.
    pub(super) alternatives: Vec<String>,
    /// What the number that was asked for last may be by all that was heard of it, with the trust in each.
    pub(super) numbers_heard: Vec<Trusted>,
    /// Those of them to which the caller said no, or which no account has.
    pub(super) numbers_denied: Vec<String>,
    /// What 再说一遍 says again.
    pub(super) question: Vec<String>,
    pub(super) now: Millis,
    /// When the queue was last said to be moving.
    pub(super) comforted: Millis,
    expectation: Expectation,
    summary: Summary,
    prepared: BTreeSet<String>,
    last_prompt: PromptId,
    last_request: RequestId,
    pub(super) out: Vec<Decision>,
}

/// A flow under way.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) flow: String,
    /// The step at hand.
    pub(super) at: usize,
    /// Times that each step has asked.
    pub(super) tries: BTreeMap<usize, usize>,
    /// Steps that asked, for 返回.
    pub(super) trail: Vec<usize>,
    /// The caller agreed to what the next step with an effect does.
    pub(super) agreed: bool,
    /// The step at hand asks again without counting it as a try.
    pub(super) again: bool,
    pub(super) way: Way,
    /// What an aside put away of the business below it.
    pub(super) kept: Option<Kept>,
}

/// How a flow came to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// The caller's business.
    Main,
    /// Part of the flow below.
    Part,
    /// Between two steps of the flow below.
    Aside,
}

/// What the conversation waits for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Waiting {
    /// The call to be answered.
    Answer,
    /// What the caller wants; `more` after a task.
    Open { more: bool },
    /// Which of two intents, or whether this one.
    Clarify {
        first: String,
        second: Option<String>,
    },
    /// The slot that the step at hand asks for.
    Slot,
    /// Yes or no to the step at hand.
    YesNo,
    /// Yes or no to the effect of the step at hand.
    Consent,
    /// One of the options of the step at hand.
    Choice,
    /// A number to be mended.
    Repair(Repair),
    /// The back office.
    Reply(RequestId),
    /// The ticket of a caller who fell silent.
    LastTicket(RequestId),
    /// A person, in the queue; the caller may choose otherwise.
    Queue,
    /// A person, who is being looked for, rung, or on the line.
    Person,
    /// Nothing: the call is over.
    Over,
}

impl Conversation {
    /// A conversation that has not begun; [`Stimulus::Answered`] begins it.
    pub fn new(pack: Arc<Pack>) -> Self {
        Conversation {
            memory: Memory::new(Arc::clone(&pack)),
            pack,
            frames: Vec::new(),
            waiting: Waiting::Answer,
            person: Person::Unwanted,
            misses: 0,
            clarifications: 0,
            unclear: None,
            interpreter: None,
            wishes: VecDeque::new(),
            offered: false,
            silences: 0,
            asked: BTreeMap::new(),
            asked_ahead: Vec::new(),
            known: Vec::new(),
            alternatives: Vec::new(),
            numbers_heard: Vec::new(),
            numbers_denied: Vec::new(),
            question: Vec::new(),
            now: Millis(0),
            comforted: Millis(0),
            expectation: Expectation::default(),
            summary: Summary::default(),
            prepared: BTreeSet::new(),
            last_prompt: PromptId(0),
            last_request: RequestId(0),
            out: Vec::new(),
        }
    }

    /// Takes in one stimulus and says what to do about it, in order.
    pub fn handle(&mut self, at: Millis, stimulus: Stimulus<'_>) -> Vec<Decision> {
        self.now = at;
        if self.waiting == Waiting::Over {
            return Vec::new();
        }
        match stimulus {
            Stimulus::Answered { from, to: _, today } => self.begin(from, today),
            // A call that has not been answered has nobody to talk to.
            _ if self.waiting == Waiting::Answer => return Vec::new(),
            Stimulus::Said {
                utterance,
                hypotheses,
            } => self.said(utterance, hypotheses),
            Stimulus::NotHeard { utterance: _ } => self.not_heard(),
            Stimulus::Keys(keys) => self.keys(keys),
            Stimulus::Silent { ms: _ } => self.silent(),
            Stimulus::PromptEnded { .. } => {}
            Stimulus::Replied { request, reply } => self.replied(request, reply),
            Stimulus::Agent(news) => self.agent_news(news),
            Stimulus::CallerLeft => self.over(HangUpReason::CallerLeft),
        }
        self.look_ahead();
        self.renew_expectation();
        self.renew_summary();
        std::mem::take(&mut self.out)
    }

    /// The answer that is expected now.
    pub fn expectation(&self) -> &Expectation {
        &self.expectation
    }

    /// How near `text` is to a whole answer to what was asked.
    pub fn completeness(&self, text: &str) -> Completeness {
        let whole_choice = matches!(self.waiting, Waiting::Choice | Waiting::Queue)
            && self.choice_in(text).is_some();
        let whole_slot = self.awaited_slot().is_some_and(|slot| {
            let reading = self.pack.language.slot(slot, text, self.memory.today);
            let is_number = matches!(self.expectation.kind, ExpectedKind::Digits { .. });
            is_number && reading.is_some_and(|reading| reading.complete)
        });
        if whole_choice || whole_slot {
            return Completeness::Complete;
        }
        self.pack.language.completeness(text, &self.expectation)
    }

    fn begin(&mut self, from: &Pii<String>, today: NaiveDate) {
        if self.waiting != Waiting::Answer {
            return;
        }
        let pack = Arc::clone(&self.pack);
        self.memory.today = today;
        if let Some(number) = telephone_number(from) {
            // The line says so: it is certain.
            self.fill(&pack.settings.number_slot, Some(number), true);
        }
        let greeting = pack.settings.greeting.fill(&self.memory);
        self.say(greeting);
        let notice = pack.settings.notice.fill(&self.memory);
        self.speak(notice, false);
        if let Some(look_up) = &pack.settings.on_answer
            && let Some(request) = self.request(&look_up.call, &look_up.with)
        {
            self.ask_office(request);
        }
        self.ask_open(false);
    }

    /// Asks what the caller wants.
    pub(super) fn ask_open(&mut self, more: bool) {
        let pack = Arc::clone(&self.pack);
        let says = &pack.settings.says;
        self.waiting = Waiting::Open { more };
        self.unclear = None;
        let texts = if more && self.misses == 0 {
            &says.more
        } else {
            &says.open
        };
        self.ask_aloud(texts, self.misses);
    }

    /// Says something that may be talked over.
    pub(super) fn say(&mut self, text: String) {
        self.speak(text, true);
    }

    /// Says a text of the pack, its places filled.
    pub(super) fn say_text(&mut self, template: &Template) {
        let text = template.fill(&self.memory);
        self.say(text);
    }

    /// Says a question, and remembers it for 再说一遍.
    pub(super) fn ask_aloud(&mut self, texts: &Texts, nth: usize) {
        let text = texts.of_try(nth).fill(&self.memory);
        self.ask_in_words(text);
    }

    /// Says a question whose places are filled already.
    pub(super) fn ask_in_words(&mut self, text: String) {
        self.question = vec![text.clone()];
        self.say(text);
    }

    fn speak(&mut self, text: String, interruptible: bool) {
        if text.is_empty() {
            return;
        }
        self.last_prompt = self.last_prompt.next();
        self.prepared.insert(text.clone());
        self.out.push(Decision::Say {
            prompt: self.last_prompt,
            text: text.into(),
            interruptible,
        });
    }

    /// Puts a question to the back office, and gives its number.
    pub(super) fn ask_office(&mut self, request: Request) -> RequestId {
        self.last_request = self.last_request.next();
        if request.has_effect() {
            // What was looked up before may no longer be so.
            self.known.clear();
        }
        self.asked.insert(self.last_request, request.clone());
        self.out.push(Decision::Ask {
            request_id: self.last_request,
            request,
        });
        self.last_request
    }

    /// Fills a slot; empties it with `None`.
    pub(super) fn fill(&mut self, slot: &str, value: Option<String>, confirmed: bool) {
        let filled = value.map(|value| Filled {
            value: value.into(),
            confirmed,
        });
        if self.memory.slots.get(slot) == filled.as_ref() {
            return;
        }
        self.out.push(Decision::Slot {
            slot: slot.to_owned(),
            value: filled.as_ref().map(|filled| filled.value.clone()),
            confirmed,
        });
        match filled {
            Some(filled) => self.memory.slots.insert(slot.to_owned(), filled),
            None => self.memory.slots.remove(slot),
        };
        for frame in &mut self.frames {
            // A yes was to the old value.
            frame.agreed &= confirmed;
        }
    }

    /// Ends the call once everything has been said.
    pub(super) fn hang_up(&mut self, reason: HangUpReason) {
        self.leave_queue();
        self.out.push(Decision::HangUp { reason });
        self.waiting = Waiting::Over;
    }

    fn over(&mut self, reason: HangUpReason) {
        self.out.push(Decision::HangUp { reason });
        self.waiting = Waiting::Over;
    }

    /// What may be said next, each text once a call.
    pub(super) fn prepare(&mut self, texts: Vec<String>) {
        let mut fresh = Vec::new();
        for text in texts {
            if !text.is_empty() && self.prepared.insert(text.clone()) {
                fresh.push(Pii(text));
            }
        }
        if !fresh.is_empty() {
            self.out.push(Decision::Prepare { texts: fresh });
        }
    }

    fn renew_expectation(&mut self) {
        let words = self.pack.language.prompt_words();
        let of_kind = |kind, keys| Expectation {
            words: match kind {
                ExpectedKind::Open => words.to_vec(),
                _ => Vec::new(),
            },
            kind,
            keys,
            ..Expectation::default()
        };
        let asked = self.awaited_slot();
        let mut expectation = match &self.waiting {
            Waiting::Slot => match asked.and_then(|slot| Some((slot, self.pack.slot(slot)?))) {
                Some((name, slot)) => slot.expectation(name, words),
                None => of_kind(ExpectedKind::Open, Some(1)),
            },
            Waiting::YesNo | Waiting::Consent | Waiting::Clarify { second: None, .. } => {
                of_kind(ExpectedKind::YesNo, Some(1))
            }
            Waiting::Repair(repair) => match self.wanted_digits(repair) {
                Some((min, max)) => {
                    let keys = (min == max).then_some(max);
                    of_kind(ExpectedKind::Digits { min, max }, keys)
                }
                None => of_kind(ExpectedKind::YesNo, Some(1)),
            },
            Waiting::Answer
            | Waiting::Open { .. }
            | Waiting::Clarify { .. }
            | Waiting::Choice
            | Waiting::Reply(_)
            | Waiting::LastTicket(_)
            | Waiting::Queue
            | Waiting::Person
            | Waiting::Over => of_kind(ExpectedKind::Open, Some(1)),
        };
        expectation.language = self.language_expected();
        if expectation != self.expectation {
            self.expectation = expectation.clone();
            self.out.push(Decision::Expect { expectation });
        }
    }

    fn renew_summary(&mut self) {
        let summary = self.summarise();
        if summary != self.summary {
            self.summary = summary.clone();
            self.out.push(Decision::Summary(summary));
        }
    }

    fn said(
        &mut self,
        utterance: crate::event::UtteranceId,
        hypotheses: &[crate::event::Hypothesis],
    ) {
        let switched = self.notice_language(hypotheses);
        let Some(heard) = Heard::read(self, hypotheses) else {
            return self.not_heard();
        };
        self.out.push(heard.understood(utterance));
        self.silences = 0;
        match switched {
            Some(Tongue::Other) => self.seek_interpreter(&heard),
            Some(_) => self.respond_after_greeting(&heard),
            None => self.respond(&heard),
        }
    }
}

/// The caller's number as it is rung back, where the line gave one.
fn telephone_number(from: &str) -> Option<String> {
    let number = from.strip_prefix("+86").unwrap_or(from);
    let is_one = (7..=12).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    is_one.then(|| number.to_owned())
}
