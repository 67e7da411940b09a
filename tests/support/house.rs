//! The whole program, opened once for all tests of a binary: real models, real SIP, the demo utility.

use super::baresip::{Baresip, Setup};
use super::{free_port, soon};
use lingting::call::{House, receive};
use lingting::config::{Agent, Config};
use lingting::models::Folder;
use lingting::tts::{Kokoro, Phrase, PhraseCache, Synthesizer, Voice};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, OnceLock};
use tokio::runtime::Runtime;
use tokio::sync::{Mutex, MutexGuard, OnceCell};
use tokio_util::sync::CancellationToken;

/// Password of every agent.
pub const PASSWORD: &str = "secret";
/// The only agent.
pub const AGENT: &str = "1001";
/// How long the agent's telephone rings, in seconds.
const RING_S: u64 = 5;

/// Runs a test where the house lives.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
    RUNTIME.block_on(test)
}

/// The house.
pub async fn house() -> &'static Arc<House> {
    static HOUSE: OnceCell<Arc<House>> = OnceCell::const_new();
    HOUSE.get_or_init(open).await
}

async fn open() -> Arc<House> {
    let mut config = Config::default();
    config.sip.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
    config.store.folder = fresh_folder();
    config.pack.folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("grammars");
    config.limits.ring_s = RING_S;
    config.agents = vec![Agent {
        id: AGENT.to_owned(),
        password: PASSWORD.to_owned(),
        skills: Vec::new(),
    }];
    let (house, incoming) = House::open(&config).await.unwrap();
    let house = Arc::new(house);
    tokio::spawn(receive(house.clone(), incoming, CancellationToken::new()));
    house
}

/// Where calls are kept; they can be looked at until the next run. Phrases that were spoken once are kept for good.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("house")
}

fn fresh_folder() -> PathBuf {
    let folder = folder();
    std::fs::create_dir_all(&folder).unwrap();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::remove_file(path).unwrap();
        } else if !path.ends_with("phrases") {
            std::fs::remove_dir_all(path).unwrap();
        }
    }
    folder
}

/// A sentence in a caller's voice, at 8 kHz; the bot has another one.
pub fn spoken(text: &str) -> Phrase {
    static CACHE: LazyLock<PhraseCache> =
        LazyLock::new(|| PhraseCache::open(&folder().join("phrases")).unwrap());
    static KOKORO: OnceLock<Kokoro> = OnceLock::new();
    let voice = Voice {
        name: "zm_yunxi".to_owned(),
        speed: 1.0,
    };
    CACHE.get(text, &voice).unwrap_or_else(|| {
        let kokoro = KOKORO.get_or_init(|| Kokoro::open(&Folder::locate(None)).unwrap());
        let phrase = kokoro.synthesize(text, &voice).unwrap();
        CACHE.put(text, &voice, &phrase).unwrap();
        phrase
    })
}

/// Waits until the agent's telephone is registered, or no longer is.
pub async fn agent_is_here(here: bool) {
    let mut registered = house().await.line.watch_registrations();
    let there = registered.wait_for(|agents| agents.iter().any(|id| id.0 == AGENT) == here);
    soon("the agent's telephone", there).await.unwrap();
}

/// The agent's desk for one test alone: what one agent does would be felt by other tests.
pub async fn desk() -> MutexGuard<'static, ()> {
    static DESK: Mutex<()> = Mutex::const_new(());
    DESK.lock().await
}

/// The agent's telephone, registered.
pub async fn agent(answers: bool) -> Baresip {
    let registrar = house().await.line.local_addr().to_string();
    let phone = Baresip::start(Setup {
        user: AGENT,
        register: Some((registrar, PASSWORD)),
        answers,
        ..Setup::default()
    })
    .await;
    agent_is_here(true).await;
    phone
}

/// The agent goes home.
pub async fn leaves(mut agent: Baresip) {
    agent.command("quit", "").await;
    agent_is_here(false).await;
}
