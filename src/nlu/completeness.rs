//! How near a text is to a whole answer: what ends a turn early or lets it wait.

use super::grammar::{Automaton, Library};
use super::slots::{SlotId, Slots};
use super::units::{Numerals, Units};
use super::{Language, NluError, Tongue};
use crate::event::{Completeness, Expectation, ExpectedKind};
use chrono::NaiveDate;
use std::path::Path;

/// Probability from which an open sentence's intent is beyond doubt.
const BEYOND_DOUBT: f32 = 0.8;

/// Grammars of sentences that are going to go on.
pub(super) struct Unfinished {
    hanging: Automaton,
    frame: Automaton,
}

impl Unfinished {
    pub(super) fn load(library: &Library, common: &Path) -> Result<Unfinished, NluError> {
        let file = common.join("unfinished.gram");
        Ok(Unfinished {
            hanging: library.compile(&file, Some("hanging"))?,
            frame: library.compile(&file, Some("frame"))?,
        })
    }

    /// Whether the sentence ends in the middle (…就是, 我的户号是), or only says that something will be said.
    fn holds(&self, units: &Units) -> bool {
        let end = units
            .units
            .iter()
            .rposition(|unit| !unit.is_filler())
            .map_or(0, |last| last + 1);
        let hanging = self.hanging.find(units).any(|found| found.units.end >= end);
        hanging
            || self
                .frame
                .find(units)
                .any(|found| found.units.start == 0 && found.units.end >= end)
    }
}

pub(super) fn completeness(
    language: &Language,
    text: &str,
    expectation: &Expectation,
) -> Completeness {
    if language.tongue == Tongue::English {
        return english(language, text, expectation);
    }
    let units = Units::hear(text, Numerals::Singly);
    if units.units.is_empty() {
        return Completeness::Open;
    }
    let command = language.commands.hear(&units).map(|(name, _)| name);
    let is_command = command.is_some();
    // No day is needed to know whether one was named.
    let read = |slot: SlotId| language.slots.read(slot, text, NaiveDate::default());
    match expectation.kind {
        ExpectedKind::Digits { min, max } => digits(
            &language.slots,
            text,
            usize::from(min),
            usize::from(max),
            || match command {
                // 不对 may stand alone, or before the number that is right.
                Some("deny") => Completeness::Open,
                Some(_) => Completeness::Complete,
                None => partial_if(language.unfinished.holds(&units)),
            },
        ),
        _ if is_command => Completeness::Complete,
        ExpectedKind::YesNo if read(SlotId::YesNo).is_some() => Completeness::Complete,
        ExpectedKind::Date
            if [SlotId::Date, SlotId::Month, SlotId::Time]
                .into_iter()
                .any(|slot| read(slot).is_some()) =>
        {
            Completeness::Complete
        }
        ExpectedKind::Address => match read(SlotId::Address) {
            Some(reading) => address(&reading.value, reading.complete),
            None => partial_if(language.unfinished.holds(&units)),
        },
        ExpectedKind::Name => match read(SlotId::Name) {
            Some(reading) if reading.value.chars().count() > 1 => Completeness::Complete,
            _ => partial_if(language.unfinished.holds(&units)),
        },
        ExpectedKind::Open => match language.unfinished.holds(&units) {
            true => Completeness::Partial,
            false => open(language, text),
        },
        ExpectedKind::YesNo | ExpectedKind::Date => partial_if(language.unfinished.holds(&units)),
        ExpectedKind::Message { .. } => Completeness::Open,
    }
}

/// The same of an English caller's text: digits, yes or no, and wishes beyond doubt.
fn english(language: &Language, text: &str, expectation: &Expectation) -> Completeness {
    match expectation.kind {
        ExpectedKind::Digits { min, max } => {
            let (min, max) = (usize::from(min), usize::from(max));
            let text = super::english::digits(text);
            digits(&language.slots, &text, min, max, || Completeness::Open)
        }
        ExpectedKind::YesNo if super::english::yes_no(text).is_some() => Completeness::Complete,
        ExpectedKind::Open => open(language, text),
        ExpectedKind::YesNo
        | ExpectedKind::Address
        | ExpectedKind::Name
        | ExpectedKind::Date
        | ExpectedKind::Message { .. } => Completeness::Open,
    }
}

fn partial_if(unfinished: bool) -> Completeness {
    if unfinished {
        Completeness::Partial
    } else {
        Completeness::Open
    }
}

fn open(language: &Language, text: &str) -> Completeness {
    match language.learned(text).first() {
        Some((intent, probability)) if intent != "unknown" && *probability >= BEYOND_DOUBT => {
            Completeness::Complete
        }
        _ => Completeness::Open,
    }
}

/// A number of `min..=max` digits. The slot whose lengths these are lends its check rule.
fn digits(
    slots: &Slots,
    text: &str,
    min: usize,
    max: usize,
    without_digits: impl Fn() -> Completeness,
) -> Completeness {
    let candidates = [
        SlotId::AccountNumber,
        SlotId::Phone,
        SlotId::TicketNumber,
        SlotId::MeterNumber,
    ];
    let rules = candidates
        .into_iter()
        .filter_map(|slot| Some((slot, slots.digit_rules(slot)?)));
    let asked = rules
        .clone()
        .find(|(_, rules)| (rules.least, rules.most) == (min, max))
        .or_else(|| {
            let mut rules = rules;
            rules.find(|(_, rules)| rules.least <= max && min <= rules.most)
        });
    let Some((slot, rules)) = asked else {
        return Completeness::Open;
    };
    let Some(reading) = slots.read(slot, text, NaiveDate::default()) else {
        return without_digits();
    };
    let count = reading.value.chars().count();
    if count < min || slots.awaits_digits(text) {
        Completeness::Partial
    } else if count >= max || rules.check.is_some_and(|rule| rule.keeps(&reading.value)) {
        Completeness::Complete
    } else {
        Completeness::Open
    }
}

/// A room is the end of an address; a road, a lane or a district is not.
fn address(value: &str, has_house: bool) -> Completeness {
    if value.ends_with(['室', '房']) {
        Completeness::Complete
    } else if has_house {
        Completeness::Open
    } else {
        Completeness::Partial
    }
}
