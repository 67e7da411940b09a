//! What packs there are.

use super::{Packs, PacksError};
use crate::dialogue::Pack;
use serde::{Deserialize, Serialize};
use std::path::Path;
use utoipa::ToSchema;

/// A pack in the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Listed {
    /// Its id: the folder's name.
    pub name: String,
    /// The hotline's name.
    pub title: String,
    /// The version for new calls; of a pack that nobody has looked at yet, what lies in its folder.
    pub version: String,
    /// Whether it answers calls.
    pub serving: bool,
    /// Whether its folder holds another version, to be published.
    pub outdated: bool,
    /// What is wrong in its folder, if it was looked at and something is.
    pub fault: Option<String>,
}

/// What the list reads of `pack.toml`.
#[derive(Deserialize)]
struct Titled {
    title: String,
}

impl Packs {
    /// All packs, by name. Only those that were asked for before are loaded.
    pub async fn list(&self) -> Result<Vec<Listed>, PacksError> {
        let mut list = Vec::new();
        for name in self.names()? {
            let loaded = self.shelves.lock().await.get(&name).cloned();
            let serving = name == self.serving();
            list.push(match loaded {
                Some(shelf) => {
                    let pack = shelf.current();
                    Listed {
                        title: pack.title().to_owned(),
                        version: pack.version.clone(),
                        serving,
                        outdated: pack.is_outdated(&shelf.folder, &shelf.common)?,
                        fault: self.faq_fault(&name).await?,
                        name,
                    }
                }
                None => {
                    let folder = self.choice.folder.join(&name);
                    let title = title(&folder);
                    Listed {
                        version: Pack::version_in(&folder, &self.choice.folder.join("common"))?,
                        serving,
                        outdated: false,
                        fault: title.as_ref().err().cloned(),
                        title: title.unwrap_or_else(|_| name.clone()),
                        name,
                    }
                }
            });
        }
        Ok(list)
    }
}

fn title(folder: &Path) -> Result<String, String> {
    let path = folder.join("pack.toml");
    let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = std::fs::read_to_string(&path).map_err(|error| wrong(&error))?;
    let titled: Titled = toml::from_str(&text).map_err(|error| wrong(&error.message()))?;
    Ok(titled.title)
}
