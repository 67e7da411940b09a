//! Where calls are kept: the event log, its projections for lists and search, the recordings; and who changed which
//! common question.
//!
//! In: events of calls as they happen ([`CallLog`]) and their sound ([`Recorder`]). Out: calls in progress
//! ([`Store::watch`]) and all calls ([`Archive`]).
//! SQLite (WAL) in one folder, beside it `recordings/` and, while the database cannot be written, `spool.jsonl`.
//! Nothing here makes a call wait: events go to one writer that batches them, sound to a thread for each recording.

mod archive;
mod database;
mod faq_changes;
mod feed;
mod log;
mod projection;
mod recording;
mod recover;
mod spool;
mod writer;

pub use archive::{Archive, Query};
pub use faq_changes::{FaqChange, FaqChanges, FaqEntries};
pub use feed::{LiveCall, News};
pub use log::CallLog;
pub use projection::{CallSummary, Outcome};
pub use recording::{RATE, Recorder, recording_path};

use crate::event::{CallId, Event};
use feed::Feed;
use std::fs::File;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::{broadcast, mpsc, oneshot};
use writer::{Job, Writer};

/// Why calls cannot be kept or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The folder cannot be made or locked.
    #[error("cannot use the folder {folder} for calls: {source}")]
    Folder {
        /// `store.folder` of the configuration.
        folder: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Another process writes there.
    #[error(
        "another lingting already keeps its calls in {0}: stop it, or set another store.folder"
    )]
    InUse(PathBuf),
    /// The database cannot be opened or read.
    #[error("cannot use the database {path}: {source}")]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// The schema is not one that this version knows.
    #[error("cannot bring the database {path} up to date: {source}")]
    Schema {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: sqlx::migrate::MigrateError,
    },
    /// A stored event does not read as one.
    #[error("event {seq} of call {call} is damaged: {source}")]
    Damaged {
        /// Which call.
        call: CallId,
        /// Which event.
        seq: i64,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// A recording cannot be written.
    #[error("cannot write the recording {path}: {source}")]
    Recording {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: hound::Error,
    },
}

/// The store of a running program. Cheap to clone. One process at a time may hold a folder.
#[derive(Clone)]
pub struct Store {
    archive: Archive,
    faq_changes: FaqChanges,
    feed: Arc<Feed>,
    jobs: mpsc::UnboundedSender<Job>,
    _lock: Arc<File>,
}

impl Store {
    /// Opens or makes the store in `folder`.
    ///
    /// Events that wait in the spool are taken in, and calls that have no end, because the program or the machine
    /// was cut, are marked [`Record::Interrupted`](crate::event::Record::Interrupted). Must run within a Tokio runtime.
    pub async fn open(folder: &Path) -> Result<Store, StoreError> {
        let lock = lock(folder)?;
        let pool = database::open(folder).await?;
        let mut spool = spool::Spool::new(folder);
        recover::recover(folder, &pool, &mut spool).await?;
        let feed = Arc::new(Feed::default());
        let (jobs, queue) = mpsc::unbounded_channel();
        tokio::spawn(Writer::new(pool.clone(), spool, feed.clone()).run(queue));
        Ok(Store {
            archive: Archive::new(folder, pool.clone()),
            faq_changes: FaqChanges::new(folder, pool),
            feed,
            jobs,
            _lock: Arc::new(lock),
        })
    }

    /// Begins the log of a call. `started_unix_ms`: when its INVITE was accepted, milliseconds since 1970 UTC.
    pub fn begin(&self, call: CallId, started_unix_ms: i64) -> CallLog {
        CallLog::begin(call, started_unix_ms, self.feed.clone(), self.jobs.clone())
    }

    /// Begins the recording of a call. See [`Recorder`].
    pub fn recorder(&self, call: CallId) -> Recorder {
        Recorder::start(recording_path(self.archive.folder(), call))
    }

    /// All calls that have been kept, those in progress among them a moment late.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Who changed which common question, and when.
    pub fn faq_changes(&self) -> &FaqChanges {
        &self.faq_changes
    }

    /// Calls in progress.
    pub fn live(&self) -> Vec<LiveCall> {
        self.feed.live()
    }

    /// Calls in progress, and every event that comes after exactly those.
    ///
    /// A receiver that falls more than some thousand events behind gets `Lagged`; it should watch anew.
    pub fn watch(&self) -> (Vec<LiveCall>, broadcast::Receiver<News>) {
        self.feed.watch()
    }

    /// The summary and the events of a call, in progress or kept.
    pub async fn call(
        &self,
        call: CallId,
    ) -> Result<Option<(CallSummary, Vec<Arc<Event>>)>, StoreError> {
        if let Some(live) = self.feed.get(call) {
            return Ok(Some((live.summary, live.events)));
        }
        let Some(summary) = self.archive.summary(call).await? else {
            return Ok(None);
        };
        let events = self.archive.events(call).await?;
        Ok(Some((summary, events.into_iter().map(Arc::new).collect())))
    }

    /// Returns once every event appended so far is on disk: in the database or, where it cannot be written, in the
    /// spool. For an orderly end of the program.
    pub async fn flush(&self) {
        let (done, flushed) = oneshot::channel();
        if self.jobs.send(Job::Flush(done)).is_ok() {
            // An error means that the writer is gone, and with it whatever could be waited for.
            flushed.await.ok();
        }
    }

    /// Whether events go to the spool because the database cannot be written.
    pub fn is_spooling(&self) -> bool {
        self.feed.is_spooling()
    }
}

/// Takes the folder for this process; the lock goes with the process, however that ends.
fn lock(folder: &Path) -> Result<File, StoreError> {
    let unusable = |source| StoreError::Folder {
        folder: folder.to_owned(),
        source,
    };
    // What callers said is nobody else's business: a folder that we make is ours alone.
    let mut make = std::fs::DirBuilder::new();
    make.recursive(true).mode(0o700);
    make.create(folder).map_err(unusable)?;
    let file = File::create(folder.join("lock")).map_err(unusable)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::InUse(folder.to_owned())),
        Err(std::fs::TryLockError::Error(source)) => Err(unusable(source)),
    }
}
