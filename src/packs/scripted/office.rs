//! The demo utility of one scripted call, with books of its own.

use super::{ScriptError, TODAY};
use crate::backend::demo::Demo;
use crate::backend::{Backend, HttpBackend};
use crate::event::{Reply, Request};
use chrono::{NaiveDateTime, NaiveTime};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;

/// Noon of the day of all scripted calls.
const NOON: NaiveDateTime = NaiveDateTime::new(
    TODAY,
    NaiveTime::from_hms_opt(12, 0, 0).expect("every day has a noon"),
);
/// Longest wait for the demo utility, which runs beside whatever else the machine does.
const PATIENCE: Duration = Duration::from_secs(20);

/// Books that every office begins with; made once, in a few seconds.
#[derive(Clone)]
pub struct Books(Arc<TempDir>);

impl Books {
    /// Makes them.
    pub async fn make() -> Result<Books, ScriptError> {
        let folder = tempfile::tempdir()?;
        Demo::start(folder.path(), NOON).await?.end().await;
        Ok(Books(Arc::new(folder)))
    }
}

/// A demo utility with copies of the books.
pub struct Office {
    connector: HttpBackend,
    demo: Option<Demo>,
    _folder: TempDir,
}

impl Office {
    /// Opens one.
    pub async fn open(books: &Books) -> Result<Office, ScriptError> {
        let folder = tempfile::tempdir()?;
        for entry in std::fs::read_dir(books.0.path())? {
            let entry = entry?;
            std::fs::copy(entry.path(), folder.path().join(entry.file_name()))?;
        }
        let demo = Demo::start(folder.path(), NOON).await?;
        let connector = HttpBackend::new(&demo.url(), PATIENCE)?;
        Ok(Office {
            connector,
            demo: Some(demo),
            _folder: folder,
        })
    }

    /// The utility goes down: nothing answers at its address any more.
    pub fn close(&mut self) {
        self.demo = None;
    }

    pub(super) async fn ask(&self, request: &Request, key: &str) -> Reply {
        self.connector.ask(request, key).await
    }
}
