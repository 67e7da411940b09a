//! Digest authentication (RFC 2617, MD5 with `qop=auth`, as RFC 3261 §22 asks of every telephone).

use md5::{Digest, Md5};
use std::collections::HashMap;

/// What an `Authorization` header says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Credentials {
    pub username: String,
    pub realm: String,
    pub nonce: String,
    pub uri: String,
    pub response: String,
    pub cnonce: String,
    /// The client's count of this nonce; 0 where `qop` is absent.
    pub count: u32,
}

impl Credentials {
    /// Reads the value of an `Authorization` header; `None` for anything but MD5 with `qop=auth`.
    pub fn parse(header: &str) -> Option<Credentials> {
        let (scheme, rest) = header.trim().split_once(char::is_whitespace)?;
        if !scheme.eq_ignore_ascii_case("digest") {
            return None;
        }
        let fields = fields(rest);
        let take = |name: &str| fields.get(name).cloned().unwrap_or_default();
        let md5 = matches!(take("algorithm").to_ascii_lowercase().as_str(), "" | "md5");
        if !md5 || take("qop") != "auth" {
            return None;
        }
        Some(Credentials {
            username: take("username"),
            realm: take("realm"),
            nonce: take("nonce"),
            uri: take("uri"),
            response: take("response"),
            cnonce: take("cnonce"),
            count: u32::from_str_radix(&take("nc"), 16).ok()?,
        })
    }

    /// Whether the response belongs to this password and method. Takes the same time for any wrong response.
    pub fn prove(&self, password: &str, method: &str) -> bool {
        let ha1 = md5_hex(&format!("{}:{}:{password}", self.username, self.realm));
        let ha2 = md5_hex(&format!("{method}:{}", self.uri));
        let Credentials {
            nonce,
            cnonce,
            count,
            ..
        } = self;
        let expected = md5_hex(&format!("{ha1}:{nonce}:{count:08x}:{cnonce}:auth:{ha2}"));
        same(
            expected.as_bytes(),
            self.response.to_ascii_lowercase().as_bytes(),
        )
    }
}

/// The value of a `WWW-Authenticate` header.
pub fn challenge(realm: &str, nonce: &str, stale: bool) -> String {
    let stale = if stale { ", stale=true" } else { "" };
    format!(r#"Digest realm="{realm}", nonce="{nonce}", algorithm=MD5, qop="auth"{stale}"#)
}

/// Compares without telling by its time where two values differ.
fn same(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .zip(right)
            .fold(0, |differences, (a, b)| differences | (a ^ b))
            == 0
}

fn md5_hex(text: &str) -> String {
    Md5::digest(text.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Splits `name=value, name="quoted, value"` into lower-case names and bare values.
fn fields(text: &str) -> HashMap<String, String> {
    let mut fields = HashMap::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let (value, remainder) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => after.split_at(after.find(',').unwrap_or(after.len())),
        };
        let name = name.trim_matches(|c: char| c == ',' || c.is_whitespace());
        fields.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        rest = remainder;
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The example of RFC 2617 §3.5.
    const EXAMPLE: &str = r#"Digest username="Mufasa", realm="testrealm@host.com",
        nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", uri="/dir/index.html", qop=auth, nc=00000001,
        cnonce="0a4f113b", response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c403ebaf9f0171e9517f40e41""#;

    #[test]
    fn the_example_of_the_standard_is_proved_by_its_password_alone() {
        let credentials = Credentials::parse(EXAMPLE).unwrap();
        assert!(credentials.prove("Circle Of Life", "GET"));
        assert!(!credentials.prove("circle of life", "GET"));
        assert!(!credentials.prove("Circle Of Life", "REGISTER"));
    }

    #[test]
    fn another_scheme_or_no_quality_of_protection_is_not_taken() {
        assert_eq!(Credentials::parse("Basic QWxhZGRpbg=="), None);
        assert_eq!(Credentials::parse(&EXAMPLE.replace("qop=auth,", "")), None);
        assert_eq!(
            Credentials::parse(&EXAMPLE.replace("qop", "algorithm=SHA-256, qop")),
            None
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_harm(header in "\\PC{0,200}") {
            Credentials::parse(&format!("Digest {header}"));
        }
    }
}
