//! Calls in progress, for the live pages.

use super::projection::{CallSummary, Projection};
use crate::event::{CallId, Event};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;

/// Events that a slow watcher may be behind: more than a minute of thirty busy calls.
const BACKLOG: usize = 8192;

/// An event of a call in progress.
#[derive(Debug, Clone)]
pub struct News {
    /// Whose.
    pub call: CallId,
    /// What happened.
    pub event: Arc<Event>,
}

/// A call in progress.
#[derive(Debug, Clone)]
pub struct LiveCall {
    /// What lists show of it.
    pub summary: CallSummary,
    /// All of its events so far.
    pub events: Vec<Arc<Event>>,
}

pub(super) struct Feed {
    calls: Mutex<BTreeMap<CallId, Entry>>,
    news: broadcast::Sender<News>,
    spooling: AtomicBool,
}

/// A call from its first event until its last one is on disk.
struct Entry {
    projection: Projection,
    events: Vec<Arc<Event>>,
}

impl Entry {
    fn is_over(&self) -> bool {
        self.projection.summary.duration_ms.is_some()
    }

    fn to_live(&self) -> LiveCall {
        LiveCall {
            summary: self.projection.summary.clone(),
            events: self.events.clone(),
        }
    }
}

impl Default for Feed {
    fn default() -> Feed {
        Feed {
            calls: Mutex::default(),
            news: broadcast::Sender::new(BACKLOG),
            spooling: AtomicBool::new(false),
        }
    }
}

impl Feed {
    pub fn begin(&self, call: CallId, started_unix_ms: i64) {
        let entry = Entry {
            projection: Projection::new(call, started_unix_ms),
            events: Vec::new(),
        };
        self.calls().insert(call, entry);
    }

    pub fn append(&self, call: CallId, event: &Arc<Event>) {
        let mut calls = self.calls();
        if let Some(entry) = calls.get_mut(&call) {
            entry.projection.note(event);
            entry.events.push(event.clone());
        }
        let event = event.clone();
        // Nobody watching is no error. Sent under the lock, so that `watch` can tell before from after.
        self.news.send(News { call, event }).ok();
    }

    /// The last event of a call is on disk.
    pub fn forget(&self, call: CallId) {
        self.calls().remove(&call);
    }

    pub fn live(&self) -> Vec<LiveCall> {
        live(&self.calls())
    }

    pub fn watch(&self) -> (Vec<LiveCall>, broadcast::Receiver<News>) {
        let calls = self.calls();
        (live(&calls), self.news.subscribe())
    }

    pub fn get(&self, call: CallId) -> Option<LiveCall> {
        self.calls().get(&call).map(Entry::to_live)
    }

    pub fn set_spooling(&self, spooling: bool) {
        self.spooling.store(spooling, Ordering::Relaxed);
    }

    pub fn is_spooling(&self) -> bool {
        self.spooling.load(Ordering::Relaxed)
    }

    fn calls(&self) -> MutexGuard<'_, BTreeMap<CallId, Entry>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn live(calls: &BTreeMap<CallId, Entry>) -> Vec<LiveCall> {
    let going_on = calls.values().filter(|entry| !entry.is_over());
    going_on.map(Entry::to_live).collect()
}
