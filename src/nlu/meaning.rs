//! What an utterance means, from its readings.

use super::Language;
use super::commands::CERTAIN;
use super::intents::UNKNOWN;
use super::joined::{Ranked, two_wishes};
use super::units::{Numerals, Units};
use crate::event::{Hypothesis, Pii};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::ops::Range;

/// What is known when a caller speaks.
#[derive(Debug, Clone, Default)]
pub struct Context {
    /// The day, for 昨天 and 这个月.
    pub today: NaiveDate,
    /// The slot that was asked for, if any: it may be filled by a bare answer (张) that would mean nothing elsewhere.
    pub expected_slot: Option<String>,
}

/// What an utterance means.
#[derive(Debug, Clone, Default)]
pub struct Meaning {
    /// The reading that was understood, as the recogniser wrote it.
    pub text: Pii<String>,
    /// After phonetic correction; equals `text` where nothing was corrected.
    pub corrected: Pii<String>,
    /// Intent ids with their probability 0..1, best first, never empty; `unknown` is out of scope. Of a family
    /// (`repair`, `repair.burst`) the likeliest one, with the probability of all. In a sentence of two wishes those of
    /// the first.
    pub intents: Vec<(String, f32)>,
    /// What was wanted besides in the same breath (查下水费顺便报个修), with its probability.
    pub further: Vec<(String, f32)>,
    /// What was named, by slot id.
    pub slots: BTreeMap<String, SlotReading>,
    /// Whether the words are those of an angry caller.
    pub angry: bool,
}

impl Meaning {
    /// The likeliest intent and its probability.
    pub fn intent(&self) -> (&str, f32) {
        self.intents
            .first()
            .map_or(("unknown", 0.0), |(id, p)| (id.as_str(), *p))
    }
}

/// A slot's value as it was heard.
#[derive(Debug, Clone, PartialEq)]
pub struct SlotReading {
    /// Normal form.
    pub value: Pii<String>,
    /// What had to be bent to hear it so: 0 nothing, 1 one syllable mistaken whole.
    pub cost: f32,
    /// Whether the value is whole: enough digits, a road with its house.
    pub complete: bool,
    /// Whether a number keeps its check rule; true for values that have none and are whole.
    pub checked: bool,
    /// Characters of the text that hold it.
    pub span: Range<usize>,
}

/// Readings of an utterance that are looked at: eight of a number, and what else it may have been.
const MOST_READINGS: usize = 9;
/// Readings whose intents count; each costs a run of the sentence encoder.
const INTENT_READINGS: usize = 3;
/// Characters around a bare answer.
const MOST_AROUND: usize = 2;
/// How much each further reading of an utterance counts beside the one before it.
const NEXT_READING: f32 = 0.5;

pub(super) fn understand(
    language: &Language,
    hypotheses: &[Hypothesis],
    context: &Context,
) -> Meaning {
    let hypotheses = &hypotheses[..hypotheses.len().min(MOST_READINGS)];
    let slots: Vec<_> = hypotheses
        .iter()
        .map(|h| language.named(&h.text, context.expected_slot.as_deref(), context.today))
        .collect();
    let expected = context.expected_slot.as_deref();
    let wanted: Vec<_> = slots.iter().map(|slots| slots.get(expected?)).collect();
    let chosen = choose(&wanted).unwrap_or(0);
    let Some(hypothesis) = hypotheses.get(chosen) else {
        return Meaning {
            intents: alone(UNKNOWN, 1.0),
            ..Meaning::default()
        };
    };
    let slots = slots.into_iter().nth(chosen).unwrap_or_default();
    let (intents, further) = wishes(language, hypotheses, chosen, &slots, context);
    Meaning {
        intents,
        further,
        slots,
        angry: language.lexicon.is_angry(&hypothesis.text)
            || language.lexicon.is_angry(hypothesis.meant()),
        corrected: language.correct(hypothesis.meant()).into(),
        text: hypothesis.text.clone(),
    }
}

/// What is wanted, and what is wanted further. Each reading that is classified costs a run of the sentence encoder: a bare
/// answer costs none, and what else is said where a value was asked for costs one.
fn wishes(
    language: &Language,
    hypotheses: &[Hypothesis],
    chosen: usize,
    slots: &BTreeMap<String, SlotReading>,
    context: &Context,
) -> (Ranked, Ranked) {
    let chosen = &hypotheses[chosen];
    let Some(expected) = context.expected_slot.as_deref() else {
        // Signs between the words, by which a second wish may be told, are in what was written.
        let written = || {
            two_wishes(
                language,
                chosen.as_said_here.is_some().then_some(&chosen.text)?,
            )
        };
        return match two_wishes(language, chosen.meant()).or_else(written) {
            Some((first, second)) => (first, vec![second]),
            None => (intents(language, hypotheses), Vec::new()),
        };
    };
    let bare = slots
        .get(expected)
        .filter(|r| is_bare(language, &chosen.text, r));
    let intents = match bare.map(|reading| reading.value.as_str()) {
        Some("yes") => alone("affirm", 1.0),
        Some("no") => alone("deny", 1.0),
        Some(_) => alone(UNKNOWN, 1.0),
        None => of_one(
            language,
            call_for_person(language, hypotheses).unwrap_or(chosen.meant()),
        ),
    };
    (intents, Vec::new())
}

/// The first of the readings that asks for a person: 转人工 must be heard, whatever was asked.
fn call_for_person<'h>(language: &Language, hypotheses: &'h [Hypothesis]) -> Option<&'h str> {
    texts(hypotheses).find(|text| {
        let units = Units::hear(text, Numerals::Singly);
        matches!(language.commands.hear(&units), Some(("agent", _)))
    })
}

fn alone(intent: &str, probability: f32) -> Ranked {
    vec![(intent.to_owned(), probability)]
}

/// Whether the value that was asked for is all that was said, but for a word or two (是, 就是).
fn is_bare(language: &Language, text: &str, reading: &SlotReading) -> bool {
    let around = text
        .chars()
        .enumerate()
        .filter(|(place, c)| !reading.span.contains(place) && c.is_alphanumeric())
        .count();
    let is_command = || {
        let units = Units::hear(text, Numerals::Singly);
        language.commands.hear(&units).is_some() || language.commands.is_person_refused(&units)
    };
    reading.complete && reading.checked && around <= MOST_AROUND && !is_command()
}

/// Which of several readings of an answer to take: the first whose number keeps its check rule, else the first that is
/// whole; `None` where none is.
pub(crate) fn choose(readings: &[Option<&SlotReading>]) -> Option<usize> {
    let place = |good: &dyn Fn(&SlotReading) -> bool| {
        readings
            .iter()
            .position(|reading| reading.is_some_and(good))
    };
    place(&|r| r.checked && r.complete).or_else(|| place(&|r| r.complete))
}

/// The first readings; what callers of the pack would have said comes before what was written.
fn texts(hypotheses: &[Hypothesis]) -> impl Iterator<Item = &str> {
    let each = hypotheses.iter().flat_map(|hypothesis| {
        let said = hypothesis.as_said_here.iter();
        said.chain([&hypothesis.text]).map(|text| text.as_str())
    });
    each.take(INTENT_READINGS)
}

/// Intents of the first readings, each counting half as much as the one before it.
fn intents(language: &Language, hypotheses: &[Hypothesis]) -> Ranked {
    let mut sums: Vec<(String, f32)> = Vec::new();
    let (mut total, mut weight) = (0.0, 1.0);
    for text in texts(hypotheses) {
        for (intent, probability) in of_one(language, text) {
            match sums.iter_mut().find(|(known, _)| *known == intent) {
                Some((_, sum)) => *sum += weight * probability,
                None => sums.push((intent, weight * probability)),
            }
        }
        total += weight;
        weight *= NEXT_READING;
    }
    sums.iter_mut().for_each(|(_, sum)| *sum /= total);
    sums.sort_by(|a, b| b.1.total_cmp(&a.1));
    sums
}

/// Words that work everywhere by grammar, the rest by what the examples taught.
fn of_one(language: &Language, text: &str) -> Ranked {
    let units = Units::hear(text, Numerals::Singly);
    let command = language.commands.hear(&units);
    if let Some((command, certainty)) = command.filter(|(_, certainty)| *certainty >= CERTAIN) {
        return alone(command, certainty);
    }
    let mut learned = language.learned(text);
    let decided = match command {
        Some((command, _)) => Some(command),
        None => language
            .commands
            .is_person_refused(&units)
            .then_some("agent"),
    };
    let Some(decided) = decided else {
        return learned;
    };
    let certainty = command.map_or(0.0, |(_, certainty)| certainty);
    learned.retain(|(intent, _)| intent != decided);
    let rest: f32 = learned.iter().map(|(_, probability)| probability).sum();
    learned
        .iter_mut()
        .for_each(|(_, probability)| *probability *= (1.0 - certainty) / rest.max(1e-6));
    learned.push((decided.to_owned(), certainty));
    learned.sort_by(|a, b| b.1.total_cmp(&a.1));
    learned
}
