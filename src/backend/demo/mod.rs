//! A utility that does not exist: an embedded back office for the demo and the tests.
//!
//! In: HTTP requests of the contract `docs/backoffice-api.yaml`, on a loopback port. Out: its answers, from an SQLite
//! file with some thousand invented customers, their bills of 24 months, outages and tickets.
//! A real back office takes its place by `backend.url` in the configuration; the connector is the same.

mod address;
mod ledger;
mod people;
mod routes;
mod seed;
mod tariff;

use super::BackendError;
use chrono::NaiveDateTime;
use ledger::Ledger;
use std::future::IntoFuture;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use tokio::task::JoinHandle;

/// The running demo utility; dropping it ends it.
pub struct Demo {
    address: SocketAddr,
    server: JoinHandle<()>,
}

impl Demo {
    /// Opens or makes `folder/demo-utility.sqlite` and serves it on a free loopback port.
    ///
    /// `now` is the utility's local time at the start: bills end with its month, outages lie around it, and it goes
    /// on from there.
    pub async fn start(folder: &Path, now: NaiveDateTime) -> Result<Demo, BackendError> {
        let path = folder.join("demo-utility.sqlite");
        let unusable = |source| BackendError::Database {
            path: path.clone(),
            source,
        };
        std::fs::create_dir_all(folder).map_err(|error| unusable(sqlx::Error::Io(error)))?;
        let pool = seed::open(&path, now).await.map_err(unusable)?;
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(BackendError::Listen)?;
        let address = listener.local_addr().map_err(BackendError::Listen)?;
        let (router, _) = routes::router(Ledger::new(pool, now));
        let serving = axum::serve(listener, router).into_future();
        let server = tokio::spawn(async move {
            if let Err(error) = serving.await {
                tracing::error!(%error, "the demo utility stopped");
            }
        });
        Ok(Demo { address, server })
    }

    /// Base URL for the connector.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// The contract that the demo utility serves, as it is published in `docs/backoffice-api.yaml`.
    pub fn contract() -> utoipa::openapi::OpenApi {
        routes::contract()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.server.abort();
    }
}
