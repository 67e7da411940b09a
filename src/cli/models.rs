//! `lingting models`: gets, lists and checks the models.

use super::Outcome;
use crate::models::{Fetch, Folder, Manifest, Model, Step, pull};
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::path::PathBuf;

/// Gets, lists and checks the models.
#[derive(Debug, Args)]
pub struct Models {
    /// Folder of the models; else that of LINGTING_MODELS; else the user's cache.
    #[arg(long, global = true)]
    folder: Option<PathBuf>,
    /// A manifest of the site's own models instead of the one that is built in.
    #[arg(long, global = true)]
    manifest: Option<PathBuf>,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Fetches models, checks their SHA-256 and converts them; what is there and whole is skipped.
    Pull {
        /// Models to get; none: all that are not optional.
        ids: Vec<String>,
    },
    /// Lists the models of the manifest.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Compares the files of models with the manifest.
    Verify {
        /// Models to check; none: all that are not optional.
        ids: Vec<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

impl Models {
    pub(super) fn run(self) -> Outcome {
        let folder = Folder::locate(self.folder.as_deref());
        let own = self.manifest.as_deref().map(Manifest::read).transpose()?;
        let manifest = own.as_ref().unwrap_or_else(|| Manifest::shipped());
        match self.action {
            Action::Pull { ids } => {
                let mut shown = Shown::default();
                let result = pull(manifest, &folder, &ids, &mut |step| shown.step(step));
                shown.clear();
                Ok(result?)
            }
            Action::List { json } => {
                list(manifest, &folder, json);
                Ok(())
            }
            Action::Verify { ids, json } => verify(&manifest.choose(&ids)?, &folder, json),
        }
    }
}

fn list(manifest: &Manifest, folder: &Folder, as_json: bool) {
    let present = |model: &Model| {
        model.file.iter().all(|file| {
            let path = folder.root().join(&model.id).join(&file.path);
            path.metadata().is_ok_and(|found| found.len() == file.size)
        })
    };
    let rows = manifest.models.iter().map(|model| (model, present(model)));
    if as_json {
        let rows: Vec<_> = rows
            .map(|(model, present)| {
                json!({
                    "id": model.id, "about": model.about, "licence": model.licence, "origin": model.origin,
                    "optional": model.optional, "present": present,
                    "fetch_bytes": size(&model.fetch), "bytes": model.file.iter().map(|file| file.size).sum::<u64>(),
                })
            })
            .collect();
        println!("{}", json!({ "folder": folder.root(), "models": rows }));
        return;
    }
    println!("{}", folder.root().display());
    for (model, present) in rows {
        let state = match (present, model.optional) {
            (true, _) => "here",
            (false, true) => "optional",
            (false, false) => "missing",
        };
        let megabytes = size(&model.fetch) as f64 / 1e6;
        println!(
            "{:24} {state:9} {megabytes:6.1} MB  {:13} {}",
            model.id, model.licence, model.about
        );
    }
}

fn size(fetched: &[Fetch]) -> u64 {
    fetched.iter().map(|fetch| fetch.size).sum()
}

fn verify(models: &[&Model], folder: &Folder, as_json: bool) -> Outcome {
    let mut faults = Vec::new();
    let mut rows = Vec::new();
    for model in models {
        let fault = folder.verify(model).err().map(|error| error.to_string());
        if as_json {
            rows.push(json!({ "id": model.id, "good": fault.is_none(), "fault": fault }));
        } else if fault.is_none() {
            println!("{}: good", model.id);
        }
        faults.extend(fault);
    }
    if as_json {
        println!("{}", json!({ "folder": folder.root(), "models": rows }));
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults.join("; ").into()),
    }
}

/// What a pull shows: one bar at a time on a terminal, one line per model anywhere.
#[derive(Default)]
struct Shown {
    bar: Option<(String, ProgressBar)>,
}

impl Shown {
    fn step(&mut self, step: Step<'_>) {
        match step {
            Step::Waiting => self.line("another pull works in this folder: waiting for it"),
            Step::Checking(model) => self.spin(format!("checking {}", model.id)),
            Step::Skipped(model) => self.line(&format!("{}: here", model.id)),
            Step::Fetching(fetch, bytes) => self.fetching(fetch, bytes),
            Step::Unpacking(model) => self.spin(format!("unpacking {}", model.id)),
            Step::Converting(model) => self.spin(format!("converting {}", model.id)),
            Step::Ready(model) => self.line(&format!("{}: ready", model.id)),
        }
    }

    fn line(&mut self, text: &str) {
        self.clear();
        eprintln!("{text}");
    }

    fn spin(&mut self, text: String) {
        self.clear();
        let bar = ProgressBar::new_spinner().with_message(text.clone());
        bar.enable_steady_tick(std::time::Duration::from_millis(120));
        self.bar = Some((text, bar));
    }

    fn fetching(&mut self, fetch: &Fetch, bytes: u64) {
        if self
            .bar
            .as_ref()
            .is_none_or(|(what, _)| *what != fetch.file)
        {
            self.clear();
            let style = ProgressStyle::with_template(
                "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}",
            );
            let bar = ProgressBar::new(fetch.size).with_message(fetch.file.clone());
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            self.bar = Some((fetch.file.clone(), bar));
        }
        if let Some((_, bar)) = &self.bar {
            bar.set_position(bytes);
        }
    }

    fn clear(&mut self) {
        if let Some((_, bar)) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
