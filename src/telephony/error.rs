//! What can go wrong on the line.

use std::net::SocketAddr;

/// Why the line could not be opened, or a call not be taken or made.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// The address for SIP is taken or not ours.
    #[error(
        "cannot listen for SIP at {address} over {transport}: {source}; choose another `sip.listen`"
    )]
    Listen {
        address: SocketAddr,
        transport: &'static str,
        source: std::io::Error,
    },
    /// An entry of the allow-list is no network.
    #[error(
        "{0:?} is neither a network like 10.0.0.0/8 nor an address like 192.0.2.7; mend `sip.trunks`"
    )]
    Network(String),
    /// The range of media ports holds no pair.
    #[error(
        "the media ports {first} to {last} hold no pair of an even and the next port; widen `sip.rtp_ports`"
    )]
    PortRange { first: u16, last: u16 },
    /// All media ports are taken.
    #[error("all media ports from {first} to {last} are in use; widen `sip.rtp_ports`")]
    NoPorts { first: u16, last: u16 },
    /// The media thread could not be started.
    #[error("the media thread cannot be started: {0}")]
    Thread(std::io::Error),
    /// Nobody is registered under this name.
    #[error("no telephone is registered for agent {0}")]
    NotRegistered(String),
    /// A URI to dial is none.
    #[error("{0:?} is not a SIP address like sip:95598@192.0.2.7:5060")]
    Uri(String),
    /// The far end gave up before we answered.
    #[error("the caller hung up before the call was answered")]
    Cancelled,
    /// The far end's session description cannot be used.
    #[error("the far end's session description was not taken: {0}")]
    Sdp(#[from] super::sdp::SdpError),
    /// A name in a session description or a URI has no address.
    #[error("the name {0:?} has no address")]
    Name(String),
    /// The SIP stack refused.
    #[error("the SIP stack failed: {0}")]
    Stack(String),
}
