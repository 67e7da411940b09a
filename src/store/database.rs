//! What is written to SQLite, and how.

use super::StoreError;
use super::projection::{CallSummary, Projection, searchable};
use super::spool::{Entry, Spool};
use crate::event::{CallId, Event};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, Transaction};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a statement waits for a database that another process has locked, before events go to the spool.
const LOCKED: Duration = Duration::from_secs(1);
/// Most spooled entries of one transaction.
const BATCH: usize = 1000;

pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join("lingting.sqlite")
}

/// Opens or makes the database and brings its schema up to date.
pub(super) async fn open(folder: &Path) -> Result<SqlitePool, StoreError> {
    let path = path(folder);
    let options = SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(LOCKED);
    let pool = SqlitePoolOptions::new()
        .max_connections(4)
        .connect_with(options)
        .await;
    let pool = pool.map_err(|source| StoreError::Database {
        path: path.clone(),
        source,
    })?;
    match sqlx::migrate!().run(&pool).await {
        Ok(()) => Ok(pool),
        Err(source) => Err(StoreError::Schema { path, source }),
    }
}

/// Adds entries. What is there already is left as it is.
pub(super) async fn insert(
    tx: &mut Transaction<'_, Sqlite>,
    entries: &[Entry],
) -> sqlx::Result<()> {
    for entry in entries {
        match entry {
            Entry::Began {
                call,
                started_unix_ms,
            } => {
                let began = Projection::new(*call, *started_unix_ms).summary;
                insert_call(tx, &began).await?;
            }
            Entry::Happened { call, event } => insert_event(tx, *call, event).await?,
        }
    }
    Ok(())
}

async fn insert_call(tx: &mut Transaction<'_, Sqlite>, call: &CallSummary) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT OR IGNORE INTO call (id, started_at_ms, from_number, to_number, pack, outcome, turns)
         VALUES (?, ?, '', '', '', ?, 0)",
    )
    .bind(call.id.to_string())
    .bind(call.started_at.timestamp_millis())
    .bind(call.outcome.name())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn insert_event(
    tx: &mut Transaction<'_, Sqlite>,
    call: CallId,
    event: &Event,
) -> sqlx::Result<()> {
    let json =
        serde_json::to_string(event).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let inserted =
        sqlx::query("INSERT OR IGNORE INTO event (call_id, seq, event) VALUES (?, ?, ?)")
            .bind(call.to_string())
            .bind(event.seq.cast_signed())
            .bind(json)
            .execute(&mut **tx)
            .await?;
    if inserted.rows_affected() == 1
        && let Some(text) = searchable(event).filter(|text| !text.is_empty())
    {
        sqlx::query("INSERT INTO spoken (call_id, text) VALUES (?, ?)")
            .bind(call.to_string())
            .bind(text)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Brings a call's row up to date.
pub(super) async fn upsert(
    tx: &mut Transaction<'_, Sqlite>,
    call: &CallSummary,
) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE call SET duration_ms = ?, from_number = ?, to_number = ?, pack = ?, intent = ?, outcome = ?,
         turns = ?, agent = ? WHERE id = ?",
    )
    .bind(call.duration_ms.map(u64::cast_signed))
    .bind(&call.from.0)
    .bind(&call.to)
    .bind(&call.pack)
    .bind(&call.intent)
    .bind(call.outcome.name())
    .bind(call.turns)
    .bind(call.agent.as_ref().map(|agent| &agent.0))
    .bind(call.id.to_string())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes in what waits in the spool and empties it. Returns how many entries that were.
pub(super) async fn take_in(pool: &SqlitePool, spool: &mut Spool) -> sqlx::Result<usize> {
    let entries = spool.read()?;
    for batch in entries.chunks(BATCH) {
        let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
        insert(&mut tx, batch).await?;
        let calls: BTreeSet<CallId> = batch.iter().map(Entry::call).collect();
        for call in calls {
            project_anew(&mut tx, call).await?;
        }
        tx.commit().await?;
    }
    spool.clear()?;
    Ok(entries.len())
}

/// Derives a call's row from its stored events.
pub(super) async fn project_anew(
    tx: &mut Transaction<'_, Sqlite>,
    call: CallId,
) -> sqlx::Result<()> {
    let started: Option<i64> = sqlx::query_scalar("SELECT started_at_ms FROM call WHERE id = ?")
        .bind(call.to_string())
        .fetch_optional(&mut **tx)
        .await?;
    let events: Vec<String> =
        sqlx::query_scalar("SELECT event FROM event WHERE call_id = ? ORDER BY seq")
            .bind(call.to_string())
            .fetch_all(&mut **tx)
            .await?;
    // A call whose beginning was lost began when its id was made.
    let began = started.unwrap_or(call.0.timestamp_ms().cast_signed());
    let mut projection = Projection::new(call, began);
    for event in events {
        match serde_json::from_str(&event) {
            Ok(event) => projection.note(&event),
            Err(error) => tracing::warn!(%call, %error, "a stored event is damaged"),
        }
    }
    insert_call(tx, &projection.summary).await?;
    upsert(tx, &projection.summary).await
}
