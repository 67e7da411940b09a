//! Slots: one kind of value each, found in a sentence and brought to its normal form.

mod check_rule;

use super::{NluError, SlotReading};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::path::Path;
use std::str::FromStr;

pub use check_rule::weighted_731;

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
    /// 8 to 10 digits: `10086235`.
    AccountNumber = "account_number",
    /// Digits and letters.
    MeterNumber = "meter_number",
    /// 8 to 14 digits.
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

/// The grammars of all slots.
pub struct Slots {}

impl Slots {
    /// Reads the grammars of a pack's slots.
    pub fn load(_pack_folder: &Path, _common: &Path) -> Result<Slots, NluError> {
        Ok(Slots {})
    }

    /// Finds one slot's value in a text that may hold more.
    pub fn read(&self, slot: SlotId, text: &str, _today: NaiveDate) -> Option<SlotReading> {
        match slot {
            SlotId::AccountNumber | SlotId::MeterNumber | SlotId::TicketNumber | SlotId::Phone => {
                let digits: String = text.chars().filter_map(digit).collect();
                (!digits.is_empty()).then(|| SlotReading {
                    complete: digits.len() >= 8,
                    value: digits.into(),
                    cost: 0.0,
                    span: 0..text.chars().count(),
                })
            }
            SlotId::YesNo => {
                let no = ["不", "没", "错"].iter().any(|w| text.contains(w));
                let yes = ["对", "是", "好", "嗯", "行", "可以"]
                    .iter()
                    .any(|w| text.contains(w));
                (no || yes).then(|| SlotReading {
                    value: if no { "no" } else { "yes" }.into(),
                    cost: 0.0,
                    complete: true,
                    span: 0..text.chars().count(),
                })
            }
            SlotId::Name | SlotId::Address => (!text.is_empty()).then(|| SlotReading {
                value: text.into(),
                cost: 0.0,
                complete: true,
                span: 0..text.chars().count(),
            }),
            SlotId::Amount | SlotId::Date | SlotId::Month | SlotId::Time => None,
        }
    }

    /// Every slot that a sentence fills, the expected one first of all.
    pub(super) fn read_all(
        &self,
        text: &str,
        expected: Option<&str>,
        today: NaiveDate,
    ) -> BTreeMap<String, SlotReading> {
        let slot = expected.and_then(|name| name.parse().ok());
        let reading = slot
            .and_then(|slot: SlotId| Some((slot.name().to_owned(), self.read(slot, text, today)?)));
        reading.into_iter().collect()
    }
}

fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '零' | '〇' => Some('0'),
        '一' | '幺' => Some('1'),
        '二' | '两' => Some('2'),
        '三' => Some('3'),
        '四' => Some('4'),
        '五' => Some('5'),
        '六' => Some('6'),
        '七' => Some('7'),
        '八' => Some('8'),
        '九' => Some('9'),
        _ => None,
    }
}
