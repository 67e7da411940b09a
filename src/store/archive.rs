//! All calls that have been kept.

use super::projection::{CallSummary, Outcome};
use super::{StoreError, database, recording_path};
use crate::event::{AgentId, CallId, Event, Pii};
use chrono::DateTime;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteRow};
use sqlx::{QueryBuilder, Row, Sqlite};
use std::path::{Path, PathBuf};

/// Most calls of one page.
const LARGEST_PAGE: u32 = 200;

/// Which calls. The newest come first.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// How many, 1 to 200; 0 means 50.
    pub limit: u32,
    /// Only calls that began before this one: the last of the page before.
    pub before: Option<CallId>,
    /// Words that were said, part of the caller's number, a ticket's number.
    pub text: Option<String>,
    /// How they ended.
    pub outcome: Option<Outcome>,
    /// Which pack answered.
    pub pack: Option<String>,
}

/// Reads calls. Cheap to clone.
#[derive(Clone)]
pub struct Archive {
    folder: PathBuf,
    pool: SqlitePool,
}

impl Archive {
    pub(super) fn new(folder: &Path, pool: SqlitePool) -> Archive {
        Archive {
            folder: folder.to_owned(),
            pool,
        }
    }

    /// Opens a store's folder for reading, also while a running program writes there.
    pub async fn open(folder: &Path) -> Result<Archive, StoreError> {
        let path = database::path(folder);
        let options = SqliteConnectOptions::new().filename(&path).read_only(true);
        match SqlitePoolOptions::new().connect_with(options).await {
            Ok(pool) => Ok(Archive::new(folder, pool)),
            Err(source) => Err(StoreError::Database { path, source }),
        }
    }

    /// The folder of the store.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Calls that fit, newest first.
    pub async fn calls(&self, query: &Query) -> Result<Vec<CallSummary>, StoreError> {
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT * FROM call WHERE true");
        if let Some(before) = query.before {
            sql.push(" AND id < ").push_bind(before.to_string());
        }
        if let Some(outcome) = query.outcome {
            sql.push(" AND outcome = ").push_bind(outcome.name());
        }
        if let Some(pack) = &query.pack {
            sql.push(" AND pack = ").push_bind(pack.clone());
        }
        if let Some(text) = query.text.as_deref().map(words)
            && !text.is_empty()
        {
            sql.push(" AND id IN (SELECT call_id FROM spoken WHERE ");
            push_search(&mut sql, &text);
            sql.push(")");
        }
        let limit = match query.limit {
            0 => 50,
            limit => limit.min(LARGEST_PAGE),
        };
        sql.push(" ORDER BY id DESC LIMIT ").push_bind(limit);
        let rows = sql.build().fetch_all(&self.pool).await;
        let rows = rows.map_err(|source| self.unreadable(source))?;
        let calls = rows.iter().map(summary_of).collect::<sqlx::Result<_>>();
        calls.map_err(|source| self.unreadable(source))
    }

    /// What lists show of one call.
    pub async fn summary(&self, call: CallId) -> Result<Option<CallSummary>, StoreError> {
        let row = sqlx::query("SELECT * FROM call WHERE id = ?")
            .bind(call.to_string())
            .fetch_optional(&self.pool)
            .await
            .map_err(|source| self.unreadable(source))?;
        let summary = row.as_ref().map(summary_of).transpose();
        summary.map_err(|source| self.unreadable(source))
    }

    /// The events of one call in their order; none where there is no such call.
    pub async fn events(&self, call: CallId) -> Result<Vec<Event>, StoreError> {
        let rows: Vec<(i64, String)> =
            sqlx::query_as("SELECT seq, event FROM event WHERE call_id = ? ORDER BY seq")
                .bind(call.to_string())
                .fetch_all(&self.pool)
                .await
                .map_err(|source| self.unreadable(source))?;
        rows.into_iter()
            .map(|(seq, event)| {
                serde_json::from_str(&event).map_err(|source| StoreError::Damaged {
                    call,
                    seq,
                    source,
                })
            })
            .collect()
    }

    /// Where a call's recording lies; `None` where there is none.
    pub fn recording(&self, call: CallId) -> Option<PathBuf> {
        let path = recording_path(&self.folder, call);
        path.is_file().then_some(path)
    }

    fn unreadable(&self, source: sqlx::Error) -> StoreError {
        StoreError::Database {
            path: database::path(&self.folder),
            source,
        }
    }
}

/// What can be looked for: control characters, which nobody says and SQLite's search stumbles over, left out.
fn words(text: &str) -> String {
    let said: String = text.chars().filter(|c| !c.is_control()).collect();
    said.trim().to_owned()
}

/// Three characters and more are looked up in the trigram index; fewer are in no index and looked for one by one.
fn push_search(sql: &mut QueryBuilder<Sqlite>, text: &str) {
    if text.chars().count() >= 3 {
        let phrase = format!("\"{}\"", text.replace('"', "\"\""));
        sql.push("spoken.text MATCH ").push_bind(phrase);
    } else {
        sql.push("instr(lower(text), lower(")
            .push_bind(text.to_owned())
            .push(")) > 0");
    }
}

fn summary_of(row: &SqliteRow) -> sqlx::Result<CallSummary> {
    let decode = |error: Box<dyn std::error::Error + Send + Sync>| sqlx::Error::Decode(error);
    let duration_ms: Option<i64> = row.try_get("duration_ms")?;
    Ok(CallSummary {
        id: row
            .try_get::<&str, _>("id")?
            .parse::<CallId>()
            .map_err(|error| decode(error.into()))?,
        started_at: DateTime::from_timestamp_millis(row.try_get("started_at_ms")?)
            .unwrap_or_default(),
        duration_ms: duration_ms.map(i64::cast_unsigned),
        from: Pii(row.try_get("from_number")?),
        to: row.try_get("to_number")?,
        pack: row.try_get("pack")?,
        intent: row.try_get("intent")?,
        outcome: row
            .try_get::<&str, _>("outcome")?
            .parse::<Outcome>()
            .map_err(|error| decode(error.into()))?,
        turns: row.try_get("turns")?,
        agent: row.try_get::<Option<String>, _>("agent")?.map(AgentId),
    })
}
