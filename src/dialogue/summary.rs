//! What the agent is told: who rings, why, what is certain.

use super::conversation::Conversation;
use super::template::{Template, Values};
use crate::event::{FormField, Summary};

impl Conversation {
    /// The summary as it stands.
    pub(super) fn summarise(&self) -> Summary {
        let form = self.memory.slots.iter().filter_map(|(slot, filled)| {
            Some(FormField {
                slot: slot.clone(),
                label: self.pack.slot(slot)?.label.clone(),
                value: filled.value.clone(),
                confirmed: filled.confirmed,
            })
        });
        Summary {
            topic: self.memory.value("topic").unwrap_or_default(),
            text: self.sentences(&self.pack.settings.summary.page).into(),
            form: form.collect(),
            reason: self.memory.value("reason"),
        }
    }

    /// What is spoken to the agent before the bridge.
    pub(super) fn whisper(&self) -> String {
        self.sentences(&self.pack.settings.summary.whisper)
    }

    /// The sentences all of whose places are known.
    fn sentences(&self, templates: &[Template]) -> String {
        templates
            .iter()
            .filter_map(|template| template.fill_whole(&self.memory))
            .collect()
    }
}
