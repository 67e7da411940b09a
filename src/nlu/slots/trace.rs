//! Which rules of a slot's grammar found its value.

use super::{SlotId, Slots};
use crate::nlu::grammar::Taken;
use crate::nlu::units::{Numerals, Units};
use std::ops::Range;

impl Slots {
    /// The rules that take the characters `span` of a text, each with the characters that it takes.
    pub(in crate::nlu) fn trace(
        &self,
        slot: SlotId,
        text: &str,
        span: &Range<usize>,
    ) -> Vec<(Taken, Range<usize>)> {
        let numerals = match slot.is_digits() {
            true => Numerals::Singly,
            false => Numerals::AsNumbers,
        };
        let mut units = Units::hear(text, numerals);
        let is_inside = |place: &Range<usize>| span.start <= place.start && place.end <= span.end;
        units.units.retain(|unit| is_inside(&unit.place));
        let Some(grammar) = self.grammars.get(&slot) else {
            return Vec::new();
        };
        let taken = grammar.trace(&units).into_iter();
        taken
            .map(|taken| {
                let chars = units.chars(&taken.units);
                (taken, chars)
            })
            .collect()
    }
}
