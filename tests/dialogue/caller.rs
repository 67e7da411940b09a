//! What the tests of the dialogue share: the water pack, the demo utility, and a caller who follows a script.

use chrono::{NaiveDate, NaiveDateTime};
use lingting::backend::demo::Demo;
use lingting::backend::{Backend, HttpBackend};
use lingting::dialogue::{Conversation, Pack, Stimulus};
use lingting::event::{
    AgentId, AgentNews, Decision, HangUpReason, Hypothesis, Millis, Pii, Reply, Request,
    UtteranceId,
};
use lingting::models::Folder;
use lingting::nlu::Encoder;
use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Duration;

/// The day of all scripted calls; the demo utility's books are made for it.
pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

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

/// A demo utility of its own books, copied from ones that are made once.
pub struct Office {
    connector: HttpBackend,
    demo: Option<Demo>,
    _folder: tempfile::TempDir,
}

impl Office {
    /// Opens copies of the books in `template`, which are made on first use.
    pub async fn open(template: &Path) -> Office {
        let noon: NaiveDateTime = today().and_hms_opt(12, 0, 0).unwrap();
        let folder = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(template).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        let demo = Demo::start(folder.path(), noon).await.unwrap();
        let connector = HttpBackend::new(&demo.url(), Duration::from_secs(20)).unwrap();
        Office {
            connector,
            demo: Some(demo),
            _folder: folder,
        }
    }

    /// Makes the books that [`Office::open`] copies.
    pub async fn make_books(folder: &Path) {
        let noon: NaiveDateTime = today().and_hms_opt(12, 0, 0).unwrap();
        let demo = Demo::start(folder, noon).await.unwrap();
        drop(demo);
    }

    /// The utility goes down: nothing answers at its address any more.
    pub fn close(&mut self) {
        self.demo = None;
    }

    async fn ask(&self, request: &Request, key: &str) -> Reply {
        self.connector.ask(request, key).await
    }
}

/// How agents take it when they are looked for, in order; the last one stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agents {
    /// One is free and picks up.
    Free,
    /// All are busy.
    Busy,
    /// One is free and does not pick up.
    Absent,
}

/// A caller's side of a call, and the world around it.
pub struct Caller {
    pub conversation: Conversation,
    pub office: Office,
    pub agents: VecDeque<Agents>,
    /// What happened since it was last taken.
    pub heard: Vec<Decision>,
    pub slots: BTreeMap<String, String>,
    pub ended: Option<HangUpReason>,
    pub bridged: bool,
    pub summary: Option<lingting::event::Summary>,
    pub tickets: Vec<lingting::event::Ticket>,
    utterance: UtteranceId,
    now: Millis,
}

impl Caller {
    /// Rings the water pack from this number; the greeting is in `heard`.
    pub async fn ring(office: Office, from: &str, agents: Vec<Agents>) -> Caller {
        Caller::ring_pack(water(), office, from, agents).await
    }

    /// Rings a pack from this number; the greeting is in `heard`.
    pub async fn ring_pack(
        pack: Arc<Pack>,
        office: Office,
        from: &str,
        agents: Vec<Agents>,
    ) -> Caller {
        let mut caller = Caller {
            conversation: Conversation::new(pack),
            office,
            agents: agents.into(),
            heard: Vec::new(),
            slots: BTreeMap::new(),
            ended: None,
            bridged: false,
            summary: None,
            tickets: Vec::new(),
            utterance: UtteranceId::default(),
            now: Millis(0),
        };
        let from = Pii(from.to_owned());
        let answered = Stimulus::Answered {
            from: &from,
            to: "962740",
            today: today(),
        };
        caller.tell(answered).await;
        caller
    }

    /// Says something; the recogniser's readings are best first.
    pub async fn says(&mut self, readings: &[&str]) {
        self.utterance = self.utterance.next();
        let hypotheses: Vec<Hypothesis> = readings
            .iter()
            .map(|text| Hypothesis {
                text: (*text).into(),
                confidence: 0.8,
            })
            .collect();
        let utterance = self.utterance;
        self.tell(Stimulus::Said {
            utterance,
            hypotheses: &hypotheses,
        })
        .await;
    }

    /// Speaks, and the recogniser makes nothing of it.
    pub async fn mumbles(&mut self) {
        self.utterance = self.utterance.next();
        let utterance = self.utterance;
        self.tell(Stimulus::NotHeard { utterance }).await;
    }

    /// Tells the conversation something and carries out what it decides, until it waits for the caller.
    pub async fn tell(&mut self, stimulus: Stimulus<'_>) {
        let mut open: VecDeque<Then> = VecDeque::new();
        self.now = self.now + 3_000;
        let decisions = self.conversation.handle(self.now, stimulus);
        self.carry_out(decisions, &mut open);
        while let Some(next) = open.pop_front() {
            let decisions = match next {
                Then::Ask(request_id, request) => {
                    let key = format!("test-{request_id}");
                    let reply = self.office.ask(&request, &key).await;
                    if let (Request::CreateTicket(_), Reply::Ticket(ticket)) = (&request, &reply) {
                        self.tickets.push(ticket.clone());
                    }
                    let replied = Stimulus::Replied {
                        request: request_id,
                        reply: &reply,
                    };
                    self.conversation.handle(self.now, replied)
                }
                Then::News(news) => self.conversation.handle(self.now, Stimulus::Agent(&news)),
            };
            self.carry_out(decisions, &mut open);
        }
    }

    fn carry_out(&mut self, decisions: Vec<Decision>, open: &mut VecDeque<Then>) {
        let agent = AgentId("1001".into());
        for decision in decisions {
            match &decision {
                Decision::Ask {
                    request_id,
                    request,
                } => open.push_back(Then::Ask(*request_id, request.clone())),
                Decision::FindAgent { .. } => {
                    open.push_back(Then::News(match self.agents.front() {
                        Some(Agents::Free | Agents::Absent) => AgentNews::Found {
                            agent: agent.clone(),
                        },
                        Some(Agents::Busy) | None => AgentNews::NoneFree { ahead: 2 },
                    }))
                }
                Decision::RingAgent { agent, .. } => {
                    let agent = agent.clone();
                    open.push_back(Then::News(match self.agents.front() {
                        Some(Agents::Free) => AgentNews::PickedUp { agent },
                        _ => AgentNews::NotReached {
                            agent,
                            reason: "no answer".into(),
                        },
                    }));
                }
                Decision::Bridge { agent } => {
                    self.bridged = true;
                    let agent = agent.clone();
                    open.push_back(Then::News(AgentNews::Bridged { agent }));
                }
                Decision::Slot { slot, value, .. } => {
                    match value {
                        Some(value) => self.slots.insert(slot.clone(), value.0.clone()),
                        None => self.slots.remove(slot),
                    };
                }
                Decision::Summary(summary) => self.summary = Some(summary.clone()),
                Decision::HangUp { reason } => {
                    assert_eq!(self.ended, None, "a call ends once");
                    self.ended = Some(*reason);
                }
                _ => {}
            }
            self.heard.push(decision);
        }
    }

    /// What the bot has said since this was last asked, and what it asked of the back office with an effect.
    pub fn take(&mut self) -> Answer {
        let mut answer = Answer::default();
        for decision in std::mem::take(&mut self.heard) {
            match decision {
                Decision::Say { text, .. } => answer.said.push(text.0),
                Decision::Understood { intent, .. } => answer.intent = Some(intent),
                Decision::Ask { request, .. } if request.has_effect() => {
                    answer.effects.push(operation(&request));
                }
                Decision::Ask { request, .. } => answer.look_ups.push(operation(&request)),
                Decision::Prepare { texts } => {
                    answer.prepared.extend(texts.into_iter().map(|text| text.0));
                }
                Decision::FindAgent { skill, .. } => answer.skill = Some(skill),
                Decision::RingAgent { whisper, .. } => answer.whisper = Some(whisper.0),
                _ => {}
            }
        }
        answer
    }
}

enum Then {
    Ask(lingting::event::RequestId, Request),
    News(AgentNews),
}

/// What a turn of the caller led to.
#[derive(Debug, Default)]
pub struct Answer {
    pub said: Vec<String>,
    pub intent: Option<String>,
    pub effects: Vec<String>,
    pub look_ups: Vec<String>,
    pub prepared: Vec<String>,
    /// Of the person who is sought.
    pub skill: Option<String>,
    pub whisper: Option<String>,
}

/// The name of a request's operation, as flows write it.
pub fn operation(request: &Request) -> String {
    let json = serde_json::to_value(request).unwrap();
    json["operation"].as_str().unwrap().to_owned()
}
