//! A pack as its authors look at it: flows as diagrams, intents, slots, and what a sentence would lead to.

use super::Pack;
use super::flow::{Call, Choice, Ending, Flow, Step, Target, Verb};
use super::template::Template;
use crate::nlu::{Context, Explanation};
use serde::Serialize;
use utoipa::ToSchema;

/// A pack, whole.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PackView {
    /// Its id: the folder's name.
    pub name: String,
    /// The hotline's name.
    pub title: String,
    /// SHA-256 over its files, in hexadecimal.
    pub version: String,
    /// First words of a call.
    pub greeting: String,
    /// When agents are there, as it is said.
    pub hours: String,
    /// Districts that are served.
    pub service_area: Vec<String>,
    /// Skills of agents.
    pub skills: Vec<String>,
    /// Flows that callers start, then parts that other flows run; each by name.
    pub flows: Vec<FlowView>,
    /// What callers may want.
    pub intents: Vec<IntentView>,
    /// What is asked of callers.
    pub slots: Vec<SlotView>,
    /// Examples that had got another intent if they had not been learned from: those that mislead.
    pub misleading: Vec<Misleading>,
}

/// A flow as a diagram.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FlowView {
    /// Its id: the file's name.
    pub name: String,
    /// The file: the pack's own or one that packs share.
    pub file: String,
    /// What the caller wants, in an agent's words; empty in a part of other flows.
    pub topic: String,
    /// Skill that an agent needs for it; null: the pack's first.
    pub skill: Option<String>,
    /// When a person is needed at once.
    pub urgent: Option<String>,
    /// In order.
    pub steps: Vec<StepView>,
}

/// A step of a flow.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StepView {
    /// Its id, written or made of its verb and place.
    pub id: String,
    /// Line in the flow's file, from 1.
    pub line: usize,
    /// What it does: `ask`, `confirm`, `choose`, `call`, `ticket`, `say`, `branch`, `set`, `clear`, `run`, `handoff`, `wait`,
    /// `answer`, `end`.
    pub verb: &'static str,
    /// What it does that to: a slot, an operation, a flow, a reason.
    pub about: String,
    /// What the caller hears at the first try, the second…
    pub texts: Vec<String>,
    /// The step is passed over unless this holds.
    pub when: Option<String>,
    /// Where it goes on, in the order in which it is looked at.
    pub edges: Vec<EdgeView>,
}

/// A way from a step to another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EdgeView {
    /// Place of the step in the flow, from 0; null: the flow is over.
    pub to: Option<usize>,
    /// Why this way: `next`, `yes`, `no`, `else`, `unknown`, `option`, `when`, `not_found`, `refused`, `unavailable`.
    pub why: &'static str,
    /// The words that choose an option, the condition of a branch.
    pub words: Option<String>,
}

/// An intent.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IntentView {
    /// Its id.
    pub id: String,
    /// What completes 您是要…
    pub label: String,
    /// How many examples its author gave it.
    pub examples: usize,
    /// The flow that serves it.
    pub flow: Option<String>,
}

/// A slot.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SlotView {
    /// Its id.
    pub name: String,
    /// What agents call it.
    pub label: String,
    /// What kind of answer fills it: `open`, `digits`, `address`, `name`, `date`, `message`.
    pub expect: &'static str,
    /// Fewest and most digits.
    pub digits: Option<(u8, u8)>,
}

/// An example that misleads.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Misleading {
    /// The example.
    pub text: String,
    /// Whose it is.
    pub intent: String,
    /// Whose it would be taken for.
    pub taken_for: String,
}

/// What a sentence means to a pack, why, and what would come of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Understanding {
    /// What it means and why.
    #[serde(flatten)]
    pub explanation: Explanation,
    /// Probability from which an intent is acted on.
    pub confident: f32,
    /// Probability from which another intent interrupts a question under way.
    pub sure: f32,
    /// The flow that it would start at the main question; null: none, the bot answers or asks back.
    pub starts: Option<String>,
}

impl Pack {
    /// The pack as its authors look at it.
    pub fn view(&self) -> PackView {
        let settings = &self.settings;
        let mut flows: Vec<FlowView> = self.flows.values().map(flow).collect();
        flows.sort_by_key(|flow| flow.topic.is_empty());
        let counts = self.language.intent_examples().into_iter();
        let wrong = self.language.cross_validation().wrong.iter();
        PackView {
            name: self.name.clone(),
            title: settings.title.clone(),
            version: self.version.clone(),
            greeting: settings.greeting.to_string(),
            hours: settings.hours.clone(),
            service_area: settings.service_area.clone(),
            skills: settings.skills.clone(),
            flows,
            intents: counts
                .map(|(id, label, examples)| IntentView {
                    id: id.to_owned(),
                    label: label.to_owned(),
                    examples,
                    flow: self.flow_of(id).map(|flow| flow.name.clone()),
                })
                .collect(),
            slots: settings
                .slot
                .iter()
                .map(|(name, slot)| SlotView {
                    name: name.clone(),
                    label: slot.label.clone(),
                    expect: slot.expect.name(),
                    digits: slot.digits,
                })
                .collect(),
            misleading: wrong
                .map(|(text, intent, taken_for)| Misleading {
                    text: text.clone(),
                    intent: intent.clone(),
                    taken_for: taken_for.clone(),
                })
                .collect(),
        }
    }

    /// What a sentence means to this pack and why.
    pub fn explain(&self, text: &str, context: &Context) -> Understanding {
        let explanation = self.language.explain(text, context);
        let limits = &self.settings.limits;
        let best = explanation.intents.first();
        let clear = best.filter(|best| best.probability >= limits.confident);
        let flow = clear.and_then(|best| self.flow_of(&best.intent));
        Understanding {
            confident: limits.confident,
            sure: limits.sure,
            starts: flow.map(|flow| flow.name.clone()),
            explanation,
        }
    }
}

fn flow(flow: &Flow) -> FlowView {
    let steps = flow.steps.iter().zip(0..);
    FlowView {
        name: flow.name.clone(),
        file: flow.path.display().to_string(),
        topic: flow.topic.clone(),
        skill: flow.skill.clone(),
        urgent: flow.urgent.as_ref().map(ToString::to_string),
        steps: steps.map(|(one, place)| step(one, place, flow)).collect(),
    }
}

fn step(step: &Step, place: usize, flow: &Flow) -> StepView {
    let (verb, about) = verb(&step.verb);
    let next = match step.then {
        Some(Target::Step(to)) => Some(to),
        Some(Target::End) => None,
        None => Some(place + 1).filter(|next| *next < flow.steps.len()),
    };
    StepView {
        id: step.id.clone(),
        line: step.line,
        verb,
        about,
        texts: step.spoken().into_iter().map(Template::to_string).collect(),
        when: step.when.as_ref().map(ToString::to_string),
        edges: edges(&step.verb, next),
    }
}

/// A verb's name and what it is about.
fn verb(verb: &Verb) -> (&'static str, String) {
    match verb {
        Verb::Ask { slot, .. } => ("ask", slot.clone()),
        Verb::Confirm { slots, .. } => ("confirm", slots.join("、")),
        Verb::Choose { .. } => ("choose", String::new()),
        Verb::Call(call) if call.operation == "create_ticket" => ("ticket", fields(call)),
        Verb::Call(call) => ("call", format!("{}({})", call.operation, fields(call))),
        Verb::Say(_) => ("say", String::new()),
        Verb::Branch(_) => ("branch", String::new()),
        Verb::Set(values) => {
            let values = values.iter();
            let all: Vec<_> = values
                .map(|(slot, value)| format!("{slot} = {value}"))
                .collect();
            ("set", all.join("、"))
        }
        Verb::Clear(slots) => ("clear", slots.join("、")),
        Verb::Run { flow, intent } => match intent {
            Some(intent) => ("run", format!("{flow} ({intent})")),
            None => ("run", flow.clone()),
        },
        Verb::Handoff { reason } => ("handoff", reason.clone()),
        Verb::Wait { .. } => ("wait", String::new()),
        Verb::Answer { .. } => ("answer", String::new()),
        Verb::End { how, .. } => ("end", how.name().to_owned()),
    }
}

fn fields(call: &Call) -> String {
    let fields = call.with.iter();
    let all: Vec<_> = fields
        .map(|(field, value)| format!("{field}={value}"))
        .collect();
    all.join(", ")
}

fn edges(verb: &Verb, next: Option<usize>) -> Vec<EdgeView> {
    let mut edges = Edges(Vec::new());
    match verb {
        Verb::Ask {
            otherwise, unknown, ..
        } => {
            edges.go(next, "next", None);
            edges.maybe(*unknown, "unknown");
            edges.maybe(*otherwise, "else");
        }
        Verb::Confirm {
            yes, no, otherwise, ..
        } => {
            edges.go(yes.map_or(next, place), "yes", None);
            edges.maybe(*no, "no");
            edges.maybe(*otherwise, "else");
        }
        Verb::Choose {
            options, otherwise, ..
        } => {
            for Choice { words, key, to, .. } in options {
                let first = words.first().cloned().unwrap_or_default();
                let words = key.map_or(first.clone(), |key| format!("{first} [{key}]"));
                edges.go(place(*to), "option", Some(words));
            }
            edges.maybe(*otherwise, "else");
        }
        Verb::Call(call) => {
            edges.go(next, "next", None);
            edges.maybe(call.no, "no");
            edges.maybe(call.not_found, "not_found");
            edges.maybe(call.refused, "refused");
            edges.maybe(call.unavailable, "unavailable");
        }
        Verb::Branch(ways) => {
            for (condition, to) in ways {
                edges.go(place(*to), "when", Some(condition.to_string()));
            }
            edges.go(next, "else", None);
        }
        Verb::Answer { otherwise } => {
            edges.go(next, "next", None);
            edges.maybe(*otherwise, "else");
        }
        Verb::Say(_) | Verb::Set(_) | Verb::Clear(_) | Verb::Run { .. } => {
            edges.go(next, "next", None);
        }
        Verb::End { .. } => edges.go(None, "next", None),
        // A person takes over, or the pack's flow for nobody being free does.
        Verb::Handoff { .. } | Verb::Wait { .. } => {}
    }
    edges.0
}

/// Ways that have been found.
struct Edges(Vec<EdgeView>);

impl Edges {
    fn go(&mut self, to: Option<usize>, why: &'static str, words: Option<String>) {
        self.0.push(EdgeView { to, why, words });
    }

    fn maybe(&mut self, to: Option<Target>, why: &'static str) {
        if let Some(to) = to {
            self.go(place(to), why, None);
        }
    }
}

fn place(target: Target) -> Option<usize> {
    match target {
        Target::Step(place) => Some(place),
        Target::End => None,
    }
}

impl Ending {
    fn name(self) -> &'static str {
        match self {
            Ending::Flow => "flow",
            Ending::Call => "call",
            Ending::Callback => "callback",
        }
    }
}
