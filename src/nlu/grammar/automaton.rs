//! A grammar with its references followed: states and edges, ready to be walked along a sentence.

use super::tag::Tag;
use crate::mandarin::Syllable;

/// One way from a state to another.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub(super) to: u32,
    /// Taken from the score of a path: what an unlikely alternative costs.
    pub(super) penalty: f32,
    pub(super) label: Label,
}

/// What an edge takes or does.
#[derive(Debug, Clone)]
pub(super) enum Label {
    /// Takes nothing.
    Free,
    /// Takes one unit that sounds like this.
    Sound(char, Option<Syllable>),
    /// Takes one unit written like this.
    Exact(char),
    /// Takes one unit of a kind and keeps it as it was written.
    Kept(Kind),
    /// Takes any unit and forgets it.
    Garbage,
    /// Takes nothing, where the speaker may have paused: `$<builtin:pause>`.
    Pause,
    /// A rule begins: index into `names`, and whether it has tags.
    Enter(u32, bool),
    /// The rule that began last ends.
    Leave,
    /// Index into `tags`.
    Tag(u32),
}

/// Kinds of unit that grammars refer to as `$<builtin:…>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `han`: a Chinese character that can stand in a name (no 的, 我, 是 …).
    Han,
    /// `given`: a Chinese character that can stand in a given name (家 and 和 too, no 的, 我, 是 …).
    Given,
    /// `letter`: a Latin letter.
    Letter,
}

/// The states and edges of one rule.
#[derive(Debug, Clone, Default)]
pub(crate) struct Automaton {
    pub(super) edges: Vec<Vec<Edge>>,
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) names: Vec<String>,
    pub(super) tags: Vec<Tag>,
}

impl Automaton {
    pub(super) fn add_state(&mut self) -> u32 {
        self.edges.push(Vec::new());
        (self.edges.len() - 1) as u32
    }

    pub(super) fn link(&mut self, from: u32, to: u32, label: Label) {
        self.link_at(from, to, label, 0.0);
    }

    pub(super) fn link_at(&mut self, from: u32, to: u32, label: Label, penalty: f32) {
        self.edges[from as usize].push(Edge { to, penalty, label });
    }
}
