//! Who takes which call: agents' states, the queue, and the match between them (pure).
//!
//! In: agents coming and going, calls asking for a person. Out: [`Output::Found`] and [`Output::Waiting`].

mod desk;

pub use desk::{Acd, AgentState, AgentView, Output};
