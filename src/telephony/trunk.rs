//! Whose calls are answered: networks of trunks, and what a message from elsewhere gets.

use super::LineError;
use ipnet::IpNet;
use std::net::IpAddr;

/// Networks whose calls are answered.
#[derive(Debug, Clone, Default)]
pub struct AllowList(Vec<IpNet>);

impl AllowList {
    /// Reads networks (`10.0.0.0/8`, `2001:db8::/32`) and single addresses (`192.0.2.7`).
    pub fn parse<S: AsRef<str>>(entries: &[S]) -> Result<AllowList, LineError> {
        let network = |entry: &S| {
            let text = entry.as_ref().trim();
            text.parse::<IpNet>()
                .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
                .map_err(|_| LineError::Network(text.to_owned()))
        };
        entries
            .iter()
            .map(network)
            .collect::<Result<_, _>>()
            .map(AllowList)
    }

    /// Whether an address lies in one of the networks; an IPv4 address mapped into IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        let canonical = address.to_canonical();
        self.0.iter().any(|network| network.contains(&canonical))
    }
}

/// What the gate must know of a request. Answers to our requests pass, and a REGISTER is judged by its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knock {
    /// A request inside a dialog that we are part of.
    InDialog,
    /// An ACK: never answered.
    Ack,
    /// Any other request.
    Other,
}

/// What is done with a request before anything is remembered about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Goes on.
    Pass,
    /// Gets a 403 that leaves no state behind.
    Forbid,
    /// Gets nothing.
    Drop,
}

/// Decides on a request by where it comes from. `refuse` tells whether strangers hear a 403 or nothing.
pub fn admit(trunks: &AllowList, refuse: bool, source: IpAddr, knock: Knock) -> Verdict {
    match knock {
        Knock::InDialog => Verdict::Pass,
        Knock::Ack | Knock::Other if trunks.contains(source) => Verdict::Pass,
        Knock::Ack => Verdict::Drop,
        Knock::Other if refuse => Verdict::Forbid,
        Knock::Other => Verdict::Drop,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list() -> AllowList {
        AllowList::parse(&["127.0.0.2/32", "10.0.0.0/8", "2001:db8::1"]).unwrap()
    }

    #[test]
    fn a_trunk_is_known_by_its_network() {
        assert!(list().contains("10.200.3.4".parse().unwrap()));
        assert!(list().contains("::ffff:10.0.0.1".parse().unwrap()));
        assert!(list().contains("2001:db8::1".parse().unwrap()));
        assert!(!list().contains("127.0.0.1".parse().unwrap()));
    }

    #[test]
    fn a_network_that_is_none_is_named() {
        let error = AllowList::parse(&["10.0.0.0/8", "10.0.0.0/40"]).unwrap_err();
        assert!(error.to_string().contains("10.0.0.0/40"), "{error}");
    }

    #[test]
    fn a_stranger_hears_a_refusal_or_nothing() {
        let stranger = "127.0.0.9".parse().unwrap();
        assert_eq!(
            admit(&list(), true, stranger, Knock::Other),
            Verdict::Forbid
        );
        assert_eq!(admit(&list(), false, stranger, Knock::Other), Verdict::Drop);
        assert_eq!(admit(&list(), true, stranger, Knock::Ack), Verdict::Drop);
        assert_eq!(
            admit(&list(), false, stranger, Knock::InDialog),
            Verdict::Pass
        );
    }
}
