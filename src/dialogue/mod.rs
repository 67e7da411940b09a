//! The conversation: what the bot says, asks, looks up and hands over, as a pure state machine.
//!
//! In: a [`Stimulus`] (what the caller said or keyed, silence, replies of the back office, news of agents) and
//! the time. Out: [`Decision`](crate::event::Decision)s for the call's actor to carry out. Everything that a
//! caller hears stands in the files of a [`Pack`]; no text is written here. `docs/flows.md` shows how a flow is written.

mod ahead;
mod asking;
mod check;
mod conversation;
mod error;
mod flow;
mod flow_file;
mod hearing;
mod keys;
mod languages;
mod memory;
mod office;
mod open;
mod pack;
mod person;
mod quiet;
mod repair;
mod running;
mod settings;
mod stimulus;
mod summary;
mod template;
mod version;
mod view;
mod wishes;

pub use conversation::Conversation;
pub use error::PackError;
pub use pack::Pack;
pub use stimulus::Stimulus;
pub use view::{
    EdgeView, FlowView, IntentView, Misleading, PackView, SlotView, StepView, Understanding,
};
