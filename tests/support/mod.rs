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
use std::sync::atomic::{AtomicU16, Ordering};
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

/// An even port of 127.0.0.1 that is free over UDP and TCP, with the one after it. Each is given once, and all lie below those that
/// the system gives to connections, so that nothing else takes it before its owner binds it.
pub fn free_port() -> u16 {
    static GIVEN: AtomicU16 = AtomicU16::new(0);
    let first = (std::process::id() % 1_000) as u16 * 10;
    let free = |port: u16| {
        UdpSocket::bind(("127.0.0.1", port)).is_ok()
            && TcpListener::bind(("127.0.0.1", port)).is_ok()
    };
    for _ in 0..4_000 {
        let port = 10_000 + (first + GIVEN.fetch_add(2, Ordering::Relaxed)) % 10_000;
        if free(port) && free(port + 1) {
            return port;
        }
    }
    panic!("no free port");
}
