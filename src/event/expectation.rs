//! What the dialogue expects to hear next. It steers the recogniser, the endpoint and the keys.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What kind of answer would be complete, from the dialogue to the recogniser and to turn-taking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Expectation {
    /// The kind of answer.
    pub kind: ExpectedKind,
    /// The slot that is asked for, where there is one: its grammar steers the recogniser.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slot: Option<String>,
    /// Words of the domain that may help the recogniser; empty where digits, names or addresses are expected.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// How many keys make a whole answer; `None` where `#` or a pause ends the keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<u8>,
    /// The language that is listened for.
    #[serde(default, skip_serializing_if = "Spoken::is_chinese")]
    pub language: Spoken,
}

/// The language that is listened for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Spoken {
    /// Chinese.
    #[default]
    Chinese,
    /// English.
    English,
    /// Chinese, unless it is another one: the caller has not said much yet.
    Any,
}

impl Spoken {
    fn is_chinese(&self) -> bool {
        *self == Spoken::Chinese
    }
}

impl Default for Expectation {
    fn default() -> Self {
        Expectation {
            kind: ExpectedKind::Open,
            slot: None,
            words: Vec::new(),
            keys: Some(1),
            language: Spoken::Chinese,
        }
    }
}

/// The kind of answer that a question asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ExpectedKind {
    /// Anything, in one's own words.
    Open,
    /// Yes or no, and the words that work everywhere.
    YesNo,
    /// A string of spoken digits with carrier words (我的户号是…), `min..=max` digits long.
    Digits {
        /// Fewest digits of a whole answer.
        min: u8,
        /// Most digits of a whole answer.
        max: u8,
    },
    /// A place: road, lane, building, room.
    Address,
    /// A person's name.
    Name,
    /// A month, a date or a time of day.
    Date,
    /// A message to be kept: it ends with a long silence, a key, or after `limit_ms`.
    Message {
        /// Longest message in milliseconds.
        limit_ms: u32,
    },
}

/// How near a text is to a whole answer to what was asked; decides how long a silence ends the turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Completeness {
    /// A whole answer: eight digits, yes or no, an intent beyond doubt.
    Complete,
    /// Nothing says that more must come, nothing says that it is all.
    Open,
    /// Certainly unfinished: half a number, a road without its lane, 我想查一下….
    Partial,
}
