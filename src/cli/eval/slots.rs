//! `lingting eval slots`: the values in answers, as text or as they were heard, against labelled lines.

use super::labels::{self, Labels};
use crate::cli::Outcome;
use crate::cli::lines::in_parallel;
use crate::config::PackChoice;
use crate::event::Hypothesis;
use crate::nlu::{SlotId, Slots, choose};
use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Scores slots on files of `text<TAB>value` lines named after their slot (`phone.tsv`); `null` where nothing usable was
/// said. The day that a comment names (`today 2026-11-23`) is the one that 昨天 is counted from.
#[derive(Debug, Args)]
pub struct EvalSlots {
    /// Domain pack; absent: the default one.
    #[arg(long)]
    pack: Option<String>,
    /// Print every line that was read wrong.
    #[arg(long)]
    mistakes: bool,
    /// Fail if fewer of the lines than this are right, in percent.
    #[arg(long)]
    at_least: Option<f64>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Folder of labelled files, or one of them.
    path: PathBuf,
}

/// Where nothing usable was said.
const NULL: &str = "null";

/// How the lines of one slot were read.
#[derive(Debug, Default, Serialize)]
struct Score {
    slot: String,
    lines: usize,
    /// As labelled.
    exact: usize,
    /// A value, but another one.
    wrong: usize,
    /// Nothing where there is a value.
    missed: usize,
    /// A value where there is none.
    #[serde(rename = "false")]
    invented: usize,
    mistakes: Vec<Mistake>,
}

#[derive(Debug, Serialize)]
struct Mistake {
    text: String,
    wanted: String,
    got: String,
}

impl EvalSlots {
    pub(super) fn run(self) -> Outcome {
        let PackChoice { folder, name, .. } = PackChoice::default();
        let name = self.pack.clone().unwrap_or(name);
        let slots = Slots::load(&folder.join(&name), &folder.join("common"))?;
        let mut scores = Vec::new();
        for (slot, path) in files(&self.path)? {
            if slots.has(slot) {
                scores.push(score(&slots, slot, &path)?);
            } else {
                eprintln!(
                    "the pack {name} has no slot {}: {} is left out",
                    slot.name(),
                    path.display()
                );
            }
        }
        if self.json {
            println!("{}", serde_json::to_string(&scores)?);
        } else {
            self.print(&scores);
        }
        let percent = percent(&scores);
        match self.at_least {
            Some(least) if percent < least => {
                Err(format!("{percent:.1} % of the lines are right, less than {least} %").into())
            }
            _ => Ok(()),
        }
    }

    fn print(&self, scores: &[Score]) {
        println!("{:<16} lines  exact  wrong missed  false", "slot");
        for score in scores {
            println!(
                "{:<16} {:>5} {:>6} {:>6} {:>6} {:>6}",
                score.slot, score.lines, score.exact, score.wrong, score.missed, score.invented
            );
            for mistake in score.mistakes.iter().filter(|_| self.mistakes) {
                println!(
                    "  {}: {} instead of {}",
                    mistake.text, mistake.got, mistake.wanted
                );
            }
        }
        let sum = |count: fn(&Score) -> usize| scores.iter().map(count).sum::<usize>();
        println!(
            "{:<16} {:>5} {:>6} {:>6} {:>6} {:>6}  {:.1} % right",
            "all",
            sum(|s| s.lines),
            sum(|s| s.exact),
            sum(|s| s.wrong),
            sum(|s| s.missed),
            sum(|s| s.invented),
            percent(scores)
        );
    }
}

fn percent(scores: &[Score]) -> f64 {
    let (right, lines) = scores.iter().fold((0, 0), |(right, lines), score| {
        (right + score.exact, lines + score.lines)
    });
    100.0 * right as f64 / lines.max(1) as f64
}

/// The labelled files and the slots that they are named after, in the order of their names.
fn files(path: &Path) -> Result<Vec<(SlotId, PathBuf)>, String> {
    let unreadable = |error| format!("cannot read {}: {error}", path.display());
    if path.metadata().map_err(unreadable)?.is_file() {
        return Ok(vec![(slot_of(path)?, path.to_owned())]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let file = entry.map_err(unreadable)?.path();
        if file.extension().is_some_and(|extension| extension == "tsv") {
            files.push((slot_of(&file)?, file));
        }
    }
    if files.is_empty() {
        return Err(format!("{} holds no file named <slot>.tsv", path.display()));
    }
    files.sort_by(|(_, a), (_, b)| a.cmp(b));
    Ok(files)
}

fn slot_of(file: &Path) -> Result<SlotId, String> {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    name.parse().map_err(|error| {
        format!(
            "{}: {error}; a file is named after its slot",
            file.display()
        )
    })
}

fn score(slots: &Slots, slot: SlotId, path: &Path) -> Result<Score, String> {
    let Labels { comments, lines } = labels::read(path, "a value, or null")?;
    let today = match day_named(&comments) {
        Some(day) => day,
        None if matches!(slot, SlotId::Date | SlotId::Month) => {
            return Err(format!(
                "{}: the day that the labels are counted from is missing; write it into the comment: # today 2026-11-23",
                path.display()
            ));
        }
        None => NaiveDate::default(),
    };
    let got = in_parallel(&lines, |line| {
        let value = value(slots, slot, &line.readings, today);
        value.unwrap_or(NULL.to_owned())
    });
    let mut score = Score {
        slot: slot.name().to_owned(),
        lines: lines.len(),
        ..Score::default()
    };
    for (line, got) in lines.into_iter().zip(got) {
        let (text, wanted) = (line.shown(), line.label);
        let count = match (wanted.as_str(), got.as_str()) {
            (wanted, got) if wanted == got => &mut score.exact,
            (NULL, _) => &mut score.invented,
            (_, NULL) => &mut score.missed,
            _ => &mut score.wrong,
        };
        *count += 1;
        if wanted != got {
            score.mistakes.push(Mistake { text, wanted, got });
        }
    }
    Ok(score)
}

/// The value that is taken from the readings, as on a call.
fn value(slots: &Slots, slot: SlotId, readings: &[Hypothesis], today: NaiveDate) -> Option<String> {
    let read: Vec<_> = readings
        .iter()
        .map(|reading| slots.read(slot, &reading.text, today))
        .collect();
    let read: Vec<_> = read.iter().map(Option::as_ref).collect();
    let taken = choose(&read).map_or_else(|| readings.first(), |place| readings.get(place))?;
    slots.value(slot, &taken.text, today).map(|value| value.0)
}

/// The day in `today 2026-11-23`.
fn day_named(comments: &str) -> Option<NaiveDate> {
    let (_, behind) = comments.split_once("today ")?;
    behind.get(..10)?.parse().ok()
}
