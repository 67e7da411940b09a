//! What we say is what we hear: a value, as it is read back or as the voice normalises it, is read as the same value.

use super::{SlotId, Slots};
use crate::mandarin::{cardinal, parse_cardinal};
use crate::nlu::read_back::read_back;
use crate::tts::normalise;
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use std::path::Path;
use std::sync::LazyLock;

static WATER: LazyLock<Slots> = LazyLock::new(|| load("water"));
static BUS: LazyLock<Slots> = LazyLock::new(|| load("bus"));

fn load(pack: &str) -> Slots {
    Slots::load(
        &Path::new("grammars").join(pack),
        Path::new("grammars/common"),
    )
    .unwrap()
}

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
/// Ten years around today.
const DAYS: u64 = 3_653;

fn day(number: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2021, 1, 1).unwrap() + Days::new(number)
}

#[track_caller]
fn heard_as(slots: &Slots, slot: SlotId, said: &str, today: NaiveDate, value: &str) {
    let reading = slots.read(slot, said, today);
    let heard = reading.map(|reading| reading.value.0);
    assert_eq!(heard.as_deref(), Some(value), "{said}");
}

/// Both ways in which a value is said.
#[track_caller]
fn comes_back(slots: &Slots, slot: SlotId, value: &str, today: NaiveDate) {
    let read = read_back(slot.name(), value, today);
    heard_as(slots, slot, &read, today, value);
    heard_as(slots, slot, &normalise(&read), today, value);
}

fn number_comes_back(number: u64) {
    assert_eq!(parse_cardinal(&cardinal(number)), Some(number));
    let said = normalise(&format!("{number}吨"));
    assert_eq!(
        parse_cardinal(said.trim_end_matches('吨')),
        Some(number),
        "{said}"
    );
}

#[test]
fn every_number_up_to_a_hundred_thousand_comes_back() {
    (0..=100_000).for_each(number_comes_back);
}

#[test]
fn every_day_of_ten_years_comes_back() {
    for day in (0..DAYS).map(day) {
        let value = day.format("%Y-%m-%d").to_string();
        heard_as(&WATER, SlotId::Date, &normalise(&value), TODAY, &value);
        // Without its year a day is of this year.
        comes_back(&WATER, SlotId::Date, &value, day);
    }
}

#[test]
fn every_time_of_day_comes_back() {
    for minute in 0..24 * 60 {
        let value = format!("{:02}:{:02}", minute / 60, minute % 60);
        heard_as(&WATER, SlotId::Time, &normalise(&value), TODAY, &value);
        comes_back(&WATER, SlotId::Time, &value, TODAY);
    }
}

#[test]
fn every_month_of_ten_years_comes_back() {
    for (year, month) in (2017..=2026).flat_map(|year| (1..=12).map(move |month| (year, month))) {
        let value = format!("{year}-{month:02}");
        if value.as_str() <= "2026-11" {
            comes_back(&WATER, SlotId::Month, &value, TODAY);
        }
    }
}

#[test]
fn every_route_comes_back() {
    for number in 1..1_000 {
        for letters in ["", "K", "T", "BRT"] {
            comes_back(&BUS, SlotId::Route, &format!("{letters}{number}"), TODAY);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_number_comes_back(number in 0u64..=100_000_000) {
        number_comes_back(number);
    }

    #[test]
    fn every_amount_comes_back(fen in 1u64..=10_000_000_000) {
        let value = format!("{}.{:02}", fen / 100, fen % 100);
        comes_back(&WATER, SlotId::Amount, &value, TODAY);
        heard_as(&WATER, SlotId::Amount, &normalise(&format!("{value}元")), TODAY, &value);
    }

    #[test]
    fn every_digit_string_comes_back(number in "[0-9]{8,10}", mobile in "1[3-9][0-9]{9}", landline in "02[0-9][2-8][0-9]{7}") {
        comes_back(&WATER, SlotId::AccountNumber, &number, TODAY);
        comes_back(&WATER, SlotId::MeterNumber, &number, TODAY);
        comes_back(&WATER, SlotId::TicketNumber, &number, TODAY);
        comes_back(&WATER, SlotId::Phone, &mobile, TODAY);
        comes_back(&WATER, SlotId::Phone, &landline, TODAY);
    }

    #[test]
    fn every_address_comes_back(lane in 1u32..2_000, house in 1u32..200, room in 101u32..2_500) {
        let value = format!("国权路{lane}弄{house}号{room}室");
        comes_back(&WATER, SlotId::Address, &value, TODAY);
    }

    #[test]
    fn every_span_of_months_comes_back(first in 0i32..119, more in 1i32..24) {
        let written = |month: i32| format!("{}-{:02}", 2017 + month / 12, month % 12 + 1);
        let last = (first + more).min(118);
        prop_assume!(last > first);
        let value = format!("{}/{}", written(first), written(last));
        comes_back(&WATER, SlotId::Month, &value, TODAY);
    }
}

#[test]
fn yes_and_no_come_back() {
    comes_back(&WATER, SlotId::YesNo, "yes", TODAY);
    comes_back(&WATER, SlotId::YesNo, "no", TODAY);
}
