//! The one desk that all calls share: the pure queue of `acd`, with a clock, registrations and listeners.

use crate::acd::{Acd, AgentView, Output};
use crate::event::{AgentId, CallId, Urgency};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, watch};

/// How often wrap-ups are looked at.
const TICK: Duration = Duration::from_millis(500);

/// The desk.
#[derive(Debug)]
pub struct Desk {
    books: Mutex<Books>,
    opened: Instant,
    views: watch::Sender<Vec<AgentView>>,
}

#[derive(Debug)]
struct Books {
    acd: Acd,
    /// Who listens for news of a call that waits.
    listeners: HashMap<CallId, mpsc::UnboundedSender<Output>>,
}

impl Desk {
    /// Opens the desk for these agents (id and skills). Follows `registered`, the set of agents whose telephones are
    /// registered, for as long as its sender lives.
    pub fn open(
        agents: Vec<(AgentId, Vec<String>)>,
        wrap_up: Duration,
        registered: watch::Receiver<BTreeSet<AgentId>>,
    ) -> Arc<Desk> {
        let wrap_up_ms = u64::try_from(wrap_up.as_millis()).unwrap_or(u64::MAX);
        let ids = agents.iter().map(|(id, _)| id.clone()).collect();
        let acd = Acd::new(agents, wrap_up_ms);
        let desk = Arc::new(Desk {
            views: watch::Sender::new(acd.agents()),
            books: Mutex::new(Books {
                acd,
                listeners: HashMap::new(),
            }),
            opened: Instant::now(),
        });
        tokio::spawn(follow(desk.clone(), ids, registered));
        desk
    }

    /// A call wants a person; `listener` gets the news until [`Desk::leave`].
    pub fn enqueue(
        &self,
        call: CallId,
        skill: &str,
        urgency: Urgency,
        listener: mpsc::UnboundedSender<Output>,
    ) {
        self.change(|now, books| {
            books.listeners.insert(call, listener);
            books.acd.enqueue(now, call, skill, urgency)
        });
    }

    /// The call no longer waits or talks.
    pub fn leave(&self, call: CallId) {
        self.change(|now, books| {
            books.listeners.remove(&call);
            books.acd.leave(now, call)
        });
    }

    /// The reserved agent talks with the caller.
    pub fn talking(&self, agent: &AgentId, call: CallId) {
        self.change(|_, books| {
            books.acd.talking(agent, call);
            Vec::new()
        });
    }

    /// The reserved agent did not take the call.
    pub fn not_reached(&self, agent: &AgentId, call: CallId) {
        self.change(|now, books| books.acd.not_reached(now, agent, call));
    }

    /// All agents and what they are doing, renewed at every change.
    pub fn agents(&self) -> watch::Receiver<Vec<AgentView>> {
        self.views.subscribe()
    }

    /// How many calls wait.
    pub fn waiting(&self) -> usize {
        self.books().acd.waiting()
    }

    fn change(&self, step: impl FnOnce(u64, &mut Books) -> Vec<Output>) {
        let now = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mut books = self.books();
        for output in step(now, &mut books) {
            let (Output::Found { call, .. } | Output::Waiting { call, .. }) = &output;
            if let Some(listener) = books.listeners.get(call) {
                // A call that has just ended no longer listens and is about to leave.
                let _ = listener.send(output);
            }
        }
        let agents = books.acd.agents();
        self.views.send_if_modified(|views| {
            let changed = *views != agents;
            *views = agents;
            changed
        });
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn follow(
    desk: Arc<Desk>,
    agents: Vec<AgentId>,
    mut registered: watch::Receiver<BTreeSet<AgentId>>,
) {
    let mut tick = tokio::time::interval(TICK);
    loop {
        let here = registered.borrow_and_update().clone();
        for agent in &agents {
            desk.change(|now, books| books.acd.registered(now, agent, here.contains(agent)));
        }
        loop {
            tokio::select! {
                changed = registered.changed() => match changed {
                    Ok(()) => break,
                    Err(_closed) => return,
                },
                _ = tick.tick() => desk.change(|now, books| books.acd.tick(now)),
            }
        }
    }
}
