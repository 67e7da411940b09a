//! The queue and the agents.

use crate::event::{AgentId, CallId, Urgency};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;

/// Milliseconds on the clock of whoever feeds the machine; only differences matter.
pub type Clock = u64;

/// What an agent is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum AgentState {
    /// Their telephone is not registered.
    Offline,
    /// Free since.
    Idle { since: Clock },
    /// Reserved for a call: being rung, or about to be.
    Reserved { call: CallId },
    /// In talk with the caller.
    Talking { call: CallId },
    /// Writing up the last call until.
    WrapUp { until: Clock },
}

/// An agent as the pages show them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AgentView {
    /// Who.
    pub id: AgentId,
    /// What they can take on.
    pub skills: Vec<String>,
    /// What they are doing.
    #[serde(flatten)]
    pub state: AgentState,
}

/// What the queue tells a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// This agent is reserved for the call.
    Found { call: CallId, agent: AgentId },
    /// Nobody is free; so many calls wait before this one.
    Waiting { call: CallId, ahead: u32 },
}

#[derive(Debug)]
struct Agent {
    skills: BTreeSet<String>,
    state: AgentState,
}

#[derive(Debug)]
struct Waiting {
    call: CallId,
    skill: String,
    urgency: Urgency,
    since: Clock,
    /// Agents who were rung for this call and did not take it.
    tried: BTreeSet<AgentId>,
}

/// The queue and the agents.
#[derive(Debug)]
pub struct Acd {
    wrap_up_ms: u64,
    agents: BTreeMap<AgentId, Agent>,
    queue: Vec<Waiting>,
    /// Agents who were rung in vain, by call, while that call is with another agent.
    tried: BTreeMap<CallId, BTreeSet<AgentId>>,
}

impl Acd {
    /// A desk without callers; every agent is offline until their telephone registers. An agent without skills
    /// takes any call.
    pub fn new(agents: impl IntoIterator<Item = (AgentId, Vec<String>)>, wrap_up_ms: u64) -> Self {
        let agents = agents.into_iter().map(|(id, skills)| {
            let skills = skills.into_iter().collect();
            let state = AgentState::Offline;
            (id, Agent { skills, state })
        });
        Acd {
            wrap_up_ms,
            agents: agents.collect(),
            queue: Vec::new(),
            tried: BTreeMap::new(),
        }
    }

    /// All agents, by id.
    pub fn agents(&self) -> Vec<AgentView> {
        let view = |(id, agent): (&AgentId, &Agent)| AgentView {
            id: id.clone(),
            skills: agent.skills.iter().cloned().collect(),
            state: agent.state,
        };
        self.agents.iter().map(view).collect()
    }

    /// How many calls wait.
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// An agent's telephone registered or went away. A call in progress is not touched by it.
    pub fn registered(&mut self, now: Clock, id: &AgentId, here: bool) -> Vec<Output> {
        if let Some(agent) = self.agents.get_mut(id) {
            match (agent.state, here) {
                (AgentState::Offline, true) => agent.state = AgentState::Idle { since: now },
                (AgentState::Idle { .. } | AgentState::WrapUp { .. }, false) => {
                    agent.state = AgentState::Offline;
                }
                (AgentState::Offline, false)
                | (AgentState::Idle { .. } | AgentState::WrapUp { .. }, true)
                | (AgentState::Reserved { .. } | AgentState::Talking { .. }, _) => {}
            }
        }
        self.serve()
    }

    /// A call wants a person. An agent whom it already had is free of it.
    pub fn enqueue(
        &mut self,
        now: Clock,
        call: CallId,
        skill: &str,
        urgency: Urgency,
    ) -> Vec<Output> {
        self.release(now, call);
        self.queue.push(Waiting {
            call,
            skill: skill.to_owned(),
            urgency,
            since: now,
            tried: self.tried.get(&call).cloned().unwrap_or_default(),
        });
        // Urgent calls first, then those that wait longest; the sort is stable.
        self.queue
            .sort_by_key(|waiting| (std::cmp::Reverse(waiting.urgency), waiting.since));
        let mut outputs = self.serve();
        if let Some(ahead) = self.queue.iter().position(|waiting| waiting.call == call) {
            let ahead = u32::try_from(ahead).unwrap_or(u32::MAX);
            outputs.push(Output::Waiting { call, ahead });
        }
        outputs
    }

    /// A call no longer waits: it ended, or chose a callback or a message. Its reserved agent is free again.
    pub fn leave(&mut self, now: Clock, call: CallId) -> Vec<Output> {
        self.tried.remove(&call);
        self.release(now, call);
        self.serve()
    }

    fn release(&mut self, now: Clock, call: CallId) {
        self.queue.retain(|waiting| waiting.call != call);
        for agent in self.agents.values_mut() {
            match agent.state {
                AgentState::Reserved { call: theirs } if theirs == call => {
                    agent.state = AgentState::Idle { since: now };
                }
                AgentState::Talking { call: theirs } if theirs == call => {
                    let until = now + self.wrap_up_ms;
                    agent.state = AgentState::WrapUp { until };
                }
                AgentState::Offline
                | AgentState::Idle { .. }
                | AgentState::Reserved { .. }
                | AgentState::Talking { .. }
                | AgentState::WrapUp { .. } => {}
            }
        }
    }

    /// The reserved agent talks with the caller.
    pub fn talking(&mut self, id: &AgentId, call: CallId) {
        self.tried.remove(&call);
        if let Some(agent) = self.agents.get_mut(id) {
            agent.state = AgentState::Talking { call };
        }
    }

    /// The reserved agent declined, was busy or did not pick up: this call will not be given to them again.
    pub fn not_reached(&mut self, now: Clock, id: &AgentId, call: CallId) -> Vec<Output> {
        self.tried.entry(call).or_default().insert(id.clone());
        if let Some(agent) = self.agents.get_mut(id)
            && agent.state == (AgentState::Reserved { call })
        {
            agent.state = AgentState::Idle { since: now };
        }
        self.serve()
    }

    /// Ends the wrap-ups whose time is over.
    pub fn tick(&mut self, now: Clock) -> Vec<Output> {
        for agent in self.agents.values_mut() {
            if let AgentState::WrapUp { until } = agent.state
                && now >= until
            {
                agent.state = AgentState::Idle { since: until };
            }
        }
        self.serve()
    }

    /// Gives each waiting call, in order, the agent who has been idle for longest among those that fit.
    fn serve(&mut self) -> Vec<Output> {
        let mut outputs = Vec::new();
        let agents = &mut self.agents;
        self.queue.retain(|waiting| {
            let fit = agents
                .iter_mut()
                .filter(|(id, agent)| {
                    let able = agent.skills.is_empty() || agent.skills.contains(&waiting.skill);
                    able && !waiting.tried.contains(id)
                })
                .filter_map(|(id, agent)| match agent.state {
                    AgentState::Idle { since } => Some((since, id, agent)),
                    AgentState::Offline
                    | AgentState::Reserved { .. }
                    | AgentState::Talking { .. }
                    | AgentState::WrapUp { .. } => None,
                })
                .min_by_key(|(since, id, _)| (*since, (*id).clone()));
            let Some((_, id, agent)) = fit else {
                return true;
            };
            let call = waiting.call;
            agent.state = AgentState::Reserved { call };
            outputs.push(Output::Found {
                call,
                agent: id.clone(),
            });
            false
        });
        outputs
    }
}
