//! One call, wired: the only place where the parts meet.
//!
//! In: a telephone call. Out: its events in the log, its sound in the recording. [`core::Core`] decides, purely;
//! the actor around it carries sound, time and decisions between the core and the rooms below.

pub mod core;
mod desk;
pub mod latency;
pub mod mouth;
mod replay;

pub use desk::Desk;
pub use replay::{Difference, Replay, replay};
