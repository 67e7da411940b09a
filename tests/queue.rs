//! The queue and the agents, told as a morning at the desk.

use lingting::acd::{Acd, AgentState, Output};
use lingting::event::{AgentId, CallId, Urgency};
use proptest::prelude::*;
use std::collections::BTreeMap;

fn agent(name: &str) -> AgentId {
    AgentId(name.to_owned())
}

fn call(number: u8) -> CallId {
    CallId(ulid::Ulid::from_parts(u64::from(number), 0))
}

fn desk() -> Acd {
    let skills = |skill: &str| vec![skill.to_owned()];
    let mut acd = Acd::new(
        [
            (agent("1001"), skills("billing")),
            (agent("1002"), skills("repair")),
            (agent("1003"), vec![]),
        ],
        10_000,
    );
    for name in ["1001", "1002"] {
        acd.registered(0, &agent(name), true);
    }
    acd
}

fn found(number: u8, name: &str) -> Output {
    Output::Found {
        call: call(number),
        agent: agent(name),
    }
}

#[test]
fn a_call_goes_to_a_free_agent_with_its_skill() {
    let outputs = desk().enqueue(1, call(1), "repair", Urgency::Normal);
    assert_eq!(outputs, [found(1, "1002")]);
}

#[test]
fn an_agent_without_a_registered_telephone_is_not_given_a_call() {
    let mut acd = Acd::new([(agent("1001"), vec![])], 0);
    let waiting = Output::Waiting {
        call: call(1),
        ahead: 0,
    };
    assert_eq!(acd.enqueue(1, call(1), "any", Urgency::Normal), [waiting]);
    assert_eq!(acd.registered(2, &agent("1001"), true), [found(1, "1001")]);
}

#[test]
fn an_urgent_call_goes_first_and_then_who_waits_longest() {
    let mut acd = desk();
    acd.enqueue(1, call(1), "repair", Urgency::Normal);
    acd.enqueue(2, call(2), "repair", Urgency::Normal);
    acd.enqueue(3, call(3), "repair", Urgency::Urgent);
    acd.talking(&agent("1002"), call(1));
    acd.leave(4, call(1));
    assert_eq!(acd.tick(10_003), []);
    assert_eq!(acd.tick(10_004), [found(3, "1002")]);
    acd.leave(10_005, call(3));
    assert_eq!(acd.waiting(), 0);
}

#[test]
fn who_did_not_pick_up_is_not_rung_again_for_the_same_call() {
    let mut acd = desk();
    acd.enqueue(1, call(1), "repair", Urgency::Normal);
    acd.not_reached(2, &agent("1002"), call(1));
    let again = acd.enqueue(3, call(1), "repair", Urgency::Normal);
    assert_eq!(
        again,
        [Output::Waiting {
            call: call(1),
            ahead: 0
        }]
    );
    assert_eq!(
        acd.enqueue(4, call(2), "repair", Urgency::Normal),
        [found(2, "1002")]
    );
    assert_eq!(acd.registered(5, &agent("1003"), true), [found(1, "1003")]);
}

#[test]
fn a_caller_who_leaves_frees_the_reserved_agent_for_the_next() {
    let mut acd = desk();
    acd.enqueue(1, call(1), "billing", Urgency::Normal);
    acd.enqueue(2, call(2), "billing", Urgency::Normal);
    assert_eq!(acd.leave(3, call(1)), [found(2, "1001")]);
}

proptest! {
    /// Nobody has two calls, no call has two agents, and no call waits while an agent who may take it is idle.
    #[test]
    fn the_desk_keeps_its_books(steps in prop::collection::vec((0u8..7, 0u8..4, 0u8..3), 1..80)) {
        let names = ["1001", "1002", "1003"];
        let mut acd = desk();
        let mut reserved: BTreeMap<CallId, AgentId> = BTreeMap::new();
        for (now, (what, number, who)) in (10u64..).zip(steps) {
            let (call, agent) = (call(number), agent(names[usize::from(who)]));
            let known = reserved.contains_key(&call);
            let outputs = match what {
                0 | 1 if !known => acd.enqueue(now, call, ["billing", "repair"][usize::from(what)], Urgency::Normal),
                2 => { reserved.remove(&call); acd.leave(now, call) }
                3 => acd.registered(now, &agent, number % 2 == 0),
                4 => match reserved.get(&call) {
                    Some(theirs) => { acd.talking(&theirs.clone(), call); vec![] }
                    None => vec![],
                },
                5 => match reserved.remove(&call) {
                    Some(theirs) => acd.not_reached(now, &theirs, call),
                    None => vec![],
                },
                _ => acd.tick(now),
            };
            for output in outputs {
                if let Output::Found { call, agent } = output {
                    prop_assert!(reserved.insert(call, agent).is_none());
                }
            }
            let busy: Vec<_> = acd.agents().into_iter().filter_map(|view| match view.state {
                AgentState::Reserved { call } | AgentState::Talking { call } => Some(call),
                _ => None,
            }).collect();
            let distinct: std::collections::BTreeSet<_> = busy.iter().collect();
            prop_assert_eq!(distinct.len(), busy.len());
        }
    }
}
