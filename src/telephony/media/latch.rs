//! Where sound comes from and goes to: the described address, or — behind a NAT — the one it really comes from,
//! learnt within a short window and then kept.

use std::net::{IpAddr, SocketAddr};

/// How long after a description the source may still be learnt, in milliseconds.
pub const WINDOW_MS: u64 = 5_000;
/// A learnt source that is silent for so long gives way to another while the window is open.
const GIVES_WAY_MS: u64 = 100;

/// The remote end of a leg's sound.
#[derive(Debug, Clone)]
pub struct Latch {
    described: SocketAddr,
    /// Where the signalling comes from: the only other machine that is believed.
    signalling: IpAddr,
    opened_ms: u64,
    learnt: Option<Learnt>,
}

#[derive(Debug, Clone, Copy)]
struct Learnt {
    source: SocketAddr,
    heard_ms: u64,
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

    /// Whether a packet from `source` belongs to the leg. The described source always does. Another one that was
    /// learnt is kept, unless it was only the last word of an earlier call on this port: that falls silent.
    pub fn accept(&mut self, source: SocketAddr, now_ms: u64) -> bool {
        let good = source == self.described
            || match self.learnt {
                Some(learnt) if learnt.source == source => true,
                Some(learnt) if learnt.source == self.described => false,
                Some(learnt) if now_ms.saturating_sub(learnt.heard_ms) < GIVES_WAY_MS => false,
                _ => self.may_learn(source, now_ms),
            };
        if good {
            self.learnt = Some(Learnt {
                source,
                heard_ms: now_ms,
            });
        }
        good
    }

    fn may_learn(&self, source: SocketAddr, now_ms: u64) -> bool {
        let believed = source.ip() == self.described.ip() || source.ip() == self.signalling;
        believed && now_ms.saturating_sub(self.opened_ms) <= WINDOW_MS
    }

    /// Where sound is sent to.
    pub fn target(&self) -> SocketAddr {
        self.learnt.map_or(self.described, |learnt| learnt.source)
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
        assert!(!latch.accept(address("192.0.2.1:31002"), 120));
        assert!(latch.accept(address("192.0.2.1:31000"), WINDOW_MS + 500));
    }

    #[test]
    fn the_last_word_of_an_earlier_call_does_not_shut_the_caller_out() {
        let mut latch = latch();
        let stray = address("192.0.2.1:7000");
        assert!(latch.accept(stray, 1));
        assert!(latch.accept(address("10.0.0.5:4000"), 2));
        assert!(!latch.accept(stray, 200));
        assert_eq!(latch.target(), address("10.0.0.5:4000"));
    }

    #[test]
    fn nor_does_it_where_the_caller_is_behind_a_nat() {
        let mut latch = latch();
        let caller = address("192.0.2.1:31000");
        assert!(latch.accept(address("192.0.2.1:7000"), 1));
        assert!(!latch.accept(caller, 20));
        assert!(latch.accept(caller, 120));
        assert_eq!(latch.target(), caller);
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
