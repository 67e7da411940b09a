//! Slots: one kind of value each, found in a sentence and brought to its normal form.
//!
//! In: a sentence and the slot that is wanted. Out: a [`SlotReading`]. A slot is a grammar (`slots/<slot>.gram` of
//! the pack, else `common/<slot>.gram`), which finds the words by their sound, and a small function that makes the
//! normal form of them.

mod address;
mod amount;
mod calendar;
mod correction;
mod digits;
mod groups;
mod name;
mod numbers;
mod parts;
#[cfg(test)]
mod round_trip;
mod route;
mod spelling;
mod time;
mod trace;
mod yes_no;

use super::grammar::{Automaton, Found, Library};
use super::units::{Numerals, Units, beginning};
use super::{NluError, SlotReading};
use crate::event::{CheckRule, Pii};
use crate::mandarin::Spelling;
use address::{Addresses, settle_address};
use chrono::NaiveDate;
use correction::{Corrections, denied_character, denied_value, without_denied};
use digits::Rules;
use name::Names;
use numbers::settle_numbers;
use route::Routes;
use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

macro_rules! slot_ids {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// What can be asked of a caller. The normal form of each value is in the design's table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum SlotId { $($(#[$doc])* $variant,)* }

        impl SlotId {
            /// Every slot.
            pub const ALL: &[SlotId] = &[$(SlotId::$variant,)*];

            /// Its name in flows and scripts.
            pub fn name(self) -> &'static str {
                match self { $(SlotId::$variant => $name,)* }
            }
        }
    };
}

slot_ids! {
    /// Digits, as many as the pack's grammar says: `10086235`.
    AccountNumber = "account_number",
    /// Digits and letters.
    MeterNumber = "meter_number",
    /// Digits.
    TicketNumber = "ticket_number",
    /// 11-digit mobile, or area code and number.
    Phone = "phone",
    /// Yuan with two decimals: `36.50`.
    Amount = "amount",
    /// `2026-11-30`.
    Date = "date",
    /// `2026-10` or `2026-01/2026-03`.
    Month = "month",
    /// `14:30`.
    Time = "time",
    /// `国权路525弄15号602室`.
    Address = "address",
    /// `王建国`, or a surname alone.
    Name = "name",
    /// `yes` or `no`.
    YesNo = "yes_no",
    /// A bus route: `63`, `K59`, `T211`, `BRT1`.
    Route = "route",
}

impl FromStr for SlotId {
    type Err = String;
    fn from_str(name: &str) -> Result<SlotId, String> {
        let found = SlotId::ALL.iter().find(|slot| slot.name() == name);
        found.copied().ok_or_else(|| {
            let names: Vec<&str> = SlotId::ALL.iter().map(|slot| slot.name()).collect();
            format!("there is no slot {name:?}; there are {}", names.join(", "))
        })
    }
}

impl SlotId {
    /// Whether its values are said digit by digit.
    pub(super) fn is_digits(self) -> bool {
        matches!(
            self,
            SlotId::AccountNumber | SlotId::MeterNumber | SlotId::TicketNumber | SlotId::Phone
        )
    }
}

/// Reads and checks every grammar of a pack and those that all packs share.
pub(super) fn read_grammars(pack_folder: &Path, common: &Path) -> Result<Library, NluError> {
    let mut library = Library::default();
    library.read_folder(common)?;
    library.read_folder(&pack_folder.join("slots"))?;
    library.check()?;
    Ok(library)
}

/// The grammars of all slots of a pack.
pub struct Slots {
    grammars: BTreeMap<SlotId, Automaton>,
    digits: BTreeMap<SlotId, Rules>,
    lone_yes_no: Automaton,
    addresses: Option<Addresses>,
    names: Option<Names>,
    routes: Option<Routes>,
    corrections: Corrections,
    /// Words that digits must follow.
    awaiting: Automaton,
    /// How the values may be written of slots that a grammar describes whole.
    spellings: BTreeMap<SlotId, Arc<Spelling>>,
}

impl Slots {
    /// Reads the grammars of a pack's slots (`slots/*.gram` in its folder) and those that all packs share.
    pub fn load(pack_folder: &Path, common: &Path) -> Result<Slots, NluError> {
        Slots::compile(&read_grammars(pack_folder, common)?, pack_folder, common)
    }

    /// Compiles the slots of grammars that have been read.
    pub(super) fn compile(
        library: &Library,
        pack_folder: &Path,
        common: &Path,
    ) -> Result<Slots, NluError> {
        let own = |name: &str| pack_folder.join("slots").join(format!("{name}.gram"));
        let shared = |name: &str| common.join(format!("{name}.gram"));
        // A pack need not know of what it never asks.
        let file = |slot: SlotId| {
            let files = [own(slot.name()), shared(slot.name())];
            files.into_iter().find(|path| library.has(path))
        };
        let (mut grammars, mut digits) = (BTreeMap::new(), BTreeMap::new());
        let (mut addresses, mut names, mut routes) = (None, None, None);
        for &slot in SlotId::ALL {
            let Some(file) = file(slot) else {
                continue;
            };
            match slot {
                SlotId::Address => addresses = Some(Addresses::compile(library, &file, common)?),
                SlotId::Name => names = Some(Names::compile(library, &file)?),
                SlotId::Route => routes = Some(Routes::compile(library, &file)?),
                _ => {
                    grammars.insert(slot, library.compile(&file, None)?);
                }
            }
            if slot.is_digits() {
                digits.insert(slot, Rules::read(library, &file)?);
            }
        }
        let described = grammars.iter().map(|(slot, grammar)| (*slot, grammar));
        let described = described
            .chain(addresses.iter().map(|all| (SlotId::Address, all.grammar())))
            .chain(routes.iter().map(|all| (SlotId::Route, all.grammar())));
        let spellings = described
            .filter(|(slot, _)| !slot.is_digits() && *slot != SlotId::YesNo)
            .map(|(slot, grammar)| (slot, Arc::new(grammar.spelling())))
            .collect();
        Ok(Slots {
            spellings,
            grammars,
            digits,
            addresses,
            names,
            routes,
            lone_yes_no: library.compile(&shared("yes_no"), Some("alone"))?,
            corrections: Corrections::new(
                library.compile(&shared("correction"), Some("taken_back"))?,
            ),
            awaiting: library.compile(&shared("correction"), Some("awaiting"))?,
        })
    }

    /// Whether the pack has a grammar for a slot.
    pub fn has(&self, slot: SlotId) -> bool {
        match slot {
            SlotId::Address => self.addresses.is_some(),
            SlotId::Name => self.names.is_some(),
            SlotId::Route => self.routes.is_some(),
            _ => self.grammars.contains_key(&slot),
        }
    }

    /// How a slot's value may be written; `None` where anything may be, and of digits and of yes and no, which a recogniser
    /// knows by itself.
    pub fn spelling(&self, slot: SlotId) -> Option<&Arc<Spelling>> {
        self.spellings.get(&slot)
    }

    /// One slot's value where it can be used: half a number is of no use, half an address is.
    pub fn value(&self, slot: SlotId, text: &str, today: NaiveDate) -> Option<Pii<String>> {
        let reading = self.read(slot, text, today)?;
        (reading.complete || slot == SlotId::Address).then_some(reading.value)
    }

    /// How a number shows that it was heard right, where it can.
    pub fn check_rule(&self, slot: SlotId) -> Option<CheckRule> {
        self.digits.get(&slot)?.check
    }

    /// Finds one slot's value in a text that may hold more (嗯我的户号是…).
    pub fn read(&self, slot: SlotId, text: &str, today: NaiveDate) -> Option<SlotReading> {
        if slot.is_digits() {
            return self.read_digits(slot, text);
        }
        if slot == SlotId::YesNo {
            return self.read_yes_no(&Units::hear(text, Numerals::AsNumbers));
        }
        let text = without_denied(beginning(text), |before, behind| match slot {
            SlotId::Name => {
                let surname = |names: &Names| names.denied_surname(behind);
                denied_character(behind).or_else(|| self.names.as_ref().and_then(surname))
            }
            SlotId::Address => None,
            _ => denied_value(before, behind, |part| {
                self.read_meant(slot, part, today).is_some()
            }),
        });
        match slot {
            SlotId::Address => self.read_meant(slot, &spelling::without_explained(&text), today),
            _ => self.read_meant(slot, &text, today),
        }
    }

    fn read_meant(&self, slot: SlotId, text: &str, today: NaiveDate) -> Option<SlotReading> {
        let units = Units::hear(text, Numerals::AsNumbers);
        // What stands behind the last correction wins, if it holds a value at all.
        let parts = self.corrections.parts(&units);
        match slot {
            SlotId::Address => return self.addresses.as_ref()?.read(&parts),
            SlotId::Time => return self.read_time(&parts),
            SlotId::Date => {
                if let Some(put_right) = self.read_day_put_right(&parts, today) {
                    return Some(put_right);
                }
            }
            _ => {}
        }
        let read = |units: &Units| self.read_part(slot, units, today);
        // 三十六块五，三十六块五 is no amount, but each clause of it is.
        let in_clauses = |part: &Units| part.clauses().filter_map(|clause| read(&clause)).last();
        let mut last_first = parts.iter().rev();
        last_first.find_map(|part| read(part).or_else(|| in_clauses(part)))
    }

    fn read_part(&self, slot: SlotId, units: &Units, today: NaiveDate) -> Option<SlotReading> {
        match slot {
            SlotId::Name => return self.names.as_ref()?.read(units),
            SlotId::Route => return self.routes.as_ref()?.read(units),
            _ => {}
        }
        let said = self.found_surely(slot, units).filter_map(|found| {
            let value = match slot {
                SlotId::Amount => amount::yuan(&found.value)?,
                SlotId::Date => calendar::date(&found.value, today)?,
                SlotId::Month => calendar::months(&found.value, today)?,
                SlotId::Address
                | SlotId::Time
                | SlotId::Name
                | SlotId::Route
                | SlotId::YesNo
                | SlotId::AccountNumber
                | SlotId::MeterNumber
                | SlotId::TicketNumber
                | SlotId::Phone => return None,
            };
            Some((found, value))
        });
        let (found, value) = match slot {
            SlotId::Amount => sum_or_first(said)?,
            _ => last_said(said)?,
        };
        Some(reading(value, true, true, &found, units))
    }

    /// What a slot's grammar finds in a text. 时候 sounds like 十号: sound alone makes no value.
    fn found_surely<'a>(
        &'a self,
        slot: SlotId,
        units: &'a Units,
    ) -> impl Iterator<Item = Found> + 'a {
        let found = self.grammars.get(&slot).map(|g| g.find_apart(units));
        let found = found.into_iter().flatten().filter(is_sure);
        // A ticket's number begins with a day, and goes on.
        found.filter(|found| !units.goes_on_in_digits(found.units.end))
    }

    /// 这个月十八，不是，十九: a number alone, behind a correction, is another day of the month that was said.
    fn read_day_put_right(&self, parts: &[Units], today: NaiveDate) -> Option<SlotReading> {
        let [.., before, last] = parts else {
            return None;
        };
        let day = calendar::day_alone(last)?;
        let has_month = |found: &Found| {
            let fields = &found.value.fields;
            fields.contains_key("month") || fields.contains_key("month_shift")
        };
        let mut found = self.found_surely(SlotId::Date, before).find(has_month)?;
        found.value.fields.insert("day".into(), day);
        let value = calendar::date(&found.value, today)?;
        Some(reading(value, true, true, &found, before))
    }

    /// The last time of day that was said as plainly as the best. 下午三点 不对 五点: the part of the day still holds.
    fn read_time(&self, parts: &[Units]) -> Option<SlotReading> {
        let mut part_of_day: Option<String> = None;
        let mut last = None;
        for units in parts {
            let found = self.found_surely(SlotId::Time, units);
            let mut said: Vec<Found> = found.filter(|f| time::time(&f.value).is_some()).collect();
            let lowest = said.first().map_or(0.0, |best| best.cost);
            said.retain(|found| found.cost <= lowest);
            said.sort_by_key(|found| found.units.start);
            for mut found in said {
                let fields = &mut found.value.fields;
                part_of_day = fields.get("part").cloned().or(part_of_day);
                if let Some(part) = &part_of_day {
                    fields.insert("part".into(), part.clone());
                }
                let value = time::time(&found.value);
                last = value.map(|value| reading(value, true, true, &found, units));
            }
        }
        last
    }

    fn read_yes_no(&self, units: &Units) -> Option<SlotReading> {
        let said = self
            .grammars
            .get(&SlotId::YesNo)?
            .find_best(units)
            .filter(|found| !found.value.text.is_empty());
        let lone = || {
            self.lone_yes_no
                .find_best(units)
                .filter(|found| covers(found, units))
        };
        let found = said.or_else(lone)?;
        let value = yes_no::last_word(&found.value.text)?;
        // By its sound alone a yes must be all that was said: 好多 is not 好的.
        if value == "yes" && found.cost > yes_no::BLUR && !covers(&found, units) {
            return None;
        }
        Some(reading(value.into(), true, true, &found, units))
    }

    /// Whether the caller has just taken back what was said (不对), or said what is coming (最后一位是), and stopped there.
    pub(super) fn awaits_digits(&self, text: &str) -> bool {
        let units = Units::hear(text, Numerals::Singly);
        let is_last = |end: usize| units.part(end..units.units.len()).spoken() == 0;
        let mut found = self.awaiting.find(&units);
        found.any(|found| is_last(found.units.end))
    }

    /// Fewest and most digits of a slot, and whether a number keeps its check rule; `None` for other slots.
    pub(super) fn digit_rules(&self, slot: SlotId) -> Option<&Rules> {
        self.digits.get(&slot)
    }

    /// Every slot that a sentence fills. The slot that was asked for takes a bare answer; the others must be beyond
    /// doubt: a whole number, a date, an address with its house.
    pub(super) fn read_all(
        &self,
        text: &str,
        expected: Option<&str>,
        today: NaiveDate,
    ) -> BTreeMap<String, SlotReading> {
        let expected: Option<SlotId> = expected.and_then(|name| name.parse().ok());
        let mut filled: BTreeMap<String, SlotReading> = BTreeMap::new();
        for &slot in SlotId::ALL {
            let wanted = expected == Some(slot);
            if !wanted && !may_be_named(slot, text) {
                continue;
            }
            let reading = self
                .read(slot, text, today)
                .filter(|r| wanted || (r.complete && r.cost < DOUBT));
            if let Some(reading) = reading {
                filled.insert(slot.name().to_owned(), reading);
            }
        }
        settle_numbers(&mut filled, expected);
        settle_address(&mut filled, expected);
        filled
    }
}

/// Whether a sentence has words without which nobody names such a value unasked.
fn may_be_named(slot: SlotId, text: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    match slot {
        SlotId::YesNo => false,
        SlotId::AccountNumber | SlotId::Phone => true,
        SlotId::MeterNumber => has(&["表号", "水表编号", "表身号"]),
        SlotId::TicketNumber => has(&["工单", "单号", "受理编号"]),
        SlotId::Amount => has(&["块", "元", "毛"]),
        SlotId::Address => has(&[
            "路", "街", "道", "弄", "巷", "号", "室", "栋", "幢", "小区", "花园", "村", "苑",
        ]),
        SlotId::Name => has(&["姓", "叫", "户主", "户名"]),
        SlotId::Month => has(&["月", "期", "季度", "年"]),
        SlotId::Date => has(&[
            "天", "日", "号", "周", "星期", "礼拜", "昨", "今", "明", "月底", "月初", "-", "/",
        ]),
        SlotId::Time => has(&["点", "时", ":", "：", "中午"]),
        SlotId::Route => has(&["路", "线", "快速公交", "BRT", "brt"]),
    }
}

/// Cost beyond which a value that nobody asked for is not taken.
const DOUBT: f32 = 0.5;

/// Of values, best first, the last one that was said as plainly as the best: 明天不行，后天吧. A year told behind belongs to it.
fn last_said(mut values: impl Iterator<Item = (Found, String)>) -> Option<(Found, String)> {
    let best = values.next()?;
    let cost = best.0.cost;
    let is_year = |found: &Found| found.value.fields.contains_key("whole_year");
    let as_plain = values.filter(|(found, _)| found.cost <= cost && !is_year(found));
    let all = std::iter::once(best).chain(as_plain);
    all.max_by_key(|(found, _)| found.units.start)
}

/// Of amounts, best first, the one that is named as the sum, else the best.
fn sum_or_first(mut amounts: impl Iterator<Item = (Found, String)>) -> Option<(Found, String)> {
    let is_sum = |(found, _): &(Found, String)| found.value.fields.contains_key("sum");
    let best = amounts.next()?;
    match is_sum(&best) {
        true => Some(best),
        false => Some(amounts.find(is_sum).unwrap_or(best)),
    }
}

fn reading(
    value: String,
    complete: bool,
    checked: bool,
    found: &Found,
    units: &Units,
) -> SlotReading {
    SlotReading {
        value: value.into(),
        cost: found.cost,
        complete,
        checked,
        span: units.chars(&found.units),
    }
}

fn is_sure(found: &Found) -> bool {
    found.cost < DOUBT && 2 * found.written > found.units.len()
}

/// Whether nothing but fillers stands outside what was found.
fn covers(found: &Found, units: &Units) -> bool {
    let outside = |index: &usize| !found.units.contains(index);
    (0..units.units.len())
        .filter(outside)
        .all(|index| units.units[index].is_filler())
}
