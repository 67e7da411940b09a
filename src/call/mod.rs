//! One call, wired: the only place where the parts meet.
//!
//! In: a telephone call. Out: its events in the log, its sound in the recording. [`core::Core`] decides, purely;
//! the actor around it carries sound, time and decisions between the core and the rooms below.

mod actor;
mod bridge;
pub mod core;
mod desk;
mod detector;
mod ear;
mod execute;
mod handoff;
mod house;
mod journal;
mod latency;
mod meter;
mod mouth;
mod reception;
mod replay;
mod speaker;

pub use desk::Desk;
pub use house::{Edition, House, OpenError};
pub use reception::receive;
pub use replay::{Difference, Replay, replay};
pub use speaker::Speaker;
