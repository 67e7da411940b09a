//! What operators and their tools look at: alive, ready, metrics.

use super::error::{ApiError, ErrorBody};
use super::{App, HttpError};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Upper ends of the buckets of every `…_seconds` histogram: fine where an answer's delay is felt.
const SECONDS: [f64; 16] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.2, 1.5, 2.0, 3.0, 5.0, 10.0,
];
/// How often samples of histograms are folded into their buckets.
const UPKEEP: Duration = Duration::from_secs(5);

/// Makes Prometheus metrics of everything that this process counts from now on. Once a process.
pub fn install_metrics() -> Result<PrometheusHandle, HttpError> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)?;
    Ok(builder.install_recorder()?)
}

/// Histograms gather samples until somebody folds them, whether or not anybody scrapes.
pub(super) async fn keep_metrics_small(metrics: PrometheusHandle, stop: CancellationToken) {
    let mut upkeep = tokio::time::interval(UPKEEP);
    while stop.run_until_cancelled(upkeep.tick()).await.is_some() {
        metrics.run_upkeep();
    }
}

/// The process answers.
#[utoipa::path(get, path = "/healthz", responses((status = 200, description = "It does.", body = String)))]
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// New calls can be taken.
#[utoipa::path(get, path = "/readyz", responses(
    (status = 200, description = "They can.", body = String),
    (status = 503, description = "They cannot; the sentence says why.", body = ErrorBody)))]
pub(super) async fn ready(State(app): State<App>) -> Result<&'static str, ApiError> {
    match (app.state.ready)() {
        Ok(()) => Ok("ready\n"),
        Err(why) => Err(ApiError::unavailable(why)),
    }
}

/// Metrics in Prometheus' text format.
#[utoipa::path(get, path = "/metrics", responses((status = 200, description = "All metrics.", body = String)))]
pub(super) async fn metrics(State(app): State<App>) -> Response {
    let kind = (CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    ([kind], app.state.metrics.render()).into_response()
}
