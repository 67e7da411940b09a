//! The pages, the API and what operators look at, over HTTP.
//!
//! In: requests of browsers, scripts and Prometheus. Out: calls in progress and kept, agents, recordings, packs, health,
//! metrics, and the pages of `web/` that are embedded in the program. Nothing here changes a call; authors change packs.

mod agents;
mod calls;
mod error;
mod faq;
mod live;
mod operations;
mod packs;
mod pages;
mod protection;

pub use operations::install_metrics;

use crate::acd::AgentView;
use crate::packs::Packs;
use crate::store::Store;
use axum::Router;
use axum::http::Uri;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use error::ApiError;
use metrics_exporter_prometheus::PrometheusHandle;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use utoipa::openapi::{InfoBuilder, OpenApi, Paths};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Says whether new calls can be taken, and if not, what is missing.
pub type Ready = Arc<dyn Fn() -> Result<(), String> + Send + Sync>;

/// What the routes read.
#[derive(Clone)]
pub struct HttpState {
    /// Calls.
    pub store: Store,
    /// Agents and what they are doing.
    pub agents: watch::Receiver<Vec<AgentView>>,
    /// Packs and their versions.
    pub packs: Arc<Packs>,
    /// Whether new calls can be taken.
    pub ready: Ready,
    /// What has been counted; see [`install_metrics`].
    pub metrics: PrometheusHandle,
}

/// Why the pages cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    /// Most often another program has the port.
    #[error("cannot listen on http.listen {address}: {source}")]
    Listen {
        /// As configured.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
    /// Something else counts in this process already.
    #[error("metrics cannot be set up: {0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
}

/// A server under way.
pub struct Serving {
    /// Where it listens; the port is the real one where 0 was asked for.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Serving {
    /// Waits until the server has ended: after `stop`, once the answers under way have been sent.
    pub async fn ended(self) {
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the server of the pages failed");
        }
    }
}

/// State of the routes: what was passed in, and the sign to end.
#[derive(Clone)]
struct App {
    state: HttpState,
    stop: CancellationToken,
}

/// Serves on `listen` until `stop`.
pub async fn serve(
    listen: SocketAddr,
    state: HttpState,
    stop: CancellationToken,
) -> Result<Serving, HttpError> {
    let unusable = |source| HttpError::Listen {
        address: listen,
        source,
    };
    let listener = TcpListener::bind(listen).await.map_err(unusable)?;
    let address = listener.local_addr().map_err(unusable)?;
    tokio::spawn(operations::keep_metrics_small(
        state.metrics.clone(),
        stop.clone(),
    ));
    let router = router(App {
        state,
        stop: stop.clone(),
    });
    let server = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
    let task = tokio::spawn(async move {
        if let Err(error) = server.await {
            tracing::error!(%error, "the server of the pages stopped");
        }
    });
    Ok(Serving { address, task })
}

/// The description of the API, as served at `/api/openapi.json`.
pub fn openapi() -> OpenApi {
    described().1
}

fn described() -> (Router<App>, OpenApi) {
    let info = InfoBuilder::new()
        .title("Lingting")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(
            "Calls of a public utility's hotline, and the packs that answer them. Times are RFC 3339, lengths of time milliseconds.",
        ))
        .build();
    OpenApiRouter::with_openapi(OpenApi::new(info, Paths::new()))
        .routes(routes!(calls::list))
        .routes(routes!(calls::one))
        .routes(routes!(calls::recording))
        .routes(routes!(live::live))
        .routes(routes!(agents::agents))
        .routes(routes!(packs::list))
        .routes(routes!(packs::one))
        .routes(routes!(packs::understand))
        .routes(routes!(packs::scripts))
        .routes(routes!(packs::publish))
        .routes(routes!(faq::one, faq::change))
        .routes(routes!(faq::changes))
        .routes(routes!(operations::alive))
        .routes(routes!(operations::ready))
        .routes(routes!(operations::metrics))
        .split_for_parts()
}

fn router(app: App) -> Router {
    let (routes, openapi) = described();
    routes
        .route("/api/openapi.json", get(async move || axum::Json(openapi)))
        .method_not_allowed_fallback(async || ApiError::method_not_allowed())
        .fallback(page_or_nothing)
        .layer(middleware::from_fn(protection::own_pages_change))
        .layer(middleware::map_response(protection::headers))
        .with_state(app)
}

async fn page_or_nothing(uri: Uri) -> Response {
    match uri.path().strip_prefix("/api/") {
        Some(_) => ApiError::not_found("there is no such route").into_response(),
        None => pages::page(uri.path()),
    }
}
