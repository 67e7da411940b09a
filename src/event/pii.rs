//! What identifies a person is never printed by accident.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Deref;
use utoipa::ToSchema;

/// A value that identifies a person: a number, a name, an address, an account, a transcript.
///
/// `Debug` and `Display` print `‹n chars›`, so a trace or an error message cannot leak it. Serialisation keeps
/// the value: the log of a call and the pages of signed-in staff need it.
#[derive(
    Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(transparent)]
pub struct Pii<T>(pub T);

impl<T> Deref for Pii<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> From<T> for Pii<T> {
    fn from(value: T) -> Self {
        Pii(value)
    }
}

impl From<&str> for Pii<String> {
    fn from(value: &str) -> Self {
        Pii(value.to_owned())
    }
}

impl<T: AsRef<str>> fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "‹{} chars›", self.0.as_ref().chars().count())
    }
}

impl<T: AsRef<str>> fmt::Display for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::Pii;

    #[test]
    fn a_printed_number_shows_its_length_only() {
        let phone: Pii<String> = Pii::from("13800138000");
        assert_eq!(format!("{phone:?} {phone}"), "‹11 chars› ‹11 chars›");
    }

    #[test]
    fn a_stored_number_is_whole() {
        let phone: Pii<String> = Pii::from("13800138000");
        assert_eq!(serde_json::to_string(&phone).unwrap(), "\"13800138000\"");
    }
}
