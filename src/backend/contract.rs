//! What goes over the wire: one `POST /v1/OPERATION` for each operation, its fields as a JSON body.
//!
//! Telephone numbers and addresses travel in bodies and never in a URL, because URLs end up in the logs of every
//! proxy on the way.

use crate::event::{Reply, Request};
use serde_json::Value;

/// Where an operation is served, relative to the base URL, and its body.
pub(super) fn message(request: &Request) -> (String, Value) {
    let mut body = serde_json::to_value(request).expect("a request has only strings and structs");
    let operation = body
        .as_object_mut()
        .and_then(|fields| fields.remove("operation"))
        .expect("a request is an object with its operation as tag");
    let operation = operation.as_str().expect("the tag is a string");
    (format!("v1/{operation}"), body)
}

/// What an answer with a status of the contract means; `Err` where it does not fit the contract.
pub(super) fn reply(request: &Request, status: u16, body: &[u8]) -> Result<Reply, String> {
    match status {
        200 | 201 => tagged(reply_name(request), body),
        404 => Ok(Reply::NotFound),
        409 | 422 => Ok(Reply::Refused {
            reason: reason(body).unwrap_or_else(|| format!("refused with status {status}")),
        }),
        _ => Err(match reason(body) {
            Some(reason) => format!("the back office answered {status}: {reason}"),
            None => format!("the back office answered {status}"),
        }),
    }
}

/// Which reply an operation has when all is well.
fn reply_name(request: &Request) -> &'static str {
    match request {
        Request::AccountByNumber { .. }
        | Request::AccountByMeter { .. }
        | Request::AccountByAddress { .. }
        | Request::AccountByPhone { .. } => "account",
        Request::Bill { .. } => "bill",
        Request::SendPaymentLink { .. } | Request::ReissueBill { .. } => "sent",
        Request::Outages { .. } => "outages",
        Request::CreateTicket(_) | Request::TicketStatus { .. } => "ticket",
    }
}

fn tagged(name: &str, body: &[u8]) -> Result<Reply, String> {
    let broken = |error| format!("the back office's answer does not fit the contract: {error}");
    let mut value: Value = serde_json::from_slice(body).map_err(broken)?;
    if let Some(fields) = value.as_object_mut() {
        fields.insert("reply".into(), name.into());
    }
    serde_json::from_value(value).map_err(broken)
}

fn reason(body: &[u8]) -> Option<String> {
    let value: Value = serde_json::from_slice(body).ok()?;
    Some(value.get("error")?.as_str()?.chars().take(300).collect())
}
