//! Each request on its way: to its dialog, to a new call, or to a plain answer.

use super::incoming;
use super::line::Shared;
use super::wire;
use rsipstack::dialog::dialog::Dialog;
use rsipstack::sip::{Header, Method};
use rsipstack::transaction::TransactionReceiver;
use rsipstack::transaction::transaction::Transaction;
use std::sync::Arc;

/// Routes requests until the stack closes.
pub async fn route(shared: Arc<Shared>, mut requests: TransactionReceiver) {
    let closing = shared.stack.closing.clone();
    loop {
        let request = tokio::select! {
            () = closing.cancelled() => return,
            request = requests.recv() => request,
        };
        let Some(request) = request else { return };
        let shared = shared.clone();
        tokio::spawn(async move {
            if let Err(error) = answer(shared, request).await {
                tracing::debug!(%error, "a request could not be answered");
            }
        });
    }
}

async fn answer(shared: Arc<Shared>, mut request: Transaction) -> rsipstack::Result<()> {
    let method = request.original.method;
    let in_dialog = wire::in_dialog(&request.original);
    match method {
        // The stack would leave a dialog in a state of its own after these: they are answered here.
        Method::Options => finish(request, 200, wire::abilities()).await,
        Method::Invite | Method::Bye | Method::Update | Method::PRack if in_dialog => {
            match shared.stack.layer.match_dialog(&request) {
                Some(Dialog::Invite(mut dialog)) => dialog.handle(&mut request).await,
                _ => finish(request, 481, Vec::new()).await,
            }
        }
        Method::Invite => incoming::receive(shared, request).await,
        Method::Ack => Ok(()),
        _ if wire::is_known(&method) => finish(request, 481, Vec::new()).await,
        _ => finish(request, 405, wire::abilities()).await,
    }
}

/// Sends a final answer and sees it through: retransmissions and, for an INVITE, the ACK.
pub async fn finish(
    mut request: Transaction,
    code: u16,
    headers: Vec<Header>,
) -> rsipstack::Result<()> {
    request
        .reply_with(wire::status(code), headers, None)
        .await?;
    while request.receive().await.is_some() {}
    Ok(())
}
