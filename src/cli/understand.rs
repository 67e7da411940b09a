//! `lingting understand`: what each line of text means.

use super::{Outcome, lines};
use crate::config::PackChoice;
use crate::event::Hypothesis;
use crate::models::Folder;
use crate::nlu::{Context, Encoder, Language, Senses};
use chrono::NaiveDate;
use clap::Args;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Prints what each line of text means: text, corrected, intent, confidence, further, slots.
#[derive(Debug, Args)]
pub struct Understand {
    /// Domain pack.
    #[arg(long)]
    pack: String,
    /// The day that 昨天 and 这个月 are counted from; absent: today.
    #[arg(long)]
    today: Option<NaiveDate>,
    /// File of one utterance a line; absent or `-`: standard input.
    file: Option<PathBuf>,
}

impl Understand {
    pub(super) fn run(self) -> Outcome {
        let folder = PackChoice::default().folder;
        let senses = Senses::all(Encoder::open(&Folder::locate(None))?);
        let language = Language::load(&folder.join(&self.pack), &folder.join("common"), &senses)?;
        let context = Context {
            today: self
                .today
                .unwrap_or_else(|| chrono::Local::now().date_naive()),
            ..Context::default()
        };
        lines::each(self.file.as_deref(), |line| {
            let hypothesis = Hypothesis::new(line, 1.0);
            let meaning = language.understand(&[hypothesis], &context);
            let (intent, confidence) = meaning.intent();
            let further: Vec<&String> = meaning.further.iter().map(|(intent, _)| intent).collect();
            let slots: BTreeMap<&String, &String> = meaning
                .slots
                .iter()
                .map(|(slot, reading)| (slot, &reading.value.0))
                .collect();
            json!({
                "text": line,
                "corrected": meaning.corrected,
                "intent": intent,
                "confidence": confidence,
                "further": further,
                "slots": slots,
            })
        })
    }
}
