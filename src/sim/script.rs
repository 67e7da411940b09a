//! What a simulated caller says and does, read from a TOML file.

use serde::Deserialize;
use std::path::{Path, PathBuf};

/// A caller.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Voice that speaks for the caller.
    #[serde(default = "default_voice")]
    pub voice: String,
    /// Rate of speech; 1.0 is the voice's own.
    #[serde(default = "default_speed")]
    pub speed: f32,
    /// The caller's number, as the line gives it.
    #[serde(default)]
    pub from: String,
    /// What is done, in order; each waits for the bot to finish first unless it says otherwise.
    #[serde(rename = "turn")]
    pub turns: Vec<Turn>,
}

/// One thing that a caller does.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// What is done.
    #[serde(flatten)]
    pub act: Act,
}

/// What a caller can do.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Speaks once the bot has finished.
    Say(String),
    /// Speaks one second after the bot began, over it.
    SayOver(String),
    /// Presses keys once the bot has finished.
    Keys(String),
    /// Is silent for so many milliseconds.
    WaitMs(u64),
    /// Hangs up once the bot has finished.
    HangUp(bool),
}

fn default_voice() -> String {
    "zm_yunxi".into()
}

fn default_speed() -> f32 {
    1.0
}

/// Why a script was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// The file could not be read.
    #[error("cannot read the caller {path}: {source}")]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    /// The file is no script.
    #[error("{path}: {message}")]
    Invalid { path: PathBuf, message: String },
}

impl Script {
    /// Reads a script.
    pub fn read(path: &Path) -> Result<Script, ScriptError> {
        let text = std::fs::read_to_string(path).map_err(|source| ScriptError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        toml::from_str(&text).map_err(|error| ScriptError::Invalid {
            path: path.to_owned(),
            message: error.to_string().trim().replace('\n', " "),
        })
    }

    /// All that the caller says, so that its sound can be made before the call.
    pub fn sentences(&self) -> impl Iterator<Item = &str> {
        self.turns.iter().filter_map(|turn| match &turn.act {
            Act::Say(text) | Act::SayOver(text) => Some(text.as_str()),
            Act::Keys(_) | Act::WaitMs(_) | Act::HangUp(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_reads_as_a_list_of_acts() {
        let script: Script = toml::from_str(
            "from = \"021\"\n[[turn]]\nsay = \"查水费\"\n[[turn]]\nkeys = \"12#\"\n[[turn]]\nhang_up = true\n",
        )
        .unwrap();
        assert_eq!(script.turns[1].act, Act::Keys("12#".into()));
        assert_eq!(script.sentences().collect::<Vec<_>>(), ["查水费"]);
    }

    #[test]
    fn an_act_that_is_none_is_refused() {
        assert!(toml::from_str::<Script>("[[turn]]\nsing = \"啦\"\n").is_err());
    }
}
