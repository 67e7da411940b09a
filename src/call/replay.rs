//! Runs the decisions of a recorded call again and tells what would differ.

use super::core::Core;
use crate::dialogue::Pack;
use crate::event::{Decision, Event, Kind, Millis};
use serde::Serialize;
use std::sync::Arc;

/// One place where the decisions part.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// When, on the call's clock.
    pub at: Millis,
    /// What the log holds; `None` where the replay decides something more.
    pub recorded: Option<Decision>,
    /// What would be decided now; `None` where it no longer is.
    pub replayed: Option<Decision>,
}

/// What a replay found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Replay {
    /// Inputs that were fed.
    pub inputs: usize,
    /// Decisions in the log.
    pub decisions: usize,
    /// Where they part; after the first one the call would have gone another way, so only that one is certain.
    pub differences: Vec<Difference>,
}

/// Feeds the inputs of a log to a fresh core and compares its decisions with those in the log.
pub fn replay(events: &[Event], pack: Arc<Pack>) -> Replay {
    let mut core = Core::new(pack);
    let (mut recorded, mut replayed) = (Vec::new(), Vec::new());
    let mut inputs = 0;
    for event in events {
        match &event.kind {
            Kind::Input(input) => {
                inputs += 1;
                let decided = core.handle(event.at, input);
                replayed.extend(decided.into_iter().map(|decision| (event.at, decision)));
            }
            Kind::Decision(decision) => recorded.push((event.at, decision.clone())),
            Kind::Record(_) => {}
        }
    }
    Replay {
        inputs,
        decisions: recorded.len(),
        differences: compare(recorded, replayed),
    }
}

fn compare(
    recorded: Vec<(Millis, Decision)>,
    replayed: Vec<(Millis, Decision)>,
) -> Vec<Difference> {
    let mut recorded = recorded.into_iter();
    let mut replayed = replayed.into_iter();
    let mut differences = Vec::new();
    loop {
        let (old, new) = (recorded.next(), replayed.next());
        let Some(at) = old.as_ref().or(new.as_ref()).map(|(at, _)| *at) else {
            return differences;
        };
        let (old, new) = (old.map(|(_, d)| d), new.map(|(_, d)| d));
        if old != new {
            differences.push(Difference {
                at,
                recorded: old,
                replayed: new,
            });
        }
    }
}
