//! The packs as their authors keep them: which version of each is in force, what lies in its folder, what its scripted
//! calls say of it.
//!
//! In: folders of packs and of scripted calls, changes that authors make. Out: the version for new calls ([`Packs::watch`]),
//! drafts to try, results of scripted calls, the record of changed common questions. A call keeps the version it began
//! with. Common questions take effect as soon as they are saved, everything else when it is published.

mod draft;
mod faq;
mod list;
mod publish;
pub mod scripted;

pub use list::Listed;
pub use publish::Publication;

use crate::compute::{JobLost, Pool, PoolFull, Priority};
use crate::config::PackChoice;
use crate::dialogue::{Pack, PackError, Understanding};
use crate::nlu::{Context, Encoder, NluError};
use crate::store::{FaqChanges, StoreError};
use scripted::{Books, ScriptError};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as AsyncMutex, OnceCell, watch};

/// Work on packs that runs beside calls, each with its priority and the processor time to expect.
#[derive(Clone, Copy)]
enum Work {
    /// Understanding a sentence, or taking changed common questions: somebody waits for it.
    Short,
    /// Loading a pack or playing its scripted calls.
    Long,
}

/// All packs of a folder. Those that are asked for are loaded, and stay.
pub struct Packs {
    choice: PackChoice,
    encoder: Arc<Encoder>,
    pool: Arc<Pool>,
    changes: FaqChanges,
    shelves: AsyncMutex<BTreeMap<String, Arc<Shelf>>>,
    books: OnceCell<Books>,
}

/// One pack that is loaded.
struct Shelf {
    folder: PathBuf,
    common: PathBuf,
    /// The version for new calls.
    current: watch::Sender<Arc<Pack>>,
    /// What was loaded last of a folder that holds something else.
    draft: Mutex<Option<Arc<Pack>>>,
    /// The text of common questions that was refused last, and why.
    refused: Mutex<Option<(String, String)>>,
    /// Held by whoever changes the pack.
    changing: AsyncMutex<()>,
}

/// Why something could not be done with a pack.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PacksError {
    /// No folder has that name.
    #[error("there is no pack {0:?}")]
    NoSuchPack(String),
    /// The common questions have no such entry.
    #[error("there is no entry {0:?}")]
    NoSuchEntry(String),
    /// What the files say is not taken.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// An entry is not taken.
    #[error(transparent)]
    Entry(#[from] NluError),
    /// A change has no author.
    #[error("a change needs its author's name, 1 to 40 characters")]
    NoAuthor,
    /// Scripted calls cannot be played.
    #[error(transparent)]
    Scripts(#[from] ScriptError),
    /// A file or folder cannot be read or written.
    #[error("cannot use {path}: {source}")]
    Unusable {
        /// File or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Changes cannot be noted or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Too much is being done already.
    #[error(transparent)]
    Full(#[from] PoolFull),
    /// Something in the work failed.
    #[error(transparent)]
    Lost(#[from] JobLost),
}

impl Packs {
    /// The packs in `choice.folder`; work on them runs in `pool`, below that of calls.
    pub fn new(
        choice: PackChoice,
        encoder: Arc<Encoder>,
        pool: Arc<Pool>,
        changes: FaqChanges,
    ) -> Packs {
        Packs {
            choice,
            encoder,
            pool,
            changes,
            shelves: AsyncMutex::default(),
            books: OnceCell::new(),
        }
    }

    /// The pack that answers calls.
    pub fn serving(&self) -> &str {
        &self.choice.name
    }

    /// Names of all packs, sorted: folders with a `pack.toml`.
    pub fn names(&self) -> Result<Vec<String>, PacksError> {
        let folder = &self.choice.folder;
        let unusable = |source| PacksError::Unusable {
            path: folder.clone(),
            source,
        };
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(unusable)? {
            let path = entry.map_err(unusable)?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            if let Some(name) = name.filter(|_| path.join("pack.toml").is_file()) {
                names.push(name.to_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    /// The version of a pack for new calls.
    pub async fn current(&self, name: &str) -> Result<Arc<Pack>, PacksError> {
        Ok(self.shelf(name).await?.current())
    }

    /// The version of a pack for new calls, now and whenever it changes.
    pub async fn watch(&self, name: &str) -> Result<watch::Receiver<Arc<Pack>>, PacksError> {
        Ok(self.shelf(name).await?.current.subscribe())
    }

    /// What a sentence means to a pack and why.
    pub async fn explain(
        &self,
        pack: Arc<Pack>,
        text: String,
        context: Context,
    ) -> Result<Understanding, PacksError> {
        let explain = move || pack.explain(&text, &context);
        self.aside(Work::Short, explain).await
    }

    /// A pack's shelf; the first one who asks waits until it is loaded.
    async fn shelf(&self, name: &str) -> Result<Arc<Shelf>, PacksError> {
        let mut shelves = self.shelves.lock().await;
        if let Some(shelf) = shelves.get(name) {
            return Ok(Arc::clone(shelf));
        }
        if !self.names()?.iter().any(|known| known == name) {
            return Err(PacksError::NoSuchPack(name.to_owned()));
        }
        let folder = self.choice.folder.join(name);
        let common = self.choice.folder.join("common");
        let pack = self.load(&folder, &common).await?;
        self.note(&pack, None).await?;
        let shelf = Arc::new(Shelf {
            folder,
            common,
            current: watch::Sender::new(pack),
            draft: Mutex::default(),
            refused: Mutex::default(),
            changing: AsyncMutex::default(),
        });
        shelves.insert(name.to_owned(), Arc::clone(&shelf));
        Ok(shelf)
    }

    async fn load(
        &self,
        folder: &std::path::Path,
        common: &std::path::Path,
    ) -> Result<Arc<Pack>, PacksError> {
        let (folder, common) = (folder.to_owned(), common.to_owned());
        let encoder = Arc::clone(&self.encoder);
        let load = move || Pack::load(&folder, &common, &encoder);
        Ok(Arc::new(self.aside(Work::Long, load).await??))
    }

    /// Has something done on the cores that calls leave free.
    async fn aside<T: Send + 'static>(
        &self,
        kind: Work,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PacksError> {
        let (priority, estimate) = match kind {
            Work::Short => (Priority::Prompt, Duration::from_secs(1)),
            Work::Long => (Priority::Batch, Duration::from_secs(10)),
        };
        let job = self.pool.submit(priority, estimate, work)?;
        Ok(job.await?.value)
    }
}

impl Shelf {
    fn current(&self) -> Arc<Pack> {
        Arc::clone(&self.current.borrow())
    }
}

/// A value behind a lock that no panic can leave half-changed: it is only ever replaced whole.
fn locked<T>(value: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}
