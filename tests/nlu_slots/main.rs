//! Slots: what callers say, and the value that is made of it. Of the water pack where nothing else is said.

mod any_text;
mod days;
mod names;
mod numbers;
mod places;
mod towns;
mod yes_no;

use chrono::NaiveDate;
use lingting::nlu::{SlotId, Slots};
use std::path::Path;
use std::sync::LazyLock;

static SLOTS: LazyLock<Slots> = LazyLock::new(|| {
    Slots::load(Path::new("grammars/water"), Path::new("grammars/common")).unwrap()
});

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

/// The value of a whole reading, empty where there is none.
fn read(slot: SlotId, text: &str) -> String {
    let reading = SLOTS.read(slot, text, today()).filter(|r| r.complete);
    reading.map(|r| r.value.0).unwrap_or_default()
}

#[track_caller]
fn all(slot: SlotId, cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(text, value)| read(slot, text) != *value)
        .map(|(text, value)| format!("{text}: {:?} instead of {value:?}", read(slot, text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Of addresses that need not be whole: an estate or a landmark is of use.
#[track_caller]
fn all_heard(cases: &[(&str, &str)]) {
    for (text, value) in cases {
        let reading = SLOTS.read(SlotId::Address, text, today());
        let heard = reading.map(|reading| reading.value.0).unwrap_or_default();
        assert_eq!(heard, *value, "{text}");
    }
}

#[test]
fn the_place_of_a_value_is_told_in_characters() {
    let reading = SLOTS
        .read(SlotId::AccountNumber, "嗯，户号10086235谢谢", today())
        .unwrap();
    assert!(
        reading.span.contains(&4) && reading.span.end == 12,
        "{:?}",
        reading.span
    );
}
