//! Scripted calls: each file is a whole call against the demo utility, typed instead of spoken.
//!
//! In: `*.toml` of a pack's folder below `fixtures/calls`. Out: for each, where the call went another way than written.
//! The tests and the authors' page play them by the same functions.

mod caller;
mod office;
mod play;
mod script;

pub use caller::{Agents, Answer, Caller};
pub use office::{Books, Office};
pub use play::{Difference, Played, What, play_all};

use crate::backend::BackendError;
use chrono::NaiveDate;
use std::path::PathBuf;

/// The day of all scripted calls; the demo utility's books are made for it.
pub const TODAY: NaiveDate =
    NaiveDate::from_ymd_opt(2026, 11, 23).expect("November has a twenty-third");

/// Why scripted calls cannot be played.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScriptError {
    /// A file or folder cannot be read.
    #[error("cannot read the scripted calls in {path}: {source}")]
    Unreadable {
        /// File or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is no script.
    #[error("{path}:{line}: {message}")]
    Invalid {
        /// File.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// The demo utility cannot be opened.
    #[error(transparent)]
    Office(#[from] BackendError),
    /// Its books cannot be copied.
    #[error("cannot copy the demo utility's books: {0}")]
    Books(#[from] std::io::Error),
}
