//! UDP ports of media: an even one for RTP, the next one for RTCP.

use super::super::LineError;
use std::net::{IpAddr, UdpSocket};
use std::sync::atomic::{AtomicU32, Ordering};

/// The range that pairs are taken from.
pub(crate) struct Ports {
    address: IpAddr,
    first: u16,
    pairs: u32,
    next: AtomicU32,
}

/// Two bound sockets that do not block.
pub(crate) struct Pair {
    pub rtp: UdpSocket,
    pub rtcp: UdpSocket,
    /// The even port.
    pub port: u16,
}

impl Ports {
    /// A range on an address, both ends included.
    pub fn new(address: IpAddr, (first, last): (u16, u16)) -> Result<Ports, LineError> {
        let even = first + first % 2;
        let pairs = (u32::from(last) + 1).saturating_sub(u32::from(even)) / 2;
        if pairs == 0 {
            return Err(LineError::PortRange { first, last });
        }
        Ok(Ports {
            address,
            first: even,
            pairs,
            next: AtomicU32::new(0),
        })
    }

    /// Binds the next free pair, going round the range, so that a port rests as long as possible between calls.
    pub fn bind(&self) -> Result<Pair, LineError> {
        let pair = |_| {
            let index = self.next.fetch_add(1, Ordering::Relaxed) % self.pairs;
            let port = self.first + 2 * index as u16;
            let bind = |port| {
                let socket = UdpSocket::bind((self.address, port)).ok()?;
                socket.set_nonblocking(true).ok()?;
                Some(socket)
            };
            let (rtp, rtcp) = (bind(port)?, bind(port + 1)?);
            Some(Pair { rtp, rtcp, port })
        };
        (0..self.pairs).find_map(pair).ok_or(LineError::NoPorts {
            first: self.first,
            last: self.first + (2 * self.pairs - 1) as u16,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_range_is_named_and_a_freed_pair_is_used_again() {
        let ports = Ports::new("127.0.0.77".parse().unwrap(), (41_001, 41_005)).unwrap();
        let first = ports.bind().unwrap();
        let second = ports.bind().unwrap();
        assert_eq!((first.port, second.port), (41_002, 41_004));
        let error = ports.bind().err().unwrap();
        assert!(error.to_string().contains("41002 to 41005"), "{error}");
        drop(first);
        assert_eq!(ports.bind().unwrap().port, 41_002);
    }

    #[test]
    fn a_range_without_a_pair_is_refused() {
        assert!(Ports::new("127.0.0.1".parse().unwrap(), (5_001, 5_001)).is_err());
    }
}
