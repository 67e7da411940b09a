//! Common questions, which change within the day: what is saved answers the next call, whoever saved it.

use super::{Packs, PacksError, Shelf, Work, locked};
use crate::dialogue::Pack;
use crate::nlu::{FaqEntry, Language};
use crate::store::{FaqChange, FaqEntries};
use chrono::Utc;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often the files are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Longest name of an author, in characters.
const LONGEST_NAME: usize = 40;

impl Packs {
    /// Looks at the files of common questions again and again until `stop`.
    pub async fn keep_fresh(&self, stop: CancellationToken) {
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while stop.run_until_cancelled(look.tick()).await.is_some() {
            if let Err(error) = self.refresh().await {
                tracing::error!(%error, "changed common questions cannot be taken");
            }
        }
    }

    /// Takes the common questions of every loaded pack as they lie on the disk. A file with a fault is refused, and the
    /// answers before it stay in force; [`Packs::faq_fault`] says why.
    pub async fn refresh(&self) -> Result<(), PacksError> {
        let shelves: Vec<Arc<Shelf>> = self.shelves.lock().await.values().cloned().collect();
        for shelf in shelves {
            let _alone = shelf.changing.lock().await;
            self.refresh_one(&shelf).await?;
        }
        Ok(())
    }

    /// Why the file of a pack's common questions is not in force, if it is not.
    pub async fn faq_fault(&self, name: &str) -> Result<Option<String>, PacksError> {
        let shelf = self.shelf(name).await?;
        let refused = locked(&shelf.refused);
        Ok(refused.as_ref().map(|(_, fault)| fault.clone()))
    }

    /// Changes an entry of a pack's common questions, or adds it: in the file, and for new calls.
    ///
    /// # Errors
    /// What is wrong with the entry, or with the file as it lies on the disk; then nothing is changed.
    pub async fn change_faq(
        &self,
        name: &str,
        entry: FaqEntry,
        author: &str,
    ) -> Result<Arc<Pack>, PacksError> {
        let author = author.trim();
        if author.is_empty() || author.chars().count() > LONGEST_NAME {
            return Err(PacksError::NoAuthor);
        }
        let shelf = self.shelf(name).await?;
        let _alone = shelf.changing.lock().await;
        // What somebody changed on the disk a moment ago is theirs.
        self.refresh_one(&shelf).await?;
        let (path, text) = (shelf.faq_path(), shelf.faq_text()?);
        let edited = Language::edit_faq(&path, &text, &entry)?;
        if edited == text {
            return Ok(shelf.current());
        }
        let pack = self.with_faq(&shelf, &edited).await?;
        shelf.write_faq(&edited)?;
        shelf.current.send_replace(Arc::clone(&pack));
        *locked(&shelf.refused) = None;
        self.note(&pack, Some(author)).await?;
        Ok(pack)
    }

    /// Who changed a pack's common questions, the newest first; of one entry where it is named.
    pub async fn faq_changes(
        &self,
        name: &str,
        entry: Option<&str>,
        most: u32,
    ) -> Result<Vec<FaqChange>, PacksError> {
        Ok(self.changes.of(name, entry, most).await?)
    }

    /// Notes a pack's common questions in the record of changes.
    pub(super) async fn note(&self, pack: &Pack, author: Option<&str>) -> Result<(), PacksError> {
        let entries: FaqEntries = pack
            .faq_entries()
            .iter()
            .map(|entry| (entry.id.clone(), serde_json::json!(entry)))
            .collect();
        let noted = self.changes.note(&pack.name, &entries, author, Utc::now());
        Ok(noted.await?)
    }

    async fn refresh_one(&self, shelf: &Shelf) -> Result<(), PacksError> {
        let text = match shelf.faq_text() {
            Ok(text) => text,
            Err(error) => {
                shelf.refuse(String::new(), &error);
                return Ok(());
            }
        };
        if shelf.current().has_faq(&text) {
            *locked(&shelf.refused) = None;
            return Ok(());
        }
        let is_known = locked(&shelf.refused)
            .as_ref()
            .is_some_and(|(refused, _)| *refused == text);
        if is_known {
            return Ok(());
        }
        match self.with_faq(shelf, &text).await {
            Ok(pack) => {
                *locked(&shelf.refused) = None;
                shelf.current.send_replace(Arc::clone(&pack));
                tracing::info!(pack = pack.name, "changed common questions are in force");
                self.note(&pack, None).await
            }
            Err(error @ PacksError::Pack(_)) => {
                shelf.refuse(text, &error);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    async fn with_faq(&self, shelf: &Shelf, text: &str) -> Result<Arc<Pack>, PacksError> {
        let (current, folder, text) = (shelf.current(), shelf.folder.clone(), text.to_owned());
        let learn = move || current.with_faq(&folder, &text);
        Ok(Arc::new(self.aside(Work::Short, learn).await??))
    }
}

impl Shelf {
    fn faq_path(&self) -> std::path::PathBuf {
        self.folder.join("faq.toml")
    }

    fn faq_text(&self) -> Result<String, PacksError> {
        std::fs::read_to_string(self.faq_path()).map_err(|source| PacksError::Unusable {
            path: self.faq_path(),
            source,
        })
    }

    /// Replaces the file whole: whoever reads it meanwhile gets the old one or the new one.
    fn write_faq(&self, text: &str) -> Result<(), PacksError> {
        let (path, new) = (self.faq_path(), self.folder.join(".faq.toml.new"));
        let write = || {
            let mut file = std::fs::File::create(&new)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&new, &path)
        };
        write().map_err(|source| PacksError::Unusable {
            path: path.clone(),
            source,
        })
    }

    /// Keeps a fault for the page, and tells it once in the log.
    fn refuse(&self, text: String, error: &PacksError) {
        let fault = error.to_string();
        let mut refused = locked(&self.refused);
        if refused.as_ref().is_none_or(|(_, known)| *known != fault) {
            tracing::error!(
                fault,
                "changed common questions are refused; the old ones stay in force"
            );
        }
        *refused = Some((text, fault));
    }
}
