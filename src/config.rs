//! The configuration: one TOML file, every key typed, unknown keys fatal.

use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// Everything that an operator sets.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The telephone line.
    pub sip: Sip,
    /// Telephones of agents.
    pub agents: Vec<Agent>,
    /// What is said and understood.
    pub pack: PackChoice,
    /// Models and engines.
    pub models: Models,
    /// The utility's back office.
    pub backend: Backend,
    /// Where calls are kept.
    pub store: Store,
    /// The pages and the API.
    pub http: Http,
    /// Bounds on what one machine takes on.
    pub limits: Limits,
}

/// The telephone line.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sip {
    /// Address for SIP over UDP and TCP.
    pub listen: SocketAddr,
    /// Address that goes into Contact and SDP when it differs from `listen` (behind NAT, or listening on 0.0.0.0).
    pub public_ip: Option<IpAddr>,
    /// First and last UDP port for RTP; two for each leg.
    pub rtp_ports: (u16, u16),
    /// Networks whose calls are answered: `10.0.0.0/8`, `192.0.2.7`.
    pub trunks: Vec<String>,
    /// What a stranger's INVITE gets.
    pub strangers: Strangers,
    /// Realm of the digest authentication of agents' telephones.
    pub realm: String,
    /// A leg without RTP for so long is given up, in seconds.
    pub no_media_timeout_s: u64,
    /// Interval of session timers (RFC 4028), in seconds.
    pub session_expires_s: u32,
}

impl Default for Sip {
    fn default() -> Self {
        Sip {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 5060)),
            public_ip: None,
            rtp_ports: (20_000, 20_999),
            trunks: vec!["127.0.0.0/8".into()],
            strangers: Strangers::Refuse,
            realm: "lingting".into(),
            no_media_timeout_s: 30,
            session_expires_s: 1800,
        }
    }
}

/// What a stranger's INVITE gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strangers {
    /// 403.
    Refuse,
    /// No answer at all.
    Ignore,
}

/// An agent and the telephone that registers for them.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Agent {
    /// User part of the address of record: `1001`.
    pub id: String,
    /// Digest password.
    pub password: String,
    /// What they can take on.
    #[serde(default)]
    pub skills: Vec<String>,
}

impl std::fmt::Debug for Agent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agent")
            .field("id", &self.id)
            .field("skills", &self.skills)
            .finish_non_exhaustive()
    }
}

/// What is said and understood.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PackChoice {
    /// Domain pack: a folder below `grammars`.
    pub name: String,
    /// Folder of all packs.
    pub folder: PathBuf,
    /// Folder of scripted calls, in it one for each pack; a version whose calls do not go as written is not published.
    pub scripts: PathBuf,
}

impl Default for PackChoice {
    fn default() -> Self {
        PackChoice {
            name: "water".into(),
            folder: "grammars".into(),
            scripts: "fixtures/calls".into(),
        }
    }
}

/// Models and engines.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Models {
    /// Folder of converted models; absent: `LINGTING_MODELS`, then the user's cache.
    pub folder: Option<PathBuf>,
    /// `onnx` for our own decode loop, `ggml` for whisper.cpp.
    pub engine: AsrEngine,
    /// Name in the manifest of the recogniser's model.
    pub asr: String,
    /// Threads that decode; 0: one less than the cores, at least one.
    pub threads: usize,
}

impl Default for Models {
    fn default() -> Self {
        Models {
            folder: None,
            engine: AsrEngine::Onnx,
            asr: "whisper-base".into(),
            threads: 0,
        }
    }
}

/// Which engine recognises speech.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum AsrEngine {
    /// Whisper by our own decode loop over ONNX Runtime.
    Onnx,
    /// Any ggml model by whisper.cpp.
    Ggml,
}

/// The utility's back office.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Backend {
    /// Base URL of the contract's HTTP service; absent: the embedded demo utility.
    pub url: Option<String>,
    /// Longest wait for one attempt, in milliseconds.
    pub timeout_ms: u64,
}

impl Default for Backend {
    fn default() -> Self {
        Backend {
            url: None,
            timeout_ms: 2_000,
        }
    }
}

/// Where calls are kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// Folder of the database, the recordings and the phrase cache.
    pub folder: PathBuf,
}

impl Default for Store {
    fn default() -> Self {
        Store {
            folder: "data".into(),
        }
    }
}

/// The pages and the API.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// Address of the pages, the API and the metrics.
    pub listen: SocketAddr,
}

impl Default for Http {
    fn default() -> Self {
        Http {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
        }
    }
}

/// Bounds on what one machine takes on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Calls at once; one more gets 503 with Retry-After.
    pub calls: usize,
    /// How long an agent's telephone rings, in seconds.
    pub ring_s: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            calls: 30,
            ring_s: 20,
        }
    }
}

/// Why a configuration was not taken.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read.
    #[error("cannot read the configuration {path}: {source}")]
    Unreadable {
        path: PathBuf,
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("{path}:{line}:{column}: {message}")]
    Invalid {
        path: PathBuf,
        line: usize,
        column: usize,
        message: String,
    },
}

impl Config {
    /// The file that was named; else `lingting.toml` in the working folder; else the defaults, which answer calls of
    /// this machine alone.
    pub fn find(named: Option<&Path>) -> Result<Config, ConfigError> {
        let usual = Path::new("lingting.toml");
        match named {
            Some(path) => Config::read(path),
            None if usual.exists() => Config::read(usual),
            None => Ok(Config::default()),
        }
    }

    /// Reads and checks a file.
    pub fn read(path: &Path) -> Result<Config, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        toml::from_str(&text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            let before = &text[..offset.min(text.len())];
            ConfigError::Invalid {
                path: path.to_owned(),
                line: before.matches('\n').count() + 1,
                column: before.chars().rev().take_while(|&c| c != '\n').count() + 1,
                message: error.message().replace('\n', " "),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn read(text: &str) -> Result<Config, ConfigError> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        Config::read(file.path())
    }

    #[test]
    fn an_empty_file_is_a_whole_configuration() {
        assert_eq!(read("").unwrap().pack.name, "water");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = read("[sip]\nlisten = \"127.0.0.1:5060\"\nlissen = 1\n").unwrap_err();
        let message = error.to_string();
        assert!(
            message.contains(":3:1: unknown field `lissen`"),
            "{message}"
        );
    }
}
