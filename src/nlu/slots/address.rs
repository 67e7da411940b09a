//! Addresses.

use super::calendar::number;
use super::parts::{
    cut, is_alike, is_begun_like, level, said_once, unit_of, with_room, within_area,
};
use super::{SlotId, reading};
use crate::mandarin::{Lexicon, is_common_word};
use crate::nlu::grammar::{Automaton, Found, Library, Value};
use crate::nlu::units::{Unit, Units};
use crate::nlu::words::NUMERALS;
use crate::nlu::{NluError, SlotReading};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

/// Digits of the shortest number of a room that is told apart from part of another.
const LEAST_ROOM: usize = 3;
/// What bending a gazetteer's name costs at least where another sound was said: characters of the same sound and the pairs
/// that lines and dialects blur cost less.
const ANOTHER_SOUND: f32 = 0.2;
/// Digits of a number that is begun again.
const LEAST_BEGUN: usize = 2;
/// Characters of most names of roads.
const LONGEST_ROAD: usize = 6;
/// Last characters of roads.
const ROADS: &str = "路街道巷";
/// What ends like a road and is a part of a town.
const STREETS: [char; 2] = ['街', '道'];
/// Characters that join a road to another one.
const JOINING: &str = "和与跟同靠临邻紧挨近到";
/// First characters of words for a crossing.
const MOUTHS: &str = "路交口岔拐转";
/// Characters of most names of estates.
const LEAST_NAMED: usize = 4;
/// Characters between two pieces of an address, and units between a house and the road that is told behind it: 十五号，在国权路.
const LONGEST_LINK: usize = 1;
/// Characters between an address and what is put right of it.
const LONGEST_REPAIR: usize = 8;
/// Words that tell where something stands.
const RELATIONS: [&str; 8] = [
    "门口", "对面", "旁边", "隔壁", "后面", "前面", "附近", "楼下",
];
/// Characters of each.
const RELATION: usize = 2;
/// Words before an address that are no part of it.
const LABELS: [&str; 4] = ["地址", "住址", "家住", "位置"];
/// First characters of a place that is the caller's own: 我们小区, 咱小区.
const PRONOUNS: [char; 3] = ['们', '咱', '俺'];
/// Units of houses and of what is larger.
const UNITS: &str = "弄巷号栋幢单";
/// Characters of the units of what lies within a house, and of houses.
const PARTS: &str = "弄号栋幢座楼层单元室";
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
#[derive(Debug, Clone)]
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
        for part in parts.iter().flat_map(apart_where_begun_again) {
            whole = match (whole, self.find(&self.known, &part)) {
                (None, found) => found,
                (Some(before), Some(after)) => Some(before.put_right(after)),
                (Some(before), None) => Some(match self.find(&self.detail, &part) {
                    Some(after) => before.put_right(after),
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
        let start = hits.first()?.units.start;
        let whole = hits.into_iter().reduce(Address::correct)?;
        let end = whole.units.end;
        let whole = self.told_from_the_room(whole, &units.part(0..start));
        Some(self.told_behind(whole, units, end))
    }

    /// An address with what is told of its house behind it: 国权路五二五弄那边，十五号六零二室.
    fn told_behind(&self, whole: Address, units: &Units, end: usize) -> Address {
        let behind = units.part(end..units.units.len());
        let mut details: Vec<Address> = self.hits(&self.detail, &behind).collect();
        details.sort_by_key(|hit| hit.units.start);
        details.into_iter().fold(whole, |whole, detail| {
            // 国权路15号从20号起停水: what is told anew is told apart, or behind a 是.
            let start = end + detail.units.start;
            let is_named = || units.units[start - 1].char == '是';
            let is_meant = match whole.tells_again(&detail) {
                true => units.pause_before(start) || is_named(),
                false => detail.house,
            };
            match is_meant {
                true => whole.correct(detail),
                false => whole,
            }
        })
    }

    /// An address with what was told right before it, the room first: 六零二室，十五号，浦三路三百七十弄.
    fn told_from_the_room(&self, whole: Address, front: &Units) -> Address {
        let mut told = whole.clone();
        let clauses: Vec<Units> = front.clauses().collect();
        let is_link = |clause: &&Units| clause.spoken() <= LONGEST_LINK;
        for clause in clauses.iter().rev().filter(|clause| !is_link(clause)) {
            let last = self
                .hits(&self.detail, clause)
                .max_by_key(|hit| hit.units.end);
            let Some(detail) = last.filter(|detail| detail.is_within(&told)) else {
                break;
            };
            let Range { start, end } = detail.units;
            if clause.units.len() - end > LONGEST_LINK {
                break;
            }
            told = told.with(detail);
            if start > 0 {
                break;
            }
        }
        // 十五号国权路停水: one number alone may be a day.
        match told.inside.len() {
            ..=1 => whole,
            _ => told,
        }
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
            (!is_cut || units.pause_before(end)) && !is_told_about(units, end)
        };
        let found = grammar.find_apart_to(units, is_end);
        found.filter_map(|found| self.hit(found, units))
    }

    /// What was found as an address, if it makes sense.
    fn hit(&self, found: Found, units: &Units) -> Option<Address> {
        let found = self.unbent(&found, units).unwrap_or(found);
        let value = &found.value;
        let (place, inside) = cut(&with_room(written(value)?));
        let (is_bare, place) = (place.is_empty(), said_once(named(&place)));
        let has = |field: &str| value.fields.contains_key(field);
        // Without a place the sound of a number and a unit is found everywhere (我们 is no 5门), and without a house
        // that of a place.
        let most = match (place.is_empty(), has("house")) {
            (true, _) => AS_WRITTEN,
            (false, false) => ANOTHER_SOUND,
            (false, true) => f32::INFINITY,
        };
        let is_sense = match (place.is_empty(), inside.is_empty()) {
            (true, true) => false,
            (false, true) => !is_route(&place),
            (true, false) => !is_behind_month(units, found.units.start),
            (false, false) => !place.ends_with('月') && !is_number(&place),
        };
        let is_meant = is_sense && found.cost <= most;
        is_meant.then(|| Address {
            placed: has("placed") && (is_bare || !place.is_empty()),
            house: has("house"),
            reading: reading(String::new(), false, true, &found, units),
            units: found.units.clone(),
            place,
            inside,
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
                // 四十七号院二号楼，不对，三号楼: what has the same unit is meant, and what stands before it stays.
                let again = self.inside.iter().rposition(|part| is_alike(part, first));
                let before = &self.inside[..again.unwrap_or(self.inside.len())];
                let is_kept = |part: &&String| again.is_some() || level(part) < level(first);
                let kept = before.iter().filter(is_kept);
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
            reading: SlotReading {
                span: joined(&self.reading.span, &after.reading.span, LONGEST_LINK),
                ..after.reading
            },
        }
    }

    /// This one as a correction behind it puts it right: 不对，十六号.
    fn put_right(self, after: Address) -> Address {
        let span = joined(&self.reading.span, &after.reading.span, LONGEST_REPAIR);
        let mut whole = self.correct(after);
        whole.reading.span = span;
        whole
    }

    /// This one with the parts of another one behind its own.
    fn with(mut self, detail: Address) -> Address {
        self.inside.extend(detail.inside);
        self.house |= detail.house;
        self.reading.span = joined(&detail.reading.span, &self.reading.span, LONGEST_LINK);
        self
    }

    /// Whether it has no place of its own, and lies deeper than another one's last part.
    fn is_within(&self, outer: &Address) -> bool {
        let first = self.inside.first().map(|part| level(part));
        let last = outer.inside.last().map(|part| level(part));
        self.place.is_empty() && first > last
    }

    /// Whether it has a part that another one tells anew: 二楼，哦三楼.
    fn tells_again(&self, after: &Address) -> bool {
        let first = after.inside.first();
        first.is_some_and(|first| self.inside.iter().any(|part| level(part) == level(first)))
    }
}

/// Where two pieces of an address stand: both where no more than a few characters are between them, else the longer one.
fn joined(first: &Range<usize>, second: &Range<usize>, apart: usize) -> Range<usize> {
    match second.start.saturating_sub(first.end) <= apart {
        true => first.start.min(second.start)..first.end.max(second.end),
        false if first.len() > second.len() => first.clone(),
        false => second.clone(),
    }
}

/// A place without the words that name none: 地址民星路, 我们小区, 全小区, and 五号 of 五号，五号.
fn named(place: &str) -> &str {
    let place = LABELS
        .iter()
        .find_map(|label| place.strip_prefix(label))
        .unwrap_or(place);
    let named = place.trim_start_matches(PRONOUNS);
    let is_own = named != place || named.ends_with("小区");
    let is_short = named.chars().count() < LEAST_NAMED;
    let is_part = |c: char| NUMERALS.contains(c) || PARTS.contains(c);
    let is_said_again = named.ends_with(|c| PARTS.contains(c)) && named.chars().all(is_part);
    match (is_own && is_short) || is_said_again {
        true => "",
        false => named,
    }
}

/// Whether what ends at a place is told about, and tells no place: 门口有棵大树, 隔壁是家药房.
fn is_told_about(units: &Units, end: usize) -> bool {
    let is = |at: usize, c: char| units.units.get(at).is_some_and(|unit| unit.char == c);
    let end = end - usize::from(end > 0 && is(end - 1, '是'));
    let Some(start) = end.checked_sub(RELATION) else {
        return false;
    };
    let word = units.units[start..end].iter().map(|unit| unit.char);
    let word: String = word.collect();
    let is_told = is(end, '有') || is(end, '是');
    is_told && units.pause_before(start) && RELATIONS.contains(&word.as_str())
}

/// 十一月三号 is no house.
fn is_behind_month(units: &Units, start: usize) -> bool {
    let before = start.checked_sub(1).and_then(|at| units.units.get(at));
    before.is_some_and(|unit| unit.char == '月')
}

/// A part cut where it is begun again behind a pause: at a number as long as the one before (二零一，二零二室), at one that begins
/// with it (一百二十，一百二十六号), at a road behind a road (友谊路，友谊支路).
fn apart_where_begun_again(part: &Units) -> Vec<Units> {
    let is_numeral = |index: &usize| NUMERALS.contains(part.units[*index].char);
    let count = part.units.len();
    let is_cut = |cut: &usize| {
        let before = || (0..*cut).rev().take_while(is_numeral).count();
        let behind = || (*cut..count).take_while(is_numeral).count();
        let is_as_long = || before() >= LEAST_ROOM && before() == behind();
        let is_begun = || is_begun_again(part, *cut, before()) || is_road_again(part, *cut);
        part.pause_before(*cut) && (is_as_long() || is_begun())
    };
    let mut start = 0;
    let cuts: Vec<usize> = (1..count).filter(is_cut).chain([count]).collect();
    let piece = |cut| part.part(std::mem::replace(&mut start, cut)..cut);
    cuts.into_iter().map(piece).collect()
}

/// Whether a road ends before a place, and one begins there that is said instead of it: that begins alike, or behind a 呃.
/// 胜利路，解放街路口 is a crossing, and 凤凰街，孔家巷十八号 a lane of a street.
fn is_road_again(part: &Units, place: usize) -> bool {
    let spoken = |units: &[Unit]| {
        let spoken = units.iter().filter(|unit| !unit.is_filler());
        spoken.map(|unit| unit.char).collect::<Vec<char>>()
    };
    let is_kind = |c: &char| ROADS.contains(*c);
    let (before, behind) = (spoken(&part.units[..place]), spoken(&part.units[place..]));
    let Some(length) = behind.iter().position(is_kind) else {
        return false;
    };
    let is_crossing = behind[..length].iter().any(|c| JOINING.contains(*c))
        || behind.get(length + 1).is_some_and(|c| MOUTHS.contains(*c));
    let name = &before[before.len().saturating_sub(LONGEST_ROAD)..];
    let is_instead = name.contains(&behind[0]) || part.units[place - 1].is_filler();
    let is_road = (LEAST_BEGUN..LONGEST_ROAD).contains(&length) && !is_crossing;
    let is_behind_road = before.last().is_some_and(is_kind) && !before.ends_with(&STREETS);
    is_road && is_instead && is_behind_road
}

/// Whether the `count` characters before a place are said again behind it.
fn is_begun_again(part: &Units, place: usize, count: usize) -> bool {
    let chars = |range: Range<usize>| {
        let units = part.units.get(range)?;
        Some(units.iter().map(|unit| unit.char).collect::<String>())
    };
    count >= LEAST_BEGUN && chars(place - count..place) == chars(place..place + count)
}

/// 一百零四路 is a bus.
fn is_route(place: &str) -> bool {
    place.strip_suffix('路').is_some_and(is_number)
}

fn is_number(words: &str) -> bool {
    words.chars().all(|c| NUMERALS.contains(c))
}

/// An address takes the words that make it: 国权路525弄15号 tells no day. 阳光小区15号 may be either, and is both.
pub(super) fn settle_address(filled: &mut BTreeMap<String, SlotReading>, expected: Option<SlotId>) {
    let address = filled.get(SlotId::Address.name());
    let Some(whole) = address.filter(|reading| reading.complete && has_sure_house(&reading.value))
    else {
        return;
    };
    let span = whole.span.clone();
    filled.retain(|name, reading| {
        let is_wanted = expected.is_some_and(|slot| slot.name() == name);
        let is_within = span.start <= reading.span.start && reading.span.end <= span.end;
        name == SlotId::Address.name() || is_wanted || !is_within
    });
}

/// Whether a number stands where only a house's can: behind a road or a village, or among others.
fn has_sure_house(address: &str) -> bool {
    let (place, inside) = cut(address);
    inside.len() > 1 || place.ends_with(['路', '街', '道', '巷', '村'])
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
