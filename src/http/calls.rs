//! Calls: the list, one whole, its recording.

use super::App;
use super::error::{ApiError, Otherwise};
use crate::event::{CallId, Event};
use crate::store::{CallSummary, Outcome, Query};
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query as UrlQuery, Request, State};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tower_http::services::ServeFile;
use utoipa::{IntoParams, ToSchema};

/// Which calls. The newest come first.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// How many, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    #[serde(default = "Filter::usual_limit")]
    limit: u32,
    /// Only calls before this one: `next` of the page before.
    #[param(value_type = Option<String>)]
    before: Option<CallId>,
    /// Words that were said, part of the caller's number, a ticket's number.
    q: Option<String>,
    /// How they ended.
    outcome: Option<Outcome>,
    /// Which domain pack answered.
    pack: Option<String>,
}

impl Filter {
    fn usual_limit() -> u32 {
        50
    }
}

/// A page of calls.
#[derive(Serialize, ToSchema)]
pub(super) struct Page {
    /// Newest first.
    calls: Vec<CallSummary>,
    /// `before` of the next page; null on the last one.
    next: Option<CallId>,
}

/// A call, whole.
#[derive(Serialize, ToSchema)]
pub(super) struct WholeCall {
    summary: CallSummary,
    /// Its log, in order.
    #[schema(value_type = Vec<Event>)]
    events: Vec<Arc<Event>>,
    /// Whether there is a recording.
    recording: bool,
}

/// Calls, newest first.
#[utoipa::path(get, path = "/api/calls", params(Filter),
    responses((status = 200, description = "A page of calls.", body = Page), Otherwise))]
pub(super) async fn list(
    State(app): State<App>,
    filter: Result<UrlQuery<Filter>, QueryRejection>,
) -> Result<Json<Page>, ApiError> {
    let UrlQuery(filter) = filter.map_err(|error| ApiError::bad_request(error.body_text()))?;
    if !(1..=200).contains(&filter.limit) {
        return Err(ApiError::bad_request("limit must be 1 to 200"));
    }
    let query = Query {
        limit: filter.limit,
        before: filter.before,
        text: filter.q,
        outcome: filter.outcome,
        pack: filter.pack,
    };
    let calls = app.state.store.archive().calls(&query).await?;
    let is_full = calls.len() == filter.limit as usize;
    let next = calls.last().filter(|_| is_full).map(|call| call.id);
    Ok(Json(Page { calls, next }))
}

/// One call with all of its events, in progress or over.
#[utoipa::path(get, path = "/api/calls/{id}", params(("id" = CallId, Path, description = "The call.")),
    responses((status = 200, description = "The call.", body = WholeCall), Otherwise))]
pub(super) async fn one(
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Json<WholeCall>, ApiError> {
    let id = call_id(&id)?;
    let Some((summary, events)) = app.state.store.call(id).await? else {
        return Err(ApiError::not_found(format!("there is no call {id}")));
    };
    Ok(Json(WholeCall {
        summary,
        events,
        recording: app.state.store.archive().recording(id).is_some(),
    }))
}

/// The recording of a call: 8 kHz, 16 bits, the caller on the left, whoever answers on the right. Takes ranges.
#[utoipa::path(get, path = "/api/calls/{id}/recording.wav", params(("id" = CallId, Path, description = "The call.")),
    responses(
        (status = 200, description = "All of it.", content_type = "audio/wav"),
        (status = 206, description = "The range that was asked for.", content_type = "audio/wav"),
        (status = 416, description = "There is no such range."),
        Otherwise))]
pub(super) async fn recording(
    State(app): State<App>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, ApiError> {
    let id = call_id(&id)?;
    let Some(path) = app.state.store.archive().recording(id) else {
        return Err(ApiError::not_found(format!(
            "there is no recording of call {id}"
        )));
    };
    match ServeFile::new(path).try_call(request).await {
        Ok(response) => Ok(response.into_response()),
        Err(error) => {
            tracing::error!(call = %id, %error, "a recording cannot be read");
            Err(ApiError::unavailable("the recording cannot be read"))
        }
    }
}

fn call_id(text: &str) -> Result<CallId, ApiError> {
    text.parse()
        .map_err(|_| ApiError::bad_request(format!("{text:?} is no id of a call")))
}
