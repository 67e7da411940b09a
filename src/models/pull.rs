//! Getting models: fetch, check, unpack, join, convert, put in place.
//!
//! Everything is made in `.work` inside the models' folder and put in place by renaming, so a model is whole or not
//! there. What was fetched and found good waits in `.fetched` until its model is in place: an interrupted pull goes on
//! where it was. One pull works in a folder at a time; a second one waits and finds the work done.

use super::manifest::{Converter, Fetch, File, Manifest, Model};
use super::{Folder, ModelError, archive, e5, fetch, ggml, hash, kokoro, whisper};
use std::collections::BTreeSet;
use std::fs::{self, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// What a pull is doing, for people who wait.
#[derive(Debug, Clone, Copy)]
pub enum Step<'a> {
    /// Another pull works in this folder.
    Waiting,
    /// The files of a model are being compared with the manifest.
    Checking(&'a Model),
    /// The model was there, and whole.
    Skipped(&'a Model),
    /// So many bytes have arrived.
    Fetching(&'a Fetch, u64),
    /// Members are being taken out and joined.
    Unpacking(&'a Model),
    /// The converter works.
    Converting(&'a Model),
    /// The model is in place.
    Ready(&'a Model),
}

/// Gets the models of these ids (of none: all that are not optional). A model that is there and whole is left alone.
pub fn pull(
    manifest: &Manifest,
    folder: &Folder,
    ids: &[String],
    tell: &mut dyn FnMut(Step<'_>),
) -> Result<(), ModelError> {
    let models = manifest.choose(ids)?;
    fs::create_dir_all(folder.root()).map_err(ModelError::io("create", folder.root()))?;
    let lock_path = folder.root().join(".lock");
    let lock = fs::File::create(&lock_path).map_err(ModelError::io("write", &lock_path))?;
    if let Err(error) = lock.try_lock() {
        if let TryLockError::Error(source) = error {
            return Err(ModelError::io("lock", &lock_path)(source));
        }
        tell(Step::Waiting);
        lock.lock().map_err(ModelError::io("lock", &lock_path))?;
    }
    for model in models {
        tell(Step::Checking(model));
        if folder.verify(model).is_ok() {
            tell(Step::Skipped(model));
        } else {
            Pull { model, folder }.run(tell)?;
            tell(Step::Ready(model));
        }
    }
    Ok(())
}

struct Pull<'a> {
    model: &'a Model,
    folder: &'a Folder,
}

impl Pull<'_> {
    fn run(&self, tell: &mut dyn FnMut(Step<'_>)) -> Result<(), ModelError> {
        let work = self.folder.root().join(".work");
        clear(&work)?;
        let fetched = self.fetch_all(&work, tell)?;
        tell(Step::Unpacking(self.model));
        let members = work.join("members");
        self.unpack_all(&fetched, &members)?;
        let (inputs, files) = (work.join("input"), work.join("model"));
        create(&inputs)?;
        create(&files)?;
        for file in &self.model.input {
            self.join(file, &members, &inputs)?;
        }
        for file in self.model.file.iter().filter(|file| !file.from.is_empty()) {
            self.join(file, &members, &files)?;
        }
        if let Some(converter) = self.model.convert {
            tell(Step::Converting(self.model));
            self.convert(converter, &inputs, &files)?;
        }
        self.put_in_place(&files, &work)?;
        clear(&work)?;
        for path in fetched {
            fs::remove_file(&path).map_err(ModelError::io("remove", &path))?;
        }
        Ok(())
    }

    /// Paths of all that the model is made of, in `.fetched`.
    fn fetch_all(
        &self,
        work: &Path,
        tell: &mut dyn FnMut(Step<'_>),
    ) -> Result<Vec<PathBuf>, ModelError> {
        let kept = self.folder.root().join(".fetched");
        create(&kept)?;
        let mut paths = Vec::new();
        for fetch in &self.model.fetch {
            let path = kept.join(&fetch.file);
            let good =
                path.exists() && hash::difference(&path, fetch.size, &fetch.sha256)?.is_none();
            if !good {
                let desk = work.join("fetch");
                clear(&desk)?;
                create(&desk)?;
                tell(Step::Fetching(fetch, 0));
                let arrived = &mut |bytes| tell(Step::Fetching(fetch, bytes));
                let came = fetch::fetch(&self.model.id, fetch, &desk, arrived)?;
                fs::rename(&came, &path).map_err(ModelError::io("write", &path))?;
            }
            tell(Step::Fetching(fetch, fetch.size));
            paths.push(path);
        }
        Ok(paths)
    }

    fn unpack_all(&self, fetched: &[PathBuf], into: &Path) -> Result<(), ModelError> {
        let files = self.model.file.iter().chain(&self.model.input);
        let mut wanted: BTreeSet<String> =
            files.flat_map(|file| file.from.iter().cloned()).collect();
        for path in fetched {
            archive::unpack(&self.model.id, path, &mut wanted, into)?;
        }
        match wanted.first() {
            None => Ok(()),
            Some(member) => Err(ModelError::Archive {
                model: self.model.id.clone(),
                archive: "what was fetched".into(),
                message: format!("does not hold {member}"),
            }),
        }
    }

    /// Joins the members of a file and checks what becomes of them.
    fn join(&self, file: &File, members: &Path, into: &Path) -> Result<(), ModelError> {
        let path = into.join(&file.path);
        if let Some(folder) = path.parent() {
            create(folder)?;
        }
        let mut whole = fs::File::create(&path).map_err(ModelError::io("write", &path))?;
        for member in &file.from {
            let member = members.join(member);
            let mut part = fs::File::open(&member).map_err(ModelError::io("read", &member))?;
            io::copy(&mut part, &mut whole).map_err(ModelError::io("write", &path))?;
        }
        self.check(file, &path)
    }

    fn check(&self, file: &File, path: &Path) -> Result<(), ModelError> {
        match hash::difference(path, file.size, &file.sha256)? {
            None => Ok(()),
            Some((got, want)) => Err(ModelError::Unexpected {
                model: self.model.id.clone(),
                file: file.path.clone(),
                got,
                want,
            }),
        }
    }

    fn convert(&self, converter: Converter, inputs: &Path, files: &Path) -> Result<(), ModelError> {
        let failed = |error: &dyn std::fmt::Display| ModelError::Convert {
            model: self.model.id.clone(),
            message: error.to_string(),
        };
        match converter {
            Converter::Whisper => {
                let weights = inputs.join("model.bin");
                let tokenizer = files.join("tokenizer.json");
                let vocabulary = inputs.join("vocabulary.txt");
                whisper::convert(&weights, &tokenizer, files).map_err(|error| failed(&error))?;
                ggml::convert(&weights, &vocabulary, &files.join("ggml-q8_0.bin"))
                    .map_err(|error| failed(&error))?;
            }
            Converter::Kokoro => {
                kokoro::convert(&inputs.join("model.onnx"), &files.join("trimmed.onnx"))
                    .map_err(|error| failed(&error))?;
            }
            Converter::E5 => {
                e5::convert(&inputs.join("e5-small-q4.bin"), files)
                    .map_err(|error| failed(&error))?;
            }
        }
        for made in self.model.file.iter().filter(|file| file.from.is_empty()) {
            self.check(made, &files.join(&made.path))?;
        }
        Ok(())
    }

    /// Two renames: a program that has the old files open keeps them.
    fn put_in_place(&self, files: &Path, work: &Path) -> Result<(), ModelError> {
        let place = self.folder.of(&self.model.id);
        if place.exists() {
            let old = work.join("old");
            fs::rename(&place, &old).map_err(ModelError::io("replace", &place))?;
        }
        fs::rename(files, &place).map_err(ModelError::io("write", &place))
    }
}

fn create(folder: &Path) -> Result<(), ModelError> {
    fs::create_dir_all(folder).map_err(ModelError::io("create", folder))
}

fn clear(folder: &Path) -> Result<(), ModelError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(ModelError::io("remove", folder)(error))
        }
        _ => Ok(()),
    }
}
