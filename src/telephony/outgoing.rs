//! A call that we make: rung, answered or failed.

use super::leg::{self, Leg, Role};
use super::line::Shared;
use super::media::{LegEvent, MediaLeg};
use super::sdp::{Description, Local, codec_name};
use super::session_timer::SessionTimer;
use super::{LineError, wire};
use crate::event::Pii;
use rsipstack::dialog::dialog::{DialogState, DialogStateReceiver};
use rsipstack::dialog::invitation::{InviteAsyncResult, InviteOption};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::{Auth, Header, HeadersExt, Response, Uri};
use rsipstack::transport::SipAddr;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Events of one dialing that may wait.
const EVENT_QUEUE: usize = 8;

/// Whom to call.
pub(super) struct Target {
    pub uri: Uri,
    /// Where to send the request, where it is not where the URI points to.
    pub destination: Option<SipAddr>,
    /// User part of our From.
    pub from_user: String,
    /// Name that the far end's telephone shows.
    pub from_display: Option<Pii<String>>,
}

/// A call on its way. One that is dropped is cancelled.
#[derive(Debug)]
pub struct Dialing {
    events: mpsc::Receiver<DialEvent>,
    cancel: CancellationToken,
}

/// What happens to a call on its way.
#[derive(Debug)]
pub enum DialEvent {
    /// The telephone rings.
    Ringing,
    /// Somebody picked up.
    Answered(Leg),
    /// Nobody will: SIP's code (486 busy, 480 away, 408 no answer, 487 cancelled by us …) and its reason.
    Failed { code: u16, reason: String },
}

impl Dialing {
    /// The next event; after [`DialEvent::Answered`] or [`DialEvent::Failed`] there is none.
    pub async fn next(&mut self) -> Option<DialEvent> {
        self.events.recv().await
    }

    /// Gives up; [`DialEvent::Failed`] follows, unless the answer came first.
    pub fn cancel(&self) {
        self.cancel.cancel();
    }
}

impl Drop for Dialing {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

pub(super) fn dial(shared: Arc<Shared>, target: Target) -> Dialing {
    let (sender, events) = mpsc::channel(EVENT_QUEUE);
    let cancel = CancellationToken::new();
    let token = cancel.clone();
    let legs = shared.legs.clone();
    legs.spawn(async move {
        let outcome = call(shared, target, &sender, token).await;
        let event = outcome.unwrap_or_else(|error| failed(500, &error.to_string()));
        // Nobody may be waiting any more; a leg that is dropped hangs up.
        let _ = sender.send(event).await;
    });
    Dialing { events, cancel }
}

fn failed(code: u16, reason: &str) -> DialEvent {
    DialEvent::Failed {
        code,
        reason: reason.to_owned(),
    }
}

async fn call(
    shared: Arc<Shared>,
    target: Target,
    events: &mpsc::Sender<DialEvent>,
    cancel: CancellationToken,
) -> Result<DialEvent, LineError> {
    let (media, leg_events) = MediaLeg::open(
        &shared.engine,
        &shared.ports,
        shared.config.no_media_timeout,
    )?;
    let local = Local {
        address: shared.stack.advertised.ip(),
        port: media.port(),
        session: rand::random::<u32>().into(),
        version: 1,
    };
    let mut interval_s = shared
        .config
        .session_expires_s
        .max(super::session_timer::MIN_SE_S);
    for _ in 0..2 {
        let attempt = Attempt::start(&shared, &target, local, interval_s)?;
        let (dialog, states, response) = attempt.follow(events, &cancel).await?;
        let response = match response {
            Final::Response(response) => *response,
            Final::Cancelled => return Ok(failed(487, "we gave up")),
            Final::Nothing => return Ok(failed(408, "no answer")),
        };
        let code = response.status_code.code();
        let least_s = wire::timer_wish(&response).min_s.unwrap_or(0);
        if code == 422 && least_s > interval_s {
            interval_s = least_s;
            continue;
        }
        if !(200..300).contains(&code) {
            return Ok(failed(code, response.status_code.text()));
        }
        let answered = Answered {
            shared,
            dialog,
            states,
            response,
            local,
        };
        return Ok(answered.start(media, leg_events).await);
    }
    Ok(failed(422, "the session interval was refused twice"))
}

/// How an INVITE ended.
enum Final {
    Response(Box<Response>),
    /// We gave up.
    Cancelled,
    /// No answer came.
    Nothing,
}

impl From<Option<Response>> for Final {
    fn from(response: Option<Response>) -> Final {
        response.map_or(Final::Nothing, |response| {
            Final::Response(Box::new(response))
        })
    }
}

/// One INVITE.
struct Attempt {
    dialog: InviteDialog,
    states: DialogStateReceiver,
    outcome: JoinHandle<InviteAsyncResult>,
}

impl Attempt {
    fn start(
        shared: &Shared,
        target: &Target,
        local: Local,
        interval_s: u32,
    ) -> Result<Attempt, LineError> {
        let contact = leg::contact(shared);
        let caller = Uri {
            auth: Some(Auth {
                user: target.from_user.clone(),
                password: None,
            }),
            ..contact.clone()
        };
        let mut headers = wire::abilities();
        headers.push(Header::SessionExpires(interval_s.to_string().into()));
        let option = InviteOption {
            caller_display_name: target.from_display.as_ref().map(|name| quoted(name)),
            caller,
            callee: target.uri.clone(),
            destination: target.destination.clone(),
            content_type: Some("application/sdp".into()),
            offer: Some(local.offer().into_bytes()),
            contact,
            headers: Some(headers),
            ..InviteOption::default()
        };
        let (sender, states) = shared.stack.layer.new_dialog_state_channel();
        let started = shared.stack.layer.do_invite_async(option, sender);
        let (dialog, outcome) = started.map_err(|error| LineError::Stack(error.to_string()))?;
        Ok(Attempt {
            dialog,
            states,
            outcome,
        })
    }

    /// Follows the INVITE to its final answer, or to none.
    async fn follow(
        mut self,
        events: &mpsc::Sender<DialEvent>,
        cancel: &CancellationToken,
    ) -> Result<(InviteDialog, DialogStateReceiver, Final), LineError> {
        let (mut rung, mut cancelled) = (false, false);
        loop {
            tokio::select! {
                // Ringing comes before the answer, even where both are here.
                biased;
                state = self.states.recv() => match state {
                    Some(DialogState::Early(..)) if !rung => {
                        rung = true;
                        // Whoever dials may not be listening; the answer counts.
                        let _ = events.try_send(DialEvent::Ringing);
                    }
                    _ => {}
                },
                () = cancel.cancelled(), if !cancelled => {
                    cancelled = true;
                    let dialog = self.dialog.clone();
                    tokio::spawn(async move { dialog.cancel().await });
                }
                outcome = &mut self.outcome => {
                    let outcome = outcome.map_err(|error| LineError::Stack(error.to_string()))?;
                    let (_, response) = outcome.map_err(|error| LineError::Stack(error.to_string()))?;
                    // A 2xx that crossed our CANCEL has been ended by the stack.
                    let cancelled = cancelled && self.dialog.state().is_terminated();
                    return Ok((self.dialog, self.states, if cancelled { Final::Cancelled } else { response.into() }));
                }
            }
        }
    }
}

/// A name without what would break out of its quotes.
fn quoted(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_control() && !matches!(c, '"' | '\\' | '<' | '>'))
        .collect()
}

/// A call that was answered.
struct Answered {
    shared: Arc<Shared>,
    dialog: InviteDialog,
    states: DialogStateReceiver,
    response: Response,
    local: Local,
}

impl Answered {
    async fn start(self, media: MediaLeg, events: mpsc::Receiver<LegEvent>) -> DialEvent {
        let signalling = self.signalling();
        let described =
            Description::parse(&wire::text(&self.response.body)).and_then(|answer| answer.agree());
        let terms = match described {
            Ok(agreed) => leg::terms(agreed, signalling).await,
            Err(error) => Err(LineError::Sdp(error)),
        };
        let setup = leg::Setup {
            takes_update: wire::takes_update(&self.response),
            role: Role::Dialled,
            timer: SessionTimer::from_answer(wire::timer_wish(&self.response), 0),
            _permit: None,
            dialog: self.dialog,
            states: self.states,
            signalling,
            local: self.local,
            shared: self.shared,
        };
        match terms {
            Ok(terms) => {
                let codec = codec_name(terms.agreed.law);
                media.agree(terms);
                DialEvent::Answered(leg::start(setup, media, codec, events))
            }
            Err(error) => {
                leg::abandon(setup);
                failed(488, &error.to_string())
            }
        }
    }

    /// Where the far end signals from: its Contact, for want of better.
    fn signalling(&self) -> IpAddr {
        let contacts = self.response.typed_contact_headers().unwrap_or_default();
        let address: Option<SocketAddr> = contacts
            .first()
            .and_then(|contact| contact.uri.host_with_port.clone().try_into().ok());
        address.map_or(IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED), |address| {
            address.ip()
        })
    }
}
