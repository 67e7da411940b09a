//! Errors of the API: a status and one sentence.

use crate::store::StoreError;
use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErrorBody {
    /// A sentence.
    error: String,
}

/// An error on its way to the client.
#[derive(Debug)]
pub(super) struct ApiError {
    status: StatusCode,
    error: String,
}

impl ApiError {
    pub fn bad_request(error: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::BAD_REQUEST, error)
    }

    pub fn not_found(error: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::NOT_FOUND, error)
    }

    pub fn conflict(error: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::CONFLICT, error)
    }

    pub fn forbidden(error: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::FORBIDDEN, error)
    }

    pub fn method_not_allowed() -> ApiError {
        let error = "this route does not take that method";
        ApiError::new(StatusCode::METHOD_NOT_ALLOWED, error)
    }

    pub fn unavailable(error: impl Into<String>) -> ApiError {
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, error)
    }

    fn new(status: StatusCode, error: impl Into<String>) -> ApiError {
        ApiError {
            status,
            error: error.into(),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> ApiError {
        tracing::error!(%error, "calls cannot be read");
        ApiError::unavailable("calls cannot be read at the moment; the program's log says why")
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ErrorBody { error: self.error };
        (self.status, Json(body)).into_response()
    }
}

/// What a route of calls answers when it has no good answer.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "read by the description's generator only")]
pub(super) enum Otherwise {
    /// The request is malformed; the sentence says where.
    #[response(status = 400)]
    BadRequest(ErrorBody),
    /// There is no such thing.
    #[response(status = 404)]
    NotFound(ErrorBody),
    /// Calls cannot be read at the moment.
    #[response(status = 503)]
    Unavailable(ErrorBody),
}

/// What a route of packs answers when it has no good answer.
#[derive(IntoResponses)]
#[allow(dead_code, reason = "read by the description's generator only")]
pub(super) enum Problem {
    /// The request is malformed, or an entry is not taken; the sentence says why.
    #[response(status = 400)]
    BadRequest(ErrorBody),
    /// Pages of other sites change nothing here.
    #[response(status = 403)]
    Forbidden(ErrorBody),
    /// There is no such pack or entry.
    #[response(status = 404)]
    NotFound(ErrorBody),
    /// The pack's files do not say what they should; the sentence names file and line.
    #[response(status = 409)]
    Conflict(ErrorBody),
    /// The work cannot be done at the moment.
    #[response(status = 503)]
    Unavailable(ErrorBody),
}
