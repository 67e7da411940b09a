//! The log of one call, from the side that writes it.

use super::feed::Feed;
use super::spool::Entry;
use super::writer::Job;
use crate::event::{CallId, Event, Kind, Millis, Record};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// The log of one call in progress. Appending is a matter of microseconds whatever the database does.
///
/// A log that is dropped before its [`Record::Ended`] (its call's task failed) ends itself as
/// [`Record::Interrupted`].
pub struct CallLog {
    call: CallId,
    feed: Arc<Feed>,
    jobs: mpsc::UnboundedSender<Job>,
    place: Mutex<Place>,
}

/// How far the log has come.
#[derive(Default)]
struct Place {
    next_seq: u64,
    last_at: Millis,
    ended: bool,
}

impl CallLog {
    pub(super) fn begin(
        call: CallId,
        started_unix_ms: i64,
        feed: Arc<Feed>,
        jobs: mpsc::UnboundedSender<Job>,
    ) -> CallLog {
        feed.begin(call, started_unix_ms);
        let began = Entry::Began {
            call,
            started_unix_ms,
        };
        jobs.send(Job::Keep(began)).ok();
        CallLog {
            call,
            feed,
            jobs,
            place: Mutex::default(),
        }
    }

    /// Which call.
    pub fn call(&self) -> CallId {
        self.call
    }

    /// Adds what happened and gives it its place in the log.
    pub fn append(&self, at: Millis, kind: Kind) -> Arc<Event> {
        let mut place = self.place.lock().unwrap_or_else(PoisonError::into_inner);
        let event = Arc::new(Event {
            seq: place.next_seq,
            at,
            kind,
        });
        place.next_seq += 1;
        place.last_at = place.last_at.max(at);
        place.ended |= matches!(event.kind, Kind::Record(Record::Ended { .. }));
        self.feed.append(self.call, &event);
        let happened = Entry::Happened {
            call: self.call,
            event: event.clone(),
        };
        // The writer lives as long as the runtime; without it the process is about to end.
        self.jobs.send(Job::Keep(happened)).ok();
        event
    }
}

impl Drop for CallLog {
    fn drop(&mut self) {
        let place = self.place.get_mut().unwrap_or_else(PoisonError::into_inner);
        let (ended, last_at) = (place.ended, place.last_at);
        if !ended {
            self.append(last_at, Kind::Record(Record::Interrupted));
        }
    }
}
