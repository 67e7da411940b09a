//! The SIP endpoint.

use super::endpoint::{self, Stack, Telephones};
use super::incoming::IncomingCall;
use super::media::{Engine, Ports};
use super::outgoing::{self, Dialing, Target};
use super::registrar::Registrar;
use super::{LineConfig, LineError, router};
use crate::event::{AgentId, Pii};
use rsipstack::transport::SipAddr;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Calls that wait for somebody to take them; one more gets 503.
const CALL_QUEUE: usize = 16;
/// How often ended registrations are looked for.
const REGISTRATION_CHECK: Duration = Duration::from_secs(1);
/// How long legs may take to hang up at closing.
const CLOSING_TIME: Duration = Duration::from_secs(3);

/// The line: answers calls, knows agents' telephones, dials.
pub struct Line {
    shared: Arc<Shared>,
}

/// What all calls share.
pub(super) struct Shared {
    pub config: LineConfig,
    pub stack: Stack,
    pub telephones: Arc<Telephones>,
    pub engine: Engine,
    pub ports: Ports,
    /// One permit for each call that may come in.
    pub room: Arc<Semaphore>,
    pub draining: AtomicBool,
    pub incoming: mpsc::Sender<IncomingCall>,
    /// Legs that stand.
    pub legs: TaskTracker,
    /// Tells legs to hang up.
    pub hang_up: CancellationToken,
}

impl Line {
    /// Opens the line. The receiver gets every call that is to be answered or rejected.
    pub async fn open(
        config: LineConfig,
    ) -> Result<(Line, mpsc::Receiver<IncomingCall>), LineError> {
        let registrar = Registrar::new(&config.realm, config.agents.clone(), rand::random());
        let telephones = Arc::new(Telephones::new(registrar));
        let ports = Ports::new(config.listen.ip(), config.rtp_ports)?;
        let engine = Engine::start()?;
        let (stack, requests) = endpoint::open(&config, telephones.clone()).await?;
        let (incoming, calls) = mpsc::channel(CALL_QUEUE);
        let shared = Arc::new(Shared {
            room: Arc::new(Semaphore::new(config.calls)),
            config,
            stack,
            telephones,
            engine,
            ports,
            draining: AtomicBool::new(false),
            incoming,
            legs: TaskTracker::new(),
            hang_up: CancellationToken::new(),
        });
        tokio::spawn(router::route(shared.clone(), requests));
        tokio::spawn(watch_registrations(shared.clone()));
        Ok((Line { shared }, calls))
    }

    /// Address and port that the line listens at.
    pub fn local_addr(&self) -> SocketAddr {
        self.shared.stack.local
    }

    /// Whether the agent's telephone is registered now.
    pub fn registered(&self, agent: &AgentId) -> bool {
        self.shared
            .telephones
            .with(|registrar, now_ms| registrar.binding(now_ms, agent).is_some())
    }

    /// Agents whose telephones are registered; changes within a second of an expiry.
    pub fn watch_registrations(&self) -> watch::Receiver<BTreeSet<AgentId>> {
        self.shared.telephones.watch()
    }

    /// Rings an agent's registered telephone, which shows `from_display`.
    pub fn dial_agent(&self, agent: &AgentId, from_display: &str) -> Result<Dialing, LineError> {
        let find = |registrar: &mut Registrar, now_ms| registrar.binding(now_ms, agent).cloned();
        let binding = self.shared.telephones.with(find);
        let binding = binding.ok_or_else(|| LineError::NotRegistered(agent.0.clone()))?;
        let uri = binding
            .contact
            .as_str()
            .try_into()
            .map_err(|_| LineError::Uri(binding.contact.clone()))?;
        let target = Target {
            uri,
            destination: Some(SipAddr::new(
                binding.transport.into(),
                binding.source.into(),
            )),
            from_user: "hotline".into(),
            from_display: Some(Pii::from(from_display)),
        };
        Ok(outgoing::dial(self.shared.clone(), target))
    }

    /// Dials any SIP address, for the simulated caller. `from` is the number that is shown.
    pub fn dial(&self, uri: &str, from: &str) -> Result<Dialing, LineError> {
        let target = Target {
            uri: uri.try_into().map_err(|_| LineError::Uri(uri.to_owned()))?,
            destination: None,
            from_user: from.to_owned(),
            from_display: None,
        };
        Ok(outgoing::dial(self.shared.clone(), target))
    }

    /// From now on new calls get 503; those that stand go on.
    pub fn drain(&self) {
        self.shared.draining.store(true, Ordering::Relaxed);
    }

    /// Calls that came in and stand, or wait to be answered.
    pub fn calls(&self) -> usize {
        self.shared.config.calls - self.shared.room.available_permits()
    }

    /// Hangs up what still stands and closes the sockets.
    pub async fn close(self) {
        self.drain();
        self.shared.hang_up.cancel();
        self.shared.legs.close();
        // A far end that does not answer our BYE is not waited for.
        let _ = tokio::time::timeout(CLOSING_TIME, self.shared.legs.wait()).await;
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.shared.hang_up.cancel();
        self.shared.stack.closing.cancel();
    }
}

async fn watch_registrations(shared: Arc<Shared>) {
    let mut checks = tokio::time::interval(REGISTRATION_CHECK);
    loop {
        tokio::select! {
            () = shared.stack.closing.cancelled() => return,
            _ = checks.tick() => shared.telephones.tell(),
        }
    }
}
