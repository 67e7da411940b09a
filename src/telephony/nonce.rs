//! Nonces of the digest challenge: signed, so that a challenge leaves no state; remembered once they are used,
//! so that an answer cannot be replayed.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::HashMap;

/// How long a nonce is good for, in milliseconds.
pub const NONCE_LIFE_MS: u64 = 300_000;

/// What a nonce that came back is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Ours, in time, and its count has not been seen.
    Fresh,
    /// Ours but too old, or its count was used before: challenge again with `stale=true`.
    Stale,
    /// Not ours.
    Foreign,
}

/// Issues nonces and knows the used ones. Memory grows with good answers only, and shrinks as they age.
pub struct NonceStore {
    secret: [u8; 32],
    used: HashMap<String, u32>,
}

impl NonceStore {
    /// A store that signs with `secret`.
    pub fn new(secret: [u8; 32]) -> NonceStore {
        NonceStore {
            secret,
            used: HashMap::new(),
        }
    }

    /// A new nonce; `salt` keeps two of the same millisecond apart.
    pub fn issue(&self, now_ms: u64, salt: u64) -> String {
        let head = format!("{now_ms:016x}{salt:016x}");
        let tag = self.signer(&head).finalize().into_bytes();
        head + &tag
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    }

    /// What a nonce is worth with this count of its client.
    pub fn check(&self, nonce: &str, count: u32, now_ms: u64) -> Freshness {
        let Some(issued_ms) = self.issued_at(nonce) else {
            return Freshness::Foreign;
        };
        let aged = now_ms.saturating_sub(issued_ms) > NONCE_LIFE_MS;
        let replayed = self.used.get(nonce).is_some_and(|&seen| count <= seen);
        if aged || replayed {
            Freshness::Stale
        } else {
            Freshness::Fresh
        }
    }

    /// Notes that a good answer was given with this nonce and count, and forgets nonces past their life.
    pub fn spend(&mut self, nonce: &str, count: u32, now_ms: u64) {
        let oldest = format!("{:016x}", now_ms.saturating_sub(NONCE_LIFE_MS));
        self.used.retain(|used, _| used.as_str() >= oldest.as_str());
        self.used.insert(nonce.to_owned(), count);
    }

    fn issued_at(&self, nonce: &str) -> Option<u64> {
        let (head, tag) = nonce.split_at_checked(32)?;
        let tag: Vec<u8> = (0..tag.len())
            .step_by(2)
            .map(|i| u8::from_str_radix(tag.get(i..i + 2)?, 16).ok())
            .collect::<Option<_>>()?;
        self.signer(head).verify_slice(&tag).ok()?;
        u64::from_str_radix(&head[..16], 16).ok()
    }

    fn signer(&self, head: &str) -> Hmac<Sha256> {
        let mut signer =
            Hmac::<Sha256>::new_from_slice(&self.secret).expect("HMAC takes a key of any length");
        signer.update(head.as_bytes());
        signer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn store() -> NonceStore {
        NonceStore::new([7; 32])
    }

    #[test]
    fn a_nonce_is_good_for_rising_counts_only() {
        let mut store = store();
        let nonce = store.issue(1_000, 1);
        assert_eq!(store.check(&nonce, 1, 1_010), Freshness::Fresh);
        store.spend(&nonce, 1, 1_010);
        assert_eq!(store.check(&nonce, 1, 1_020), Freshness::Stale);
        assert_eq!(store.check(&nonce, 2, 1_020), Freshness::Fresh);
    }

    #[test]
    fn an_old_nonce_is_stale_and_is_forgotten() {
        let mut store = store();
        let nonce = store.issue(1_000, 1);
        store.spend(&nonce, 1, 1_000);
        let later = 1_001 + NONCE_LIFE_MS;
        assert_eq!(store.check(&nonce, 2, later), Freshness::Stale);
        let next = store.issue(later, 2);
        store.spend(&next, 1, later);
        assert_eq!(store.used.len(), 1);
    }

    proptest! {
        #[test]
        fn a_nonce_that_we_did_not_sign_is_foreign(nonce in "\\PC{0,120}") {
            prop_assert_eq!(store().check(&nonce, 1, 0), Freshness::Foreign);
        }

        #[test]
        fn a_changed_nonce_is_foreign(at in 0usize..96, to in "[g-z]") {
            let mut nonce = store().issue(1_000, 1);
            nonce.replace_range(at..at + 1, &to);
            prop_assert_eq!(store().check(&nonce, 1, 1_000), Freshness::Foreign);
        }
    }
}
