//! Calls in progress, as they go on, over a WebSocket.

use super::App;
use super::error::ApiError;
use super::protection::is_same_site;
use crate::event::{CallId, Event};
use crate::store::{CallSummary, LiveCall, News};
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use utoipa::ToSchema;

/// How often a silent connection is tried, so that nothing on the way closes it.
const PING_EVERY: Duration = Duration::from_secs(20);
/// A browser that takes nothing for so long is gone.
const SEND_WITHIN: Duration = Duration::from_secs(10);

/// A message to the page.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum LiveMessage {
    /// All calls in progress. The first message, and again whenever the page fell behind: it replaces what the
    /// page knew.
    Snapshot {
        /// Calls in progress, the oldest first.
        snapshot: Vec<CallInProgress>,
    },
    /// One more event, of a call in the snapshot or a new one.
    News {
        /// Whose.
        call: CallId,
        /// What happened.
        #[schema(value_type = Event)]
        event: Arc<Event>,
    },
}

/// A call in progress.
#[derive(Serialize, ToSchema)]
pub(super) struct CallInProgress {
    summary: CallSummary,
    /// Its events so far.
    #[schema(value_type = Vec<Event>)]
    events: Vec<Arc<Event>>,
}

/// Calls in progress and their events as they happen: a WebSocket of JSON messages.
#[utoipa::path(get, path = "/api/live", responses(
    (status = 101, description = "Messages follow: first a snapshot, then news.", body = LiveMessage),
    (status = 403, description = "The request comes from a page of another site.", body = super::error::ErrorBody)))]
pub(super) async fn live(
    State(app): State<App>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, ApiError> {
    if !is_same_site(&headers) {
        return Err(ApiError::forbidden("pages of other sites cannot listen in"));
    }
    Ok(upgrade.on_upgrade(async move |socket| {
        tokio::select! {
            () = show(&app, socket) => {}
            () = app.stop.cancelled() => {}
        }
    }))
}

/// Sends until the page is closed or does not take any more.
async fn show(app: &App, mut socket: WebSocket) {
    loop {
        let (calls, mut news) = app.state.store.watch();
        let snapshot = calls.into_iter().map(CallInProgress::from).collect();
        if !send(&mut socket, &LiveMessage::Snapshot { snapshot }).await {
            return;
        }
        if let Gone = follow(&mut socket, &mut news).await {
            return;
        }
    }
}

/// Why following the news ended.
enum Followed {
    /// Events were missed: a new snapshot is needed.
    Behind,
    /// Nobody listens any more.
    Gone,
}
use Followed::{Behind, Gone};

async fn follow(socket: &mut WebSocket, news: &mut broadcast::Receiver<News>) -> Followed {
    let mut ping = tokio::time::interval(PING_EVERY);
    loop {
        tokio::select! {
            next = news.recv() => match next {
                Ok(News { call, event }) => {
                    if !send(socket, &LiveMessage::News { call, event }).await {
                        return Gone;
                    }
                }
                Err(RecvError::Lagged(_)) => return Behind,
                Err(RecvError::Closed) => return Gone,
            },
            _ = ping.tick() => {
                if !push(socket, Message::Ping(Vec::new().into())).await {
                    return Gone;
                }
            }
            // Pages say nothing; receiving answers their pings and notices that they have gone.
            received = socket.recv() => match received {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Gone,
                Some(Ok(_)) => {}
            },
        }
    }
}

async fn send(socket: &mut WebSocket, message: &LiveMessage) -> bool {
    match serde_json::to_string(message) {
        Ok(text) => push(socket, Message::Text(text.into())).await,
        Err(error) => {
            tracing::error!(%error, "a live message cannot be written as JSON");
            false
        }
    }
}

async fn push(socket: &mut WebSocket, message: Message) -> bool {
    matches!(
        tokio::time::timeout(SEND_WITHIN, socket.send(message)).await,
        Ok(Ok(()))
    )
}

impl From<LiveCall> for CallInProgress {
    fn from(call: LiveCall) -> CallInProgress {
        CallInProgress {
            summary: call.summary,
            events: call.events,
        }
    }
}
