//! What all calls share.

use super::desk::Desk;
use super::speaker::Speaker;
use crate::asr::{self, Recognizer};
use crate::backend::demo::Demo;
use crate::backend::{Backend, HttpBackend, Outbox};
use crate::compute::{Pool, Priority, SessionPool};
use crate::config::{Config, Limits};
use crate::dialogue::Pack;
use crate::event::AgentId;
use crate::models::Folder;
use crate::nlu::Encoder;
use crate::packs::Packs;
use crate::store::Store;
use crate::telephony::{IncomingCall, Line, LineConfig};
use crate::tts::{Kokoro, Openings, PhraseCache, Voice, digit_pieces};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// Jobs that may wait for a core at each priority.
const WAITING_JOBS: usize = 256;
/// How long agents write up a call before the next one.
const WRAP_UP: Duration = Duration::from_secs(10);

/// What all calls share.
pub struct House {
    /// Bounds on what this machine takes on.
    pub limits: Limits,
    /// Where calls are kept.
    pub store: Store,
    /// The cores.
    pub pool: Arc<Pool>,
    /// The recogniser.
    pub recognizer: Arc<dyn Recognizer>,
    /// Voice activity.
    pub vad: Arc<SessionPool>,
    /// The packs and their versions.
    pub packs: Arc<Packs>,
    /// What the next call is answered with.
    edition: watch::Receiver<Edition>,
    /// The utility's back office.
    pub backend: Arc<dyn Backend>,
    /// Agents and the queue.
    pub desk: Arc<Desk>,
    /// The telephone line.
    pub line: Arc<Line>,
    /// The embedded demo utility, where no other back office is configured; it serves for as long as it lives.
    _demo: Option<Demo>,
}

/// What a call is answered with, from its beginning to its end.
#[derive(Clone)]
pub struct Edition {
    /// What is said and understood.
    pub pack: Arc<Pack>,
    /// The bot's voice.
    pub speaker: Arc<Speaker>,
}

/// Why the house could not be opened. Every sentence comes from the room at fault.
pub type OpenError = Box<dyn std::error::Error>;

impl House {
    /// Opens every room. Calls that come while the fixed prompts are made ring until they are.
    pub async fn open(config: &Config) -> Result<(House, mpsc::Receiver<IncomingCall>), OpenError> {
        let models = Folder::locate(config.models.folder.as_deref());
        let threads = threads(config.models.threads);
        let pool = Arc::new(Pool::new(threads, WAITING_JOBS));
        let store = Store::open(&config.store.folder).await?;
        let encoder = Encoder::open(&models)?;
        let changes = store.faq_changes().clone();
        let packs = Packs::new(config.pack.clone(), encoder, pool.clone(), changes);
        let packs = Arc::new(packs);
        let mut versions = packs.watch(&config.pack.name).await?;
        let line_config = LineConfig::new(config)?;
        let runtime = models.path("onnxruntime", "libonnxruntime.so")?;
        let detector = models.path("silero-vad", "silero_vad.onnx")?;
        let vad = Arc::new(SessionPool::load(&runtime, &detector)?);
        let recognizer = asr::load(&config.models)?;
        let voices = Voices {
            synthesizer: Arc::new(Kokoro::open(&models)?),
            phrases: Arc::new(PhraseCache::open(&config.store.folder.join("phrases"))?),
            pool: pool.clone(),
            workers: threads + 1,
        };
        let demo = open_demo(config).await?;
        let backend = open_backend(config, demo.as_ref())?;
        let (line, incoming) = Line::open(line_config).await?;
        let pack = versions.borrow_and_update().clone();
        let (editions, edition) = watch::channel(voices.prepare(pack).await);
        tokio::spawn(follow(versions, voices, editions));
        let agents = config.agents.iter();
        let agents = agents.map(|agent| (AgentId(agent.id.clone()), agent.skills.clone()));
        let desk = Desk::open(agents.collect(), WRAP_UP, line.watch_registrations());
        let house = House {
            limits: config.limits.clone(),
            store,
            pool,
            recognizer,
            vad,
            packs,
            edition,
            backend,
            desk,
            line: Arc::new(line),
            _demo: demo,
        };
        Ok((house, incoming))
    }

    /// What the next call is answered with.
    pub fn edition(&self) -> Edition {
        self.edition.borrow().clone()
    }
}

/// Gives every version of the pack its voice.
struct Voices {
    synthesizer: Arc<Kokoro>,
    phrases: Arc<PhraseCache>,
    pool: Arc<Pool>,
    /// Phrases that are made at a time.
    workers: usize,
}

impl Voices {
    /// Has what every call says made into sound before the first one, and common answers soon after.
    async fn prepare(&self, pack: Arc<Pack>) -> Edition {
        let voice = Voice {
            name: pack.voice.clone(),
            speed: pack.speed,
        };
        let speaker = Arc::new(Speaker::new(
            voice,
            self.synthesizer.clone(),
            self.phrases.clone(),
            self.pool.clone(),
            Openings::new(pack.openings()),
        ));
        render(speaker.clone(), prompts(&pack, &speaker), self.workers).await;
        tokio::spawn(render(speaker.clone(), answers(&pack, &speaker), 1));
        Edition { pack, speaker }
    }
}

/// Answers new calls with the newest version of the pack, as soon as it can speak, while anybody asks for it.
async fn follow(
    mut versions: watch::Receiver<Arc<Pack>>,
    voices: Voices,
    editions: watch::Sender<Edition>,
) {
    loop {
        tokio::select! {
            changed = versions.changed() => if changed.is_err() { return },
            () = editions.closed() => return,
        }
        let pack = versions.borrow_and_update().clone();
        editions.send_replace(voices.prepare(pack).await);
    }
}

/// What every call says whatever the caller wants, in phrases.
fn prompts(pack: &Pack, speaker: &Speaker) -> Vec<String> {
    let fixed = pack.fixed_texts();
    let clauses = fixed.iter().flat_map(|text| speaker.phrases(text));
    let clauses = clauses.map(|phrase| phrase.text);
    let pieces = speaker.openings().chain(digit_pieces());
    clauses.chain(pieces).collect()
}

/// The answers to common questions, in phrases.
fn answers(pack: &Pack, speaker: &Speaker) -> Vec<String> {
    let answers = pack.faq_entries().iter().map(|entry| &entry.answer);
    let clauses = answers.flat_map(|text| speaker.phrases(text));
    clauses.map(|phrase| phrase.text).collect()
}

/// Makes the sound of phrases ahead, so many at a time. It is kept: only the first start with a pack takes minutes.
async fn render(speaker: Arc<Speaker>, phrases: Vec<String>, workers: usize) {
    let is_missing = |text: &String| speaker.cached(text).is_none();
    let missing: Vec<String> = phrases.into_iter().filter(is_missing).collect();
    if missing.is_empty() {
        return;
    }
    tracing::info!(phrases = missing.len(), "making the sound of fixed texts");
    let missing = Arc::new(missing);
    let mut work = JoinSet::new();
    for worker in 0..workers {
        let (missing, speaker) = (missing.clone(), speaker.clone());
        work.spawn(async move {
            for text in missing.iter().skip(worker).step_by(workers) {
                if let Err(error) = speaker.fetch(text, Priority::Batch).await {
                    tracing::error!(error, "a fixed text cannot be spoken");
                }
            }
        });
    }
    work.join_all().await;
}

async fn open_demo(config: &Config) -> Result<Option<Demo>, OpenError> {
    if config.backend.url.is_some() {
        return Ok(None);
    }
    let now = chrono::Local::now().naive_local();
    Ok(Some(Demo::start(&config.store.folder, now).await?))
}

fn open_backend(config: &Config, demo: Option<&Demo>) -> Result<Arc<dyn Backend>, OpenError> {
    let timeout = Duration::from_millis(config.backend.timeout_ms);
    let url = demo.map(Demo::url).or_else(|| config.backend.url.clone());
    let url = url.ok_or("backend.url is missing")?;
    let office = Arc::new(HttpBackend::new(&url, timeout)?);
    let outbox = Arc::new(Outbox::new(&config.store.folder, office));
    let delivering = outbox.clone();
    // For as long as the program runs: what waits at its end is delivered at its next start.
    tokio::spawn(async move { delivering.keep_delivering(CancellationToken::new()).await });
    Ok(outbox)
}

/// Threads of each priority: as configured, else one less than the cores, so that sound and signalling have one.
fn threads(configured: usize) -> usize {
    if configured > 0 {
        return configured;
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (cores - 1).max(1)
}
