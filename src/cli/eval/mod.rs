//! `lingting eval`: scores against labelled data.

mod asr;
mod confusions;
mod hear;
mod intents;
mod labels;
mod made_numbers;
mod numbers;
mod score;
mod slots;
mod speaker;

use super::Outcome;
use clap::{Args, Subcommand};

/// Scores against labelled data; ends with a non-zero exit below the threshold.
#[derive(Debug, Args)]
pub struct Eval {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Recognition: characters and syllables that were heard wrong, and what it cost.
    Asr(asr::EvalAsr),
    /// Labelled lines, spoken and heard over a telephone, for the two below.
    Hear(hear::EvalHear),
    /// What callers want, as text or as it was heard.
    Intents(intents::EvalIntents),
    /// Account numbers: spoken, heard, and chosen among the readings.
    Numbers(numbers::EvalNumbers),
    /// Values of slots, as text or as they were heard.
    Slots(slots::EvalSlots),
}

impl Eval {
    pub(super) fn run(self) -> Outcome {
        match self.what {
            What::Asr(asr) => asr.run(),
            What::Hear(hear) => hear.run(),
            What::Intents(intents) => intents.run(),
            What::Numbers(numbers) => numbers.run(),
            What::Slots(slots) => slots.run(),
        }
    }
}
