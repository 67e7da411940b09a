//! Grammars: W3C SRGS in its ABNF form, matched on sound.
//!
//! In: `*.gram` files and a sentence's units. Out: what a grammar found in the sentence and the value that its tags
//! made of it. One file serves the parser, the recogniser's bias and the read-back.

mod ast;
mod automaton;
mod compile;
mod lexer;
mod parser;
mod search;
mod spelling;
mod tag;
#[cfg(test)]
mod tests;
mod trace;

pub(super) use automaton::Automaton;
pub(super) use compile::Library;
pub(super) use tag::Value;
pub(super) use trace::Taken;

use crate::nlu::units::Units;
use automaton::Label;
use search::{End, Path};
use std::ops::Range;
use tag::Scope;

/// Something that a grammar found in a sentence.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) value: Value,
    /// How much of the sentence it explains: about one for each unit.
    pub(super) score: f32,
    /// Distances that had to be bridged, in syllables.
    pub(super) cost: f32,
    /// Units that are written as the grammar has them, or kept.
    pub(super) written: usize,
    pub(super) units: Range<usize>,
}

impl Automaton {
    /// Everything that the grammar finds, best first: the best way to each place where one ends. What a way comes to is
    /// worked out when it is asked for: a long line of digits has an end at each of them.
    pub(super) fn find<'a>(&'a self, units: &'a Units) -> impl Iterator<Item = Found> + 'a {
        let search = search::search(self, units);
        let count = search.ends().len();
        (0..count).map(move |nth| self.found(search.path(&search.ends()[nth], units), units))
    }

    /// The same without what overlaps something better: if 一百多 makes no amount, 一百 does not either.
    pub(super) fn find_apart<'a>(&'a self, units: &'a Units) -> impl Iterator<Item = Found> + 'a {
        self.find_apart_to(units, |_| true)
    }

    /// The same of what ends at a place that is fit for it.
    pub(super) fn find_apart_to<'a>(
        &'a self,
        units: &'a Units,
        is_end: impl Fn(usize) -> bool,
    ) -> impl Iterator<Item = Found> + 'a {
        let search = search::search(self, units);
        let mut apart: Vec<End> = Vec::new();
        for end in search.ends().iter().filter(|end| is_end(end.units().end)) {
            let (begin, behind) = (end.units().start, end.units().end);
            let is_free = |other: &End| behind <= other.units().start || begin >= other.units().end;
            if apart.iter().all(is_free) {
                apart.push(*end);
            }
        }
        let found = move |end: End| self.found(search.path(&end, units), units);
        apart.into_iter().map(found)
    }

    /// The best of [`Automaton::find`].
    pub(super) fn find_best(&self, units: &Units) -> Option<Found> {
        self.find(units).next()
    }

    fn found(&self, path: Path, units: &Units) -> Found {
        Found {
            value: self.value(&path, units),
            score: path.score,
            cost: path.cost,
            written: path.written,
            units: path.units,
        }
    }

    /// Carries out the tags along a path.
    fn value(&self, path: &Path, units: &Units) -> Value {
        let mut open: Vec<(u32, bool, Scope)> = Vec::new();
        let mut whole = Value::default();
        for &(state, edge, unit) in &path.steps {
            match &self.edges[state as usize][edge as usize].label {
                Label::Enter(name, tagged) => open.push((*name, *tagged, Scope::default())),
                Label::Leave => {
                    let Some((name, _, scope)) = open.pop() else {
                        continue;
                    };
                    match open.last_mut() {
                        Some((_, tagged, outer)) => {
                            outer.receive(&self.names[name as usize], scope.out, *tagged)
                        }
                        None => whole = scope.out,
                    }
                }
                Label::Tag(tag) => {
                    if let Some((_, _, scope)) = open.last_mut() {
                        self.tags[*tag as usize].run(scope);
                    }
                }
                Label::Sound(char, _) | Label::Exact(char) => write(&mut open, *char),
                Label::Kept(_) => {
                    if let Some(unit) = unit.and_then(|unit| units.units.get(unit)) {
                        write(&mut open, unit.char);
                        if let Some((_, _, scope)) = open.last_mut() {
                            scope.latest = unit.char.to_string();
                        }
                    }
                }
                Label::Free | Label::Pause | Label::Garbage => {}
            }
        }
        whole
    }
}

/// A rule without tags gives its tokens.
fn write(open: &mut [(u32, bool, Scope)], char: char) {
    if let Some((_, false, scope)) = open.last_mut() {
        scope.out.text.push(char);
    }
}
