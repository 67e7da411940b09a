//! A whole program for one test: real models, real SIP, the demo utility, its own folder and ports.

use super::{free_port, soon};
use lingting::call::{House, receive, replay};
use lingting::config::{Agent, Config};
use lingting::event::{CallId, Decision, Event, HangUpReason, Input, Kind, PromptId, Record, Request};
use lingting::models::Folder;
use lingting::store::News;
use lingting::tts::{Kokoro, Phrase, PhraseCache, Synthesizer, Voice};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

/// Password of every agent.
pub const PASSWORD: &str = "secret";
/// Voice that callers speak with; the bot's is another.
pub const CALLER_VOICE: &str = "zm_yunxi";

/// A running program.
pub struct Opened {
    pub house: Arc<House>,
    news: broadcast::Receiver<News>,
    events: Vec<Event>,
    /// Prompts that were decided and have not ended.
    speaking: BTreeSet<PromptId>,
    stop: CancellationToken,
    pub folder: tempfile::TempDir,
}

/// Opens a house whose agents are `agents`.
pub async fn open(agents: &[&str]) -> Opened {
    open_with(agents, |_| {}).await
}

/// Opens a house whose configuration `change` has had a hand in.
pub async fn open_with(agents: &[&str], change: impl FnOnce(&mut Config)) -> Opened {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(phrases()).unwrap();
    std::os::unix::fs::symlink(phrases(), folder.path().join("phrases")).unwrap();
    let mut config = Config::default();
    config.sip.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
    config.store.folder = folder.path().to_owned();
    config.pack.folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("grammars");
    config.limits.ring_s = 5;
    config.agents = agents
        .iter()
        .map(|id| Agent {
            id: (*id).to_owned(),
            password: PASSWORD.to_owned(),
            skills: Vec::new(),
        })
        .collect();
    change(&mut config);
    let (house, incoming) = House::open(&config).await.unwrap();
    let house = Arc::new(house);
    let stop = CancellationToken::new();
    tokio::spawn(receive(house.clone(), incoming, stop.clone()));
    let (_, news) = house.store.watch();
    Opened {
        house,
        news,
        events: Vec::new(),
        speaking: BTreeSet::new(),
        stop,
        folder,
    }
}

/// Phrases that tests have had spoken, kept from run to run.
fn phrases() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("phrases")
}

/// A sentence in the callers' voice, at 8 kHz.
pub fn spoken(text: &str) -> Phrase {
    static KOKORO: OnceLock<Kokoro> = OnceLock::new();
    let voice = Voice {
        name: CALLER_VOICE.to_owned(),
        speed: 1.0,
    };
    std::fs::create_dir_all(phrases()).unwrap();
    let cache = PhraseCache::open(&phrases()).unwrap();
    cache.get(text, &voice).unwrap_or_else(|| {
        let kokoro = KOKORO.get_or_init(|| Kokoro::open(&Folder::locate(None)).unwrap());
        let phrase = kokoro.synthesize(text, &voice).unwrap();
        cache.put(text, &voice, &phrase).unwrap();
        phrase
    })
}

impl Opened {
    /// Address to call.
    pub fn uri(&self) -> String {
        format!("sip:962740@{}", self.house.line.local_addr())
    }

    /// Everything that happened so far on calls that were waited for.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Waits for an event of any call.
    pub async fn until(&mut self, what: &str, wanted: impl Fn(&Kind) -> bool) -> CallId {
        let news = &mut self.news;
        let (events, speaking) = (&mut self.events, &mut self.speaking);
        let waiting = async {
            loop {
                let News { call, event } = news.recv().await.unwrap();
                let found = wanted(&event.kind);
                match &event.kind {
                    Kind::Decision(Decision::Say { prompt, .. }) => {
                        speaking.insert(*prompt);
                    }
                    Kind::Input(Input::PromptEnded { prompt, .. }) => {
                        speaking.remove(prompt);
                    }
                    _ => {}
                }
                events.push((*event).clone());
                if found {
                    return call;
                }
            }
        };
        match tokio::time::timeout(std::time::Duration::from_secs(60), waiting).await {
            Ok(call) => call,
            Err(_) => panic!("{what} did not happen; the call so far:\n{}", self.told()),
        }
    }

    /// Waits until the bot has been heard to the end of what it wanted to say.
    pub async fn until_asked(&mut self) {
        loop {
            self.until("a question to its end", |kind| {
                matches!(kind, Kind::Input(Input::PromptEnded { .. }))
            })
            .await;
            if self.speaking.is_empty() {
                return;
            }
        }
    }

    /// Waits for the end of the call and checks that a replay decides the same.
    pub async fn until_ended(&mut self) -> (CallId, HangUpReason) {
        let call = self
            .until("the end", |kind| {
                matches!(kind, Kind::Record(Record::Ended { .. }))
            })
            .await;
        let (_, events) = self.house.store.call(call).await.unwrap().unwrap();
        let events: Vec<Event> = events.iter().map(|event| (**event).clone()).collect();
        let replayed = replay(&events, self.house.pack.clone());
        assert_eq!(replayed.differences, [], "a replay decides the same");
        let Some(Kind::Record(Record::Ended { reason, .. })) = events.last().map(|e| &e.kind) else {
            panic!("the last event is the end");
        };
        (call, *reason)
    }

    /// Requests to the back office so far.
    pub fn requests(&self) -> Vec<Request> {
        let request = |event: &Event| match &event.kind {
            Kind::Decision(Decision::Ask { request, .. }) => Some(request.clone()),
            _ => None,
        };
        self.events.iter().filter_map(request).collect()
    }

    /// Intents understood so far.
    pub fn intents(&self) -> Vec<String> {
        let intent = |event: &Event| match &event.kind {
            Kind::Decision(Decision::Understood { intent, .. }) => Some(intent.clone()),
            _ => None,
        };
        self.events.iter().filter_map(intent).collect()
    }

    /// Whether the bot said this.
    pub fn said(&self, part: &str) -> bool {
        self.events.iter().any(|event| {
            matches!(&event.kind, Kind::Decision(Decision::Say { text, .. }) if text.contains(part))
        })
    }

    /// The call so far, for a failure's message.
    pub fn told(&self) -> String {
        let line = |event: &Event| match &event.kind {
            Kind::Decision(Decision::Say { text, .. }) => format!("{} bot: {}\n", event.at, text.0),
            Kind::Decision(Decision::Understood { text, intent, .. }) => {
                format!("{} caller: {} [{intent}]\n", event.at, text.0)
            }
            Kind::Input(Input::Frames { .. }) => String::new(),
            other => format!("{} {other:?}\n", event.at),
        };
        self.events.iter().map(line).collect()
    }

    /// Waits until an agent's telephone is registered.
    pub async fn registered(&self, agent: &str) {
        let mut here = self.house.line.watch_registrations();
        soon("a registration", async {
            here.wait_for(|here| here.iter().any(|id| id.0 == agent))
                .await
                .unwrap();
        })
        .await;
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
