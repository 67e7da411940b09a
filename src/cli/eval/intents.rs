//! `lingting eval intents`: what callers want, as text or as it was heard, against labelled lines.

use super::labels::{self, Line};
use crate::cli::Outcome;
use crate::cli::lines::in_parallel;
use crate::config::PackChoice;
use crate::models::Folder;
use crate::nlu::{Context, Encoder, Language, Senses};
use clap::{Args, ValueEnum};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Scores intents on files of `text<TAB>intent` lines; `a+b` holds two intents, in any order. The first word of an id counts.
#[derive(Debug, Args)]
pub struct EvalIntents {
    /// Domain pack; absent: each file's own name (`dev/power.tsv`).
    #[arg(long)]
    pack: Option<String>,
    /// What to do without, to see what it brings; may stand several times.
    #[arg(long, value_enum)]
    without: Vec<Part>,
    /// Fail if fewer of the lines than this are right, in percent, lines that are examples of the pack left out.
    #[arg(long)]
    at_least: Option<f64>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Labelled lines.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// Something that understanding can be done without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The sentence encoder.
    Encoder,
    /// Syllables.
    Syllables,
    /// Phonetic correction.
    Correction,
}

/// A labelled line and what was understood.
struct Judged {
    text: String,
    /// First words of the intents that it holds, sorted.
    wanted: Vec<String>,
    /// First words of the intents that were understood, the likeliest first.
    got: Vec<String>,
    is_example: bool,
}

const UNKNOWN: &str = "unknown";

impl Judged {
    fn is_right(&self) -> bool {
        match self.wanted.as_slice() {
            [one] => self.got.first() == Some(one),
            several => several.iter().all(|wanted| self.got.contains(wanted)),
        }
    }
}

/// The score of some lines.
#[derive(Debug, Default, Serialize)]
struct Score {
    lines: usize,
    right: usize,
    percent: f64,
}

impl Score {
    fn of<'j>(
        lines: impl Iterator<Item = &'j Judged>,
        is_right: impl Fn(&Judged) -> bool,
    ) -> Score {
        let (mut count, mut right) = (0, 0);
        for line in lines {
            count += 1;
            right += usize::from(is_right(line));
        }
        Score {
            lines: count,
            right,
            percent: 100.0 * right as f64 / count.max(1) as f64,
        }
    }
}

/// Lines of one intent that got another.
#[derive(Debug, Serialize)]
struct Confusion {
    wanted: String,
    got: String,
    texts: Vec<String>,
}

/// All that is said of a file.
#[derive(Debug, Serialize)]
struct Report {
    file: PathBuf,
    pack: String,
    /// All lines that are no examples of the pack.
    unseen: Score,
    /// Of these, the ones that this hotline serves.
    in_scope: Score,
    /// Lines out of scope that were noticed.
    out_of_scope_recall: Score,
    /// Lines in scope that were taken for out of scope.
    false_rejection: Score,
    /// Lines with two intents of which both were found.
    two_intents: Score,
    /// Lines with one intent in which a second one was heard.
    false_second: Score,
    /// Lines that stand among the pack's examples; counted nowhere else.
    examples: Score,
    intents: BTreeMap<String, Score>,
    confusions: Vec<Confusion>,
}

impl EvalIntents {
    pub(super) fn run(self) -> Outcome {
        let has = |part| !self.without.contains(&part);
        let encoder = match has(Part::Encoder) {
            true => Some(Encoder::open(&Folder::locate(None))?),
            false => None,
        };
        let senses = Senses {
            encoder,
            syllables: has(Part::Syllables),
            correction: has(Part::Correction),
        };
        let mut reports = Vec::new();
        for file in &self.files {
            let pack = self.pack.clone().unwrap_or_else(|| {
                let stem = file.file_stem().unwrap_or_default();
                stem.to_string_lossy().into_owned()
            });
            let folder = PackChoice::default().folder;
            let language = Language::load(&folder.join(&pack), &folder.join("common"), &senses)?;
            let judged = judge(&language, labels::read(file, "an intent")?.lines);
            reports.push(report(file, pack, &judged));
        }
        if self.json {
            println!("{}", serde_json::to_string(&reports)?);
        } else {
            reports.iter().for_each(print_report);
        }
        let (right, lines) = reports.iter().fold((0, 0), |(right, lines), report| {
            (right + report.unseen.right, lines + report.unseen.lines)
        });
        let percent = 100.0 * right as f64 / lines.max(1) as f64;
        match self.at_least {
            Some(least) if percent < least => {
                Err(format!("{percent:.1} % of the lines are right, less than {least} %").into())
            }
            _ => Ok(()),
        }
    }
}

fn judge(language: &Language, lines: Vec<Line>) -> Vec<Judged> {
    let context = Context::default();
    let got = in_parallel(&lines, |line| {
        let meaning = language.understand(&line.readings, &context);
        let further = meaning.further.iter().map(|(intent, _)| intent.as_str());
        std::iter::once(meaning.intent().0)
            .chain(further)
            .map(first_word)
            .collect::<Vec<String>>()
    });
    let judged = lines.into_iter().zip(got);
    judged
        .map(|(line, got)| Judged {
            wanted: line.label.split('+').map(first_word).collect(),
            is_example: language.is_example(&line.text),
            text: line.shown(),
            got,
        })
        .collect()
}

fn first_word(intent: &str) -> String {
    intent.split('.').next().unwrap_or(intent).to_owned()
}

fn report(file: &Path, pack: String, judged: &[Judged]) -> Report {
    let unseen = || judged.iter().filter(|line| !line.is_example);
    let single = || unseen().filter(|line| line.wanted.len() == 1);
    let is_foreign = |line: &&Judged| line.wanted == [UNKNOWN];
    let in_scope = || unseen().filter(move |line| !is_foreign(line));
    let is_unknown = |line: &Judged| line.got.first().is_some_and(|got| got == UNKNOWN);
    let mut intents: BTreeMap<String, Vec<&Judged>> = BTreeMap::new();
    for line in unseen() {
        intents.entry(line.wanted.join("+")).or_default().push(line);
    }
    let mut confusions: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for line in unseen().filter(|line| !line.is_right()) {
        let key = (line.wanted.join("+"), line.got.join("+"));
        confusions.entry(key).or_default().push(line.text.clone());
    }
    let mut confusions: Vec<Confusion> = confusions
        .into_iter()
        .map(|((wanted, got), texts)| Confusion { wanted, got, texts })
        .collect();
    confusions.sort_by_key(|confusion| std::cmp::Reverse(confusion.texts.len()));
    Report {
        file: file.to_owned(),
        pack,
        unseen: Score::of(unseen(), Judged::is_right),
        in_scope: Score::of(in_scope(), Judged::is_right),
        out_of_scope_recall: Score::of(unseen().filter(is_foreign), is_unknown),
        false_rejection: Score::of(in_scope(), is_unknown),
        two_intents: Score::of(
            unseen().filter(|line| line.wanted.len() > 1),
            Judged::is_right,
        ),
        false_second: Score::of(single(), |line| line.got.len() > 1),
        examples: Score::of(
            judged.iter().filter(|line| line.is_example),
            Judged::is_right,
        ),
        intents: intents
            .into_iter()
            .map(|(intent, lines)| (intent, Score::of(lines.into_iter(), Judged::is_right)))
            .collect(),
        confusions,
    }
}

fn print_report(report: &Report) {
    println!("{} ({})", report.file.display(), report.pack);
    let row = |name: &str, score: &Score| {
        println!(
            "  {name:<34} {:>4} of {:>4} {:>6.1} %",
            score.right, score.lines, score.percent
        );
    };
    row("right, lines that are no examples", &report.unseen);
    row("right in scope", &report.in_scope);
    row("out of scope, noticed", &report.out_of_scope_recall);
    row("in scope, rejected", &report.false_rejection);
    row("two intents, both found", &report.two_intents);
    row("one intent, a second one heard", &report.false_second);
    row("right, lines that are examples", &report.examples);
    for (intent, score) in &report.intents {
        row(&format!("  {intent}"), score);
    }
    for confusion in &report.confusions {
        let (count, texts) = (confusion.texts.len(), confusion.texts.join(" | "));
        println!(
            "  {count} {} -> {}: {texts}",
            confusion.wanted, confusion.got
        );
    }
}
