//! A flow's file: what its author wrote, and the check that makes a [`Flow`] of it.

use super::PackError;
use super::flow::{Call, Choice, Ending, Flow, Step, Target, Verb};
use super::template::{Condition, Template, Texts};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FlowFile {
    #[serde(default)]
    topic: String,
    skill: Option<String>,
    urgent: Option<Condition>,
    #[serde(default)]
    emergency: Vec<String>,
    step: Vec<Spanned<StepFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BranchFile {
    when: Condition,
    to: String,
}

/// A step as written: exactly one verb among its keys.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepFile {
    id: Option<String>,
    when: Option<Condition>,
    then: Option<String>,
    // Verbs.
    ask: Option<String>,
    choose: Option<Texts>,
    call: Option<String>,
    ticket: Option<BTreeMap<String, Template>>,
    branch: Option<Vec<BranchFile>>,
    set: Option<BTreeMap<String, Template>>,
    clear: Option<Vec<String>>,
    run: Option<String>,
    handoff: Option<String>,
    wait: Option<Texts>,
    answer: Option<String>,
    end: Option<Ending>,
    // Verbs when alone, parts of other verbs otherwise.
    confirm: Option<Texts>,
    say: Option<Texts>,
    // Parts.
    tries: Option<usize>,
    #[serde(rename = "else")]
    otherwise: Option<String>,
    unknown: Option<String>,
    slots: Option<Vec<String>>,
    yes: Option<String>,
    no: Option<String>,
    options: Option<Vec<ChoiceFile>>,
    #[serde(rename = "as")]
    intent: Option<String>,
    with: Option<BTreeMap<String, Template>>,
    into: Option<String>,
    not_found: Option<String>,
    refused: Option<String>,
    unavailable: Option<String>,
}

/// One thing that a caller can choose.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChoiceFile {
    /// Words of which one chooses it.
    words: Vec<String>,
    /// The key that chooses it.
    key: Option<char>,
    /// Step to go to.
    to: String,
    /// Whether choosing it agrees to what the next step with an effect does.
    #[serde(default)]
    agreed: bool,
}

impl Flow {
    /// Reads a flow from the text of its file.
    pub(crate) fn read(path: &Path, text: &str) -> Result<Flow, PackError> {
        let file: FlowFile = PackError::parse(path, text)?;
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let fault = |offset, message: String| PackError::at(path, text, offset, message);
        if file.step.is_empty() {
            return Err(fault(0, "the flow has no step".into()));
        }
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for (index, step) in file.step.iter().enumerate() {
            let Some(id) = &step.get_ref().id else {
                continue;
            };
            let reserved = id == "end";
            if reserved || places.insert(id.clone(), index).is_some() {
                let why = if reserved {
                    "`end` is where a flow ends; call the step otherwise".to_owned()
                } else {
                    format!("there are two steps with the id {id:?}; rename one")
                };
                return Err(fault(step.span().start, why));
            }
        }
        let mut steps = Vec::new();
        for (index, step) in file.step.into_iter().enumerate() {
            let start = step.span().start;
            let line = PackError::line(text, start);
            let builder = Builder { places: &places };
            steps.push(
                builder
                    .step(index, line, step.into_inner())
                    .map_err(|message| fault(start, message))?,
            );
        }
        Ok(Flow {
            name,
            topic: file.topic,
            skill: file.skill,
            urgent: file.urgent,
            emergency: file.emergency,
            steps,
            path: path.to_owned(),
        })
    }
}

struct Builder<'a> {
    places: &'a BTreeMap<String, usize>,
}

impl Builder<'_> {
    fn target(&self, id: Option<String>) -> Result<Option<Target>, String> {
        id.map(|id| self.sure_target(&id)).transpose()
    }

    fn sure_target(&self, id: &str) -> Result<Target, String> {
        match self.places.get(id) {
            _ if id == "end" => Ok(Target::End),
            Some(&index) => Ok(Target::Step(index)),
            None => Err(format!(
                "there is no step {id:?} in this flow; the ids are {}, and `end`",
                self.places.keys().cloned().collect::<Vec<_>>().join(", ")
            )),
        }
    }

    fn step(&self, index: usize, line: usize, file: StepFile) -> Result<Step, String> {
        let (id, when) = (file.id.clone(), file.when.clone());
        let then = self.target(file.then.clone())?;
        let name = file.verb()?;
        let verb = self.verb(name, file)?;
        Ok(Step {
            id: id.unwrap_or_else(|| format!("{name}_{}", index + 1)),
            when,
            then,
            verb,
            line,
        })
    }

    fn verb(&self, name: &str, file: StepFile) -> Result<Verb, String> {
        let otherwise = self.target(file.otherwise.clone())?;
        let need = |what: Option<Texts>, key: &str| {
            what.ok_or_else(|| format!("`{name}` needs `{key}`, the text that asks"))
        };
        Ok(match name {
            "ask" => Verb::Ask {
                slot: file.ask.unwrap_or_default(),
                say: need(file.say, "say")?,
                tries: file.tries,
                otherwise,
                unknown: self.target(file.unknown)?,
            },
            "choose" => Verb::Choose {
                say: need(file.choose, "choose")?,
                options: self.options(file.options)?,
                otherwise,
            },
            "call" | "ticket" => Verb::Call(Box::new(self.call(file)?)),
            "branch" => {
                let branch = file.branch.unwrap_or_default().into_iter();
                let ways = branch.map(|way| Ok((way.when, self.sure_target(&way.to)?)));
                Verb::Branch(ways.collect::<Result<_, String>>()?)
            }
            "set" => Verb::Set(file.set.unwrap_or_default().into_iter().collect()),
            "clear" => Verb::Clear(file.clear.unwrap_or_default()),
            "run" => Verb::Run {
                flow: file.run.unwrap_or_default(),
                intent: file.intent,
            },
            "handoff" => Verb::Handoff {
                reason: file.handoff.unwrap_or_default(),
            },
            "wait" => Verb::Wait {
                say: need(file.wait, "wait")?,
            },
            "answer" => Verb::Answer { otherwise },
            "end" => Verb::End {
                say: file.say.map(|say| say.of_try(0).clone()),
                how: file.end.unwrap_or(Ending::Flow),
            },
            "confirm" => Verb::Confirm {
                say: need(file.confirm, "confirm")?,
                slots: file.slots.unwrap_or_default(),
                yes: self.target(file.yes)?,
                no: self.target(file.no)?,
                otherwise,
            },
            _ => Verb::Say(need(file.say, "say")?.of_try(0).clone()),
        })
    }

    fn options(&self, options: Option<Vec<ChoiceFile>>) -> Result<Vec<Choice>, String> {
        let options = options.unwrap_or_default();
        if options.is_empty() {
            return Err("`choose` needs `options`, a list of {words, key, to}".into());
        }
        options
            .into_iter()
            .map(|option| {
                Ok(Choice {
                    to: self.sure_target(&option.to)?,
                    words: option.words,
                    key: option.key,
                    agreed: option.agreed,
                })
            })
            .collect()
    }

    fn call(&self, file: StepFile) -> Result<Call, String> {
        let (operation, with) = match (file.call, file.ticket) {
            (Some(operation), _) => (operation, file.with.unwrap_or_default()),
            (None, fields) => ("create_ticket".to_owned(), fields.unwrap_or_default()),
        };
        let into = file.into.unwrap_or_else(|| match operation.as_str() {
            "create_ticket" => "ticket".to_owned(),
            other => other.to_owned(),
        });
        Ok(Call {
            operation,
            with,
            into,
            confirm: file.confirm,
            no: self.target(file.no)?,
            not_found: self.target(file.not_found)?,
            refused: self.target(file.refused)?,
            unavailable: self.target(file.unavailable)?,
        })
    }
}

/// Each verb with the keys it takes besides `id`, `when` and `then`.
const VERBS: [(&str, &[&str]); 14] = [
    ("ask", &["say", "tries", "else", "unknown"]),
    ("choose", &["options", "else"]),
    (
        "call",
        &[
            "with",
            "into",
            "confirm",
            "no",
            "not_found",
            "refused",
            "unavailable",
        ],
    ),
    (
        "ticket",
        &[
            "into",
            "confirm",
            "no",
            "not_found",
            "refused",
            "unavailable",
        ],
    ),
    ("branch", &[]),
    ("set", &[]),
    ("clear", &[]),
    ("run", &["as"]),
    ("handoff", &[]),
    ("wait", &[]),
    ("answer", &["else"]),
    ("end", &["say"]),
    ("confirm", &["slots", "yes", "no", "else"]),
    ("say", &[]),
];

impl StepFile {
    /// The step's verb, or what is wrong with its keys.
    fn verb(&self) -> Result<&'static str, String> {
        let keys = self.keys();
        let Some((verb, parts)) = VERBS.iter().find(|(verb, _)| keys.contains(verb)) else {
            return Err(format!(
                "the step does nothing; give it one of {}",
                VERBS.map(|(verb, _)| verb).join(", ")
            ));
        };
        match keys.iter().find(|key| *key != verb && !parts.contains(key)) {
            None => Ok(verb),
            Some(key) => Err(format!(
                "a step that does `{verb}` takes no `{key}`; put it into a step of its own"
            )),
        }
    }

    /// Keys that are there, besides `id`, `when` and `then`.
    fn keys(&self) -> Vec<&'static str> {
        let there = [
            ("ask", self.ask.is_some()),
            ("choose", self.choose.is_some()),
            ("call", self.call.is_some()),
            ("ticket", self.ticket.is_some()),
            ("branch", self.branch.is_some()),
            ("set", self.set.is_some()),
            ("clear", self.clear.is_some()),
            ("run", self.run.is_some()),
            ("handoff", self.handoff.is_some()),
            ("wait", self.wait.is_some()),
            ("answer", self.answer.is_some()),
            ("end", self.end.is_some()),
            ("confirm", self.confirm.is_some()),
            ("say", self.say.is_some()),
            ("tries", self.tries.is_some()),
            ("else", self.otherwise.is_some()),
            ("unknown", self.unknown.is_some()),
            ("slots", self.slots.is_some()),
            ("yes", self.yes.is_some()),
            ("no", self.no.is_some()),
            ("options", self.options.is_some()),
            ("as", self.intent.is_some()),
            ("with", self.with.is_some()),
            ("into", self.into.is_some()),
            ("not_found", self.not_found.is_some()),
            ("refused", self.refused.is_some()),
            ("unavailable", self.unavailable.is_some()),
        ];
        there
            .into_iter()
            .filter_map(|(key, is_there)| is_there.then_some(key))
            .collect()
    }
}
