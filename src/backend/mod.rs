//! The utility's back office: bills, accounts, payments, outages, tickets.
//!
//! In: a [`Request`] of a conversation. Out: its [`Reply`]. One connector ([`HttpBackend`]) speaks HTTP to the
//! contract published in `docs/backoffice-api.yaml`; the embedded [`demo`] utility serves that same contract.

pub mod demo;

mod breaker;
mod contract;
mod http;
mod outbox;

pub use http::HttpBackend;
pub use outbox::Outbox;

use crate::event::{Reply, Request};
use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

/// A back office.
pub trait Backend: Send + Sync {
    /// Asks. Never fails as a function: a fault is [`Reply::Unavailable`], so that the conversation can go on.
    ///
    /// `idempotency_key` is the same for every attempt of the same request of the same call.
    fn ask<'a>(
        &'a self,
        request: &'a Request,
        idempotency_key: &'a str,
    ) -> Pin<Box<dyn Future<Output = Reply> + Send + 'a>>;
}

/// Why a back office cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum BackendError {
    /// The configured address is no base URL.
    #[error("backend.url {url:?} is no address of a back office: {reason}")]
    Address {
        /// As configured.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The demo utility's database cannot be used.
    #[error("cannot use the demo utility's database {path}: {source}")]
    Database {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// The demo utility finds no port on the loopback address.
    #[error("cannot listen on the loopback address for the demo utility: {0}")]
    Listen(std::io::Error),
}
