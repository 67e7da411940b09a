//! The one task that writes the database: entries in, transactions out; the spool where that fails.

use super::database;
use super::feed::Feed;
use super::projection::Projection;
use super::spool::{Entry, Spool};
use crate::event::CallId;
use sqlx::SqlitePool;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// How long entries are gathered before they are written together.
const GATHER: Duration = Duration::from_millis(100);
/// Most entries of one transaction.
const BATCH: usize = 1000;
/// How long a database that failed is left alone.
const RETRY: Duration = Duration::from_secs(1);

/// What the writer is asked to do.
pub(super) enum Job {
    Keep(Entry),
    /// Answer once everything before this is on disk.
    Flush(oneshot::Sender<()>),
}

pub(super) struct Writer {
    pool: SqlitePool,
    spool: Spool,
    feed: Arc<Feed>,
    /// Calls in progress, as far as they were handed to the writer.
    projections: HashMap<CallId, Projection>,
    /// Entries that neither the database nor the spool would take.
    unkept: Vec<Entry>,
    retry_at: Instant,
}

impl Writer {
    pub fn new(pool: SqlitePool, spool: Spool, feed: Arc<Feed>) -> Writer {
        Writer {
            pool,
            spool,
            feed,
            projections: HashMap::new(),
            unkept: Vec::new(),
            retry_at: Instant::now(),
        }
    }

    /// Runs until the last [`Store`](super::Store) and the last [`CallLog`](super::CallLog) are gone.
    pub async fn run(mut self, mut queue: mpsc::UnboundedReceiver<Job>) {
        let mut jobs = Vec::with_capacity(BATCH);
        loop {
            let waiting = self.feed.is_spooling();
            tokio::select! {
                received = queue.recv_many(&mut jobs, BATCH) => {
                    if received == 0 {
                        break;
                    }
                    let urgent = jobs.iter().any(|job| matches!(job, Job::Flush(_)));
                    if !urgent && received < BATCH {
                        tokio::time::sleep(GATHER).await;
                        while jobs.len() < BATCH && let Ok(job) = queue.try_recv() {
                            jobs.push(job);
                        }
                    }
                }
                () = tokio::time::sleep(RETRY), if waiting => {}
            }
            self.work(&mut jobs).await;
        }
        self.keep(Vec::new(), true).await;
    }

    async fn work(&mut self, jobs: &mut Vec<Job>) {
        let (mut entries, mut flushed) = (Vec::new(), Vec::new());
        for job in jobs.drain(..) {
            match job {
                Job::Keep(entry) => entries.push(entry),
                Job::Flush(done) => flushed.push(done),
            }
        }
        self.keep(entries, !flushed.is_empty()).await;
        for done in flushed {
            // Who asked may have stopped waiting.
            done.send(()).ok();
        }
    }

    /// Brings entries to the disk. `now`: try the database even if it failed a moment ago.
    async fn keep(&mut self, entries: Vec<Entry>, now: bool) {
        for entry in &entries {
            self.project(entry);
        }
        if self.feed.is_spooling() {
            self.put_by(entries);
            if now || Instant::now() >= self.retry_at {
                self.drain_spool().await;
            }
        } else if !entries.is_empty()
            && let Err(error) = self.commit(&entries).await
        {
            tracing::error!(%error, "the database cannot be written: events wait in the spool");
            metrics::counter!("lingting_store_faults_total").increment(1);
            self.feed.set_spooling(true);
            self.retry_at = Instant::now() + RETRY;
            self.put_by(entries);
        }
    }

    fn project(&mut self, entry: &Entry) {
        match entry {
            Entry::Began {
                call,
                started_unix_ms,
            } => {
                let projection = Projection::new(*call, *started_unix_ms);
                self.projections.insert(*call, projection);
            }
            Entry::Happened { call, event } => {
                if let Some(projection) = self.projections.get_mut(call) {
                    projection.note(event);
                }
            }
        }
    }

    async fn commit(&mut self, entries: &[Entry]) -> sqlx::Result<()> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        database::insert(&mut tx, entries).await?;
        let calls: BTreeSet<CallId> = entries.iter().map(Entry::call).collect();
        for call in &calls {
            if let Some(projection) = self.projections.get(call) {
                database::upsert(&mut tx, &projection.summary).await?;
            }
        }
        tx.commit().await?;
        self.forget_ended(calls);
        Ok(())
    }

    fn put_by(&mut self, entries: Vec<Entry>) {
        self.unkept.extend(entries);
        if self.unkept.is_empty() {
            return;
        }
        match self.spool.append(&self.unkept) {
            Ok(()) => {
                let kept = std::mem::take(&mut self.unkept);
                self.forget_ended(kept.iter().map(Entry::call));
            }
            Err(error) => {
                tracing::error!(%error, waiting = self.unkept.len(), "the spool cannot be written either");
            }
        }
    }

    /// Moves what waits in the spool into the database, if that can be written again.
    async fn drain_spool(&mut self) {
        if !self.unkept.is_empty() {
            return;
        }
        match database::take_in(&self.pool, &mut self.spool).await {
            Ok(taken) => {
                tracing::info!(taken, "the database can be written again");
                self.feed.set_spooling(false);
            }
            Err(error) => {
                tracing::warn!(%error, "the database still cannot be written");
                self.retry_at = Instant::now() + RETRY;
            }
        }
    }

    fn forget_ended(&mut self, calls: impl IntoIterator<Item = CallId>) {
        for call in calls {
            let over = |p: &Projection| p.summary.duration_ms.is_some();
            if self.projections.get(&call).is_some_and(over) {
                self.projections.remove(&call);
                self.feed.forget(call);
            }
        }
    }
}
