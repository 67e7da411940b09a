//! Where the examples come from: a pack's `intents.toml`, the questions of its `faq.toml`, and the lists of
//! `common/unknown.toml` that its `unknown` names.

use super::ridge::Label;
use crate::nlu::{NluError, files};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use toml::Spanned;

/// The intent of what a hotline does not serve.
pub(in crate::nlu) const UNKNOWN: &str = "unknown";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    intent: Vec<Spanned<Entry>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    label: String,
    examples: Vec<String>,
    /// Lists of `common/unknown.toml`.
    #[serde(default)]
    with: Vec<String>,
}

/// What `pack.toml` says of the FAQ; the rest of it is the dialogue's.
#[derive(Debug, Deserialize)]
struct PackFile {
    flows: PackFlows,
}

#[derive(Debug, Deserialize)]
struct PackFlows {
    faq: String,
}

/// Sentences and what is wanted in each.
#[derive(Debug, Clone, Default)]
pub(in crate::nlu) struct Examples {
    /// Id and label of each intent.
    pub(super) names: Vec<(String, String)>,
    pub(super) texts: Vec<String>,
    /// Of each text the place in `names` of its intent, and the entry of the FAQ that answers it.
    pub(super) labels: Vec<Label>,
    /// The intent whose questions the FAQ answers.
    faq_intent: String,
}

impl Examples {
    /// Reads a pack's examples.
    pub(in crate::nlu) fn read(pack_folder: &Path, common: &Path) -> Result<Examples, NluError> {
        let path = &pack_folder.join("intents.toml");
        let (file, text): (File, String) = files::read_toml(path)?;
        let lists = UnknownLists::read(&common.join("unknown.toml"))?;
        let mut examples = Examples::default();
        for spanned in file.intent {
            let offset = spanned.span().start;
            let entry = spanned.into_inner();
            let wrong = |message: String| NluError::at(path, &text, offset, message);
            if entry.examples.is_empty() {
                return Err(wrong(format!(
                    "intent {:?} has no examples: write at least one",
                    entry.id
                )));
            }
            if examples.names.iter().any(|(id, _)| *id == entry.id) {
                return Err(wrong(format!(
                    "intent {:?} stands twice in this file",
                    entry.id
                )));
            }
            let class = examples.names.len();
            let listed = lists.named(&entry.with).map_err(wrong)?;
            for example in entry.examples.into_iter().chain(listed) {
                examples.texts.push(example);
                examples.labels.push(Label {
                    class,
                    second: None,
                });
            }
            examples.names.push((entry.id, entry.label));
        }
        if examples.names.is_empty() {
            let message = "there is no intent here: write [[intent]]";
            return Err(NluError::at(path, &text, 0, message));
        }
        let (pack, _): (PackFile, String) = files::read_toml(&pack_folder.join("pack.toml"))?;
        examples.faq_intent = pack.flows.faq;
        Ok(examples)
    }

    /// All sentences.
    pub(in crate::nlu) fn texts(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(String::as_str)
    }

    /// Id and label of each intent, and how many examples it has.
    pub(in crate::nlu) fn counts(&self) -> Vec<(&str, &str, usize)> {
        let mut counts = vec![0; self.names.len()];
        self.labels
            .iter()
            .for_each(|label| counts[label.class] += 1);
        let names = self.names.iter().zip(counts);
        names
            .map(|((id, label), count)| (id.as_str(), label.as_str(), count))
            .collect()
    }

    /// These and the questions of the FAQ with their entries: what callers ask of the flow that answers it. A question
    /// that stands among the examples keeps the intent that it has there.
    pub(super) fn with_questions(&self, questions: &[(usize, &str)]) -> Examples {
        let mut all = self.clone();
        let names = &self.names;
        let Some(class) = names.iter().position(|(id, _)| *id == self.faq_intent) else {
            return all;
        };
        let known: HashMap<&String, usize> = self.texts.iter().zip(0..).collect();
        for (entry, question) in questions {
            match known.get(&(*question).to_owned()) {
                Some(&place) => all.labels[place].second = Some(*entry),
                None => {
                    all.texts.push((*question).to_owned());
                    all.labels.push(Label {
                        class,
                        second: Some(*entry),
                    });
                }
            }
        }
        all
    }
}

/// The lists of `common/unknown.toml`.
struct UnknownLists(BTreeMap<String, Vec<String>>);

impl UnknownLists {
    fn read(path: &Path) -> Result<UnknownLists, NluError> {
        Ok(UnknownLists(files::read_toml(path)?.0))
    }

    fn named(&self, names: &[String]) -> Result<Vec<String>, String> {
        let mut all = Vec::new();
        for name in names {
            let list = self.0.get(name).ok_or_else(|| {
                let known: Vec<&str> = self.0.keys().map(String::as_str).collect();
                format!(
                    "there is no list {name:?} in common/unknown.toml; it has {}",
                    known.join(", ")
                )
            })?;
            all.extend(list.iter().cloned());
        }
        Ok(all)
    }
}
