//! Who speaks when: endpoint, barge-in, back-channel, resume, keys and silence, as one pure machine.
//!
//! In: one speech probability for each 32 ms of the caller's sound, readings of the recogniser with how complete
//! they are, keys, and what the prompts do. Out: what to decode, what to do with the prompt, and at last
//! [`Output::Said`], [`Output::Keys`] or [`Output::Silent`]. Frames are the clock; nothing else ticks.

mod backchannel;
mod keys;
mod machine;
mod segments;
mod timing;

pub use backchannel::is_backchannel;
pub use machine::{Heard, Output, TurnTaking};
pub use segments::{Segment, Segmenter};
pub use timing::Timing;
