//! What is done at the start about a program or a machine that was cut.

use super::database;
use super::recording::{recorded_ms, recording_path};
use super::spool::{Entry, Spool};
use super::{Outcome, StoreError};
use crate::event::{CallId, Event, Kind, Millis, Record};
use sqlx::SqlitePool;
use std::path::Path;
use std::sync::Arc;

/// Takes in the spool, then ends every call that has no end.
pub(super) async fn recover(
    folder: &Path,
    pool: &SqlitePool,
    spool: &mut Spool,
) -> Result<(), StoreError> {
    let unusable = |source| StoreError::Database {
        path: database::path(folder),
        source,
    };
    if !spool.is_empty() {
        let taken = database::take_in(pool, spool).await.map_err(unusable)?;
        tracing::info!(taken, "events of the last run were waiting in the spool");
    }
    interrupt(folder, pool).await.map_err(unusable)
}

async fn interrupt(folder: &Path, pool: &SqlitePool) -> sqlx::Result<()> {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    let cut: Vec<(String, Option<i64>, Option<i64>)> = sqlx::query_as(
        "SELECT id, (SELECT max(seq) FROM event WHERE call_id = id),
                (SELECT max(event ->> 'at') FROM event WHERE call_id = id)
         FROM call WHERE outcome = ?",
    )
    .bind(Outcome::InProgress.name())
    .fetch_all(&mut *tx)
    .await?;
    for (id, last_seq, last_at) in cut {
        let call: CallId = id
            .parse()
            .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        let heard = recorded_ms(&recording_path(folder, call)).unwrap_or(0);
        let event = Event {
            seq: last_seq.map_or(0, |seq| seq.cast_unsigned() + 1),
            at: Millis(last_at.map_or(0, i64::cast_unsigned).max(heard)),
            kind: Kind::Record(Record::Interrupted),
        };
        tracing::warn!(%call, at = %event.at, "this call was cut");
        let event = Arc::new(event);
        database::insert(&mut tx, &[Entry::Happened { call, event }]).await?;
        database::project_anew(&mut tx, call).await?;
    }
    tx.commit().await
}
