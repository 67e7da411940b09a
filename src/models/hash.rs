//! SHA-256 of files.

use super::ModelError;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Size in bytes and SHA-256 in hexadecimal of a file.
pub(super) fn of_file(path: &Path) -> Result<(u64, String), ModelError> {
    let mut file = File::open(path).map_err(ModelError::io("read", path))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut size = 0;
    loop {
        let count = file
            .read(&mut buffer)
            .map_err(ModelError::io("read", path))?;
        if count == 0 {
            break;
        }
        hash.update(&buffer[..count]);
        size += count as u64;
    }
    let digits = hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Ok((size, digits))
}

/// Whether a file that was fetched or made is what the manifest names; `None` where it is.
pub(super) fn difference(
    path: &Path,
    size: u64,
    sha256: &str,
) -> Result<Option<(String, String)>, ModelError> {
    let (got_size, got_hash) = of_file(path)?;
    if got_size != size {
        return Ok(Some((format!("{got_size} bytes"), format!("{size} bytes"))));
    }
    if got_hash != sha256 {
        return Ok(Some((
            format!("SHA-256 {got_hash}"),
            format!("SHA-256 {sha256}"),
        )));
    }
    Ok(None)
}
