//! Tickets and their closed loop: 受理 → 派单 → 处理 → 回访 → 办结.
//!
//! In: the state a ticket is in and what somebody did about it. Out: the state it is in then, or why that cannot be.
//! Pure: who holds tickets (the back office) keeps the state and asks here before it changes.

use std::fmt;
use std::str::FromStr;

/// Where a ticket stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// 受理: taken down, nobody has it yet.
    Accepted,
    /// 派单: a crew or a clerk has it.
    Dispatched,
    /// 处理: it is being worked on.
    InProgress,
    /// 回访: done as the crew sees it; the customer is asked.
    FollowUp,
    /// 办结: the customer agrees. Final.
    Closed,
}

/// What somebody did about a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Gave it to a crew or a clerk.
    Dispatch,
    /// Began to work on it.
    Start,
    /// The crew could not do it: it goes back to be given to somebody else.
    Return,
    /// Finished the work.
    Finish,
    /// The customer is content.
    Confirm,
    /// The customer is not content: it goes out again.
    Reject,
}

/// Why a ticket did not change.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TicketError {
    /// The loop has no such step from that state.
    #[error("a ticket that is {from} takes no step {step:?}")]
    NoSuchStep {
        /// The state it is in.
        from: State,
        /// What was tried.
        step: Step,
    },
    /// A state's name was misspelt.
    #[error(
        "{0:?} is no state of a ticket: one of accepted, dispatched, in_progress, follow_up, closed"
    )]
    UnknownState(String),
}

impl State {
    /// All states, in the order of the loop.
    pub const ALL: [State; 5] = [
        State::Accepted,
        State::Dispatched,
        State::InProgress,
        State::FollowUp,
        State::Closed,
    ];

    /// The state after `step`.
    pub fn after(self, step: Step) -> Result<State, TicketError> {
        match (self, step) {
            (State::Accepted, Step::Dispatch) => Ok(State::Dispatched),
            (State::Dispatched, Step::Start) => Ok(State::InProgress),
            (State::Dispatched | State::InProgress, Step::Return) => Ok(State::Accepted),
            (State::InProgress, Step::Finish) => Ok(State::FollowUp),
            (State::FollowUp, Step::Confirm) => Ok(State::Closed),
            (State::FollowUp, Step::Reject) => Ok(State::Dispatched),
            (
                State::Accepted
                | State::Dispatched
                | State::InProgress
                | State::FollowUp
                | State::Closed,
                Step::Dispatch
                | Step::Start
                | Step::Return
                | Step::Finish
                | Step::Confirm
                | Step::Reject,
            ) => Err(TicketError::NoSuchStep { from: self, step }),
        }
    }

    /// The name that the back office and the log use.
    pub fn name(self) -> &'static str {
        match self {
            State::Accepted => "accepted",
            State::Dispatched => "dispatched",
            State::InProgress => "in_progress",
            State::FollowUp => "follow_up",
            State::Closed => "closed",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for State {
    type Err = TicketError;
    fn from_str(name: &str) -> Result<State, TicketError> {
        State::ALL
            .into_iter()
            .find(|state| state.name() == name)
            .ok_or_else(|| TicketError::UnknownState(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STEPS: [Step; 6] = [
        Step::Dispatch,
        Step::Start,
        Step::Return,
        Step::Finish,
        Step::Confirm,
        Step::Reject,
    ];

    #[test]
    fn a_ticket_runs_through_the_loop() {
        let end = [Step::Dispatch, Step::Start, Step::Finish, Step::Confirm]
            .into_iter()
            .try_fold(State::Accepted, State::after);
        assert_eq!(end, Ok(State::Closed));
    }

    #[test]
    fn a_customer_who_is_not_content_sends_the_crew_out_again() {
        assert_eq!(State::FollowUp.after(Step::Reject), Ok(State::Dispatched));
    }

    #[test]
    fn a_state_reads_as_it_is_written_and_nothing_else_does() {
        for state in State::ALL {
            assert_eq!(state.name().parse(), Ok(state));
        }
        assert!("Closed".parse::<State>().is_err());
    }

    proptest! {
        #[test]
        fn nobody_closes_a_ticket_without_asking_the_customer(
            steps in prop::collection::vec(prop::sample::select(STEPS.to_vec()), 0..40)
        ) {
            let mut state = State::Accepted;
            for step in steps {
                let before = state;
                if let Ok(after) = state.after(step) {
                    state = after;
                }
                if state == State::Closed && before != State::Closed {
                    prop_assert_eq!((before, step), (State::FollowUp, Step::Confirm));
                }
                if before == State::Closed {
                    prop_assert_eq!(state, State::Closed);
                }
            }
        }
    }
}
