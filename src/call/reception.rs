//! Takes calls from the line, one actor each, until told to stop; then sees those in progress to their end.

use super::actor;
use super::house::House;
use crate::telephony::IncomingCall;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Answers calls until `stop`, then refuses new ones and waits for those in progress.
pub async fn receive(
    house: Arc<House>,
    mut incoming: mpsc::Receiver<IncomingCall>,
    stop: CancellationToken,
) {
    let calls = TaskTracker::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            call = incoming.recv() => match call {
                Some(call) => calls.spawn(actor::answer(house.clone(), call)),
                None => break,
            },
        };
    }
    house.line.drain();
    calls.close();
    calls.wait().await;
    house.store.flush().await;
}
