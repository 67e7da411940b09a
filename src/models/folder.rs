//! Where the models lie.

use super::{Manifest, Model, ModelError, hash};
use std::path::{Path, PathBuf};

/// The folder of all models: `<folder>/<model>/<file>`. Checkouts and programs share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder that is configured; else that of `LINGTING_MODELS`; else `lingting/models` in the user's cache
    /// (`XDG_CACHE_HOME`, `~/.cache`).
    pub fn locate(configured: Option<&Path>) -> Folder {
        let set = |name| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let cache = || {
            let home = || std::env::home_dir().map(|home| home.join(".cache"));
            let root = set("XDG_CACHE_HOME").or_else(home);
            root.unwrap_or_else(|| "/var/cache".into())
                .join("lingting/models")
        };
        let chosen = configured
            .map(Path::to_owned)
            .or_else(|| set("LINGTING_MODELS"));
        Folder(chosen.unwrap_or_else(cache))
    }

    /// The folder itself.
    pub fn root(&self) -> &Path {
        &self.0
    }

    /// Folder of one model.
    pub(super) fn of(&self, model: &str) -> PathBuf {
        self.0.join(model)
    }

    /// Path of a model's file, for reading. A file that is missing, or that is shorter or longer than the manifest
    /// says, is an error that tells what mends it; the content is checked by [`Folder::verify`].
    pub fn path(&self, model: &str, file: &str) -> Result<PathBuf, ModelError> {
        let path = self.of(model).join(file);
        let Ok(found) = std::fs::metadata(&path) else {
            return Err(ModelError::Missing {
                model: model.to_owned(),
                path,
            });
        };
        let known = Manifest::shipped()
            .models
            .iter()
            .find(|known| known.id == model);
        match known.and_then(|known| known.file(file)) {
            Some(known) if known.size != found.len() => Err(ModelError::Truncated {
                model: model.to_owned(),
                path,
                got: found.len(),
                want: known.size,
            }),
            _ => Ok(path),
        }
    }

    /// Compares every file of a model with the manifest. Reads all of it: about a second for 300 MB.
    pub fn verify(&self, model: &Model) -> Result<(), ModelError> {
        for file in &model.file {
            let path = self.of(&model.id).join(&file.path);
            let id = model.id.clone();
            if !path.exists() {
                return Err(ModelError::Missing { model: id, path });
            }
            let (got, hash) = hash::of_file(&path)?;
            if got != file.size {
                return Err(ModelError::Truncated {
                    model: id,
                    path,
                    got,
                    want: file.size,
                });
            }
            if hash != file.sha256 {
                return Err(ModelError::Altered {
                    model: id,
                    path,
                    got: hash,
                    want: file.sha256.clone(),
                });
            }
        }
        Ok(())
    }
}
