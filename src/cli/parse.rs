//! `lingting parse`: one slot's value in each line of text.

use super::{Outcome, lines};
use crate::config::PackChoice;
use crate::nlu::{SlotId, Slots};
use chrono::NaiveDate;
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// Prints one slot's value in each line of text: {"value": …}, null where nothing usable was said.
#[derive(Debug, Args)]
pub struct Parse {
    /// Slot: account_number, phone, amount, date, month, time, address, name, route, yes_no …
    #[arg(long)]
    slot: SlotId,
    /// Domain pack; absent: the default one.
    #[arg(long)]
    pack: Option<String>,
    /// The day that 昨天 and 这个月 are counted from; absent: today.
    #[arg(long)]
    today: Option<NaiveDate>,
    /// File of one utterance a line; absent or `-`: standard input.
    file: Option<PathBuf>,
}

impl Parse {
    pub(super) fn run(self) -> Outcome {
        let PackChoice { folder, name, .. } = PackChoice::default();
        let name = self.pack.unwrap_or(name);
        let slots = Slots::load(&folder.join(&name), &folder.join("common"))?;
        if !slots.has(self.slot) {
            let slot = self.slot.name();
            return Err(
                format!("the pack {name} has no slot {slot}; choose another with --pack").into(),
            );
        }
        let today = self
            .today
            .unwrap_or_else(|| chrono::Local::now().date_naive());
        lines::each(
            self.file.as_deref(),
            |line| json!({ "value": slots.value(self.slot, line, today) }),
        )
    }
}
