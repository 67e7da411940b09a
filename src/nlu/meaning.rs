//! What an utterance means, from its readings.

use super::Language;
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
    /// Intent ids with their probability 0..1, best first, never empty; `unknown` is out of scope.
    pub intents: Vec<(String, f32)>,
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
    /// Whether the value is whole: enough digits and a right check digit, a road with its number.
    pub complete: bool,
    /// Characters of the text that hold it.
    pub span: Range<usize>,
}

pub(super) fn understand(
    language: &Language,
    hypotheses: &[Hypothesis],
    context: &Context,
) -> Meaning {
    let Some(best) = hypotheses.first() else {
        return Meaning {
            intents: vec![("unknown".into(), 1.0)],
            ..Meaning::default()
        };
    };
    let corrected = language.lexicon.correct(&best.text);
    Meaning {
        intents: language.intents.classify(&corrected),
        slots: language
            .slots
            .read_all(&best.text, context.expected_slot.as_deref(), context.today),
        angry: language.lexicon.is_angry(&best.text),
        text: best.text.clone(),
        corrected: corrected.into(),
    }
}
