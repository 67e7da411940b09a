//! Our line, opened for a test, and its legs, listened to.

use super::soon;
use lingting::config::Strangers;
use lingting::event::AgentId;
use lingting::telephony::{AllowList, IncomingCall, Leg, LegEvent, Line, LineConfig};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::mpsc;

/// A line on a free port of loopback; only 127.0.0.1 is a trunk. Agents 1001 and 1002 have the password `secret`.
pub fn config() -> LineConfig {
    let password = |agent: &str| (AgentId(agent.into()), "secret".to_owned());
    LineConfig {
        listen: "127.0.0.1:0".parse().unwrap(),
        public_ip: None,
        rtp_ports: (20_000, 29_999),
        trunks: AllowList::parse(&["127.0.0.1"]).unwrap(),
        strangers: Strangers::Refuse,
        realm: "lingting".into(),
        agents: HashMap::from([password("1001"), password("1002")]),
        calls: 10,
        no_media_timeout: Duration::from_secs(30),
        session_expires_s: 1800,
    }
}

/// The line, its calls, and the address to ring.
pub struct Opened {
    pub line: Line,
    pub calls: mpsc::Receiver<IncomingCall>,
    pub uri: String,
}

pub async fn open(config: LineConfig) -> Opened {
    let (line, calls) = Line::open(config).await.unwrap();
    let uri = format!("sip:95598@{}", line.local_addr());
    Opened { line, calls, uri }
}

impl Opened {
    /// The next call.
    pub async fn call(&mut self) -> IncomingCall {
        soon("a call", self.calls.recv()).await.unwrap()
    }

    /// The next call, answered.
    pub async fn answer(&mut self) -> Listener {
        let answered = self.call().await.answer();
        Listener::new(soon("the answer", answered).await.unwrap())
    }

    /// Waits until an agent's telephone is registered.
    pub async fn registered(&self, agent: &str) {
        let agent = AgentId(agent.into());
        let mut registrations = self.line.watch_registrations();
        let there = registrations.wait_for(|registered| registered.contains(&agent));
        soon("a registration", there).await.unwrap();
    }
}

/// A leg whose sound is kept.
pub struct Listener {
    pub leg: Leg,
    pub heard: Vec<i16>,
}

impl Listener {
    pub fn new(leg: Leg) -> Listener {
        Listener {
            leg,
            heard: Vec::new(),
        }
    }

    /// The next event.
    pub async fn next(&mut self) -> LegEvent {
        soon("a leg's event", self.hear()).await
    }

    async fn hear(&mut self) -> LegEvent {
        let event = self.leg.events.recv().await.expect("the leg is over");
        if let LegEvent::Frame { heard: frame, .. } = &event {
            self.heard.extend(frame);
        }
        event
    }

    /// The next event that is no frame.
    pub async fn news(&mut self) -> LegEvent {
        soon("a leg's news", async {
            loop {
                match self.hear().await {
                    LegEvent::Frame { .. } => {}
                    event => return event,
                }
            }
        })
        .await
    }

    /// Listens for so long, by the frames.
    pub async fn listen(&mut self, milliseconds: usize) {
        let until = self.heard.len() + milliseconds * 8;
        while self.heard.len() < until {
            self.next().await;
        }
    }

    /// Keys until so many were pressed.
    pub async fn keys(&mut self, count: usize) -> String {
        let mut keys = String::new();
        while keys.len() < count {
            if let LegEvent::Key(key) = self.news().await {
                keys.push(key);
            }
        }
        keys
    }

    /// Why the leg ended.
    pub async fn end(&mut self) -> String {
        loop {
            if let LegEvent::Ended { reason } = self.news().await {
                return reason;
            }
        }
    }
}
