//! SIP by hand, over UDP: what no well-behaved client would send.

use super::PATIENCE;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::UdpSocket;

/// A socket on one address of loopback that talks to one line.
pub struct Wire {
    socket: UdpSocket,
    target: SocketAddr,
}

impl Wire {
    pub async fn from(address: &str, target: SocketAddr) -> Wire {
        let socket = UdpSocket::bind((address, 0)).await.unwrap();
        Wire { socket, target }
    }

    pub fn local(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    pub async fn send(&self, bytes: &[u8]) {
        self.socket.send_to(bytes, self.target).await.unwrap();
    }

    /// A request outside any dialog, with a fresh branch and Call-ID.
    pub fn request(&self, method: &str, id: u32, headers: &str, body: &str) -> String {
        let local = self.local();
        let target = self.target;
        format!(
            "{method} sip:95598@{target} SIP/2.0\r\nVia: SIP/2.0/UDP {local};branch=z9hG4bK{id};rport\r\n\
             From: <sip:13900000000@{local}>;tag=t{id}\r\nTo: <sip:95598@{target}>\r\nCall-ID: {id}@{local}\r\n\
             CSeq: 1 {method}\r\nContact: <sip:x@{local}>\r\nMax-Forwards: 70\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
    }

    /// The next message, or none within `wait`.
    pub async fn receive(&self, wait: Duration) -> Option<String> {
        let mut bytes = vec![0; 65_536];
        let received = tokio::time::timeout(wait, self.socket.recv_from(&mut bytes)).await;
        let (length, _) = received.ok()?.unwrap();
        Some(String::from_utf8_lossy(&bytes[..length]).into_owned())
    }

    /// The final answer to a request.
    pub async fn answer(&self) -> String {
        loop {
            let message = self.receive(PATIENCE).await.expect("no answer came");
            if message.starts_with("SIP/2.0") && !message.starts_with("SIP/2.0 1") {
                return message;
            }
        }
    }
}

/// A session description with one G.711 stream.
pub const SDP: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 8\r\n";

/// The header that goes with it.
pub const SDP_TYPE: &str = "Content-Type: application/sdp\r\n";
