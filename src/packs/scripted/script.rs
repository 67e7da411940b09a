//! A scripted call as it is written.

use super::{Agents, ScriptError};
use crate::event::{HangUpReason, Urgency};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A scripted call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Script {
    /// What the call shows, in a sentence.
    pub(super) story: String,
    /// The caller's number.
    #[serde(default)]
    pub(super) from: String,
    #[serde(default)]
    pub(super) agents: Vec<Agents>,
    #[serde(default)]
    pub(super) office_is_down: bool,
    pub(super) turn: Vec<Turn>,
    /// Why the call ended; absent: it goes on.
    pub(super) ends: Option<HangUpReason>,
    /// Whether caller and agent hear each other at the end.
    #[serde(default)]
    pub(super) bridged: bool,
    /// Tickets that the call opened: category and urgency.
    #[serde(default)]
    pub(super) tickets: Vec<ExpectedTicket>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExpectedTicket {
    pub(super) category: String,
    #[serde(default)]
    pub(super) urgency: Urgency,
    /// Texts that the ticket's fields hold.
    #[serde(default)]
    pub(super) holds: Vec<String>,
}

/// What the caller does, and what comes of it.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Turn {
    pub(super) say: Option<String>,
    /// The recogniser's readings, best first.
    pub(super) hears: Vec<String>,
    pub(super) keys: Option<String>,
    pub(super) mumble: bool,
    pub(super) silent: bool,
    pub(super) agent_comes_free: bool,
    /// The utility goes down before the turn.
    pub(super) office_goes_down: bool,
    /// What the bot says holds these texts, in this order.
    pub(super) bot: Vec<String>,
    /// What the bot says holds none of these.
    pub(super) bot_not: Vec<String>,
    pub(super) intent: Option<String>,
    /// Operations with an effect that the turn asks for, all of them.
    pub(super) effects: Vec<String>,
    /// Slots after the turn, among others; an empty value means empty.
    pub(super) slots: BTreeMap<String, String>,
    /// The bot looks for a person in this turn.
    pub(super) seeks_agent: bool,
    /// The skill that the person must have.
    pub(super) skill: Option<String>,
    /// Texts that the whisper holds.
    pub(super) whisper: Vec<String>,
    /// Texts that the agent's summary holds after the turn.
    pub(super) summary: Vec<String>,
}

impl Script {
    /// All scripts of a folder by their files' names, sorted; none where there is no such folder.
    pub(super) fn read_all(folder: &Path) -> Result<Vec<(String, Script)>, ScriptError> {
        let mut paths: Vec<PathBuf> = match std::fs::read_dir(folder) {
            Ok(entries) => entries
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<Result<_, _>>()
                .map_err(|source| unreadable(folder, source))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(source) => return Err(unreadable(folder, source)),
        };
        paths.retain(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        });
        paths.sort();
        paths.iter().map(|path| Script::read(path)).collect()
    }

    fn read(path: &Path) -> Result<(String, Script), ScriptError> {
        let text = std::fs::read_to_string(path).map_err(|source| unreadable(path, source))?;
        let script = toml::from_str(&text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            ScriptError::Invalid {
                path: path.to_owned(),
                line: text[..offset.min(text.len())].matches('\n').count() + 1,
                message: error.message().replace('\n', " "),
            }
        })?;
        let name = path.file_stem().unwrap_or_default();
        Ok((name.to_string_lossy().into_owned(), script))
    }
}

fn unreadable(path: &Path, source: std::io::Error) -> ScriptError {
    ScriptError::Unreadable {
        path: path.to_owned(),
        source,
    }
}
