//! Test clients that are not ours, and an ear for what they heard.
#![allow(dead_code, reason = "each test file uses its part")]

pub mod baresip;
pub mod caller;
pub mod house;
pub mod line;
pub mod sipp;
pub mod sound;
pub mod wire;

use std::net::{TcpListener, UdpSocket};
use std::time::Duration;

/// Nothing in these tests should take longer; a test that waits so long has failed.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for something that must happen.
pub async fn soon<T>(what: &str, event: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, event).await {
        Ok(value) => value,
        Err(_) => panic!("waited in vain for {what}"),
    }
}

/// A port of 127.0.0.1 that is free, with the one after it, over UDP and TCP.
pub fn free_port() -> u16 {
    for _ in 0..1000 {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let port = socket.local_addr().unwrap().port();
        let free = |port: u16| TcpListener::bind(("127.0.0.1", port)).is_ok();
        let next = port
            .checked_add(1)
            .filter(|&next| UdpSocket::bind(("127.0.0.1", next)).is_ok());
        if next.is_some_and(|next| free(port) && free(next)) {
            return port;
        }
    }
    panic!("no free port");
}

/// A free pair of ports for media.
pub fn even_port() -> u16 {
    std::iter::repeat_with(free_port)
        .find(|port| port % 2 == 0)
        .unwrap()
}
