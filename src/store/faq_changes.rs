//! Who changed which common question, when, from what to what.

use super::{StoreError, database};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Row, Sqlite, Transaction};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use utoipa::ToSchema;

/// One change of a common question.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct FaqChange {
    /// When it took effect.
    pub at: DateTime<Utc>,
    /// The entry's id.
    pub entry: String,
    /// Who made it; null where the file was changed on disk.
    pub author: Option<String>,
    /// The entry before; null where it is new.
    pub before: Option<Value>,
    /// The entry since; null where it was removed.
    pub after: Option<Value>,
}

/// The record of changes. Cheap to clone.
#[derive(Clone)]
pub struct FaqChanges {
    folder: PathBuf,
    pool: SqlitePool,
}

/// A pack's entries as JSON, by their ids.
pub type FaqEntries = BTreeMap<String, Value>;

impl FaqChanges {
    pub(super) fn new(folder: &Path, pool: SqlitePool) -> FaqChanges {
        FaqChanges {
            folder: folder.to_owned(),
            pool,
        }
    }

    /// Notes that a pack's entries now are these, and who made them so. What differs from the entries that were noted last
    /// is recorded; of a pack that is seen for the first time nothing is.
    pub async fn note(
        &self,
        pack: &str,
        entries: &FaqEntries,
        author: Option<&str>,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let noted = self.try_note(pack, entries, author, at).await;
        noted.map_err(|source| self.unusable(source))
    }

    async fn try_note(
        &self,
        pack: &str,
        entries: &FaqEntries,
        author: Option<&str>,
        at: DateTime<Utc>,
    ) -> sqlx::Result<()> {
        let mut tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT entry, content FROM faq_entry WHERE pack = ?")
                .bind(pack)
                .fetch_all(&mut *tx)
                .await?;
        let is_new = rows.is_empty();
        let mut known: BTreeMap<String, String> = rows.into_iter().collect();
        let now = entries
            .iter()
            .map(|(id, entry)| (id, Some(entry.to_string())));
        let gone: Vec<String> = known
            .keys()
            .filter(|id| !entries.contains_key(*id))
            .cloned()
            .collect();
        for (id, after) in now.chain(gone.iter().map(|id| (id, None))) {
            let before = known.remove(id);
            if before == after {
                continue;
            }
            let after = after.as_deref();
            keep(&mut tx, pack, id, after).await?;
            if !is_new {
                sqlx::query(
                    "INSERT INTO faq_change (at_ms, pack, entry, author, before, after) VALUES (?, ?, ?, ?, ?, ?)",
                )
                .bind(at.timestamp_millis())
                .bind(pack)
                .bind(id)
                .bind(author)
                .bind(before)
                .bind(after)
                .execute(&mut *tx)
                .await?;
            }
        }
        tx.commit().await
    }

    /// Changes of a pack's common questions, the newest first, so many at most; of one entry where it is named.
    pub async fn of(
        &self,
        pack: &str,
        entry: Option<&str>,
        most: u32,
    ) -> Result<Vec<FaqChange>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM faq_change WHERE pack = ?1 AND (?2 IS NULL OR entry = ?2) ORDER BY id DESC LIMIT ?3",
        )
        .bind(pack)
        .bind(entry)
        .bind(most)
        .fetch_all(&self.pool)
        .await;
        let rows = rows.map_err(|source| self.unusable(source))?;
        let changes = rows.iter().map(change_of).collect::<sqlx::Result<_>>();
        changes.map_err(|source| self.unusable(source))
    }

    fn unusable(&self, source: sqlx::Error) -> StoreError {
        StoreError::Database {
            path: database::path(&self.folder),
            source,
        }
    }
}

/// Keeps an entry as it now is; `None` where it is gone.
async fn keep(
    tx: &mut Transaction<'_, Sqlite>,
    pack: &str,
    id: &str,
    content: Option<&str>,
) -> sqlx::Result<()> {
    let statement = match content {
        Some(_) => "INSERT OR REPLACE INTO faq_entry (pack, entry, content) VALUES (?1, ?2, ?3)",
        None => "DELETE FROM faq_entry WHERE pack = ?1 AND entry = ?2",
    };
    let query = sqlx::query(statement).bind(pack).bind(id);
    let query = match content {
        Some(content) => query.bind(content),
        None => query,
    };
    query.execute(&mut **tx).await?;
    Ok(())
}

fn change_of(row: &SqliteRow) -> sqlx::Result<FaqChange> {
    let entry = |column: &str| -> sqlx::Result<Option<Value>> {
        let text: Option<String> = row.try_get(column)?;
        let read = text.map(|text| serde_json::from_str(&text)).transpose();
        read.map_err(|error| sqlx::Error::Decode(Box::new(error)))
    };
    Ok(FaqChange {
        at: DateTime::from_timestamp_millis(row.try_get("at_ms")?).unwrap_or_default(),
        entry: row.try_get("entry")?,
        author: row.try_get("author")?,
        before: entry("before")?,
        after: entry("after")?,
    })
}
