//! The connector: the contract over HTTP, with a bound on each attempt, retries and a circuit breaker.

use super::breaker::Breaker;
use super::{Backend, BackendError, contract};
use crate::event::{Reply, Request};
use serde_json::Value;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Pauses before the attempts of one question. A caller waits meanwhile, so there are few and they are short.
const PAUSES: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_millis(100),
    Duration::from_millis(300),
];
/// Largest answer that is read. The largest that the contract knows, a list of outages, has a few kilobytes.
const LARGEST_ANSWER: usize = 256 * 1024;

/// A back office that serves `docs/backoffice-api.yaml`.
///
/// Questions without effect are simply asked again after a fault; those with one carry the same `Idempotency-Key`
/// in every attempt, so that a lost answer does not open a second ticket.
pub struct HttpBackend {
    base: reqwest::Url,
    client: reqwest::Client,
    breaker: Mutex<Breaker>,
    made: Instant,
}

/// Why an attempt gave no reply.
struct Fault {
    /// Another attempt may go better.
    passing: bool,
    reason: String,
}

impl HttpBackend {
    /// A connector to the service at `url` (`http://host:port/path`). Nothing is asked yet.
    /// `timeout` bounds each attempt, from connecting to the last byte of the answer.
    pub fn new(url: &str, timeout: Duration) -> Result<HttpBackend, BackendError> {
        let wrong = |reason: String| BackendError::Address {
            url: url.to_owned(),
            reason,
        };
        let mut base = reqwest::Url::parse(url).map_err(|error| wrong(error.to_string()))?;
        if base.scheme() != "http" {
            return Err(wrong("it must begin with http://".into()));
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let client = reqwest::Client::builder()
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| wrong(error.to_string()))?;
        Ok(HttpBackend {
            base,
            client,
            breaker: Mutex::default(),
            made: Instant::now(),
        })
    }

    async fn ask_patiently(&self, request: &Request, idempotency_key: &str) -> Reply {
        let (path, body) = contract::message(request);
        let mut reason = String::new();
        for pause in PAUSES {
            tokio::time::sleep(pause).await;
            if !self.admit() {
                if reason.is_empty() {
                    reason =
                        "the back office failed repeatedly and is left alone for a while".into();
                }
                break;
            }
            match self.attempt(request, &path, &body, idempotency_key).await {
                Ok(reply) => {
                    self.breaker().succeeded();
                    return reply;
                }
                Err(fault) => {
                    reason = fault.reason;
                    if !fault.passing {
                        break;
                    }
                    self.note_failure(&reason);
                }
            }
        }
        Reply::Unavailable { reason }
    }

    async fn attempt(
        &self,
        request: &Request,
        path: &str,
        body: &Value,
        idempotency_key: &str,
    ) -> Result<Reply, Fault> {
        let passing = |error: reqwest::Error| Fault {
            passing: true,
            reason: describe(error),
        };
        let lasting = |reason| Fault {
            passing: false,
            reason,
        };
        let url = self
            .base
            .join(path)
            .map_err(|error| lasting(error.to_string()))?;
        let mut message = self.client.post(url).json(body);
        if request.has_effect() {
            message = message.header("Idempotency-Key", idempotency_key);
        }
        let mut response = message.send().await.map_err(passing)?;
        let status = response.status().as_u16();
        let mut answer = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(passing)? {
            if answer.len() + chunk.len() > LARGEST_ANSWER {
                let reason = format!("the back office's answer is over {LARGEST_ANSWER} bytes");
                return Err(lasting(reason));
            }
            answer.extend_from_slice(&chunk);
        }
        contract::reply(request, status, &answer).map_err(|reason| Fault {
            passing: status == 429 || status >= 500,
            reason,
        })
    }

    fn admit(&self) -> bool {
        self.breaker().admit(self.made.elapsed())
    }

    fn note_failure(&self, reason: &str) {
        if self.breaker().failed(self.made.elapsed()) {
            tracing::warn!(reason, "the back office is left alone for a while");
        }
    }

    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A sentence about a fault of the transport, without the URL.
fn describe(error: reqwest::Error) -> String {
    if error.is_timeout() {
        "the back office did not answer in time".into()
    } else if error.is_connect() {
        "the back office cannot be reached".into()
    } else {
        format!(
            "the back office's answer broke off: {}",
            error.without_url()
        )
    }
}

impl Backend for HttpBackend {
    fn ask<'a>(
        &'a self,
        request: &'a Request,
        idempotency_key: &'a str,
    ) -> Pin<Box<dyn Future<Output = Reply> + Send + 'a>> {
        Box::pin(async move {
            let began = Instant::now();
            let reply = self.ask_patiently(request, idempotency_key).await;
            let outcome = match &reply {
                Reply::Unavailable { reason } => {
                    tracing::warn!(reason, "no answer from the back office");
                    "unavailable"
                }
                Reply::Refused { .. } => "refused",
                Reply::NotFound => "not_found",
                Reply::Account(_)
                | Reply::Bill(_)
                | Reply::Sent { .. }
                | Reply::Outages { .. }
                | Reply::Ticket(_) => "answered",
            };
            metrics::histogram!("lingting_backend_seconds", "outcome" => outcome)
                .record(began.elapsed().as_secs_f64());
            reply
        })
    }
}
