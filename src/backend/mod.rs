//! The utility's back office: bills, accounts, payments, outages, tickets.
//!
//! In: a [`Request`] of a conversation. Out: its [`Reply`]. One connector speaks HTTP to the published contract;
//! the embedded demo utility serves that same contract.

use crate::event::{Reply, Request};
use std::future::Future;
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
