//! Simulated callers, for the demo, the tests and the benches.
//!
//! In: a script, and the bot's sound. Out: speech and keys over real SIP and RTP, and how long each answer took.

mod caller;
mod place;
mod script;

pub use caller::{Action, Caller, STEP_MS, Wait};
pub use place::{PlaceError, Placed, place};
pub use script::{Act, Script, ScriptError, Turn};
