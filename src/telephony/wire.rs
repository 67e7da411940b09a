//! SIP messages as the stack has them, made and read.

use super::session_timer::{MIN_SE_S, SessionTimer, Wish};
use rsipstack::sip::{
    Header, Headers, HeadersExt, Method, Param, Request, Response, StatusCode, Uri, Version,
};
use std::hash::{DefaultHasher, Hash, Hasher};

/// The name that we show: nothing that a scanner could make use of.
pub const USER_AGENT: &str = "SIP";

/// Methods that we take.
const ALLOW: &str = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE";

/// Seconds after which a caller that found no room may try again.
pub const RETRY_AFTER_S: u32 = 10;

/// How SIP travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    Udp,
    Tcp,
}

impl From<Transport> for rsipstack::sip::Transport {
    fn from(transport: Transport) -> Self {
        match transport {
            Transport::Udp => rsipstack::sip::Transport::Udp,
            Transport::Tcp => rsipstack::sip::Transport::Tcp,
        }
    }
}

/// A status code of the stack.
pub fn status(code: u16) -> StatusCode {
    StatusCode::from(code)
}

/// What we can do, in answers to OPTIONS and INVITE.
pub fn abilities() -> Vec<Header> {
    vec![
        Header::Allow(ALLOW.into()),
        Header::Supported("timer".into()),
        Header::Accept("application/sdp".into()),
    ]
}

/// The type of a session description.
pub fn sdp_type() -> Header {
    Header::ContentType("application/sdp".into())
}

/// `Retry-After`.
pub fn retry_after(seconds: u32) -> Header {
    Header::RetryAfter(seconds.to_string().into())
}

/// `Min-SE`.
pub fn min_se() -> Header {
    Header::MinSE(MIN_SE_S.to_string().into())
}

/// Headers that settle the session timer where we answer: `Require` binds a requester that is to refresh.
pub fn timer_answer(timer: &SessionTimer) -> Vec<Header> {
    let mut headers = vec![Header::SessionExpires(timer.header(false).into())];
    if !timer.we_refresh {
        headers.push(Header::Require("timer".into()));
    }
    headers
}

/// What a message wishes of session timers.
pub fn timer_wish(message: &impl HeadersExt) -> Wish {
    let value = |name| message.header_value(name);
    let supported = message.header_contains_token("Supported", "timer")
        || message.header_contains_token("Require", "timer");
    Wish::parse(
        value("Session-Expires").as_deref(),
        value("Min-SE").as_deref(),
        supported,
    )
}

/// Extensions that a request requires and that we do not know.
pub fn unknown_extensions(request: &Request) -> Vec<String> {
    let required = request.headers.iter().filter_map(|header| match header {
        Header::Require(value) => Some(value.value().to_owned()),
        _ => None,
    });
    required
        .flat_map(|value| {
            value
                .split(',')
                .map(|token| token.trim().to_owned())
                .collect::<Vec<_>>()
        })
        .filter(|token| !token.is_empty() && !token.eq_ignore_ascii_case("timer"))
        .collect()
}

/// Whether the body of a request is a session description; one without a type is taken for one.
pub fn has_sdp(request: &Request) -> bool {
    let kind = request.header_value("Content-Type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.is_empty() || kind.eq_ignore_ascii_case("application/sdp")
}

/// Whether the far end says that it takes UPDATE.
pub fn takes_update(message: &impl HeadersExt) -> bool {
    let allow = message.header_value("Allow").unwrap_or_default();
    allow
        .split(',')
        .any(|method| method.trim().eq_ignore_ascii_case("UPDATE"))
}

/// The body as text; SDP is ASCII in all that matters to us.
pub fn text(body: &[u8]) -> String {
    String::from_utf8_lossy(body).into_owned()
}

/// An answer that leaves no state behind (RFC 3261 §8.2.7): the tag follows from the request alone.
pub fn stateless_answer(request: &Request, code: u16, extra: Vec<Header>) -> Option<Response> {
    let mut tag = DefaultHasher::new();
    request
        .transaction_id()
        .ok()?
        .map(|branch| branch.value().to_owned())
        .hash(&mut tag);
    let mut headers = Headers::default();
    for header in request.headers.iter() {
        match header {
            Header::To(to) if to.tag().ok().flatten().is_none() => {
                let tag = format!("{:016x}", tag.finish());
                headers.push(to.clone().with_tag(tag.into()).into());
            }
            Header::Via(_)
            | Header::From(_)
            | Header::To(_)
            | Header::CallId(_)
            | Header::CSeq(_) => {
                headers.push(header.clone());
            }
            _ => {}
        }
    }
    headers.extend(extra);
    headers.push(Header::UserAgent(USER_AGENT.into()));
    headers.push(Header::ContentLength(0.into()));
    Some(Response {
        status_code: status(code),
        wire_reason: None,
        version: Version::V2,
        headers,
        body: Vec::new(),
    })
}

/// Whether a request lies within a dialog: its To carries a tag.
pub fn in_dialog(request: &Request) -> bool {
    let tag = request
        .to_header()
        .ok()
        .and_then(|to| to.tag().ok().flatten());
    tag.is_some_and(|tag| !tag.value().is_empty())
}

/// User part of a URI; empty where there is none.
pub fn user(uri: &Uri) -> String {
    uri.user().unwrap_or_default().to_owned()
}

/// The expiry that a Contact carries itself, in seconds.
pub fn contact_expires(params: &[Param]) -> Option<u32> {
    params.iter().find_map(|param| match param {
        Param::Expires(expires) => expires.value().parse().ok(),
        _ => None,
    })
}

/// Whether we take the method, in its place: what is left of these outside a dialog gets 481, any other 405.
pub fn is_known(method: &Method) -> bool {
    matches!(
        method,
        Method::Invite
            | Method::Ack
            | Method::Bye
            | Method::Cancel
            | Method::Options
            | Method::Update
            | Method::PRack
    )
}
