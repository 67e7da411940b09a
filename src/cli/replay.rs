//! `lingting replay`: re-runs a recorded call's decisions and prints what would differ.

use super::Outcome;
use crate::call::replay;
use crate::config::Config;
use crate::dialogue::Pack;
use crate::event::CallId;
use crate::models::Folder;
use crate::nlu::Encoder;
use crate::store::Archive;
use clap::Args;
use std::path::PathBuf;
use std::sync::Arc;

/// Re-runs a recorded call's decisions and prints what would differ.
#[derive(Debug, Args)]
pub struct Replay {
    /// The call's id.
    call: CallId,
    /// Domain pack to decide with; absent: the one of the configuration.
    #[arg(long)]
    pack: Option<String>,
    /// Configuration file.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

impl Replay {
    pub(super) fn run(self) -> Outcome {
        let config = Config::find(self.config.as_deref())?;
        let name = self.pack.as_ref().unwrap_or(&config.pack.name);
        let folder = &config.pack.folder;
        let encoder = Encoder::open(&Folder::locate(config.models.folder.as_deref()))?;
        let pack = Pack::load(&folder.join(name), &folder.join("common"), &encoder)?;
        let events = super::runtime()?.block_on(async {
            Archive::open(&config.store.folder)
                .await?
                .events(self.call)
                .await
        })?;
        if events.is_empty() {
            return Err(format!("there is no call {} in this store", self.call).into());
        }
        let found = replay(&events, Arc::new(pack));
        if self.json {
            println!("{}", serde_json::to_string(&found)?);
        } else {
            print(&found);
        }
        match found.differences.len() {
            0 => Ok(()),
            count => Err(format!("{count} decisions differ").into()),
        }
    }
}

fn print(found: &crate::call::Replay) {
    println!(
        "{} inputs, {} decisions, {} differ",
        found.inputs,
        found.decisions,
        found.differences.len()
    );
    for difference in &found.differences {
        println!("{}", difference.at);
        println!("  recorded {:?}", difference.recorded);
        println!("  replayed {:?}", difference.replayed);
    }
}
