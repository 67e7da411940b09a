//! Vectors that are kept from one start to the next, since a pack's examples seldom change.
//!
//! One file for each state of the model: records of 16 bytes (the beginning of the text's SHA-256) and the vector's 32-bit
//! floats, little-endian. It is replaced whole, by renaming; it can be deleted at any time.

use super::Vector;
use crate::models::Folder;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Bytes of a text's key.
const KEY: usize = 16;
/// Sentences that are kept; beyond it the file begins anew with those of the pack at hand.
const MOST: usize = 40_000;

/// One writer at a time in this program; among programs the last one wins, and what the others wrote is made again.
static WRITING: Mutex<()> = Mutex::new(());

/// The file.
pub(super) struct Kept {
    path: PathBuf,
    width: usize,
}

impl Kept {
    /// Below the folder of the models, under a name made of what the model's files are.
    pub(super) fn beside<'f>(
        models: &Folder,
        fingerprints: impl Iterator<Item = &'f str>,
        width: usize,
    ) -> Kept {
        let together: String = fingerprints.collect();
        let name: String = key(&together)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Kept {
            path: models.root().join(".sentences").join(name),
            width,
        }
    }

    /// The vectors of these texts, as far as they are there.
    pub(super) fn read(&self, texts: &[&str]) -> BTreeMap<String, Vector> {
        let records = self.records();
        let vector = |text: &&str| Some(((*text).to_owned(), records.get(&key(text))?.clone()));
        texts.iter().filter_map(vector).collect()
    }

    /// Adds these to what is there. A folder that cannot be written to costs time at the next start and nothing else.
    pub(super) fn write(&self, vectors: &BTreeMap<String, Vector>) {
        let _alone = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut records = self.records();
        if records.len() + vectors.len() > MOST {
            records.clear();
        }
        records.extend(
            vectors
                .iter()
                .map(|(text, vector)| (key(text), vector.clone())),
        );
        let mut bytes = Vec::new();
        for (key, vector) in &records {
            bytes.extend(key);
            bytes.extend(vector.iter().flat_map(|number| number.to_le_bytes()));
        }
        if let Err(error) = replace(&self.path, &bytes) {
            tracing::warn!(path = %self.path.display(), %error, "encoded sentences cannot be kept; the next start takes longer");
        }
    }

    fn records(&self) -> HashMap<[u8; KEY], Vector> {
        let bytes = std::fs::read(&self.path).unwrap_or_default();
        let records = bytes.chunks_exact(KEY + 4 * self.width);
        let record = |record: &[u8]| {
            let (key, numbers) = record.split_first_chunk::<KEY>()?;
            let numbers = numbers.as_chunks::<4>().0.iter();
            Some((
                *key,
                numbers.map(|four| f32::from_le_bytes(*four)).collect(),
            ))
        };
        records.filter_map(record).collect()
    }
}

fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = path.as_os_str().to_owned();
    file.push(format!(".{}", std::process::id()));
    std::fs::write(&file, bytes)?;
    std::fs::rename(&file, path)
}

fn key(text: &str) -> [u8; KEY] {
    let hash = Sha256::digest(text.as_bytes());
    std::array::from_fn(|i| hash[i])
}
