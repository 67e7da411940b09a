//! Simulated callers, for the demo, the tests and the benches.
//!
//! In: a script, and the bot's sound. Out: speech, keys, and how long each answer took.

mod caller;
mod script;

pub use caller::{Action, Caller, STEP_MS, Wait};
pub use script::{Act, Script, ScriptError, Turn};
