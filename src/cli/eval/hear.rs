//! `lingting eval hear`: labelled lines, spoken and heard, so that they can be judged as a recogniser reads them.

use super::labels::{self, Labels};
use super::speaker::{Speaker, Voices};
use crate::asr::{self, Abort, Recognizer, Utterance};
use crate::audio::channel;
use crate::cli::Outcome;
use crate::cli::lines::in_parallel;
use crate::config::{Models, PackChoice};
use crate::event::{Expectation, ExpectedKind};
use crate::mandarin::Spelling;
use crate::nlu::{Language, Senses, SlotId, Slots};
use clap::Args;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Speaks labelled lines, each by another Mandarin voice and at another rate, sends them through a telephone channel, and
/// writes what the recogniser reads behind each label. `eval intents` and `eval slots` judge by that where it is there.
#[derive(Debug, Args)]
pub struct EvalHear {
    /// Folder that the files are written to, under their names.
    #[arg(long)]
    into: PathBuf,
    /// How many readings are asked for; of numbers eight.
    #[arg(long, default_value_t = 3)]
    readings: usize,
    /// Domain pack whose grammars steer the recogniser where a slot's value is heard.
    #[arg(long, default_value = "water")]
    pack: String,
    #[command(flatten)]
    voices: Voices,
    /// Leave the recogniser unsteered by grammars, to see what they bring.
    #[arg(long)]
    without_grammar: bool,
    /// Labelled files. One named after a slot (`phone.tsv`) is heard as the answer to the question for it, another one as an
    /// answer to an open question of the pack that it is named after (`water.tsv`).
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// Readings of a number.
const NUMBER_READINGS: usize = 8;

impl EvalHear {
    pub(super) fn run(self) -> Outcome {
        let speaker = Speaker::open(&self.voices)?;
        let engine = asr::load(&Models::default())?;
        std::fs::create_dir_all(&self.into)?;
        for file in &self.files {
            let name = file.file_name().ok_or("a labelled file has a name")?;
            let asked = self.asked(file)?;
            let labels = labels::read(file, "a label")?;
            let heard = self.hear(&labels, &asked, &speaker, engine.as_ref())?;
            std::fs::write(self.into.join(name), table(&labels, &heard))?;
            println!("{}: {} lines", file.display(), heard.len());
        }
        Ok(())
    }

    fn asked(&self, file: &Path) -> Result<Asked, Box<dyn std::error::Error>> {
        let stem = file.file_stem().unwrap_or_default().to_string_lossy();
        let folder = PackChoice::default().folder;
        let common = folder.join("common");
        if let Ok(slot) = stem.parse::<SlotId>() {
            let slots = Slots::load(&folder.join(&self.pack), &common)?;
            let spelling = slots.spelling(slot).filter(|_| !self.without_grammar);
            return Ok(Asked {
                expectation: Expectation {
                    kind: expected(slot),
                    ..Expectation::default()
                },
                spelling: spelling.cloned(),
            });
        }
        let senses = Senses {
            encoder: None,
            syllables: false,
            correction: false,
        };
        let language = Language::load(&folder.join(&*stem), &common, &senses)?;
        Ok(Asked {
            expectation: Expectation {
                words: language.prompt_words().to_vec(),
                ..Expectation::default()
            },
            spelling: None,
        })
    }

    /// The readings of each line.
    fn hear(
        &self,
        labels: &Labels,
        asked: &Asked,
        speaker: &Speaker,
        engine: &dyn Recognizer,
    ) -> Result<Vec<Vec<String>>, String> {
        let places: Vec<usize> = (0..labels.lines.len()).collect();
        let readings = match asked.expectation.kind {
            ExpectedKind::Digits { .. } => NUMBER_READINGS,
            _ => self.readings,
        };
        let heard = in_parallel(&places, |&place| {
            let text = &labels.lines[place].text;
            let sound = speaker
                .say(text, place, 0)
                .map_err(|error| format!("{text}: {error}"))?;
            let utterance = Utterance {
                samples: channel::phone(&sound).into(),
                expectation: asked.expectation.clone(),
                spelling: asked.spelling.clone(),
                readings,
            };
            let recognition = engine
                .recognize(&utterance, &Abort::default())
                .map_err(|error| format!("{text}: {error}"))?;
            Ok(recognition
                .hypotheses
                .into_iter()
                .map(|hypothesis| hypothesis.text.0)
                .collect())
        });
        heard.into_iter().collect()
    }
}

/// What is asked when a file's lines are said.
struct Asked {
    expectation: Expectation,
    spelling: Option<Arc<Spelling>>,
}

fn expected(slot: SlotId) -> ExpectedKind {
    let digits = |min, max| ExpectedKind::Digits { min, max };
    match slot {
        SlotId::AccountNumber => digits(8, 8),
        SlotId::Phone => digits(11, 12),
        SlotId::TicketNumber => digits(8, 14),
        SlotId::MeterNumber => digits(6, 12),
        SlotId::YesNo => ExpectedKind::YesNo,
        SlotId::Address => ExpectedKind::Address,
        SlotId::Name => ExpectedKind::Name,
        SlotId::Date | SlotId::Month | SlotId::Time => ExpectedKind::Date,
        SlotId::Amount | SlotId::Route => ExpectedKind::Open,
    }
}

fn table(labels: &Labels, heard: &[Vec<String>]) -> String {
    let mut table = format!("#{}\n", labels.comments.replace('\n', " "));
    for (line, readings) in labels.lines.iter().zip(heard) {
        let columns = [&line.text, &line.label].into_iter().chain(readings);
        let columns: Vec<&str> = columns.map(String::as_str).collect();
        table.push_str(&columns.join("\t"));
        // Nothing was heard: one empty reading.
        table.push_str(if readings.is_empty() { "\t\n" } else { "\n" });
    }
    table
}
