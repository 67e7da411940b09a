//! Addresses.

use super::calendar::number;
use super::reading;
use crate::mandarin::{Lexicon, is_common_word};
use crate::nlu::grammar::{Automaton, Found, Library, Value};
use crate::nlu::units::Units;
use crate::nlu::words::NUMERALS;
use crate::nlu::{NluError, SlotReading};
use std::ops::Range;
use std::path::Path;

/// Digits of the shortest number of a room that is told apart from part of another.
const LEAST_ROOM: usize = 3;
/// Digits of a room number that ends in a zero too many.
const ROOM_AND_ZERO: usize = 4;
/// What bending a gazetteer's name costs at least where another sound was said: characters of the same sound and the pairs
/// that lines and dialects blur cost less.
const ANOTHER_SOUND: f32 = 0.2;
/// Units of houses and of what is larger.
const UNITS: &str = "弄巷号栋幢单";
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
    /// Where it stands.
    units: Range<usize>,
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
        for part in parts.iter().flat_map(apart_at_numbers) {
            whole = match (whole, self.find(&self.known, &part)) {
                (None, found) => found,
                (Some(before), Some(after)) => Some(before.correct(after)),
                (Some(before), None) => Some(match self.find(&self.detail, &part) {
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

    /// The best address in a part, begun anew where its place was said again before it or behind it (友谊路，呃，友谊支路), and what
    /// is told behind it of its house: 五号，五号二零四室.
    fn find(&self, grammar: &Automaton, units: &Units) -> Option<Address> {
        let mut hits: Vec<Address> = self.hits(grammar, units).collect();
        // 国权路五二五弄那边，十五号六零二室: what is told of a house is not the better for being longer.
        let placed = hits.iter().position(|hit| !hit.place.is_empty());
        let best = match placed {
            Some(placed) => hits[placed].place.clone(),
            None => return hits.into_iter().next(),
        };
        hits.retain(|hit| is_begun_like(&hit.place, &best));
        hits.sort_by_key(|hit| hit.units.start);
        let whole = hits.into_iter().reduce(Address::correct)?;
        let end = whole.units.end;
        let behind = units.part(end..units.units.len());
        let mut details: Vec<Address> = self.hits(&self.detail, &behind).collect();
        details.sort_by_key(|hit| hit.units.start);
        let told = details.into_iter().fold(whole, |whole, detail| {
            match detail.house || whole.tells_again(&detail) {
                true => whole.correct(detail),
                false => whole,
            }
        });
        Some(told)
    }

    fn hits<'a>(
        &'a self,
        grammar: &'a Automaton,
        units: &'a Units,
    ) -> impl Iterator<Item = Address> + 'a {
        // 六号，九十九弄: a number that goes on or whose unit follows is no room.
        let is_end = |end: usize| {
            let unit = units.units.get(end).map(|unit| unit.char);
            let before = end.checked_sub(1).map(|last| units.units[last].char);
            let is_cut = before.is_some_and(|c| NUMERALS.contains(c))
                && unit.is_some_and(|c| UNITS.contains(c) || NUMERALS.contains(c));
            !is_cut || units.pause_before(end)
        };
        grammar.find_apart_to(units, is_end).filter_map(|found| {
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
                units: found.units,
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
        let place = match after.place.is_empty() {
            true => self.place.clone(),
            false => within_area(&self.place, &after.place),
        };
        let told = after.inside;
        let is_told = |parts: &[String]| parts == told;
        let is_known = place == self.place && self.inside.windows(told.len().max(1)).any(is_told);
        let inside = match told.first() {
            None => self.inside,
            Some(_) if is_known => self.inside,
            Some(_) if !after.place.is_empty() => told,
            Some(first) => {
                let unit = self.inside.iter().find_map(|part| unit_of(part, first));
                let kept = self.inside.iter().filter(|part| level(part) < level(first));
                let mut inside: Vec<String> = kept.chain(&told).cloned().collect();
                if let (Some(unit), Some(last)) = (unit, inside.last_mut()) {
                    last.push_str(unit);
                }
                inside
            }
        };
        Address {
            place,
            inside,
            placed: self.placed || after.placed,
            house: self.house || after.house,
            units: after.units,
            reading: after.reading,
        }
    }

    /// Whether it has a part that another one tells anew: 二楼，哦三楼.
    fn tells_again(&self, after: &Address) -> bool {
        let first = after.inside.first();
        first.is_some_and(|first| self.inside.iter().any(|part| level(part) == level(first)))
    }
}

/// What stands behind the number of a room, if `again` is a room that is told without it: 四零一室，错了，四零二.
fn unit_of<'p>(part: &'p str, again: &str) -> Option<&'p str> {
    let is_bare = again.chars().all(|c| c.is_ascii_digit());
    let unit = part.trim_start_matches(|c: char| c.is_ascii_digit());
    (is_bare && level(part) == level(again)).then_some(unit)
}

/// A place that was said again, in the district or the town that was said before: 宝山区友谊路，呃，友谊支路.
fn within_area(before: &str, place: &str) -> String {
    let (area, name) = in_area(before);
    match in_area(place) {
        ("", again) if !name.is_empty() => format!("{area}{again}"),
        _ => place.to_owned(),
    }
}

/// The district and the town of a place, and the rest of its name.
fn in_area(place: &str) -> (&str, &str) {
    let is_area = |(at, c): &(usize, char)| {
        let is_whole = at + c.len_utf8() == place.len();
        "区县市镇乡".contains(*c) && !is_whole && !place[..*at].ends_with(['小', '社', '城'])
    };
    let end = place.char_indices().rev().find(is_area);
    let end = end.map_or(0, |(at, c)| at + c.len_utf8());
    place.split_at(end)
}

/// Whether two places begin alike, apart from their areas: 友谊路, 友谊支路.
fn is_begun_like(place: &str, other: &str) -> bool {
    let first = |place: &str| in_area(place).1.chars().next();
    first(place).is_some_and(|begin| first(other) == Some(begin))
}

/// A part cut where a number is followed by one as long behind a pause (二零一，二零二室): it was said again, and does not go on.
fn apart_at_numbers(part: &Units) -> Vec<Units> {
    let is_numeral = |index: &usize| NUMERALS.contains(part.units[*index].char);
    let count = part.units.len();
    let is_cut = |cut: &usize| {
        let before = || (0..*cut).rev().take_while(is_numeral).count();
        let behind = || (*cut..count).take_while(is_numeral).count();
        part.pause_before(*cut) && before() >= LEAST_ROOM && before() == behind()
    };
    let mut start = 0;
    let cuts: Vec<usize> = (1..count).filter(is_cut).chain([count]).collect();
    let piece = |cut| part.part(std::mem::replace(&mut start, cut)..cut);
    cuts.into_iter().map(piece).collect()
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
    use super::{cut, level, within_area};

    #[test]
    fn a_place_said_again_keeps_its_area() {
        assert_eq!(within_area("宝山区友谊路", "友谊支路"), "宝山区友谊支路");
        assert_eq!(within_area("阳光小区", "月光小区"), "月光小区");
        assert_eq!(within_area("宝山区友谊路", "杨浦区国权路"), "杨浦区国权路");
    }

    #[test]
    fn an_address_is_cut_before_its_numbers() {
        let (place, inside) = cut("杨浦区国年路25弄12号楼201室");
        assert_eq!(place, "杨浦区国年路");
        assert_eq!(inside, ["25弄", "12号楼", "201室"]);
        let levels: Vec<usize> = inside.iter().map(|part| level(part)).collect();
        assert_eq!(levels, [0, 1, 4]);
    }
}
