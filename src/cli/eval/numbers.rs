//! `lingting eval numbers`: answers to a question for an account number, from the sound to the number that is chosen.

use super::asr::{Channel, Line, read_lines};
use crate::asr::{self, Abort, Recognizer, Utterance};
use crate::audio::{channel, resample, to_f32, to_i16, wav};
use crate::cli::Outcome;
use crate::config::{AsrEngine, Models, PackChoice};
use crate::event::{Expectation, ExpectedKind, Hypothesis};
use crate::models::Folder;
use crate::nlu::{SlotId, Slots, choose, weighted_731};
use crate::tts::{self, Kokoro, Synthesizer, Voice};
use chrono::NaiveDate;
use clap::Args;
use cpu_time::ThreadTime;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Digits of an account number of the demo utility.
const DIGITS: u8 = 8;
/// Silence before and behind a spoken number, in samples at the recogniser's rate: 0.25 s.
const SILENCE: usize = asr::SAMPLE_RATE as usize / 4;

/// Scores spoken numbers: right in the best reading, in any reading, and chosen by length and check rule.
#[derive(Debug, Args)]
pub struct EvalNumbers {
    /// Folder of `text.tsv` and WAVs; lines of a kind that is not `digits…` are left out.
    set: PathBuf,
    /// First fill the folder with so many numbers that keep the check rule, spoken by every Mandarin voice in turn.
    #[arg(long)]
    make: Option<usize>,
    /// The numbers that are made follow from this.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What the sound goes through first.
    #[arg(long, value_enum, default_value = "phone")]
    channel: Channel,
    /// Engine.
    #[arg(long, value_enum, default_value = "onnx")]
    engine: AsrEngine,
    /// How many readings are asked for.
    #[arg(long, default_value_t = 8)]
    readings: usize,
    /// Slot whose rules choose among the readings; `meter_number` has no check rule.
    #[arg(long, default_value = "account_number")]
    slot: SlotId,
    /// Print every line with its readings.
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
    mean_readings: f64,
    cpu_seconds_per_utterance: f64,
}

impl EvalNumbers {
    pub(super) fn run(self) -> Outcome {
        if let Some(count) = self.make {
            make(&self.set, count, self.seed)?;
        }
        let pack = PackChoice::default();
        let slots = Slots::load(&pack.folder.join(pack.name), &pack.folder.join("common"))?;
        let engine = asr::load(&Models {
            engine: self.engine,
            ..Models::default()
        })?;
        let mut lines = read_lines(&self.set.join("text.tsv"))?;
        lines.retain(|line| {
            let mut kinds = line.groups.iter().filter_map(|g| g.strip_prefix("kind="));
            kinds.all(|kind| kind.starts_with("digits"))
        });
        let mut score = Score::default();
        for line in &lines {
            self.score(line, engine.as_ref(), &slots, &mut score)?;
        }
        let count = lines.len().max(1) as f64;
        score.mean_readings /= count;
        score.cpu_seconds_per_utterance /= count;
        if self.json {
            println!("{}", serde_json::to_string(&score)?);
        } else {
            println!(
                "{} numbers: best reading {}, any of {:.1} readings {}, chosen {}, wrong one chosen {}; CPU s/utt {:.3}",
                score.numbers,
                score.best_exact,
                score.mean_readings,
                score.among_exact,
                score.chosen_exact,
                score.chosen_wrong,
                score.cpu_seconds_per_utterance
            );
        }
        Ok(())
    }

    fn score(
        &self,
        line: &Line,
        engine: &dyn Recognizer,
        slots: &Slots,
        score: &mut Score,
    ) -> Outcome {
        let sound = wav::read_at(&self.set.join(&line.file), asr::SAMPLE_RATE)?;
        let sound = match self.channel {
            Channel::Clean => sound,
            Channel::Phone => channel::phone(&sound),
        };
        let (min, max) = (DIGITS, DIGITS);
        let utterance = Utterance {
            samples: sound.into(),
            expectation: Expectation {
                kind: ExpectedKind::Digits { min, max },
                ..Expectation::default()
            },
            spelling: None,
            readings: self.readings,
        };
        let clock = ThreadTime::now();
        let readings = engine.recognize(&utterance, &Abort::default())?.hypotheses;
        score.cpu_seconds_per_utterance += clock.elapsed().as_secs_f64();
        let value = |text: &str| slots.read(self.slot, text, NaiveDate::MIN);
        let said = value(&line.text).map(|said| said.value.0);
        let heard: Vec<_> = readings.iter().map(|r| value(&r.text)).collect();
        let is_said = |place: usize| {
            let reading = heard.get(place).and_then(Option::as_ref);
            reading.is_some_and(|reading| Some(&reading.value.0) == said.as_ref())
        };
        let read: Vec<_> = heard.iter().map(Option::as_ref).collect();
        let chosen = choose(&read);
        score.numbers += 1;
        score.mean_readings += readings.len() as f64;
        score.best_exact += usize::from(is_said(0));
        score.among_exact += usize::from((0..heard.len()).any(is_said));
        score.chosen_exact += usize::from(chosen.is_some_and(is_said));
        score.chosen_wrong += usize::from(chosen.is_some_and(|place| !is_said(place)));
        if self.show {
            let mark = if chosen.is_some_and(is_said) {
                ' '
            } else {
                '!'
            };
            println!("{mark} {} {}", line.text, shown(&readings));
        }
        Ok(())
    }
}

fn shown(readings: &[Hypothesis]) -> String {
    let each = readings
        .iter()
        .map(|r| format!("{} {:.2}", r.text.0, r.confidence));
    each.collect::<Vec<_>>().join(" | ")
}

/// Fills a folder with numbers that keep the check rule, spoken in the ways that people say them.
fn make(folder: &Path, count: usize, seed: u64) -> Outcome {
    let kokoro = Kokoro::open(&Folder::locate(None))?;
    let voices: Vec<&str> = kokoro.voices().filter(|v| v.starts_with('z')).collect();
    let mut random = StdRng::seed_from_u64(seed);
    std::fs::create_dir_all(folder)?;
    let mut table = String::from("file\ttext\tkind\tvoice\n");
    for index in 0..count {
        let voice = voices[index % voices.len()];
        let text = said(&number(&mut random), index / voices.len());
        let voice = Voice {
            name: voice.to_owned(),
            speed: random.random_range(0.85..1.2),
        };
        let sound = padded(&kokoro.synthesize(&text, &voice)?);
        let file = format!("{index:03}.wav");
        wav::write(&folder.join(&file), asr::SAMPLE_RATE, &to_i16(&sound))?;
        table.push_str(&format!("{file}\t{text}\tdigits8\t{}\n", voice.name));
    }
    std::fs::write(folder.join("text.tsv"), table)?;
    Ok(())
}

/// A phrase at the recogniser's rate, with silence around it.
pub(super) fn padded(phrase: &[i16]) -> Vec<f32> {
    let mut sound = vec![0.0; SILENCE];
    sound.extend(resample::whole(
        &to_f32(phrase),
        tts::SAMPLE_RATE,
        asr::SAMPLE_RATE,
    ));
    sound.resize(sound.len() + SILENCE, 0.0);
    sound
}

/// Seven digits by chance and the one that keeps the rule.
fn number(random: &mut StdRng) -> String {
    let front: String = (1..DIGITS)
        .map(|_| char::from(b'0' + random.random_range(0..10)))
        .collect();
    let candidates = (0..10).map(|check| format!("{front}{check}"));
    candidates
        .filter(|number| weighted_731(number))
        .collect::<Vec<_>>()
        .concat()
}

/// The number as one of five callers says it: at one go, in two groups, in three, with words before it, with 幺.
fn said(number: &str, way: usize) -> String {
    let one = if way % 5 == 4 { '幺' } else { '一' };
    let spoken: Vec<char> = number
        .bytes()
        .map(|digit| match digit {
            b'1' => one,
            _ => ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九']
                [usize::from(digit - b'0')],
        })
        .collect();
    let groups: &[usize] = match way % 5 {
        0 => &[8],
        1 | 3 => &[4, 4],
        2 => &[3, 3, 2],
        _ => &[2, 2, 2, 2],
    };
    let mut rest = spoken.as_slice();
    let mut parts = Vec::new();
    for &length in groups {
        let (part, after) = rest.split_at(length);
        parts.push(part.iter().collect::<String>());
        rest = after;
    }
    let words = if way % 5 == 3 { "我的户号是" } else { "" };
    format!("{words}{}", parts.join("，"))
}
