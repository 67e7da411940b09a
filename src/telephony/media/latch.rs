//! Where sound comes from and goes to: the described address, or — behind a NAT — the one it really comes from,
//! learnt within a short window and then kept.

use std::net::{IpAddr, SocketAddr};

/// How long after a description the source may still be learnt, in milliseconds.
pub const WINDOW_MS: u64 = 5_000;

/// The remote end of a leg's sound.
#[derive(Debug, Clone)]
pub struct Latch {
    described: SocketAddr,
    /// Where the signalling comes from: the only other machine that is believed.
    signalling: IpAddr,
    opened_ms: u64,
    learnt: Option<SocketAddr>,
}

impl Latch {
    /// A window that opens at `now_ms`.
    pub fn new(described: SocketAddr, signalling: IpAddr, now_ms: u64) -> Latch {
        Latch {
            described,
            signalling,
            opened_ms: now_ms,
            learnt: None,
        }
    }

    /// Whether a packet from `source` belongs to the leg; the first good one settles the source.
    pub fn accept(&mut self, source: SocketAddr, now_ms: u64) -> bool {
        if let Some(learnt) = self.learnt {
            return source == learnt;
        }
        let believed = source.ip() == self.described.ip() || source.ip() == self.signalling;
        let open = now_ms.saturating_sub(self.opened_ms) <= WINDOW_MS;
        let good = source == self.described || (believed && open);
        if good {
            self.learnt = Some(source);
        }
        good
    }

    /// Where sound is sent to.
    pub fn target(&self) -> SocketAddr {
        self.learnt.unwrap_or(self.described)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    fn latch() -> Latch {
        Latch::new(address("10.0.0.5:4000"), "192.0.2.1".parse().unwrap(), 0)
    }

    #[test]
    fn a_caller_behind_a_nat_is_found_at_the_address_of_its_signalling() {
        let mut latch = latch();
        assert!(latch.accept(address("192.0.2.1:31000"), 100));
        assert_eq!(latch.target(), address("192.0.2.1:31000"));
        assert!(!latch.accept(address("10.0.0.5:4000"), 200));
    }

    #[test]
    fn a_third_machine_is_never_believed() {
        let mut latch = latch();
        assert!(!latch.accept(address("198.51.100.7:4000"), 100));
        assert_eq!(latch.target(), address("10.0.0.5:4000"));
    }

    #[test]
    fn after_the_window_only_the_described_source_is_taken() {
        let mut latch = latch();
        assert!(!latch.accept(address("192.0.2.1:31000"), WINDOW_MS + 1));
        assert!(latch.accept(address("10.0.0.5:4000"), WINDOW_MS + 2));
    }
}
