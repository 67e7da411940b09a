//! A new version for new calls, once its scripted calls go as written.

use super::scripted::{self, Books, Played};
use super::{Packs, PacksError, Work};
use crate::dialogue::Pack;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// What came of publishing.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Publication {
    /// Whether new calls now get this version: all its scripted calls went as written.
    pub published: bool,
    /// The version that was tried.
    pub version: String,
    /// Its scripted calls.
    pub scripts: Vec<Played>,
}

impl Packs {
    /// Plays the scripted calls of a pack.
    pub async fn play(&self, name: &str, pack: Arc<Pack>) -> Result<Vec<Played>, PacksError> {
        let folder = self.choice.scripts.join(name);
        let books = self.books.get_or_try_init(Books::make).await?.clone();
        let runtime = tokio::runtime::Handle::current();
        let play = move || runtime.block_on(scripted::play_all(&folder, &pack, &books));
        Ok(self.aside(Work::Long, play).await??)
    }

    /// Loads a pack's folder afresh, plays its scripted calls, and if all go as written makes it the version for new calls.
    ///
    /// # Errors
    /// What is wrong in the folder, with file and line.
    pub async fn publish(&self, name: &str) -> Result<Publication, PacksError> {
        let shelf = self.shelf(name).await?;
        let _alone = shelf.changing.lock().await;
        let pack = self.load(&shelf.folder, &shelf.common).await?;
        let scripts = self.play(name, Arc::clone(&pack)).await?;
        let version = pack.version.clone();
        let published = scripts.iter().all(|played| played.difference.is_none());
        if published {
            self.note(&pack, None).await?;
            shelf.current.send_replace(pack);
            tracing::info!(pack = name, version, "a new version answers new calls");
        }
        Ok(Publication {
            published,
            version,
            scripts,
        })
    }
}
