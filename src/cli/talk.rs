//! `lingting talk`: a conversation in the terminal, typed instead of spoken.

use super::Outcome;
use crate::backend::demo::Demo;
use crate::backend::{Backend, HttpBackend};
use crate::config::PackChoice;
use crate::dialogue::{Conversation, Pack, Stimulus};
use crate::event::{
    AgentId, AgentNews, Decision, Hypothesis, Millis, Pii, Reply, RequestId, UtteranceId,
};
use crate::models::Folder;
use crate::nlu::Encoder;
use chrono::{Local, NaiveDateTime, NaiveTime};
use clap::Args;
use std::collections::VecDeque;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Talks with a domain pack: you type, it answers.
///
/// A line is what the caller says. `/keys 12#` presses keys, `/silent` says nothing for a while,
/// `/noise` speaks and is not understood, `/agent` lets an agent become free, `/bye` hangs up.
#[derive(Debug, Args)]
pub struct Talk {
    /// Domain pack.
    #[arg(long)]
    pack: String,
    /// Folder of all packs.
    #[arg(long, default_value_os_t = PackChoice::default().folder)]
    packs: PathBuf,
    /// The caller's telephone; the demo utility's first customer has 15400000001.
    #[arg(long, default_value = "15400000001")]
    from: String,
    /// Base URL of a back office; absent: the embedded demo utility.
    #[arg(long)]
    backend: Option<String>,
    /// An agent is free and picks up.
    #[arg(long)]
    agent: bool,
    /// Shows every decision as a line of JSON beside what is said.
    #[arg(long)]
    decisions: bool,
}

/// The agent of the terminal.
fn agent() -> AgentId {
    AgentId("1001".into())
}

impl Talk {
    pub(super) fn run(self) -> Outcome {
        let encoder = Encoder::open(&Folder::locate(None))?;
        let folder = self.packs.join(&self.pack);
        let pack = Pack::load(&folder, &self.packs.join("common"), &encoder)?;
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(self.talk(Arc::new(pack)))
    }

    async fn talk(self, pack: Arc<Pack>) -> Outcome {
        let folder = std::env::temp_dir().join("lingting-talk");
        let demo = match &self.backend {
            Some(_) => None,
            None => Some(Demo::start(&folder, Local::now().naive_local()).await?),
        };
        let url = self.backend.clone().or(demo.as_ref().map(Demo::url));
        let backend = HttpBackend::new(&url.unwrap_or_default(), Duration::from_secs(2))?;
        let mut terminal = Terminal {
            conversation: Conversation::new(pack),
            backend,
            began: Instant::now(),
            utterance: UtteranceId::default(),
            // Two conversations in one terminal must not share a ticket.
            call: format!("talk-{}", ulid::Ulid::generate()),
            agent_is_free: self.agent,
            shows_decisions: self.decisions,
            over: false,
        };
        let today = NaiveDateTime::new(Local::now().date_naive(), NaiveTime::MIN).date();
        let from = Pii(self.from);
        let answered = Stimulus::Answered {
            from: &from,
            to: "talk",
            today,
        };
        terminal.tell(answered).await;
        for line in std::io::stdin().lock().lines() {
            if terminal.over {
                break;
            }
            terminal.line(line?.trim()).await;
        }
        Ok(())
    }
}

/// A caller at the keyboard.
struct Terminal {
    conversation: Conversation,
    backend: HttpBackend,
    began: Instant,
    utterance: UtteranceId,
    call: String,
    agent_is_free: bool,
    shows_decisions: bool,
    over: bool,
}

/// What a decision makes happen.
enum Effect {
    Replied(RequestId, Reply),
    Agent(AgentNews),
}

impl Terminal {
    async fn line(&mut self, line: &str) {
        self.utterance = self.utterance.next();
        let utterance = self.utterance;
        match line.split_once(' ').unwrap_or((line, "")) {
            ("", _) => {}
            ("/keys", keys) => self.tell(Stimulus::Keys(keys.trim())).await,
            ("/silent", _) => self.tell(Stimulus::Silent { ms: 6_000 }).await,
            ("/noise", _) => self.tell(Stimulus::NotHeard { utterance }).await,
            ("/agent", _) => {
                self.agent_is_free = true;
                let news = AgentNews::Found { agent: agent() };
                self.tell(Stimulus::Agent(&news)).await;
            }
            ("/bye", _) => self.tell(Stimulus::CallerLeft).await,
            _ => {
                let hypotheses = [Hypothesis::new(line, 1.0)];
                let said = Stimulus::Said {
                    utterance,
                    hypotheses: &hypotheses,
                };
                self.tell(said).await;
            }
        }
    }

    /// Tells the conversation something and carries out what it decides, until it waits for the caller.
    async fn tell(&mut self, stimulus: Stimulus<'_>) {
        let mut effects = VecDeque::new();
        let decisions = self.conversation.handle(self.now(), stimulus);
        self.carry_out(decisions, &mut effects).await;
        while let Some(effect) = effects.pop_front() {
            let stimulus = match &effect {
                Effect::Replied(request, reply) => Stimulus::Replied {
                    request: *request,
                    reply,
                },
                Effect::Agent(news) => Stimulus::Agent(news),
            };
            let decisions = self.conversation.handle(self.now(), stimulus);
            self.carry_out(decisions, &mut effects).await;
        }
    }

    fn now(&self) -> Millis {
        Millis(u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    async fn carry_out(&mut self, decisions: Vec<Decision>, effects: &mut VecDeque<Effect>) {
        for decision in decisions {
            self.show(&decision);
            match decision {
                Decision::Ask {
                    request_id,
                    request,
                } => {
                    let key = format!("{}-{request_id}", self.call);
                    let reply = self.backend.ask(&request, &key).await;
                    effects.push_back(Effect::Replied(request_id, reply));
                }
                Decision::FindAgent { .. } if self.agent_is_free => {
                    effects.push_back(Effect::Agent(AgentNews::Found { agent: agent() }));
                }
                Decision::FindAgent { .. } => {
                    effects.push_back(Effect::Agent(AgentNews::NoneFree { ahead: 1 }));
                }
                Decision::RingAgent { agent, .. } => {
                    effects.push_back(Effect::Agent(AgentNews::PickedUp { agent }));
                }
                Decision::Bridge { agent } => {
                    effects.push_back(Effect::Agent(AgentNews::Bridged { agent }));
                }
                Decision::HangUp { .. } => self.over = true,
                _ => {}
            }
        }
    }

    /// The person at the keyboard is the caller, so what the caller may hear is shown unmasked.
    fn show(&self, decision: &Decision) {
        match decision {
            Decision::Say { text, .. } => println!("bot    {}", text.0),
            Decision::RingAgent { whisper, .. } => println!("agent  {}", whisper.0),
            Decision::HangUp { reason } => println!("ended  {reason:?}"),
            _ => {}
        }
        if self.shows_decisions
            && let Ok(line) = serde_json::to_string(decision)
        {
            println!("       {line}");
        }
        // A closed terminal ends the command at its next line of input.
        let _ = std::io::stdout().flush();
    }
}
