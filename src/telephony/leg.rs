//! A call that stands: its events, its prompts, its holds and refreshes, its end.

use super::line::Shared;
use super::media::{LegEvent, LegStats, MediaLeg, Player, Terms};
use super::sdp::{Agreed, Description, Local, SdpError};
use super::session_timer::{Due, SessionTimer};
use super::{LineError, wire};
use rsipstack::dialog::dialog::{
    DialogState, DialogStateReceiver, TerminatedReason, TransactionHandle,
};
use rsipstack::dialog::invite_dialog::InviteDialog;
use rsipstack::sip::{Header, HostWithPort, Method, Request, Response, Scheme, Uri};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_util::sync::CancellationToken;

/// How long a hang-up waits for a dialog that is busy with a re-INVITE.
const BUSY: Duration = Duration::from_millis(250);
/// How often it tries.
const HANG_UP_ATTEMPTS: u32 = 8;

/// One leg of a call. Dropping it hangs up.
#[derive(Debug)]
pub struct Leg {
    /// What happens on the leg, to be read all the time; the last one is [`LegEvent::Ended`].
    pub events: mpsc::Receiver<LegEvent>,
    /// `PCMA` or `PCMU`.
    pub codec: &'static str,
    player: Player,
    stats: Arc<Mutex<LegStats>>,
    hang_up: CancellationToken,
}

impl Leg {
    /// A handle that plays into the leg.
    pub fn player(&self) -> Player {
        self.player.clone()
    }

    /// Ends the call; [`LegEvent::Ended`] follows.
    pub fn hangup(&self) {
        self.hang_up.cancel();
    }

    /// What was received so far.
    pub fn stats(&self) -> LegStats {
        *self.stats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Leg {
    fn drop(&mut self) {
        self.hang_up.cancel();
    }
}

/// Who began the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Answered,
    Dialled,
}

/// All that a leg's signalling needs.
pub(super) struct Setup {
    pub shared: Arc<Shared>,
    pub dialog: InviteDialog,
    pub states: DialogStateReceiver,
    pub role: Role,
    pub timer: Option<SessionTimer>,
    pub takes_update: bool,
    pub local: Local,
    pub signalling: IpAddr,
    /// Held until the leg's end.
    pub _permit: Option<OwnedSemaphorePermit>,
}

/// Our Contact.
pub(super) fn contact(shared: &Shared) -> Uri {
    Uri {
        scheme: Some(Scheme::Sip),
        host_with_port: HostWithPort::from(shared.stack.advertised),
        ..Uri::default()
    }
}

/// Resolves the address that sound goes to.
pub(super) async fn terms(agreed: Agreed, signalling: IpAddr) -> Result<Terms, LineError> {
    let found = tokio::net::lookup_host((agreed.host.as_str(), agreed.port)).await;
    let first = found.ok().and_then(|mut addresses| addresses.next());
    let remote = first.ok_or_else(|| LineError::Name(agreed.host.clone()))?;
    Ok(Terms {
        agreed,
        remote,
        signalling,
    })
}

/// Starts the signalling of a leg whose media flows.
pub(super) fn start(
    setup: Setup,
    media: MediaLeg,
    law: &'static str,
    events: mpsc::Receiver<LegEvent>,
) -> Leg {
    let hang_up = setup.shared.hang_up.child_token();
    let leg = Leg {
        events,
        codec: law,
        player: media.player(),
        stats: media.stats(),
        hang_up: hang_up.clone(),
    };
    let legs = setup.shared.legs.clone();
    legs.spawn(Signalling::new(setup, media, hang_up).run());
    leg
}

/// Ends a call that was answered but cannot be used.
pub(super) fn abandon(setup: Setup) {
    let legs = setup.shared.legs.clone();
    legs.spawn(async move {
        bye(&setup.dialog).await;
        setup.shared.stack.layer.remove_dialog(&setup.dialog.id());
    });
}

/// Sends BYE; a dialog in the middle of a re-INVITE is waited for a moment.
async fn bye(dialog: &InviteDialog) {
    for _ in 0..HANG_UP_ATTEMPTS {
        match dialog.bye().await {
            Ok(()) => return,
            Err(error) => tracing::debug!(%error, "the call could not be hung up yet"),
        }
        if dialog.state().is_terminated() {
            return;
        }
        tokio::time::sleep(BUSY).await;
    }
}

/// What became of a refresh of ours.
enum Refreshed {
    /// Answered; the body is an answer to our offer where there was one.
    Done(Response),
    /// The far end does not know the call any more, or does not answer.
    Gone,
    /// It could not be sent now.
    Later,
}

struct Signalling {
    setup: Setup,
    media: MediaLeg,
    hang_up: CancellationToken,
    began: Instant,
    refreshes: mpsc::Sender<Refreshed>,
    refreshed: mpsc::Receiver<Refreshed>,
    /// A refresh is under way.
    refreshing: bool,
    /// Our offer in a re-INVITE's 200 waits for its answer in the ACK.
    offered: bool,
}

impl Signalling {
    fn new(setup: Setup, media: MediaLeg, hang_up: CancellationToken) -> Signalling {
        let (refreshes, refreshed) = mpsc::channel(1);
        Signalling {
            setup,
            media,
            hang_up,
            began: Instant::now(),
            refreshes,
            refreshed,
            refreshing: false,
            offered: false,
        }
    }

    async fn run(mut self) {
        let reason = loop {
            let due = self.due();
            tokio::select! {
                () = self.hang_up.cancelled() => break "we hung up".to_owned(),
                state = self.setup.states.recv() => match state {
                    Some(state) => if let Some(reason) = self.on_state(state).await {
                        break reason;
                    },
                    None => break "the dialog was lost".to_owned(),
                },
                Some(outcome) = self.refreshed.recv() => if let Some(reason) = self.on_refreshed(outcome).await {
                    break reason;
                },
                () = sleep_until(due), if due.is_some() => if let Some(reason) = self.on_timer() {
                    break reason;
                },
            }
        };
        self.media.end(reason);
        bye(&self.setup.dialog).await;
        self.setup
            .shared
            .stack
            .layer
            .remove_dialog(&self.setup.dialog.id());
    }

    fn now_ms(&self) -> u64 {
        self.began.elapsed().as_millis() as u64
    }

    fn due(&self) -> Option<Instant> {
        let timer = self
            .setup
            .timer
            .filter(|timer| !(self.refreshing && timer.we_refresh))?;
        Some(self.began + Duration::from_millis(timer.deadline_ms()))
    }

    fn on_timer(&mut self) -> Option<String> {
        match self.setup.timer?.due(self.now_ms())? {
            Due::Expired => Some("the far end no longer refreshes the session".into()),
            Due::Refresh => {
                self.refresh();
                None
            }
        }
    }

    /// Takes a change of the dialog's state; gives the reason when it is the last.
    async fn on_state(&mut self, state: DialogState) -> Option<String> {
        match state {
            DialogState::Updated(_, request, handle) => self.on_update(request, handle).await,
            DialogState::Confirmed(..) if self.offered => {
                self.offered = false;
                let body = self
                    .setup
                    .dialog
                    .last_remote_ack()
                    .map(|ack| ack.body)
                    .unwrap_or_default();
                self.on_answer(&body).await;
            }
            DialogState::Terminated(_, reason) => return Some(self.end_reason(&reason)),
            _ => {}
        }
        None
    }

    fn end_reason(&self, reason: &TerminatedReason) -> String {
        let far_end_hung_up = match self.setup.role {
            Role::Answered => matches!(
                reason,
                TerminatedReason::UacBye | TerminatedReason::UacCancel
            ),
            Role::Dialled => matches!(reason, TerminatedReason::UasBye),
        };
        match reason {
            _ if far_end_hung_up => "the far end hung up".into(),
            TerminatedReason::Timeout => "the far end did not confirm the call".into(),
            other => format!("the call ended: {other:?}"),
        }
    }

    /// The far end changes the session: a re-INVITE or an UPDATE.
    async fn on_update(&mut self, request: Request, handle: TransactionHandle) {
        let wish = wire::timer_wish(&request);
        if wish
            .expires_s
            .is_some_and(|wished| wished < super::session_timer::MIN_SE_S)
        {
            return respond(handle, 422, vec![wire::min_se()], None).await;
        }
        let mut headers = wire::abilities();
        if wish.expires_s.is_some() {
            let expires_s = self.setup.shared.config.session_expires_s;
            self.setup.timer = SessionTimer::answer(wish, expires_s, self.now_ms()).ok();
        } else if let Some(timer) = &mut self.setup.timer {
            timer.refreshed(self.began.elapsed().as_millis() as u64);
        }
        headers.extend(self.setup.timer.iter().flat_map(wire::timer_answer));
        if request.body.is_empty() {
            let offer = (request.method == Method::Invite).then(|| self.next_local().offer());
            self.offered = offer.is_some();
            headers.extend(offer.is_some().then(wire::sdp_type));
            return respond(handle, 200, headers, offer).await;
        }
        if !wire::has_sdp(&request) {
            return respond(
                handle,
                415,
                vec![Header::Accept("application/sdp".into())],
                None,
            )
            .await;
        }
        let local = self.next_local();
        let answer =
            Description::parse(&wire::text(&request.body)).and_then(|offer| offer.answer(local));
        let (body, agreed) = match answer {
            Ok(answer) => answer,
            Err(SdpError::Malformed { .. }) => return respond(handle, 400, Vec::new(), None).await,
            Err(SdpError::NotAcceptable) => return respond(handle, 488, Vec::new(), None).await,
        };
        match terms(agreed, self.setup.signalling).await {
            Ok(terms) => {
                headers.push(wire::sdp_type());
                respond(handle, 200, headers, Some(body)).await;
                self.media.agree(terms);
            }
            Err(_) => respond(handle, 488, Vec::new(), None).await,
        }
    }

    /// Our end with the next version of its description.
    fn next_local(&mut self) -> Local {
        self.setup.local.version += 1;
        self.setup.local
    }

    /// An answer to an offer of ours.
    async fn on_answer(&mut self, body: &[u8]) {
        let agreed = Description::parse(&wire::text(body)).and_then(|answer| answer.agree());
        let terms = match agreed {
            Ok(agreed) => terms(agreed, self.setup.signalling).await,
            Err(error) => Err(error.into()),
        };
        match terms {
            Ok(terms) => self.media.agree(terms),
            Err(error) => tracing::warn!(%error, "the session goes on as it was"),
        }
    }

    /// Sends a refresh: UPDATE where the far end takes it, else a re-INVITE with our description.
    fn refresh(&mut self) {
        self.refreshing = true;
        let dialog = self.setup.dialog.clone();
        let outcome = self.refreshes.clone();
        let mut headers = wire::abilities();
        headers.extend(
            self.setup
                .timer
                .map(|timer| Header::SessionExpires(timer.header(true).into())),
        );
        let offer = self.setup.local.offer();
        let update = self.setup.takes_update;
        tokio::spawn(async move {
            let sent = if update {
                dialog.update(Some(headers), None).await
            } else {
                headers.push(wire::sdp_type());
                dialog
                    .reinvite(Some(headers), Some(offer.into_bytes()))
                    .await
            };
            let result = match sent {
                Ok(Some(response)) => match response.status_code.code() {
                    200..=299 => Refreshed::Done(response),
                    408 | 481 => Refreshed::Gone,
                    _ => Refreshed::Later,
                },
                Ok(None) => Refreshed::Later,
                Err(_) => Refreshed::Gone,
            };
            // The leg may have ended meanwhile.
            let _ = outcome.send(result).await;
        });
    }

    async fn on_refreshed(&mut self, outcome: Refreshed) -> Option<String> {
        self.refreshing = false;
        let now_ms = self.now_ms();
        match outcome {
            Refreshed::Gone => return Some("the far end no longer knows the call".into()),
            Refreshed::Done(response) => {
                if let Some(timer) = &mut self.setup.timer {
                    timer.refreshed(now_ms);
                }
                if !response.body.is_empty() {
                    self.on_answer(&response.body).await;
                }
            }
            // Tried again at the next half of the interval; a far end that refuses is still there.
            Refreshed::Later => {
                if let Some(timer) = &mut self.setup.timer {
                    timer.refreshed(now_ms);
                }
            }
        }
        None
    }
}

async fn respond(handle: TransactionHandle, code: u16, headers: Vec<Header>, body: Option<String>) {
    let sent = handle
        .respond(
            wire::status(code),
            Some(headers),
            body.map(String::into_bytes),
        )
        .await;
    if sent.is_err() {
        tracing::debug!(code, "a change of the session could not be answered");
    }
}

async fn sleep_until(due: Option<Instant>) {
    if let Some(due) = due {
        tokio::time::sleep_until(due.into()).await;
    }
}
