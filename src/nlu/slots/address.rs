//! Addresses.

use super::calendar::number;
use super::reading;
use crate::mandarin::{Lexicon, is_common_word};
use crate::nlu::grammar::{Automaton, Found, Library, Value};
use crate::nlu::units::Units;
use crate::nlu::words::NUMERALS;
use crate::nlu::{NluError, SlotReading};
use std::path::Path;

/// Digits of a room number that ends in a zero too many.
const ROOM_AND_ZERO: usize = 4;
/// What bending a gazetteer's name costs at least where another sound was said: characters of the same sound and the pairs
/// that lines and dialects blur cost less.
const ANOTHER_SOUND: f32 = 0.2;
/// What may be bent in a number without a place.
const AS_WRITTEN: f32 = 0.0;

/// The grammars of addresses.
pub(super) struct Addresses {
    /// With the pack's gazetteer.
    known: Automaton,
    /// Roads and places as they were written.
    elsewhere: Automaton,
    /// What may be corrected by itself.
    detail: Automaton,
}

/// An address or a part of one.
#[derive(Debug)]
struct Address {
    /// The area, road and place.
    place: String,
    /// 525弄, 15号, 602室.
    inside: Vec<String>,
    /// A road, a place or a lane was named.
    placed: bool,
    /// A house was named.
    house: bool,
    reading: SlotReading,
}

impl Addresses {
    /// Compiles a pack's grammar and rules of the one that all packs share.
    pub(super) fn compile(
        library: &Library,
        file: &Path,
        common: &Path,
    ) -> Result<Addresses, NluError> {
        let shared = |rule| library.compile(&common.join("address.gram"), Some(rule));
        Ok(Addresses {
            known: library.compile(file, None)?,
            elsewhere: shared("elsewhere")?,
            detail: shared("detail")?,
        })
    }

    /// What an address of the pack is.
    pub(super) fn grammar(&self) -> &Automaton {
        &self.known
    }

    /// The address in a sentence whose `parts` stand between corrections: what is said later replaces what it names anew.
    pub(super) fn read(&self, parts: &[Units]) -> Option<SlotReading> {
        let mut whole: Option<Address> = None;
        for part in parts {
            whole = match (whole, self.find(&self.known, part)) {
                (None, found) => found,
                (Some(before), Some(after)) => Some(before.correct(after)),
                (Some(before), None) => Some(match self.find(&self.detail, part) {
                    Some(after) => before.correct(after),
                    None => before,
                }),
            };
        }
        let whole = whole?;
        Some(SlotReading {
            value: (whole.place + &whole.inside.concat()).into(),
            complete: whole.placed && whole.house,
            ..whole.reading
        })
    }

    /// The best address in a part, and what is told behind it of its house: 五号，五号二零四室.
    fn find(&self, grammar: &Automaton, units: &Units) -> Option<Address> {
        let best = self.hits(grammar, units).next()?;
        if best.place.is_empty() {
            return Some(best);
        }
        let end = best.reading.span.end;
        let mut behind: Vec<Address> = self
            .hits(&self.detail, units)
            .filter(|hit| hit.house && hit.reading.span.start >= end)
            .collect();
        behind.sort_by_key(|hit| hit.reading.span.start);
        Some(behind.into_iter().fold(best, Address::correct))
    }

    fn hits<'a>(
        &'a self,
        grammar: &'a Automaton,
        units: &'a Units,
    ) -> impl Iterator<Item = Address> + 'a {
        grammar.find_apart(units).filter_map(|found| {
            let found = self.unbent(&found, units).unwrap_or(found);
            let value = &found.value;
            let (place, inside) = cut(&with_room(written(value)?));
            let has = |field: &str| value.fields.contains_key(field);
            // Without a place the sound of a number and a unit is found everywhere (我们 is no 5门), and without a house
            // that of a place.
            let most = match (place.is_empty(), has("house")) {
                (true, _) => AS_WRITTEN,
                (false, false) => ANOTHER_SOUND,
                (false, true) => f32::INFINITY,
            };
            if found.cost > most || (inside.is_empty() && is_route(&place)) {
                return None;
            }
            Some(Address {
                placed: has("placed"),
                house: has("house"),
                reading: reading(String::new(), false, true, &found, units),
                place,
                inside,
            })
        })
    }

    /// 靖宇中路 is no 吴中路: a gazetteer's name of another sound gives way to one that is as long or longer and written so,
    /// unless what makes it longer are words of their own (漏水四瓶路).
    fn unbent(&self, found: &Found, units: &Units) -> Option<Found> {
        if found.cost < ANOTHER_SOUND {
            return None;
        }
        let all = self.elsewhere.find(units);
        let mut written = all.filter(|other| {
            other.units.start <= found.units.start && other.units.end >= found.units.end
        });
        written.find(|other| {
            let more = &units.units[other.units.start..found.units.start];
            let more: String = more.iter().map(|unit| unit.char).collect();
            let words = Lexicon::built_in().cut(&more);
            !words.into_iter().any(is_common_word)
        })
    }
}

impl Address {
    /// This one as it is corrected by what was said after it.
    fn correct(self, after: Address) -> Address {
        let (place, inside) = match (after.place.is_empty(), after.inside.first()) {
            (true, Some(first)) => {
                let kept = self.inside.iter().filter(|part| level(part) < level(first));
                let inside = kept.chain(&after.inside).cloned().collect();
                (self.place, inside)
            }
            (false, None) => (after.place, self.inside),
            (_, _) => return after,
        };
        Address {
            place,
            inside,
            placed: self.placed || after.placed,
            house: self.house || after.house,
            reading: after.reading,
        }
    }
}

/// 一百零四路 is a bus.
fn is_route(place: &str) -> bool {
    let number = place.strip_suffix('路');
    number.is_some_and(|number| number.chars().all(|c| NUMERALS.contains(c)))
}

/// How far within an address a part lies: the lane first, the room last.
fn level(part: &str) -> usize {
    let units: [&[char]; 4] = [
        &['期', '区', '弄', '巷', '队', '组', '社'],
        &['院', '号', '栋', '幢', '座'],
        &['元', '门'],
        &['楼', '层'],
    ];
    let holds = |units: &&[char]| part.contains(*units);
    units.iter().position(holds).unwrap_or(units.len())
}

/// The place and the parts within it, each of which begins with its number.
fn cut(address: &str) -> (String, Vec<String>) {
    let (mut place, mut inside) = (String::new(), Vec::<String>::new());
    let mut before = None;
    for c in address.chars() {
        let begins = c.is_ascii_alphanumeric()
            && before.is_none_or(|before: char| !before.is_ascii_alphanumeric());
        match inside.last_mut() {
            Some(part) if !begins => part.push(c),
            None if !begins => place.push(c),
            _ => inside.push(c.into()),
        }
        before = Some(c);
    }
    (place, inside)
}

/// 15号6020 becomes 15号602室: a room is said with its 室, which sounds like 十 and is written as a zero.
fn with_room(written: String) -> String {
    let room = written.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let digits = &written[room..];
    let is_behind_house = written[..room].ends_with(['号', '栋', '幢', '座', '楼', '元']);
    match digits.strip_suffix('0') {
        Some(number) if is_behind_house && digits.len() == ROOM_AND_ZERO => {
            format!("{}{number}室", &written[..room])
        }
        _ => written,
    }
}

/// The address as said with numbers in Arabic digits; `None` where a number makes no sense or nothing was said.
fn written(value: &Value) -> Option<String> {
    let mut written = String::new();
    let mut rest = value.text.as_str();
    while let Some((before, behind)) = rest.split_once('<') {
        let (words, after) = behind.split_once('>')?;
        written.push_str(before);
        written.push_str(&number(words)?.to_string());
        rest = after;
    }
    written.push_str(rest);
    (!written.is_empty()).then_some(written)
}

#[cfg(test)]
mod tests {
    use super::{cut, level};

    #[test]
    fn an_address_is_cut_before_its_numbers() {
        let (place, inside) = cut("杨浦区国年路25弄12号楼201室");
        assert_eq!(place, "杨浦区国年路");
        assert_eq!(inside, ["25弄", "12号楼", "201室"]);
        let levels: Vec<usize> = inside.iter().map(|part| level(part)).collect();
        assert_eq!(levels, [0, 1, 4]);
    }
}
