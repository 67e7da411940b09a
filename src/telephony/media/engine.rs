//! The thread that all media runs on.

use super::super::LineError;
use std::thread;
use thread_priority::{
    RealtimeThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy,
    set_current_thread_priority, set_thread_priority_and_policy, thread_native_id,
};
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;

/// One thread with a runtime of its own; its work ends when it is dropped.
pub(crate) struct Engine {
    handle: Handle,
    _stop: oneshot::Sender<()>,
}

impl Engine {
    /// Starts the thread.
    pub fn start() -> Result<Engine, LineError> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(LineError::Thread)?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel::<()>();
        let work = move || {
            go_ahead_of_computation();
            // Ends when the sender is dropped.
            let _ = runtime.block_on(stopped);
        };
        thread::Builder::new()
            .name("media".into())
            .spawn(work)
            .map_err(LineError::Thread)?;
        Ok(Engine {
            handle,
            _stop: stop,
        })
    }

    /// Where tasks of media are spawned.
    pub fn handle(&self) -> &Handle {
        &self.handle
    }
}

/// Asks for the lowest real-time priority, else for the best ordinary one; without the right to either, the
/// thread stays as it is: sound is still good while a core is free.
fn go_ahead_of_computation() {
    let real_time = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::RoundRobin);
    let granted =
        set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, real_time)
            .or_else(|_| set_current_thread_priority(ThreadPriority::Max));
    if granted.is_err() {
        tracing::debug!("the media thread runs at ordinary priority");
    }
}
