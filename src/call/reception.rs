//! Takes calls from the line, one actor each, until told to stop; then sees those in progress to their end.

use super::actor;
use super::house::House;
use crate::telephony::IncomingCall;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How often the queues of the cores are metered.
const METER_EVERY: Duration = Duration::from_secs(1);

/// Answers calls until `stop`, then refuses new ones and waits for those in progress.
pub async fn receive(
    house: Arc<House>,
    mut incoming: mpsc::Receiver<IncomingCall>,
    stop: CancellationToken,
) {
    let calls = TaskTracker::new();
    let mut tick = tokio::time::interval(METER_EVERY);
    loop {
        tokio::select! {
            _ = tick.tick() => super::meter::compute(&house.pool),
            () = stop.cancelled() => break,
            call = incoming.recv() => match call {
                Some(call) => drop(calls.spawn(actor::answer(house.clone(), call))),
                None => break,
            },
        }
    }
    house.line.drain();
    calls.close();
    calls.wait().await;
    house.store.flush().await;
}
