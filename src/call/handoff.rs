//! The way to a person: find, ring, whisper, bridge.

use super::actor::{Actor, News};
use super::bridge::{Side, Stretch};
use super::detector::Detector;
use crate::acd;
use crate::compute::Priority;
use crate::event::{AgentId, AgentNews, Input, LegId, Pii, Record, Urgency};
use crate::telephony::{DialEvent, Dialing, FRAME, Leg, LegEvent, Player};
use crate::tts::Phrase;
use std::time::Duration;
use tokio::task::JoinHandle;

/// What became of ringing an agent.
pub(super) enum Dialled {
    Ringing { agent: AgentId },
    PickedUp { agent: AgentId, leg: Box<Leg> },
    NotReached { agent: AgentId, reason: String },
}

/// Where the way to a person stands.
#[derive(Default)]
#[expect(clippy::large_enum_variant, reason = "there is one for each call")]
pub(super) enum Handoff {
    /// Nobody is rung.
    #[default]
    Idle,
    /// An agent's telephone rings.
    Ringing {
        task: JoinHandle<()>,
        /// The summary, in phrases.
        whisper: Vec<String>,
    },
    /// The agent hears the summary.
    Whispering {
        talk: Talk,
        /// The core decided to bridge once the summary has been heard.
        told_to_bridge: bool,
        /// Phrases that have not been heard yet.
        left: usize,
    },
    /// Caller and agent hear each other.
    Bridged {
        talk: Talk,
        caller: Side,
        theirs: Side,
    },
}

/// An agent on the line.
pub(super) struct Talk {
    agent: AgentId,
    leg: Leg,
    player: Player,
    detector: Detector,
}

impl Handoff {
    pub(super) fn is_bridged(&self) -> bool {
        matches!(self, Handoff::Bridged { .. })
    }

    /// Next event of the agent's leg; waits for ever where there is none.
    pub(super) async fn next(&mut self) -> Option<LegEvent> {
        match self {
            Handoff::Whispering { talk, .. } | Handoff::Bridged { talk, .. } => {
                talk.leg.events.recv().await
            }
            Handoff::Idle | Handoff::Ringing { .. } => std::future::pending().await,
        }
    }

    /// The caller's sound goes to the agent; gives what is to be transcribed.
    pub(super) fn hear_caller(
        &mut self,
        heard: &[i16; FRAME],
        detector: &mut Detector,
    ) -> Vec<Stretch> {
        match self {
            Handoff::Bridged { talk, caller, .. } => {
                talk.player.send_frame(heard);
                caller.hear(heard, |window| detector.speech(window))
            }
            Handoff::Idle | Handoff::Ringing { .. } | Handoff::Whispering { .. } => Vec::new(),
        }
    }
}

impl Actor {
    pub(super) fn find_agent(&mut self, skill: &str, urgency: Urgency) {
        let news = self.news.clone();
        let (listener, mut outputs) = tokio::sync::mpsc::unbounded_channel();
        self.house.desk.enqueue(self.id, skill, urgency, listener);
        tokio::spawn(async move {
            while let Some(output) = outputs.recv().await {
                if news.send(News::Desk(output)).is_err() {
                    return;
                }
            }
        });
    }

    pub(super) fn on_desk(&mut self, output: acd::Output) {
        let news = match output {
            acd::Output::Found { agent, .. } => AgentNews::Found { agent },
            acd::Output::Waiting { ahead, .. } => AgentNews::NoneFree { ahead },
        };
        self.feed(Input::Agent(news));
    }

    pub(super) fn leave_queue(&mut self) {
        self.house.desk.leave(self.id);
        self.end_handoff();
    }

    /// Rings a reserved agent; the summary is made into sound while it rings.
    pub(super) fn ring_agent(&mut self, agent: AgentId, whisper: Pii<String>) {
        let (house, news) = (self.house.clone(), self.news.clone());
        let pack = self.edition.pack.clone();
        let ring = Duration::from_secs(house.limits.ring_s);
        let task = tokio::spawn(async move {
            let tell = |dialled| {
                // The actor may be gone: then the leg, if any, hangs up as it is dropped.
                let _ = news.send(News::Dialled(dialled));
            };
            let dialing = match house.line.dial_agent(&agent, &pack.name) {
                Ok(dialing) => dialing,
                Err(error) => {
                    let reason = error.to_string();
                    return tell(Dialled::NotReached { agent, reason });
                }
            };
            match tokio::time::timeout(ring, reach(dialing, &agent, &tell)).await {
                Ok(dialled) => tell(dialled),
                Err(_elapsed) => tell(Dialled::NotReached {
                    agent,
                    reason: "no answer".into(),
                }),
            }
        });
        let pieces = self.edition.speaker.phrases(&whisper).into_iter();
        let whisper: Vec<_> = pieces.map(|piece| piece.text).collect();
        for phrase in whisper.clone() {
            let speaker = self.edition.speaker.clone();
            tokio::spawn(async move { speaker.fetch(&phrase, Priority::Prompt).await });
        }
        self.handoff = Handoff::Ringing { task, whisper };
    }

    pub(super) fn on_dialled(&mut self, dialled: Dialled) {
        let Handoff::Ringing { whisper, .. } = &mut self.handoff else {
            return;
        };
        match dialled {
            Dialled::Ringing { agent } => self.feed(Input::Agent(AgentNews::Ringing { agent })),
            Dialled::NotReached { agent, reason } => {
                self.handoff = Handoff::Idle;
                self.house.desk.not_reached(&agent, self.id);
                self.feed(Input::Agent(AgentNews::NotReached { agent, reason }));
            }
            Dialled::PickedUp { agent, leg } => {
                let whisper = std::mem::take(whisper);
                self.on_picked_up(agent, *leg, whisper);
            }
        }
    }

    fn on_picked_up(&mut self, agent: AgentId, leg: Leg, whisper: Vec<String>) {
        let at = self.now();
        let record = Record::LegStarted {
            leg: LegId::Agent,
            codec: leg.codec.to_owned(),
        };
        self.journal.record(at, record);
        self.house.desk.talking(&agent, self.id);
        self.handoff = Handoff::Whispering {
            talk: Talk {
                agent: agent.clone(),
                player: leg.player(),
                leg,
                detector: Detector::new(self.house.vad.clone()),
            },
            told_to_bridge: false,
            left: whisper.len(),
        };
        self.whisper(whisper);
        self.feed(Input::Agent(AgentNews::PickedUp { agent }));
    }

    /// Speaks the summary to the agent alone, phrase by phrase in order.
    fn whisper(&self, phrases: Vec<String>) {
        let (speaker, news) = (self.edition.speaker.clone(), self.news.clone());
        tokio::spawn(async move {
            for phrase in phrases {
                let sound = speaker.fetch(&phrase, Priority::Live).await.ok();
                if news.send(News::Whisper(sound)).is_err() {
                    return;
                }
            }
        });
    }

    pub(super) fn on_whisper(&mut self, sound: Option<Phrase>) {
        if let Handoff::Whispering { talk, left, .. } = &mut self.handoff {
            match sound {
                Some(sound) => talk.player.play(0, sound),
                None => *left = left.saturating_sub(1),
            }
        }
        self.bridge_if_due();
    }

    pub(super) fn bridge_when_heard(&mut self, agent: AgentId) {
        if let Handoff::Whispering {
            talk,
            told_to_bridge,
            ..
        } = &mut self.handoff
        {
            *told_to_bridge |= talk.agent == agent;
        }
        self.bridge_if_due();
    }

    fn bridge_if_due(&mut self) {
        match std::mem::take(&mut self.handoff) {
            Handoff::Whispering {
                talk,
                told_to_bridge: true,
                left: 0,
            } => {
                let (agent, now) = (talk.agent.clone(), self.now());
                self.handoff = Handoff::Bridged {
                    talk,
                    caller: Side::new(LegId::Caller, now),
                    theirs: Side::new(LegId::Agent, now),
                };
                self.feed(Input::Agent(AgentNews::Bridged { agent }));
            }
            other => self.handoff = other,
        }
    }

    pub(super) fn on_agent(&mut self, event: Option<LegEvent>) {
        match event {
            Some(LegEvent::Frame { heard, .. }) => self.on_agent_frame(&heard),
            Some(LegEvent::PromptEnded { .. }) => {
                if let Handoff::Whispering { left, .. } = &mut self.handoff {
                    *left = left.saturating_sub(1);
                }
                self.bridge_if_due();
            }
            Some(LegEvent::PromptStarted(_) | LegEvent::Key(_) | LegEvent::Hold(_)) => {}
            Some(LegEvent::Ended { reason }) => self.on_agent_left(&reason),
            Some(LegEvent::MediaLost) | None => self.on_agent_left("the line was lost"),
        }
    }

    fn on_agent_frame(&mut self, heard: &[i16; FRAME]) {
        let Handoff::Bridged { talk, theirs, .. } = &mut self.handoff else {
            return;
        };
        self.player.send_frame(heard);
        let detector = &mut talk.detector;
        let stretches = theirs.hear(heard, |window| detector.speech(window));
        for stretch in stretches {
            self.transcribe(stretch);
        }
    }

    fn on_agent_left(&mut self, reason: &str) {
        let was_bridged = self.handoff.is_bridged();
        let Some(agent) = self.end_talk(reason) else {
            return;
        };
        let reason = reason.to_owned();
        let news = if was_bridged {
            self.house.desk.leave(self.id);
            AgentNews::Left { agent }
        } else {
            self.house.desk.not_reached(&agent, self.id);
            AgentNews::NotReached { agent, reason }
        };
        self.feed(Input::Agent(news));
    }

    /// Ends whatever stands of the handoff: stops ringing, hangs up on the agent.
    pub(super) fn end_handoff(&mut self) {
        if let Handoff::Ringing { task, .. } = &self.handoff {
            task.abort();
            self.handoff = Handoff::Idle;
        }
        self.end_talk("the caller left");
    }

    fn end_talk(&mut self, reason: &str) -> Option<AgentId> {
        let at = self.now();
        let talk = match std::mem::take(&mut self.handoff) {
            Handoff::Whispering { talk, .. } => talk,
            Handoff::Bridged {
                talk,
                mut caller,
                mut theirs,
            } => {
                let cut = caller.finish(at).into_iter().chain(theirs.finish(at));
                cut.for_each(|stretch| self.transcribe(stretch));
                talk
            }
            other @ (Handoff::Idle | Handoff::Ringing { .. }) => {
                self.handoff = other;
                return None;
            }
        };
        self.media_stats(LegId::Agent, talk.leg.stats());
        let record = Record::LegEnded {
            leg: LegId::Agent,
            reason: reason.to_owned(),
        };
        self.journal.record(at, record);
        talk.leg.hangup();
        Some(talk.agent)
    }
}

/// Follows a dialling to its end.
async fn reach(mut dialing: Dialing, agent: &AgentId, tell: &impl Fn(Dialled)) -> Dialled {
    let agent = agent.clone();
    loop {
        match dialing.next().await {
            Some(DialEvent::Ringing) => tell(Dialled::Ringing {
                agent: agent.clone(),
            }),
            Some(DialEvent::Answered(leg)) => {
                let leg = Box::new(leg);
                return Dialled::PickedUp { agent, leg };
            }
            Some(DialEvent::Failed { code, reason }) => {
                let reason = format!("{code} {reason}");
                return Dialled::NotReached { agent, reason };
            }
            None => {
                let reason = "the line closed".to_owned();
                return Dialled::NotReached { agent, reason };
            }
        }
    }
}
