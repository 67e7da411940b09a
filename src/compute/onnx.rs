//! ONNX Runtime: one shared library for the process, sessions of one thread each.

use ort::environment::Environment;
use ort::session::Session;
use ort::session::builder::GraphOptimizationLevel;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

/// Why a model cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum OnnxError {
    /// The shared library is missing or unfit.
    #[error("cannot load ONNX Runtime from {path}: {what}; `lingting models pull` fetches it")]
    Library {
        /// The shared library.
        path: PathBuf,
        /// Why.
        what: String,
    },
    /// The model file is missing or damaged.
    #[error("cannot load the model {path}: {what}; `lingting models pull` fetches it again")]
    Model {
        /// File at fault.
        path: PathBuf,
        /// Why.
        what: String,
    },
}

static RUNTIME: OnceLock<Result<Environment, String>> = OnceLock::new();

/// The runtime; the first caller's library serves the whole process.
fn runtime(library: &Path) -> Result<&'static Environment, OnnxError> {
    let loaded = RUNTIME.get_or_init(|| {
        ort::init_from(library)
            .map_err(|error| error.to_string())?
            .with_telemetry(false)
            .build()
            .map_err(|error| error.to_string())
    });
    loaded.as_ref().map_err(|what| OnnxError::Library {
        path: library.to_owned(),
        what: what.clone(),
    })
}

/// Sessions of one model, as many as have ever run at once. A session computes on its caller's thread alone.
pub struct SessionPool {
    model: PathBuf,
    /// The model itself where it is part of the program.
    built_in: Option<&'static [u8]>,
    runtime: &'static Environment,
    free: Mutex<Vec<Session>>,
}

impl SessionPool {
    /// Loads a model; `library` is ONNX Runtime's shared library.
    pub fn load(library: &Path, model: &Path) -> Result<SessionPool, OnnxError> {
        SessionPool::open_first(library, model, None)
    }

    /// Loads a model that is part of the program; `name` is for messages.
    pub fn built_in(
        library: &Path,
        name: &str,
        model: &'static [u8],
    ) -> Result<SessionPool, OnnxError> {
        SessionPool::open_first(library, Path::new(name), Some(model))
    }

    fn open_first(
        library: &Path,
        model: &Path,
        built_in: Option<&'static [u8]>,
    ) -> Result<SessionPool, OnnxError> {
        let pool = SessionPool {
            model: model.to_owned(),
            built_in,
            runtime: runtime(library)?,
            free: Mutex::new(Vec::new()),
        };
        drop(pool.session()?);
        Ok(pool)
    }

    /// A session that nobody else uses; it returns to the pool when dropped.
    pub fn session(&self) -> Result<PooledSession<'_>, OnnxError> {
        let free = self.lock().pop();
        let session = match free {
            Some(session) => session,
            None => self.open()?,
        };
        Ok(PooledSession {
            pool: self,
            session: Some(session),
        })
    }

    fn open(&self) -> Result<Session, OnnxError> {
        let open = || -> ort::Result<Session> {
            let mut builder = Session::builder(self.runtime)?
                .with_intra_threads(1)?
                .with_inter_threads(1)?
                .with_intra_op_spinning(false)?
                .with_optimization_level(GraphOptimizationLevel::All)?
                .with_precise_qmm()?;
            match self.built_in {
                Some(model) => builder.commit_from_memory(model),
                None => builder.commit_from_file(&self.model),
            }
        };
        open().map_err(|error| OnnxError::Model {
            path: self.model.clone(),
            what: error.to_string(),
        })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Session>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A session out of a [`SessionPool`].
pub struct PooledSession<'a> {
    pool: &'a SessionPool,
    session: Option<Session>,
}

impl Deref for PooledSession<'_> {
    type Target = Session;
    fn deref(&self) -> &Session {
        self.session.as_ref().expect("it is taken only by drop")
    }
}

impl DerefMut for PooledSession<'_> {
    fn deref_mut(&mut self) -> &mut Session {
        self.session.as_mut().expect("it is taken only by drop")
    }
}

impl Drop for PooledSession<'_> {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            self.pool.lock().push(session);
        }
    }
}
