//! The cores: jobs with a priority in, their results with waiting and running times out; and the ONNX Runtime.
//!
//! Media threads run at the normal priority of the operating system; everything here runs below them.

mod onnx;
mod pool;

pub use onnx::{OnnxError, PooledSession, SessionPool};
pub use pool::{Depth, Done, Job, JobLost, Pool, PoolFull, Priority};
