//! `pack.toml`: who answers, what is always said, which slots there are.

use super::template::{Template, Texts};
use crate::event::{Expectation, ExpectedKind};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The content of `pack.toml`. `docs/flows.md` explains each key to authors.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// The hotline's name: 供水服务热线.
    pub(crate) title: String,
    /// First words of a call.
    pub(crate) greeting: Template,
    /// That the call is recorded; nobody can talk over it.
    pub(crate) notice: Template,
    pub(crate) voice: String,
    pub(crate) speed: f32,
    /// When agents are there, as it is said: 早上八点到晚上八点.
    pub(crate) hours: String,
    /// Districts that are served.
    pub(crate) service_area: Vec<String>,
    /// Skills of agents; the first one serves where a flow names none.
    pub(crate) skills: Vec<String>,
    pub(crate) limits: Limits,
    /// What single keys do at the main question: a flow, `agent` or `repeat`.
    pub(crate) keys: BTreeMap<char, String>,
    /// Words that work everywhere.
    pub(crate) hear: Hear,
    /// What is said outside flows.
    pub(crate) says: Says,
    /// Why a person is needed, in an agent's words.
    pub(crate) reasons: Reasons,
    /// What the agent is told.
    pub(crate) summary: SummaryTexts,
    /// How values are said: `[words.ticket_state] accepted = "已经受理"`.
    #[serde(default)]
    pub(crate) words: BTreeMap<String, BTreeMap<String, String>>,
    pub(crate) slot: BTreeMap<String, SlotSettings>,
    /// The slot that the line itself fills: the caller's number.
    pub(crate) number_slot: String,
    /// A look-up that is made as soon as the call is answered.
    pub(crate) on_answer: Option<OnAnswer>,
    /// Flows that the conversation itself runs.
    pub(crate) flows: OwnFlows,
    /// Callers who speak another language; absent: the hotline speaks Chinese only.
    pub(crate) languages: Option<Languages>,
}

/// What is done for callers who speak another language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Languages {
    /// The key for English at the main question.
    pub(crate) english_key: char,
    /// Skill of agents who speak other languages.
    pub(crate) skill: String,
    /// What callers of other languages hear, in English.
    pub(crate) sorry: Template,
    /// Why they need a person, in an agent's words.
    pub(crate) reason: String,
}

/// Bounds of the conversation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limits {
    /// Failures in a row that lead to a person.
    pub(crate) misses: usize,
    /// Times that 您是要…还是… is asked before a person takes over.
    pub(crate) clarifications: usize,
    /// Probability from which an intent is acted on.
    pub(crate) confident: f32,
    /// Probability from which another intent interrupts a question under way.
    pub(crate) sure: f32,
    /// Milliseconds between two words of comfort in the queue.
    pub(crate) comfort_ms: u64,
}

/// Words that work everywhere; one of them in what was said is enough.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Hear {
    pub(crate) agent: Vec<String>,
    pub(crate) repeat: Vec<String>,
    pub(crate) back: Vec<String>,
    pub(crate) cancel: Vec<String>,
    pub(crate) dont_know: Vec<String>,
    pub(crate) nothing_else: Vec<String>,
    /// The caller leaves.
    pub(crate) leave: Vec<String>,
    /// The first of two that were offered, and the second.
    pub(crate) first: Vec<String>,
    pub(crate) second: Vec<String>,
}

/// What is said outside flows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Says {
    /// The main question; later tries after misses.
    pub(crate) open: Texts,
    /// After a task.
    pub(crate) more: Texts,
    pub(crate) goodbye: Template,
    /// Before a question is asked again: nothing was understood.
    pub(crate) not_understood: Texts,
    /// Before a question is asked again: nothing was heard.
    pub(crate) not_heard: Texts,
    /// `{first}` and `{second}` are labels of intents.
    pub(crate) clarify: Texts,
    /// Only `{first}` is likely.
    pub(crate) clarify_one: Texts,
    /// The first answer to silence.
    pub(crate) are_you_there: Template,
    /// The last one, with nothing under way.
    pub(crate) close_silent: Template,
    /// The last one, after a ticket was opened for what was under way.
    pub(crate) close_ticket: Template,
    /// Before going on with `{topic}` after something else.
    pub(crate) resume: Template,
    /// Before going on by ourselves with what the caller wanted besides; `{first}` is its label.
    pub(crate) further: Template,
    /// Something under way was given up.
    pub(crate) cancelled: Template,
    /// The back office takes its time.
    pub(crate) looking: Template,
    /// There is no answer to a question.
    pub(crate) no_answer: Template,
    /// Before what has an effect, where the flow itself asks nothing.
    pub(crate) may_i: Texts,
    /// The search for a person begins: asked for, after misses, after anger, after a fault.
    pub(crate) searching: Searching,
    /// An agent is there.
    pub(crate) connecting: Template,
    /// `{ahead}` callers are before this one.
    pub(crate) position: Template,
    /// Now and then in the queue.
    pub(crate) comfort: Texts,
    /// Everything failed, a promise is left.
    pub(crate) noted: Template,
    pub(crate) repair: RepairTexts,
}

/// What is said when the search for a person begins.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Searching {
    pub(crate) asked: Template,
    pub(crate) misses: Template,
    pub(crate) anger: Template,
    pub(crate) fault: Template,
}

/// A number is mended group by group: `{group}` is its name, `{digits}` its digits.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RepairTexts {
    pub(crate) check: Texts,
    pub(crate) ask: Texts,
}

/// Why a person is needed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reasons {
    pub(crate) asked: String,
    pub(crate) misses: String,
    pub(crate) anger: String,
    pub(crate) fault: String,
}

/// Sentences for the agent; one whose places cannot all be filled is left out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SummaryTexts {
    /// Spoken to the agent before the bridge; short.
    pub(crate) whisper: Vec<Template>,
    /// For the page.
    pub(crate) page: Vec<Template>,
}

/// A look-up without an effect.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OnAnswer {
    pub(crate) call: String,
    pub(crate) with: BTreeMap<String, Template>,
}

/// Flows that the conversation itself runs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OwnFlows {
    /// Nobody is free or the agent did not pick up.
    pub(crate) nobody: String,
    /// The back office cannot be reached.
    pub(crate) unavailable: String,
    /// Intents whose questions the FAQ answers, even in the middle of something else.
    pub(crate) faq: String,
}

/// A slot: what is asked of callers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlotSettings {
    /// What agents call it: 户号.
    pub(crate) label: String,
    pub(crate) expect: Expect,
    /// Fewest and most digits, where digits are expected.
    #[serde(default)]
    pub(crate) digits: Option<(u8, u8)>,
    /// Longest message in seconds, where a message is expected.
    #[serde(default)]
    pub(crate) limit_s: Option<u32>,
    /// Whether the value outlives the flow that asked for it.
    #[serde(default)]
    pub(crate) keep: bool,
    /// Groups in which a number is mended.
    #[serde(default)]
    pub(crate) groups: Vec<Group>,
    /// Look-up, with the slot as its only field, that tells whether such a thing exists.
    #[serde(default)]
    pub(crate) verify: Option<String>,
}

/// A group of digits of a number.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Group {
    /// As it is said: 前四位.
    pub(crate) name: String,
    /// How many; absent in the last group: the rest.
    pub(crate) digits: Option<usize>,
}

/// What kind of answer fills a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Expect {
    /// Anything, kept as it was said.
    Open,
    Digits,
    Address,
    Name,
    Date,
    /// A bus route.
    Route,
    /// A message, kept as it was said.
    Message,
}

impl Expect {
    /// As it is written.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Expect::Open => "open",
            Expect::Digits => "digits",
            Expect::Address => "address",
            Expect::Name => "name",
            Expect::Date => "date",
            Expect::Message => "message",
            Expect::Route => "route",
        }
    }
}

impl SlotSettings {
    /// Whether whatever is said is the value.
    pub(crate) fn is_free(&self) -> bool {
        matches!(self.expect, Expect::Open | Expect::Message)
    }

    /// The expectation while the slot is asked for.
    pub(crate) fn expectation(&self, name: &str, words: &[String]) -> Expectation {
        let (min, max) = self.digits.unwrap_or((1, 32));
        let (kind, keys, words) = match self.expect {
            Expect::Open | Expect::Route => (ExpectedKind::Open, Some(1), words.to_vec()),
            Expect::Digits => {
                let keys = (min == max).then_some(max);
                (ExpectedKind::Digits { min, max }, keys, Vec::new())
            }
            Expect::Address => (ExpectedKind::Address, Some(1), Vec::new()),
            Expect::Name => (ExpectedKind::Name, Some(1), Vec::new()),
            Expect::Date => (ExpectedKind::Date, Some(1), Vec::new()),
            Expect::Message => {
                let limit_ms = self.limit_s.unwrap_or(60) * 1000;
                (ExpectedKind::Message { limit_ms }, Some(1), Vec::new())
            }
        };
        Expectation {
            kind,
            slot: (!self.is_free()).then(|| name.to_owned()),
            words,
            keys,
            ..Expectation::default()
        }
    }
}
