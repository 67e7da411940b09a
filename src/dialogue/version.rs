//! Which version of a pack it is: what stands in its files.

use super::PackError;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// SHA-256 of each file of a pack and of the files that packs share, by folder and name within it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Files(BTreeMap<(Place, String), [u8; 32]>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Own,
    Common,
}

impl Files {
    /// Reads all files of a pack's folder and of the folder that packs share.
    pub(super) fn read(own: &Path, common: &Path) -> Result<Files, PackError> {
        let mut files = BTreeMap::new();
        for (place, folder) in [(Place::Own, own), (Place::Common, common)] {
            for path in files_below(folder)? {
                let content = std::fs::read(&path).map_err(|source| PackError::Unreadable {
                    path: path.clone(),
                    source,
                })?;
                let name = path.strip_prefix(folder).unwrap_or(&path);
                let name = name.to_string_lossy().into_owned();
                files.insert((place, name), Sha256::digest(&content).into());
            }
        }
        Ok(Files(files))
    }

    /// The same with other content in one of the pack's own files.
    pub(super) fn with(&self, name: &str, content: &str) -> Files {
        let mut files = self.0.clone();
        files.insert(
            (Place::Own, name.to_owned()),
            Sha256::digest(content).into(),
        );
        Files(files)
    }

    /// Whether other files than the one named differ.
    pub(super) fn differ_beside(&self, name: &str, other: &Files) -> bool {
        self.with(name, "") != other.with(name, "")
    }

    /// SHA-256 over names and contents, in hexadecimal.
    pub(super) fn version(&self) -> String {
        let mut hash = Sha256::new();
        for ((place, name), content) in &self.0 {
            hash.update([u8::from(*place == Place::Common)]);
            hash.update((name.len() as u64).to_le_bytes());
            hash.update(name.as_bytes());
            hash.update(content);
        }
        let hash = hash.finalize();
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Files in a folder and below, sorted.
pub(super) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, PackError> {
    let unreadable = |source| PackError::Unreadable {
        path: folder.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // What editors keep beside the file at work, and ours while it is written.
        if name.starts_with('.') || name.ends_with('~') {
            continue;
        }
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
