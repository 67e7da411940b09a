//! `lingting eval numbers`: answers to a question for an account number, from the sound to the number that is chosen, and
//! to the one that is known after the caller has put it right once.

use super::asr::{Channel, read_lines};
use super::made_numbers::{self, MadeNumber};
use super::speaker::{Speaker, Voices};
use crate::asr::{self, Abort, Recognizer, Utterance};
use crate::audio::{channel, wav};
use crate::cli::Outcome;
use crate::config::{Models, PackChoice};
use crate::event::{Expectation, ExpectedKind, Hypothesis};
use crate::nlu::{Denied, SlotId, SlotReading, Slots, Trusted, choose};
use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;

/// Digits of the first group when a number is put right, as in the packs.
const FIRST_GROUP: usize = 4;

/// Scores spoken numbers: right in the best reading, in any reading, chosen by length and check rule, and after one repair.
#[derive(Debug, Args)]
pub struct EvalNumbers {
    /// Folder of `text.tsv` and WAVs; lines of a kind that is not `digits…` are left out.
    #[arg(required_unless_present = "make", conflicts_with = "make")]
    set: Option<PathBuf>,
    /// Make so many numbers that keep the check rule and let voices say them.
    #[arg(long)]
    make: Option<usize>,
    /// Digits of each.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u8).range(8..=10))]
    digits: u8,
    /// The numbers that are made follow from this.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    voices: Voices,
    /// What the sound goes through first.
    #[arg(long, value_enum, default_value = "phone")]
    channel: Channel,
    /// How many readings are asked for.
    #[arg(long, default_value_t = 8)]
    readings: usize,
    /// Slot whose rules choose among the readings; `meter_number` has no check rule.
    #[arg(long, default_value = "account_number")]
    slot: SlotId,
    /// Print every line with its readings and their trust; `+` stands before one that was right after a repair, `!` before one that was not.
    #[arg(long)]
    show: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// How many numbers came through.
#[derive(Debug, Default, Serialize)]
struct Score {
    numbers: usize,
    best_exact: usize,
    among_exact: usize,
    chosen_exact: usize,
    chosen_wrong: usize,
    /// Right at once or after one repair; of numbers that were made.
    repaired_exact: usize,
}

/// A number and its sound.
struct Spoken {
    text: String,
    sound: Vec<f32>,
    /// Who can say it again.
    caller: Option<(usize, MadeNumber)>,
}

/// What the numbers go through.
struct Line<'a> {
    eval: &'a EvalNumbers,
    engine: Arc<dyn Recognizer>,
    slots: Slots,
    speaker: Option<Speaker>,
}

impl EvalNumbers {
    pub(super) fn run(self) -> Outcome {
        let pack = PackChoice::default();
        let slots = Slots::load(&pack.folder.join(pack.name), &pack.folder.join("common"))?;
        let speaker = self.make.map(|_| Speaker::open(&self.voices)).transpose()?;
        let line = Line {
            engine: asr::load(&Models::default())?,
            eval: &self,
            slots,
            speaker,
        };
        let mut score = Score::default();
        for spoken in self.spoken(&line)? {
            line.score(&spoken, &mut score)?;
        }
        if self.json {
            println!("{}", serde_json::to_string(&score)?);
            return Ok(());
        }
        println!(
            "{} numbers: best reading {}, among the readings {}, chosen {}, wrong one chosen {}",
            score.numbers,
            score.best_exact,
            score.among_exact,
            score.chosen_exact,
            score.chosen_wrong,
        );
        if self.make.is_some() {
            println!(
                "right at once or after one repair: {}",
                score.repaired_exact
            );
        }
        Ok(())
    }

    fn spoken(&self, line: &Line) -> Result<Vec<Spoken>, Box<dyn std::error::Error>> {
        let mut all = Vec::new();
        if let (Some(count), Some(speaker)) = (self.make, &line.speaker) {
            let numbers = made_numbers::make(count, self.digits, self.seed);
            for (caller, number) in numbers.into_iter().enumerate() {
                all.push(Spoken {
                    text: number.text.clone(),
                    sound: speaker.say(&number.text, caller, 0)?,
                    caller: Some((caller, number)),
                });
            }
            return Ok(all);
        }
        let folder = self.set.as_deref().ok_or("name a folder of sound")?;
        for line in read_lines(&folder.join("text.tsv"))? {
            let mut kinds = line.groups.iter().filter_map(|g| g.strip_prefix("kind="));
            if kinds.all(|kind| kind.starts_with("digits")) {
                all.push(Spoken {
                    sound: wav::read_at(&folder.join(&line.file), asr::SAMPLE_RATE)?,
                    text: line.text,
                    caller: None,
                });
            }
        }
        Ok(all)
    }
}

impl Line<'_> {
    fn score(&self, spoken: &Spoken, score: &mut Score) -> Outcome {
        let digits = self.eval.digits;
        let readings = self.hear(&spoken.sound, digits)?;
        let Some(said) = self.value(&spoken.text) else {
            return Err(format!("{}: this is no number", spoken.text).into());
        };
        let is_said = |(text, _): &Trusted| self.value(text).as_ref() == Some(&said);
        let read: Vec<_> = readings.iter().map(|(text, _)| self.read(text)).collect();
        let read: Vec<_> = read.iter().map(Option::as_ref).collect();
        let chosen = choose(&read).map(|place| &readings[place]);
        let is_right = chosen.is_some_and(is_said);
        score.numbers += 1;
        score.best_exact += usize::from(readings.first().is_some_and(is_said));
        score.among_exact += usize::from(readings.iter().any(is_said));
        score.chosen_exact += usize::from(is_right);
        score.chosen_wrong += usize::from(chosen.is_some() && !is_right);
        let is_repaired = match (&spoken.caller, &self.speaker) {
            (Some(caller), Some(speaker)) => {
                is_right || self.put_right(caller, speaker, &readings)?
            }
            _ => is_right,
        };
        score.repaired_exact += usize::from(is_repaired);
        if self.eval.show {
            let mark = match (is_right, is_repaired) {
                (true, _) => ' ',
                (false, true) => '+',
                (false, false) => '!',
            };
            println!("{mark} {} {}", spoken.text, shown(&readings));
        }
        Ok(())
    }

    /// Whether a number is known after it was wrong or unknown and the caller has put it right once, as the conversation does it.
    fn put_right(
        &self,
        (caller, number): &(usize, MadeNumber),
        speaker: &Speaker,
        readings: &[Trusted],
    ) -> Result<bool, Box<dyn std::error::Error>> {
        let values = self.checked(readings);
        let Some((first, others)) = values.split_first() else {
            // Nothing was understood: it is asked for again.
            let sound = speaker.say(&number.part(&number.digits), *caller, 1)?;
            let again = self.hear(&sound, self.eval.digits)?;
            return Ok(self.checked(&again).first() == Some(&number.digits));
        };
        if others.first() == Some(&number.digits) {
            return Ok(true);
        }
        let mut groups = vec![
            first[..FIRST_GROUP].to_owned(),
            first[FIRST_GROUP..].to_owned(),
        ];
        let said = [&number.digits[..FIRST_GROUP], &number.digits[FIRST_GROUP..]];
        // What was read back, and what was offered instead of it.
        let denied: Vec<&String> = values.iter().take(2).collect();
        let may_be_right = |number: &str| {
            let reading = self.read(number);
            let keeps_rule = reading.is_some_and(|reading| reading.complete && reading.checked);
            keeps_rule && denied.iter().all(|denied| *denied != number)
        };
        let mut heard = self.values(readings);
        let mut confirmed = 0;
        for (at, said) in said.into_iter().enumerate() {
            let is_last = at + 1 == groups.len();
            if groups[at] == said && !is_last {
                confirmed = at + 1;
                continue;
            }
            let sound = speaker.say(&number.part(said), *caller, 1)?;
            let again = self.hear(&sound, said.len() as u8)?;
            if self.eval.show {
                println!("  {} {}", number.part(said), shown(&again));
            }
            let wrong = Denied {
                groups: &groups,
                at,
                confirmed,
                heard: &heard,
            };
            if let Some(mended) = wrong.mend(self.values(&again).into_iter(), may_be_right) {
                (groups, heard) = (mended.groups, mended.numbers);
            }
            if may_be_right(&groups.concat()) {
                break;
            }
        }
        if self.eval.show && groups.concat() != number.digits {
            println!("  {} instead of {}", groups.join(" "), number.digits);
        }
        Ok(groups.concat() == number.digits)
    }

    /// The numbers of readings that are whole and keep the check rule, each once.
    fn checked(&self, readings: &[Trusted]) -> Vec<String> {
        let mut values = Vec::new();
        for reading in readings.iter().filter_map(|(text, _)| self.read(text)) {
            if reading.complete && reading.checked && !values.contains(&reading.value.0) {
                values.push(reading.value.0);
            }
        }
        values
    }

    /// The digits of readings.
    fn values(&self, readings: &[Trusted]) -> Vec<Trusted> {
        let each = readings.iter();
        each.filter_map(|(text, trust)| Some((self.value(text)?, *trust)))
            .collect()
    }

    fn hear(&self, sound: &[f32], digits: u8) -> Result<Vec<Trusted>, Box<dyn std::error::Error>> {
        let sound = match self.eval.channel {
            Channel::Clean => sound.to_vec(),
            Channel::Phone => channel::phone(sound),
        };
        let utterance = Utterance {
            samples: sound.into(),
            expectation: Expectation {
                kind: ExpectedKind::Digits {
                    min: digits,
                    max: digits,
                },
                ..Expectation::default()
            },
            spelling: None,
            check: (digits == self.eval.digits)
                .then(|| self.slots.check_rule(self.eval.slot))
                .flatten(),
            phrasing: None,
            readings: self.eval.readings,
        };
        let heard = self.engine.recognize(&utterance, &Abort::default())?;
        let trusted = |hypothesis: Hypothesis| (hypothesis.text.0, hypothesis.confidence);
        Ok(heard.hypotheses.into_iter().map(trusted).collect())
    }

    fn read(&self, text: &str) -> Option<SlotReading> {
        self.slots.read(self.eval.slot, text, NaiveDate::MIN)
    }

    fn value(&self, text: &str) -> Option<String> {
        Some(self.read(text)?.value.0)
    }
}

fn shown(readings: &[Trusted]) -> String {
    let each = readings.iter();
    let each = each.map(|(text, trust)| format!("{text} {trust:.4}"));
    each.collect::<Vec<_>>().join(" | ")
}
