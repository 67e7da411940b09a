//! Numbers that are said digit by digit, found in a sentence.

use super::digits::{Heard, Rules};
use super::{SlotId, Slots, is_sure, reading};
use crate::nlu::SlotReading;
use crate::nlu::grammar::Found;
use crate::nlu::units::{Numerals, Units};
use std::collections::BTreeMap;

/// Readings of a number that are looked at.
const MOST_NUMBERS: usize = 16;
/// Pieces of a number that are put together.
const MOST_PIECES: usize = 6;
/// What a number counts or names that is no string of digits.
const UNITS: &str = "弄巷路号栋幢楼层单室块元毛角年月日点分吨度";
/// Words that may stand between two of them, in syllables.
const LONGEST_ASIDE: usize = 10;

impl Slots {
    /// The best number; but where that is not whole, one that ends a little later or earlier and is.
    pub(super) fn read_digits(&self, slot: SlotId, text: &str) -> Option<SlotReading> {
        let rules = self.digits.get(&slot)?;
        let units = Units::hear(text, Numerals::Singly);
        let found = self.grammars.get(&slot)?.find(&units).take(MOST_NUMBERS);
        let heard: Vec<_> = found
            .filter_map(|found| Some((rules.resolve(&found.value.text)?, found)))
            .map(|(heard, found)| {
                // Ten digits of a mobile number are no account.
                let complete = heard.complete && !units.goes_on_in_digits(found.units.end);
                (Heard { complete, ..heard }, found)
            })
            .collect();
        let whole = heard.iter().find(|(heard, _)| heard.complete);
        if whole.is_none()
            && let Some(joined) = self.read_pieces(slot, rules, &units)
        {
            return Some(joined);
        }
        let (best, found) = whole.or(heard.first())?;
        Some(reading(
            best.value.clone(),
            best.complete,
            best.checked,
            found,
            &units,
        ))
    }

    /// A number in pieces, with words between them that have nothing to do with it: 六八一零，有点反光，七一三四. `None` where
    /// they make no whole one.
    fn read_pieces(&self, slot: SlotId, rules: &Rules, units: &Units) -> Option<SlotReading> {
        let found = self.grammars.get(&slot)?.find_apart(units);
        let mut pieces: Vec<Found> = found
            .filter(|piece| is_sure(piece) && piece.value.text.len() > 1)
            .take(MOST_PIECES)
            .collect();
        pieces.sort_by_key(|piece| piece.units.start);
        let (first, last) = (pieces.first()?, pieces.last()?);
        let near = |pair: &[Found]| pair[1].units.start - pair[0].units.end <= LONGEST_ASIDE;
        // 一二零弄四十二号 is an address.
        let is_counted = |piece: &Found| {
            let unit = units.units.get(piece.units.end);
            unit.is_some_and(|unit| UNITS.contains(unit.char))
        };
        if !pieces.windows(2).all(near) || pieces.iter().any(is_counted) {
            return None;
        }
        let all: Vec<&str> = pieces
            .iter()
            .map(|piece| piece.value.text.as_str())
            .collect();
        let heard = rules.resolve(&all.join("|"))?;
        let whole = Found {
            units: first.units.start..last.units.end,
            ..first.clone()
        };
        let ends = !units.goes_on_in_digits(whole.units.end);
        (heard.complete && ends).then(|| reading(heard.value, true, heard.checked, &whole, units))
    }
}

/// A run of digits is one number: it fills the slot that was asked for, else the one it fits best.
pub(super) fn settle_numbers(filled: &mut BTreeMap<String, SlotReading>, expected: Option<SlotId>) {
    let order = [
        SlotId::TicketNumber,
        SlotId::MeterNumber,
        SlotId::Phone,
        SlotId::AccountNumber,
    ];
    let wanted = expected.filter(|slot| filled.contains_key(slot.name()));
    let kept = wanted.filter(|slot| slot.is_digits()).or_else(|| {
        order
            .into_iter()
            .find(|slot| filled.contains_key(slot.name()))
    });
    let Some(kept) = kept else { return };
    let Some(span) = filled.get(kept.name()).map(|reading| reading.span.clone()) else {
        return;
    };
    filled.retain(|name, reading| {
        let other = order
            .iter()
            .any(|slot| slot.name() == name && *slot != kept);
        !other || reading.span.end <= span.start || reading.span.start >= span.end
    });
}
