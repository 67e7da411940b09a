//! `lingting eval hear`: labelled lines, spoken and heard, so that they can be judged as a recogniser reads them.

use super::labels::{self, Labels};
use super::score::{self, Errors};
use super::speaker::{Speaker, Voices};
use crate::asr::{self, Abort, Recognizer, Utterance};
use crate::audio::channel;
use crate::cli::Outcome;
use crate::cli::lines::in_parallel;
use crate::config::{Models, PackChoice};
use crate::event::{CheckRule, Expectation, ExpectedKind, Hypothesis};
use crate::mandarin::{Phrasing, Spelling};
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
            let as_written = |reading: &Hypothesis| reading.text.0.clone();
            print_errors("as written", &labels, &heard, as_written);
            if asked.phrasing.is_some() {
                let as_said_here = |reading: &Hypothesis| reading.meant().to_owned();
                print_errors(
                    "as callers of the pack say it",
                    &labels,
                    &heard,
                    as_said_here,
                );
            }
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
                check: slots.check_rule(slot),
                phrasing: None,
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
            check: None,
            phrasing: Some(Arc::clone(language.phrasing())),
        })
    }

    /// The readings of each line.
    fn hear(
        &self,
        labels: &Labels,
        asked: &Asked,
        speaker: &Speaker,
        engine: &dyn Recognizer,
    ) -> Result<Vec<Vec<Hypothesis>>, String> {
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
                check: asked.check,
                phrasing: asked.phrasing.clone(),
                readings,
            };
            let recognition = engine
                .recognize(&utterance, &Abort::default())
                .map_err(|error| format!("{text}: {error}"))?;
            Ok(recognition.hypotheses)
        });
        heard.into_iter().collect()
    }
}

/// What is asked when a file's lines are said.
struct Asked {
    expectation: Expectation,
    spelling: Option<Arc<Spelling>>,
    check: Option<CheckRule>,
    phrasing: Option<Arc<Phrasing>>,
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

/// Characters and toneless syllables of the best readings that are wrong.
fn print_errors(
    what: &str,
    labels: &Labels,
    heard: &[Vec<Hypothesis>],
    text: impl Fn(&Hypothesis) -> String,
) {
    let (mut characters, mut syllables) = (Errors::default(), Errors::default());
    for (line, readings) in labels.lines.iter().zip(heard) {
        let best = readings.first().map(&text).unwrap_or_default();
        characters = characters.plus(score::characters(&line.text, &best));
        syllables = syllables.plus(score::toneless(&line.text, &best));
    }
    let (characters, syllables) = (characters.percent(), syllables.percent());
    println!("  {what}: {characters:.1} % of characters wrong, {syllables:.1} % of syllables");
}

fn table(labels: &Labels, heard: &[Vec<Hypothesis>]) -> String {
    let mut table = format!("#{}\n", labels.comments.replace('\n', " "));
    for (line, readings) in labels.lines.iter().zip(heard) {
        let said = [&line.text, &line.label].map(String::clone).into_iter();
        let columns: Vec<String> = said.chain(readings.iter().map(labels::column)).collect();
        table.push_str(&columns.join("\t"));
        // Nothing was heard: one empty reading.
        table.push_str(if readings.is_empty() { "\t\n" } else { "\n" });
    }
    table
}
