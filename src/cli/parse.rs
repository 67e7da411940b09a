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
    /// Slot: account_number, phone, amount, date, month, time, address, name, yes_no …
    #[arg(long)]
    slot: SlotId,
    /// The day that 昨天 and 这个月 are counted from; absent: today.
    #[arg(long)]
    today: Option<NaiveDate>,
    /// File of one utterance a line; absent or `-`: standard input.
    file: Option<PathBuf>,
}

impl Parse {
    pub(super) fn run(self) -> Outcome {
        let pack = PackChoice::default();
        let slots = Slots::load(&pack.folder.join(pack.name), &pack.folder.join("common"))?;
        let today = self
            .today
            .unwrap_or_else(|| chrono::Local::now().date_naive());
        lines::each(self.file.as_deref(), |line| {
            let reading = slots.read(self.slot, line, today);
            // Half a number is of no use; half an address is.
            let usable = reading.filter(|r| r.complete || self.slot == SlotId::Address);
            json!({ "value": usable.map(|r| r.value) })
        })
    }
}
