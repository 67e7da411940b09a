//! Flows: steps in order, as their authors write them. `docs/flows.md` is the author's page.

use super::template::{Condition, Template, Texts};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// A way through one kind of business.
#[derive(Debug)]
pub(crate) struct Flow {
    /// File name without `.toml`; the intent that starts it has the same name.
    pub(crate) name: String,
    /// What the caller wants, in an agent's words; empty in a part of other flows.
    pub(crate) topic: String,
    /// Skill that an agent needs for it; absent: the pack's first.
    pub(crate) skill: Option<String>,
    /// When it holds, a person is needed at once.
    pub(crate) urgent: Option<Condition>,
    /// Intents of this flow that interrupt whatever is asked: danger that cannot wait.
    pub(crate) emergency: Vec<String>,
    /// In order.
    pub(crate) steps: Vec<Step>,
    /// The file, for errors.
    pub(crate) path: PathBuf,
}

/// One step of a flow.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) id: String,
    /// The step is passed over unless this holds.
    pub(crate) when: Option<Condition>,
    /// Where to go on; absent: the next step.
    pub(crate) then: Option<Target>,
    pub(crate) verb: Verb,
    /// Line in the file, from 1.
    pub(crate) line: usize,
}

/// Where to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// At this step.
    Step(usize),
    /// Nowhere: the flow is over.
    End,
}

/// What a step does.
#[derive(Debug)]
pub(crate) enum Verb {
    /// Asks for a slot; passed over while the slot is filled.
    Ask {
        slot: String,
        say: Texts,
        /// Tries before giving up; absent: the pack's bound.
        tries: Option<usize>,
        /// Where to go after the last try; absent: a person.
        otherwise: Option<Target>,
        /// Where to go when the caller says that they do not know.
        unknown: Option<Target>,
    },
    /// Asks a question of yes or no; a yes makes `slots` certain. Passed over while all of them are certain.
    Confirm {
        say: Texts,
        slots: Vec<String>,
        yes: Option<Target>,
        /// Absent: the first of `slots` is repaired.
        no: Option<Target>,
        otherwise: Option<Target>,
    },
    /// Offers a choice.
    Choose {
        say: Texts,
        options: Vec<Choice>,
        otherwise: Option<Target>,
    },
    /// Asks the back office.
    Call(Box<Call>),
    /// Says something.
    Say(Template),
    /// Goes to the first target whose condition holds.
    Branch(Vec<(Condition, Target)>),
    /// Fills slots with values that are certain.
    Set(Vec<(String, Template)>),
    /// Empties slots that turned out wrong; counts as a miss.
    Clear(Vec<String>),
    /// Runs another flow and comes back; `intent` is what the caller then wants.
    Run {
        flow: String,
        intent: Option<String>,
    },
    /// Looks for a person.
    Handoff { reason: String },
    /// Waits in the queue for a person.
    Wait { say: Texts },
    /// Answers the caller's question from the FAQ.
    Answer { otherwise: Option<Target> },
    /// Ends the flow, or the call.
    End { say: Option<Template>, how: Ending },
}

/// One thing that a caller can choose.
#[derive(Debug)]
pub(crate) struct Choice {
    pub(crate) words: Vec<String>,
    pub(crate) key: Option<char>,
    pub(crate) to: Target,
    pub(crate) agreed: bool,
}

/// A question to the back office.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) operation: String,
    pub(crate) with: BTreeMap<String, Template>,
    /// Name under which texts find the reply.
    pub(crate) into: String,
    /// The question whose yes allows a call with an effect.
    pub(crate) confirm: Option<Texts>,
    pub(crate) no: Option<Target>,
    pub(crate) not_found: Option<Target>,
    pub(crate) refused: Option<Target>,
    pub(crate) unavailable: Option<Target>,
}

/// How a flow ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Ending {
    /// The business is done: 还有什么可以帮您.
    Flow,
    /// The call is over, its business done.
    Call,
    /// The call is over; a callback or a message was agreed.
    Callback,
}

impl Step {
    /// Texts that the caller hears.
    pub(crate) fn spoken(&self) -> Vec<&Template> {
        match &self.verb {
            Verb::Ask { say, .. }
            | Verb::Confirm { say, .. }
            | Verb::Choose { say, .. }
            | Verb::Wait { say } => say.iter().collect(),
            Verb::Call(call) => call.confirm.iter().flat_map(Texts::iter).collect(),
            Verb::Say(text) => vec![text],
            Verb::End { say, .. } => say.iter().collect(),
            Verb::Branch(_)
            | Verb::Set(_)
            | Verb::Clear(_)
            | Verb::Run { .. }
            | Verb::Handoff { .. }
            | Verb::Answer { .. } => Vec::new(),
        }
    }
}
