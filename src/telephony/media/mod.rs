//! The sound of a leg: packets from the network in, one frame of 20 ms at a time out, and the other way round.
//!
//! In: RTP from the far end, prompts and the other leg's frames. Out: RTP paced by the machine's clock, frames,
//! keys and statistics. All legs run on one thread of their own, ahead of everything that computes.

mod engine;
mod jitter;
mod key_event;
mod latch;
mod outbox;
mod playout;
mod ports;
mod reception;
mod rtcp;
mod rtp;
mod session;
mod task;

pub(crate) use engine::Engine;
pub(crate) use ports::Ports;
pub use reception::LegStats;
pub use session::{LegEvent, Player};
pub(crate) use session::{MediaLeg, Terms};

/// Samples of one frame: 20 ms at 8 kHz.
pub const FRAME: usize = jitter::FRAME;
