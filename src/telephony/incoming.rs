//! A call that comes in: checked, offered to be answered, answered or rejected.

use super::leg::{self, Leg, Role};
use super::line::Shared;
use super::media::MediaLeg;
use super::router::finish;
use super::sdp::{Description, Local, SdpError, codec_name};
use super::session_timer::SessionTimer;
use super::{LineError, wire};
use crate::event::Pii;
use rsipstack::dialog::dialog::{DialogState, DialogStateReceiver};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::prelude::ToTypedHeader;
use rsipstack::sip::{Header, HeadersExt, Request};
use rsipstack::transaction::transaction::{Transaction, TransactionEvent, TransactionEventSender};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use tokio::sync::OwnedSemaphorePermit;

/// A call that waits to be answered. One that is dropped is rejected with 480.
pub struct IncomingCall {
    /// The caller's number; empty where the line gave none.
    pub from: Pii<String>,
    /// The number that was rung.
    pub to: String,
    ringing: Option<Ringing>,
}

struct Ringing {
    shared: Arc<Shared>,
    dialog: InviteDialog,
    states: DialogStateReceiver,
    responses: TransactionEventSender,
    /// Absent where the caller wants our offer.
    offer: Option<Description>,
    timer: SessionTimer,
    source: SocketAddr,
    permit: OwnedSemaphorePermit,
}

impl std::fmt::Debug for IncomingCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IncomingCall")
            .field("from", &self.from)
            .field("to", &self.to)
            .finish_non_exhaustive()
    }
}

/// Why a request for a call is not let further.
struct Refusal(u16, Vec<Header>);

/// Takes an INVITE that passed the gate.
pub async fn receive(shared: Arc<Shared>, mut invite: Transaction) -> rsipstack::Result<()> {
    let (offer, timer, permit) = match check(&shared, &invite.original) {
        Ok(checked) => checked,
        Err(Refusal(code, headers)) => return finish(invite, code, headers).await,
    };
    let Some(source) = source(&invite) else {
        return finish(invite, 400, Vec::new()).await;
    };
    let (sender, states) = shared.stack.layer.new_dialog_state_channel();
    let contact = leg::contact(&shared);
    let layer = shared.stack.layer.clone();
    let mut dialog = layer.get_or_create_server_invite(&invite, sender, None, Some(contact))?;
    let caller = invite
        .original
        .from_header()
        .ok()
        .and_then(|from| from.typed().ok());
    let call = IncomingCall {
        from: Pii(caller.map(|from| wire::user(&from.uri)).unwrap_or_default()),
        to: wire::user(&invite.original.uri),
        ringing: Some(Ringing {
            dialog: dialog.clone(),
            states,
            responses: invite.tu_sender.clone(),
            offer,
            timer,
            source,
            permit,
            shared: shared.clone(),
        }),
    };
    if let Err(refused) = shared.incoming.try_send(call) {
        refused.into_inner().reject(503, Some(wire::RETRY_AFTER_S));
    }
    // Sees the request through, to its ACK or its CANCEL.
    dialog.handle(&mut invite).await
}

fn source(invite: &Transaction) -> Option<SocketAddr> {
    invite
        .connection
        .as_ref()?
        .get_remote_addr()?
        .get_socketaddr()
        .ok()
}

type Checked = (Option<Description>, SessionTimer, OwnedSemaphorePermit);

fn check(shared: &Shared, invite: &Request) -> Result<Checked, Refusal> {
    let unknown = wire::unknown_extensions(invite);
    if !unknown.is_empty() {
        return Err(Refusal(
            420,
            vec![Header::Unsupported(unknown.join(", ").into())],
        ));
    }
    if invite.contact_header().is_err() {
        return Err(Refusal(400, Vec::new()));
    }
    let offer = read_offer(invite)?;
    let timer = SessionTimer::answer(wire::timer_wish(invite), shared.config.session_expires_s, 0)
        .map_err(|_| Refusal(422, vec![wire::min_se()]))?;
    let permit = shared.room.clone().try_acquire_owned();
    match permit {
        Ok(permit) if !shared.draining.load(Ordering::Relaxed) => Ok((offer, timer, permit)),
        _ => Err(Refusal(503, vec![wire::retry_after(wire::RETRY_AFTER_S)])),
    }
}

/// The offer of a request; none where it wants ours.
fn read_offer(request: &Request) -> Result<Option<Description>, Refusal> {
    if request.body.is_empty() {
        return Ok(None);
    }
    if !wire::has_sdp(request) {
        return Err(Refusal(415, vec![Header::Accept("application/sdp".into())]));
    }
    let taken = Description::parse(&wire::text(&request.body))
        .and_then(|offer| offer.agree().map(|_| offer));
    match taken {
        Ok(offer) => Ok(Some(offer)),
        Err(SdpError::Malformed { .. }) => Err(Refusal(400, Vec::new())),
        Err(SdpError::NotAcceptable) => Err(Refusal(488, Vec::new())),
    }
}

impl IncomingCall {
    /// Lets the caller hear the ringing tone.
    pub fn ring(&self) {
        if let Some(ringing) = &self.ringing
            && let Err(error) = ringing.dialog.ringing(None, None)
        {
            tracing::debug!(%error, "ringing could not be told");
        }
    }

    /// Returns once the caller has hung up before an answer.
    pub async fn cancelled(&mut self) {
        let Some(ringing) = &mut self.ringing else {
            return;
        };
        while let Some(state) = ringing.states.recv().await {
            if state.is_terminated() {
                return;
            }
        }
    }

    /// Answers. The leg's sound flows at once; a caller who wanted our offer is waited for until it has answered it.
    pub async fn answer(mut self) -> Result<Leg, LineError> {
        // Taken once: answering and rejecting consume the call.
        let Some(ringing) = self.ringing.take() else {
            return Err(LineError::Cancelled);
        };
        ringing.answer().await
    }

    /// Rejects: 486 busy, 503 full, 603 declined …; `retry_after_s` tells when to try again.
    pub fn reject(mut self, code: u16, retry_after_s: Option<u32>) {
        if let Some(ringing) = self.ringing.take() {
            ringing.reject(code, retry_after_s);
        }
    }
}

impl Drop for IncomingCall {
    fn drop(&mut self) {
        if let Some(ringing) = self.ringing.take() {
            ringing.reject(480, None);
        }
    }
}

impl Ringing {
    fn reject(self, code: u16, retry_after_s: Option<u32>) {
        let mut request = self.dialog.initial_request();
        let tag = self.dialog.id().local_tag;
        if let Ok(to) = request.to_header_mut() {
            let _ = to.mut_tag(tag.into());
        }
        let mut response =
            self.shared
                .stack
                .layer
                .endpoint
                .make_response(&request, wire::status(code), None);
        response
            .headers
            .extend(retry_after_s.map(wire::retry_after).into_iter().collect());
        // The stack's own rejection cannot carry Retry-After: ours goes first, the stack's then finds the
        // transaction answered and only ends the dialog.
        let _ = self.responses.send(TransactionEvent::Respond(response));
        if let Err(error) = self.dialog.reject(Some(wire::status(code)), None) {
            tracing::debug!(%error, "a call could not be rejected");
        }
        self.shared.stack.layer.remove_dialog(&self.dialog.id());
    }

    async fn answer(mut self) -> Result<Leg, LineError> {
        let shared = self.shared.clone();
        let opened = MediaLeg::open(
            &shared.engine,
            &shared.ports,
            shared.config.no_media_timeout,
        );
        let (media, events) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                self.reject(503, Some(wire::RETRY_AFTER_S));
                return Err(error);
            }
        };
        let local = Local {
            address: shared.stack.advertised.ip(),
            port: media.port(),
            session: rand::random::<u32>().into(),
            version: 1,
        };
        let (body, agreed) = match &self.offer {
            Some(offer) => match offer.answer(local) {
                Ok((body, agreed)) => (body, Some(agreed)),
                Err(error) => {
                    self.reject(488, None);
                    return Err(error.into());
                }
            },
            None => (local.offer(), None),
        };
        let mut headers = wire::abilities();
        headers.push(wire::sdp_type());
        headers.extend(wire::timer_answer(&self.timer));
        let accepted = self.dialog.accept(Some(headers), Some(body.into_bytes()));
        if accepted.is_err() || self.dialog.state().is_terminated() {
            shared.stack.layer.remove_dialog(&self.dialog.id());
            return Err(LineError::Cancelled);
        }
        let agreed = match agreed {
            Some(agreed) => Ok(agreed),
            None => self.late_answer().await,
        };
        let terms = match agreed {
            Ok(agreed) => leg::terms(agreed, self.source.ip()).await,
            Err(error) => Err(error),
        };
        let setup = leg::Setup {
            takes_update: wire::takes_update(&self.dialog.initial_request()),
            role: Role::Answered,
            timer: Some(self.timer),
            _permit: Some(self.permit),
            dialog: self.dialog,
            states: self.states,
            signalling: self.source.ip(),
            local,
            shared,
        };
        match terms {
            Ok(terms) => {
                let codec = codec_name(terms.agreed.law);
                media.agree(terms);
                Ok(leg::start(setup, media, codec, events))
            }
            Err(error) => {
                leg::abandon(setup);
                Err(error)
            }
        }
    }

    /// Waits for the ACK, which carries the answer to our offer.
    async fn late_answer(&mut self) -> Result<super::sdp::Agreed, LineError> {
        while let Some(state) = self.states.recv().await {
            match state {
                DialogState::Confirmed(..) => {
                    let body = self
                        .dialog
                        .last_remote_ack()
                        .map(|ack| ack.body)
                        .unwrap_or_default();
                    return Ok(Description::parse(&wire::text(&body))?.agree()?);
                }
                DialogState::Terminated(..) => break,
                _ => {}
            }
        }
        Err(LineError::Cancelled)
    }
}
