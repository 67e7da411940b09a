//! What lies in a pack's folder, where that is not what is in force.

use super::{Packs, PacksError, locked};
use crate::dialogue::Pack;
use std::sync::Arc;

impl Packs {
    /// Whether a pack's folder holds another version than the one in force, common questions aside.
    pub async fn is_outdated(&self, name: &str) -> Result<bool, PacksError> {
        let shelf = self.shelf(name).await?;
        Ok(shelf.current().is_outdated(&shelf.folder, &shelf.common)?)
    }

    /// The pack as its folder holds it: the one in force where nothing differs.
    ///
    /// # Errors
    /// What is wrong in the folder, with file and line.
    pub async fn draft(&self, name: &str) -> Result<Arc<Pack>, PacksError> {
        let shelf = self.shelf(name).await?;
        let version = Pack::version_in(&shelf.folder, &shelf.common)?;
        let is_it = |pack: &Arc<Pack>| pack.version == version;
        if let Some(current) = Some(shelf.current()).filter(is_it) {
            return Ok(current);
        }
        if let Some(draft) = locked(&shelf.draft).clone().filter(is_it) {
            return Ok(draft);
        }
        let draft = self.load(&shelf.folder, &shelf.common).await?;
        *locked(&shelf.draft) = Some(Arc::clone(&draft));
        Ok(draft)
    }
}
