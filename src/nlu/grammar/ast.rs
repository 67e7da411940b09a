//! What a grammar file says, before references are followed.

use super::tag::Tag;
use std::collections::BTreeMap;

/// One file.
#[derive(Debug, Clone, Default)]
pub(super) struct Document {
    /// Name of the root rule, where the header has one.
    pub(super) root: Option<String>,
    /// `meta "name" is "value";`. Known: `match` is `exact` (tokens are matched by their characters and not by sound),
    /// and for slots of digits `least`, `most` and `check`.
    pub(super) meta: BTreeMap<String, String>,
    pub(super) rules: Vec<Rule>,
}

/// One rule.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) name: String,
    /// Byte offset of its name.
    pub(super) offset: usize,
    pub(super) public: bool,
    pub(super) body: Expr,
}

/// Right-hand side of a rule.
#[derive(Debug, Clone)]
pub(super) enum Expr {
    /// `$NULL`: matched by nothing at all.
    Null,
    /// `$VOID`: never matched.
    Void,
    /// `$GARBAGE`: matched by any speech, none included.
    Garbage,
    /// A word.
    Token(String),
    /// `$rule`, `$<file.gram#rule>`, `$<file.gram>`.
    Reference(Reference),
    Sequence(Vec<Expr>),
    /// Alternatives with their weights, 1 where none is written.
    Alternatives(Vec<(f32, Expr)>),
    /// `x<1-3>`, `x<2->`, `[x]`; at most `None` is as often as one likes.
    Repeat {
        body: Box<Expr>,
        at_least: u32,
        at_most: Option<u32>,
    },
    /// `{out = "1"}`.
    Tag(Tag),
}

/// A reference to a rule.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    /// File, relative to the referring one; `None` for the same file.
    pub(super) file: Option<String>,
    /// Rule; `None` for the root of `file`.
    pub(super) rule: Option<String>,
    /// Byte offset, for errors.
    pub(super) offset: usize,
}

impl Expr {
    /// Whether a tag stands anywhere in it (not in the rules that it refers to).
    pub(super) fn has_tag(&self) -> bool {
        match self {
            Expr::Tag(_) => true,
            Expr::Sequence(parts) => parts.iter().any(Expr::has_tag),
            Expr::Alternatives(parts) => parts.iter().any(|(_, part)| part.has_tag()),
            Expr::Repeat { body, .. } => body.has_tag(),
            Expr::Null | Expr::Void | Expr::Garbage | Expr::Token(_) | Expr::Reference(_) => false,
        }
    }
}
