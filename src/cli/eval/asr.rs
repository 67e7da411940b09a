//! `lingting eval asr`: a labelled set through the recogniser, or another engine's transcripts through the same scoring.

use super::confusions::Confusions;
use super::score::{self, Errors};
use crate::asr::{self, Abort, Recognizer, Utterance};
use crate::audio::{channel, to_i16, wav};
use crate::cli::Outcome;
use crate::config::{AsrEngine, Models};
use crate::event::{Expectation, ExpectedKind};
use clap::{Args, ValueEnum};
use cpu_time::ThreadTime;
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Scores recognition on a folder with `text.tsv` (columns `file`, `text`; further ones group the result) and its WAVs.
#[derive(Debug, Args)]
pub struct EvalAsr {
    /// Folder of the set.
    set: PathBuf,
    /// What the sound goes through first.
    #[arg(long, value_enum, default_value = "clean")]
    channel: Channel,
    /// Engine.
    #[arg(long, value_enum, default_value = "onnx")]
    engine: AsrEngine,
    /// Only the first so many lines.
    #[arg(long)]
    limit: Option<usize>,
    /// What the lines answer; numbers have their own command.
    #[arg(long, value_enum, default_value = "open")]
    ask: Ask,
    /// Hypotheses that are followed at once; the best one is scored.
    #[arg(long, default_value_t = 1)]
    beams: usize,
    /// Score these transcripts (columns `file`, `text`, `cpu_seconds`) instead of decoding.
    #[arg(long)]
    transcripts: Option<PathBuf>,
    /// Write the decoded sound here as WAV files, for another engine to hear the same.
    #[arg(long)]
    keep_sound: Option<PathBuf>,
    /// Write each transcript here, as `--transcripts` takes them.
    #[arg(long)]
    keep_text: Option<PathBuf>,
    /// Print what was heard for what, too: consonants and vowels that were mistaken for each other.
    #[arg(long)]
    confusions: bool,
    /// Fail if more characters than this are wrong, in percent.
    #[arg(long)]
    most_wrong: Option<f64>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Ask {
    /// Anything.
    Open,
    /// Yes or no.
    YesNo,
}

/// What the sound goes through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Channel {
    /// Nothing.
    Clean,
    /// A telephone: 8 kHz, 300–3400 Hz, A-law.
    Phone,
}

/// One labelled line.
pub(super) struct Line {
    pub(super) file: String,
    pub(super) text: String,
    /// `column=value` of every further column.
    pub(super) groups: Vec<String>,
}

/// What was heard of one line.
#[derive(Clone)]
struct Heard {
    text: String,
    /// What the second head heard, without tones; `None` of other engines.
    syllables: Option<Vec<String>>,
    cpu_seconds: f64,
}

/// The score of a group of lines.
#[derive(Debug, Default, Serialize)]
struct Row {
    group: String,
    utterances: usize,
    seconds: f64,
    character_error_percent: f64,
    syllable_error_percent: f64,
    head_error_percent: Option<f64>,
    exact: usize,
    repeated: usize,
    cpu_seconds_per_utterance: f64,
    cpu_seconds_per_second: f64,
    #[serde(skip)]
    characters: Errors,
    #[serde(skip)]
    syllables: Errors,
    #[serde(skip)]
    head: Errors,
    #[serde(skip)]
    cpu_seconds: f64,
}

impl EvalAsr {
    pub(super) fn run(self) -> Outcome {
        let mut lines = read_lines(&self.set.join("text.tsv"))?;
        lines.truncate(self.limit.unwrap_or(usize::MAX));
        let mut seconds = Vec::with_capacity(lines.len());
        let heard = match &self.transcripts {
            Some(path) => {
                for line in &lines {
                    seconds.push(wav::read(&self.set.join(&line.file))?.duration_ms() as f64 / 1e3);
                }
                read_transcripts(path, &lines)?
            }
            None => self.decode(&lines, &mut seconds)?,
        };
        if let Some(path) = &self.keep_text {
            write_transcripts(path, &lines, &heard)?;
        }
        let rows = score_groups(&lines, &heard, &seconds);
        if self.json {
            println!("{}", serde_json::to_string(&rows)?);
        } else {
            print_table(&rows);
        }
        if self.confusions {
            let pairs = lines.iter().zip(&heard);
            Confusions::count(pairs.map(|(line, heard)| (&*line.text, &*heard.text))).print();
        }
        let wrong = rows[0].character_error_percent;
        match self.most_wrong {
            Some(most) if wrong > most => {
                Err(format!("{wrong:.1} % of the characters are wrong, more than {most} %").into())
            }
            _ => Ok(()),
        }
    }

    fn decode(
        &self,
        lines: &[Line],
        seconds: &mut Vec<f64>,
    ) -> Result<Vec<Heard>, Box<dyn std::error::Error>> {
        let settings = Models {
            engine: self.engine,
            ..Models::default()
        };
        let engine = asr::load(&settings)?;
        if let Some(folder) = &self.keep_sound {
            std::fs::create_dir_all(folder)?;
        }
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta}")?;
        let progress = ProgressBar::new(lines.len() as u64).with_style(style);
        let mut heard = Vec::with_capacity(lines.len());
        for line in lines {
            let sound = wav::read_at(&self.set.join(&line.file), asr::SAMPLE_RATE)?;
            let sound = match self.channel {
                Channel::Clean => sound,
                Channel::Phone => channel::phone(&sound),
            };
            if let Some(folder) = &self.keep_sound {
                wav::write(&folder.join(&line.file), asr::SAMPLE_RATE, &to_i16(&sound))?;
            }
            seconds.push(sound.len() as f64 / f64::from(asr::SAMPLE_RATE));
            heard.push(self.hear(engine.as_ref(), sound)?);
            progress.inc(1);
        }
        progress.finish_and_clear();
        Ok(heard)
    }

    fn hear(&self, engine: &dyn Recognizer, sound: Vec<f32>) -> Result<Heard, asr::AsrError> {
        let kind = match self.ask {
            Ask::Open => ExpectedKind::Open,
            Ask::YesNo => ExpectedKind::YesNo,
        };
        let utterance = Utterance {
            samples: sound.into(),
            expectation: Expectation {
                kind,
                ..Expectation::default()
            },
            spelling: None,
            check: None,
            phrasing: None,
            readings: self.beams,
        };
        let clock = ThreadTime::now();
        let recognition = engine.recognize(&utterance, &Abort::default())?;
        let sounds = recognition
            .syllables
            .iter()
            .map(|heard| heard.syllable.plain());
        let sounds: Vec<String> = sounds.collect();
        let best = recognition.hypotheses.into_iter().next();
        Ok(Heard {
            text: best.map_or_else(String::new, |hypothesis| hypothesis.text.0),
            syllables: (self.engine == AsrEngine::Onnx).then_some(sounds),
            cpu_seconds: clock.elapsed().as_secs_f64(),
        })
    }
}

pub(super) fn read_lines(path: &Path) -> Result<Vec<Line>, String> {
    let table = std::fs::read_to_string(path)
        .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let mut rows = table.lines();
    let names: Vec<&str> = rows.next().unwrap_or_default().split('\t').collect();
    if names.len() < 2 || names[..2] != ["file", "text"] {
        return Err(format!(
            "{}:1: the first columns must be `file` and `text`",
            path.display()
        ));
    }
    rows.enumerate()
        .map(|(number, row)| {
            let values: Vec<&str> = row.split('\t').collect();
            if values.len() != names.len() {
                let place = format!("{}:{}", path.display(), number + 2);
                return Err(format!(
                    "{place}: {} columns instead of {}",
                    values.len(),
                    names.len()
                ));
            }
            let groups = names[2..].iter().zip(&values[2..]);
            Ok(Line {
                file: values[0].to_owned(),
                text: values[1].to_owned(),
                groups: groups
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect(),
            })
        })
        .collect()
}

/// The transcripts in the order of the lines; a line without one counts as silence.
fn read_transcripts(path: &Path, lines: &[Line]) -> Result<Vec<Heard>, String> {
    let mut by_file = HashMap::new();
    for row in read_lines(path)? {
        let spent = row
            .groups
            .iter()
            .find_map(|g| g.strip_prefix("cpu_seconds="));
        let heard = Heard {
            text: row.text,
            syllables: None,
            cpu_seconds: spent.and_then(|spent| spent.parse().ok()).unwrap_or(0.0),
        };
        by_file.insert(row.file, heard);
    }
    let silence = Heard {
        text: String::new(),
        syllables: None,
        cpu_seconds: 0.0,
    };
    let of_line = |line: &Line| by_file.get(&line.file).unwrap_or(&silence).clone();
    Ok(lines.iter().map(of_line).collect())
}

fn write_transcripts(path: &Path, lines: &[Line], heard: &[Heard]) -> std::io::Result<()> {
    let mut table = String::from("file\ttext\tcpu_seconds\n");
    for (line, heard) in lines.iter().zip(heard) {
        table.push_str(&format!(
            "{}\t{}\t{:.3}\n",
            line.file, heard.text, heard.cpu_seconds
        ));
    }
    std::fs::write(path, table)
}

/// All lines first, then each group of each further column.
fn score_groups(lines: &[Line], heard: &[Heard], seconds: &[f64]) -> Vec<Row> {
    let mut rows = vec![Row {
        group: "all".to_owned(),
        ..Row::default()
    }];
    for ((line, heard), &seconds) in lines.iter().zip(heard).zip(seconds) {
        let characters = score::characters(&line.text, &heard.text);
        let syllables = score::toneless(&line.text, &heard.text);
        let head = heard
            .syllables
            .as_ref()
            .map(|heard| score::head(&line.text, heard));
        let all = "all".to_owned();
        for group in std::iter::once(&all).chain(&line.groups) {
            let place = rows.iter().position(|row| row.group == *group);
            let place = place.unwrap_or_else(|| {
                rows.push(Row {
                    group: group.clone(),
                    ..Row::default()
                });
                rows.len() - 1
            });
            let row = &mut rows[place];
            row.utterances += 1;
            row.seconds += seconds;
            row.characters = row.characters.plus(characters);
            row.syllables = row.syllables.plus(syllables);
            row.head = row.head.plus(head.unwrap_or_default());
            row.exact += usize::from(characters.wrong == 0);
            row.repeated += usize::from(asr::repeats(&heard.text) && !asr::repeats(&line.text));
            row.cpu_seconds += heard.cpu_seconds;
        }
    }
    for row in &mut rows {
        row.character_error_percent = row.characters.percent();
        row.syllable_error_percent = row.syllables.percent();
        row.head_error_percent = (row.head.of > 0).then(|| row.head.percent());
        row.cpu_seconds_per_utterance = row.cpu_seconds / row.utterances as f64;
        row.cpu_seconds_per_second = row.cpu_seconds / row.seconds;
    }
    rows
}

fn print_table(rows: &[Row]) {
    println!(
        "{:<32} {:>5} {:>8} {:>6} {:>6} {:>6} {:>6} {:>9} {:>9} {:>9}",
        "group",
        "lines",
        "seconds",
        "char%",
        "syll%",
        "head%",
        "exact",
        "repeated",
        "CPU s/utt",
        "CPU s/s"
    );
    for row in rows {
        println!(
            "{:<32} {:>5} {:>8.1} {:>6.1} {:>6.1} {:>6} {:>6} {:>9} {:>9.3} {:>9.4}",
            row.group,
            row.utterances,
            row.seconds,
            row.character_error_percent,
            row.syllable_error_percent,
            row.head_error_percent
                .map_or("-".to_owned(), |wrong| format!("{wrong:.1}")),
            row.exact,
            row.repeated,
            row.cpu_seconds_per_utterance,
            row.cpu_seconds_per_second,
        );
    }
}
