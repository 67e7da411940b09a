//! What is known on a call: slots, replies of the back office, who rings.

use super::pack::Pack;
use super::template::Values;
use crate::event::{Pii, Reply};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A slot's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filled {
    pub(crate) value: Pii<String>,
    /// The caller said yes to it, or the back office knows it.
    pub(crate) confirmed: bool,
}

/// What is known on a call. Texts and conditions read it by path.
#[derive(Debug, Clone)]
pub(crate) struct Memory {
    pack: Arc<Pack>,
    /// The day of the call.
    pub(crate) today: NaiveDate,
    pub(crate) slots: BTreeMap<String, Filled>,
    /// Fields of replies: `bill` → `amount` → `36.50`.
    replies: BTreeMap<String, BTreeMap<String, Pii<String>>>,
    /// Other values: `intent`, `topic`.
    facts: BTreeMap<&'static str, Pii<String>>,
}

/// Paths of values that are neither slots nor replies.
pub(crate) const FACTS: [&str; 12] = [
    "intent",
    "said",
    "corrected",
    "further",
    "topic",
    "reason",
    "hours",
    "area",
    "person",
    "ahead",
    "verified",
    "unverified",
];

impl Memory {
    pub(crate) fn new(pack: Arc<Pack>) -> Memory {
        let mut memory = Memory {
            pack,
            today: NaiveDate::default(),
            slots: BTreeMap::new(),
            replies: BTreeMap::new(),
            facts: BTreeMap::new(),
        };
        let settings = &memory.pack.settings;
        let hours = settings.hours.clone();
        let area = settings.service_area.join("、");
        memory.note("hours", hours);
        memory.note("area", area);
        memory
    }

    /// Says values as another pack does: the same hotline in another language.
    pub(crate) fn speak_as(&mut self, pack: Arc<Pack>) {
        self.pack = pack;
    }

    /// Sets a fact; an empty one is unknown.
    pub(crate) fn note(&mut self, fact: &'static str, value: String) {
        debug_assert!(FACTS.contains(&fact), "{fact} is not among the facts");
        if value.is_empty() {
            self.facts.remove(fact);
        } else {
            self.facts.insert(fact, value.into());
        }
    }

    /// Keeps a reply's fields under a name.
    pub(crate) fn keep(&mut self, name: &str, reply: &Reply) {
        self.replies.insert(name.to_owned(), fields(reply));
    }

    /// Forgets a reply.
    pub(crate) fn forget(&mut self, name: &str) {
        self.replies.remove(name);
    }

    /// Labels of slots that are certain, or that are not.
    fn labels(&self, confirmed: bool) -> String {
        let labels: Vec<&str> = self
            .slots
            .iter()
            .filter(|(_, filled)| filled.confirmed == confirmed)
            .filter_map(|(slot, _)| Some(self.pack.slot(slot)?.label.as_str()))
            .collect();
        labels.join("、")
    }
}

/// What belongs to the business at hand: an aside has values of its own.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) slots: BTreeMap<String, Filled>,
    facts: Vec<(&'static str, String)>,
}

/// Facts of the business at hand.
const OF_BUSINESS: [&str; 3] = ["intent", "said", "corrected"];

impl Memory {
    /// What belongs to the business at hand, besides values that the whole call keeps.
    pub(crate) fn put_away(&self) -> Kept {
        let passing = self.slots.iter().filter(|(slot, _)| {
            let settings = self.pack.slot(slot);
            settings.is_some_and(|slot| !slot.keep)
        });
        let value = |fact| self.value(fact).unwrap_or_default();
        Kept {
            slots: passing
                .map(|(slot, filled)| (slot.clone(), filled.clone()))
                .collect(),
            facts: OF_BUSINESS.map(|fact| (fact, value(fact))).into(),
        }
    }

    /// Makes the facts those of the business that was put away.
    pub(crate) fn take_facts_back(&mut self, kept: &Kept) {
        for (fact, value) in &kept.facts {
            self.note(fact, value.clone());
        }
    }
}

impl Values for Memory {
    fn value(&self, path: &str) -> Option<String> {
        let value = match path {
            "verified" => self.labels(true),
            "unverified" => self.labels(false),
            _ => match (self.slots.get(path), path.split_once('.')) {
                (Some(filled), _) => filled.value.0.clone(),
                (None, Some((name, field))) if self.replies.contains_key(name) => {
                    self.replies[name].get(field)?.0.clone()
                }
                _ if self.replies.contains_key(path) => "known".to_owned(),
                _ => self.facts.get(path)?.0.clone(),
            },
        };
        (!value.is_empty()).then_some(value)
    }

    fn said(&self, value: &str, way: &str) -> String {
        if let Some(words) = self.pack.settings.words.get(way) {
            return words.get(value).cloned().unwrap_or_default();
        }
        if way == "tail" {
            let skip = value.chars().count().saturating_sub(4);
            let tail: String = value.chars().skip(skip).collect();
            return self
                .pack
                .language
                .read_back("account_number", &tail, self.today);
        }
        self.pack.language.read_back(way, value, self.today)
    }

    fn confirmed(&self, slot: &str) -> bool {
        self.slots.get(slot).is_some_and(|filled| filled.confirmed)
    }
}

/// Values of a call with those of one question beside them.
pub(crate) struct With<'a> {
    memory: &'a Memory,
    places: Vec<(&'static str, String)>,
}

impl Memory {
    /// The values with some of one question beside them.
    pub(crate) fn with(&self, places: Vec<(&'static str, String)>) -> With<'_> {
        With {
            memory: self,
            places,
        }
    }
}

impl Values for With<'_> {
    fn value(&self, path: &str) -> Option<String> {
        let place = self.places.iter().find(|(place, _)| *place == path);
        match place {
            Some((_, value)) => Some(value.clone()),
            None => self.memory.value(path),
        }
    }

    fn said(&self, value: &str, way: &str) -> String {
        self.memory.said(value, way)
    }

    fn confirmed(&self, slot: &str) -> bool {
        self.memory.confirmed(slot)
    }
}

/// A reply's fields as texts. Of outages the first one, which concerns the caller most, and their `count`.
fn fields(reply: &Reply) -> BTreeMap<String, Pii<String>> {
    let mut fields = match reply {
        Reply::Outages { outages } => {
            let mut fields = outages.first().map(texts_of).unwrap_or_default();
            fields.insert("count".into(), outages.len().to_string().into());
            fields
        }
        other => texts_of(other),
    };
    fields.remove("reply");
    fields
}

fn texts_of(value: &impl serde::Serialize) -> BTreeMap<String, Pii<String>> {
    // Replies are plain structs with text keys, which JSON can always hold.
    let Ok(serde_json::Value::Object(object)) = serde_json::to_value(value) else {
        return BTreeMap::new();
    };
    object
        .into_iter()
        .filter_map(|(key, value)| match value {
            serde_json::Value::String(text) => Some((key, text.into())),
            serde_json::Value::Bool(flag) => Some((key, flag.to_string().into())),
            serde_json::Value::Number(number) => Some((key, number.to_string().into())),
            _ => None,
        })
        .collect()
}
