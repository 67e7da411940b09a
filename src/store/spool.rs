//! Events that wait on disk while the database cannot be written.

use crate::event::{CallId, Event};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One thing to be kept: a line of the spool, a row of the database.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Entry {
    Began { call: CallId, started_unix_ms: i64 },
    Happened { call: CallId, event: Arc<Event> },
}

impl Entry {
    pub fn call(&self) -> CallId {
        match self {
            Entry::Began { call, .. } | Entry::Happened { call, .. } => *call,
        }
    }
}

/// `spool.jsonl`: entries in the order they came, one a line. Taking one in twice does no harm.
pub(super) struct Spool {
    path: PathBuf,
}

impl Spool {
    pub fn new(folder: &Path) -> Spool {
        Spool {
            path: folder.join("spool.jsonl"),
        }
    }

    pub fn is_empty(&self) -> bool {
        fs::metadata(&self.path).map_or(true, |file| file.len() == 0)
    }

    /// Adds entries and waits for the disk.
    pub fn append(&mut self, entries: &[Entry]) -> io::Result<()> {
        let mut lines = Vec::new();
        for entry in entries {
            serde_json::to_writer(&mut lines, entry)?;
            lines.push(b'\n');
        }
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)?;
        file.write_all(&lines)?;
        file.sync_data()
    }

    /// Everything that waits. A line that does not read, such as the last one of a program that was cut while
    /// writing it, is reported and passed over.
    pub fn read(&self) -> io::Result<Vec<Entry>> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut entries = Vec::new();
        for (number, line) in (1..).zip(BufReader::new(file).split(b'\n')) {
            match serde_json::from_slice(&line?) {
                Ok(entry) => entries.push(entry),
                Err(error) => tracing::warn!(
                    path = %self.path.display(), line = number, %error, "a spooled event is damaged"
                ),
            }
        }
        Ok(entries)
    }

    /// Everything has been taken in.
    pub fn clear(&mut self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}
