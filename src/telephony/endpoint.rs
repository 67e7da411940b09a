//! The sockets of SIP and the gate before the stack.

use super::registrar::{Register, Registrar, Reply};
use super::trunk::{AllowList, Knock, Verdict, admit};
use super::wire::{self, Transport};
use super::{LineConfig, LineError};
use crate::config::Strangers;
use crate::event::AgentId;
use async_trait::async_trait;
use rsipstack::dialog::DialogId;
use rsipstack::dialog::dialog_layer::DialogLayer;
use rsipstack::sip::prelude::ToTypedHeader;
use rsipstack::sip::{Header, HeadersExt, Method, Request, SipMessage, Uri};
use rsipstack::transaction::endpoint::{EndpointOption, TargetLocator, TransportEventInspector};
use rsipstack::transaction::key::TransactionRole;
use rsipstack::transport::tcp::TcpConnection;
use rsipstack::transport::udp::UdpConnection;
use rsipstack::transport::{SipAddr, SipConnection, TransportEvent, TransportLayer};
use rsipstack::{EndpointBuilder, transaction::TransactionReceiver};
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::time::Instant;
use tokio::net::{TcpListener, UdpSocket};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// TCP connections at once; one more is closed at once.
const MOST_CONNECTIONS: usize = 256;
/// Transactions that the stack may hold; requests beyond are dropped and will be sent again.
const MOST_TRANSACTIONS: usize = 20_000;

/// The agents' telephones: the registrar, and who is registered for those who watch.
pub struct Telephones {
    registrar: Mutex<Registrar>,
    watched: watch::Sender<BTreeSet<AgentId>>,
    began: Instant,
}

impl Telephones {
    pub fn new(registrar: Registrar) -> Telephones {
        Telephones {
            registrar: Mutex::new(registrar),
            watched: watch::Sender::default(),
            began: Instant::now(),
        }
    }

    /// Looks into the registrar with the time of now.
    pub fn with<T>(&self, look: impl FnOnce(&mut Registrar, u64) -> T) -> T {
        let now_ms = self.began.elapsed().as_millis() as u64;
        look(
            &mut self
                .registrar
                .lock()
                .unwrap_or_else(PoisonError::into_inner),
            now_ms,
        )
    }

    pub fn watch(&self) -> watch::Receiver<BTreeSet<AgentId>> {
        self.watched.subscribe()
    }

    /// Tells those who watch when somebody came or went.
    pub fn tell(&self) {
        let registered = self.with(|registrar, now_ms| registrar.registered(now_ms));
        self.watched.send_if_modified(|told| {
            let news = *told != registered;
            *told = registered;
            news
        });
    }
}

/// Stands before the stack: what it does not pass costs no state.
struct Gate {
    trunks: AllowList,
    refuse: bool,
    telephones: Arc<Telephones>,
    /// Set once the stack stands; it owns this gate, so the gate does not own it.
    layer: Arc<OnceLock<Weak<DialogLayer>>>,
}

#[async_trait]
impl TransportEventInspector for Gate {
    async fn handle(&self, event: TransportEvent) -> Option<TransportEvent> {
        let TransportEvent::Incoming(message, connection, from) = &event else {
            return Some(event);
        };
        let source = from.get_socketaddr().ok()?;
        let request = match message {
            SipMessage::Request(request) => request,
            SipMessage::Response(_) => return Some(event),
        };
        if request.method == Method::Register {
            let transport = match connection.is_reliable() {
                true => Transport::Tcp,
                false => Transport::Udp,
            };
            self.register(request, connection, (source, transport))
                .await;
            return None;
        }
        match admit(&self.trunks, self.refuse, source.ip(), self.knock(request)) {
            Verdict::Pass => self.has_room().then_some(event),
            Verdict::Forbid => {
                answer(request, connection, 403, Vec::new()).await;
                None
            }
            Verdict::Drop => None,
        }
    }
}

impl Gate {
    fn knock(&self, request: &Request) -> Knock {
        let known = || {
            let id = DialogId::try_from((request, TransactionRole::Server)).ok()?;
            self.layer.get()?.upgrade()?.get_dialog(&id)
        };
        match request.method {
            _ if wire::in_dialog(request) && known().is_some() => Knock::InDialog,
            Method::Ack => Knock::Ack,
            _ => Knock::Other,
        }
    }

    fn has_room(&self) -> bool {
        let layer = self.layer.get().and_then(Weak::upgrade);
        let stats = layer.map(|layer| layer.endpoint.get_stats());
        stats.is_some_and(|stats| {
            stats.running_transactions + stats.finished_transactions < MOST_TRANSACTIONS
        })
    }

    async fn register(
        &self,
        request: &Request,
        connection: &SipConnection,
        source: (SocketAddr, Transport),
    ) {
        let Some(register) = read_register(request) else {
            return answer(request, connection, 400, Vec::new()).await;
        };
        let salt = rand::random();
        let reply = self
            .telephones
            .with(|registrar, now_ms| registrar.register(now_ms, &register, source, salt));
        let (code, headers) = match reply {
            Reply::Challenge(challenge) => (401, vec![Header::WwwAuthenticate(challenge.into())]),
            Reply::Registered(binding) => (200, binding.map(contact_header).into_iter().collect()),
            Reply::Bad(reason) => (
                400,
                vec![Header::Warning(format!("399 line \"{reason}\"").into())],
            ),
            Reply::Forbidden => (403, Vec::new()),
            Reply::TooBrief => {
                let least = super::registrar::MIN_EXPIRES_S.to_string();
                (423, vec![Header::MinExpires(least.into())])
            }
        };
        answer(request, connection, code, headers).await;
        self.telephones.tell();
    }
}

fn contact_header((contact, seconds): (String, u32)) -> Header {
    Header::Contact(format!("<{contact}>;expires={seconds}").into())
}

fn read_register(request: &Request) -> Option<Register> {
    let to = request.to_header().ok()?.typed().ok()?;
    let contacts = request.typed_contact_headers().ok()?;
    let cseq = request.cseq_header().ok()?;
    if cseq.method().ok()? != Method::Register {
        return None;
    }
    Some(Register {
        user: wire::user(&to.uri),
        contacts: contacts
            .iter()
            .map(|contact| match contact.uri.scheme {
                Some(rsipstack::sip::Scheme::Other(ref star)) if star == "*" => ("*".into(), None),
                _ => (
                    contact.uri.to_string(),
                    wire::contact_expires(&contact.params),
                ),
            })
            .collect(),
        expires_s: request
            .expires_header()
            .and_then(|expires| expires.value().trim().parse().ok()),
        authorization: request.header_value("Authorization"),
        call_id: request.call_id_header().ok()?.value().to_owned(),
        cseq: cseq.seq().ok()?,
    })
}

/// Sends an answer that leaves no state. One that cannot be sent is asked for again.
async fn answer(request: &Request, connection: &SipConnection, code: u16, headers: Vec<Header>) {
    if let Some(response) = wire::stateless_answer(request, code, headers)
        && let Err(error) = connection.send(response.into(), None).await
    {
        tracing::debug!(%error, code, "an answer could not be sent");
    }
}

/// Finds where a request goes: to an agent's telephone where its REGISTER came from, through any NAT; else where
/// its URI points to.
struct Locator(Arc<Telephones>);

#[async_trait]
impl TargetLocator for Locator {
    async fn locate(&self, uri: &Uri) -> rsipstack::Result<SipAddr> {
        let text = uri.to_string();
        let source = self
            .0
            .with(|registrar, now_ms| registrar.source(now_ms, &text));
        match source {
            Some((source, transport)) => Ok(SipAddr::new(transport.into(), source.into())),
            None => SipAddr::try_from(uri),
        }
    }
}

/// The stack, listening.
pub struct Stack {
    pub layer: Arc<DialogLayer>,
    /// Address and port that far ends are told.
    pub advertised: SocketAddr,
    /// Address and port that we listen at.
    pub local: SocketAddr,
    pub closing: CancellationToken,
}

/// Opens the sockets and the stack behind its gate. The receiver gets the requests that passed.
pub async fn open(
    config: &LineConfig,
    telephones: Arc<Telephones>,
) -> Result<(Stack, TransactionReceiver), LineError> {
    let (udp, tcp) = bind(config.listen).await?;
    let local = udp
        .local_addr()
        .map_err(|source| listen_error(config.listen, "UDP", source))?;
    let seen = SipConnection::resolve_bind_address(local);
    let advertised = SocketAddr::new(config.public_ip.unwrap_or(seen.ip()), seen.port());
    let closing = CancellationToken::new();
    let transports = TransportLayer::new(closing.clone());
    let connection =
        UdpConnection::from_socket(Arc::new(udp), Some(advertised), Some(closing.child_token()))
            .await
            .map_err(|error| LineError::Stack(error.to_string()))?;
    transports.add_transport(connection.into());
    let layer_cell = Arc::new(OnceLock::new());
    let gate = Gate {
        trunks: config.trunks.clone(),
        refuse: config.strangers == Strangers::Refuse,
        telephones: telephones.clone(),
        layer: layer_cell.clone(),
    };
    let option = EndpointOption {
        callid_suffix: Some(host_text(advertised.ip())),
        ..EndpointOption::default()
    };
    let endpoint = EndpointBuilder::new()
        .with_user_agent(wire::USER_AGENT)
        .with_transport_layer(transports)
        .with_cancel_token(closing.clone())
        .with_transport_inspector(Box::new(gate))
        .with_target_locator(Box::new(Locator(telephones)))
        .with_option(option)
        .build();
    let layer = Arc::new(DialogLayer::new(endpoint.inner.clone()));
    let _ = layer_cell.set(Arc::downgrade(&layer));
    let requests = endpoint.incoming_transactions();
    let requests = requests.map_err(|error| LineError::Stack(error.to_string()))?;
    tokio::spawn(accept(tcp, advertised, layer.clone(), closing.clone()));
    tokio::spawn(async move { endpoint.serve().await });
    let stack = Stack {
        layer,
        advertised,
        local,
        closing,
    };
    Ok((stack, requests))
}

/// An address as it stands in a URI.
fn host_text(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

/// Binds both transports to one port. For port 0 the system names one that is free over UDP, and TCP may refuse it: the next
/// one may do.
async fn bind(listen: SocketAddr) -> Result<(UdpSocket, TcpListener), LineError> {
    let mut tries = if listen.port() == 0 { 16 } else { 1 };
    loop {
        tries -= 1;
        match bind_once(listen).await {
            Err(_) if tries > 0 => {}
            bound => return bound,
        }
    }
}

async fn bind_once(listen: SocketAddr) -> Result<(UdpSocket, TcpListener), LineError> {
    let udp = UdpSocket::bind(listen)
        .await
        .map_err(|source| listen_error(listen, "UDP", source))?;
    let same = udp
        .local_addr()
        .map_err(|source| listen_error(listen, "UDP", source))?;
    let tcp = TcpListener::bind(same)
        .await
        .map_err(|source| listen_error(same, "TCP", source))?;
    Ok((udp, tcp))
}

fn listen_error(address: SocketAddr, transport: &'static str, source: std::io::Error) -> LineError {
    LineError::Listen {
        address,
        transport,
        source,
    }
}

/// Takes TCP connections, a bounded number at once.
async fn accept(
    tcp: TcpListener,
    advertised: SocketAddr,
    layer: Arc<DialogLayer>,
    closing: CancellationToken,
) {
    let transports = &layer.endpoint.transport_layer;
    let ours = SipAddr::new(rsipstack::sip::Transport::Tcp, advertised.into());
    loop {
        let accepted = tokio::select! {
            () = closing.cancelled() => return,
            accepted = tcp.accept() => accepted,
        };
        let Ok((stream, _)) = accepted else {
            // Out of descriptors: others must close first.
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            continue;
        };
        if transports.connections_count() >= MOST_CONNECTIONS {
            continue;
        }
        if let Ok(connection) =
            TcpConnection::from_stream(stream, ours.clone(), Some(closing.child_token()))
        {
            transports.add_connection(SipConnection::Tcp(connection));
        }
    }
}
