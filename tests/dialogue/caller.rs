//! What the tests of the dialogue share: packs that are loaded once, and a caller who rings the water pack.

use lingting::dialogue::Pack;
use lingting::models::Folder;
use lingting::nlu::Encoder;
use lingting::packs::scripted::{Agents, Books, Caller, Office};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// A folder of the repository.
pub fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The water pack, loaded once.
pub fn water() -> Arc<Pack> {
    pack("water")
}

/// The sentence encoder, loaded once.
pub fn encoder() -> &'static Arc<Encoder> {
    static ENCODER: LazyLock<Arc<Encoder>> =
        LazyLock::new(|| Encoder::open(&Folder::locate(None)).unwrap());
    &ENCODER
}

/// A pack by its name, loaded once.
pub fn pack(name: &str) -> Arc<Pack> {
    static PACKS: LazyLock<Mutex<BTreeMap<String, Arc<Pack>>>> = LazyLock::new(Mutex::default);
    let mut packs = PACKS.lock().unwrap_or_else(PoisonError::into_inner);
    let load = || {
        let (own, common) = (folder("grammars").join(name), folder("grammars/common"));
        let pack = Pack::load(&own, &common, encoder());
        Arc::new(pack.unwrap_or_else(|error| panic!("{error}")))
    };
    Arc::clone(packs.entry(name.to_owned()).or_insert_with(load))
}

/// A caller who rings the water pack from this number.
pub async fn ring_water(from: &str, agents: Vec<Agents>) -> Caller {
    let books = Books::make().await.unwrap();
    let office = Office::open(&books).await.unwrap();
    Caller::ring(water(), office, from, agents).await
}
