//! The parts of an address as it is written: its area, its road or place, and what lies within.

/// Digits of a room number that ends in a zero too many.
const ROOM_AND_ZERO: usize = 4;
/// Characters of 南路.
const SIDE_OF_ROAD: usize = 2;
/// Characters of the shortest name that is said twice by mistake.
const LEAST_TWICE: usize = 2;
/// What may stand before a number.
const MARKS: &str = "甲乙丙丁戊临附特副第";

/// Whether two parts have the same unit: 二号楼, 三号楼.
pub(super) fn is_alike(part: &str, other: &str) -> bool {
    let unit = |part: &str| {
        part.trim_start_matches(|c: char| c.is_ascii_digit())
            .to_owned()
    };
    let unit_of_other = unit(other);
    !unit_of_other.is_empty() && unit(part) == unit_of_other
}

/// What stands behind the number of a room, if `again` is a room that is told without it: 四零一室，错了，四零二.
pub(super) fn unit_of<'p>(part: &'p str, again: &str) -> Option<&'p str> {
    let is_bare = again.chars().all(|c| c.is_ascii_digit());
    let unit = part.trim_start_matches(|c: char| c.is_ascii_digit());
    (is_bare && level(part) == level(again)).then_some(unit)
}

/// A place that was said again, in the district or the town that was said before: 宝山区友谊路，呃，友谊支路. A district or a
/// town alone takes the place of the other one: 回民区钢铁路，不对，是玉泉区.
pub(super) fn within_area(before: &str, place: &str) -> String {
    let (area, name) = in_area(before);
    let is_area = in_area(&format!("{place}{name}")).1 == name;
    if is_area && !name.is_empty() {
        return format!("{place}{name}");
    }
    match in_area(place) {
        ("", again) if !name.is_empty() => format!("{area}{}", put_right(name, again)),
        _ => place.to_owned(),
    }
}

/// A name whose end was told anew: 方庄芳群园，不对，芳星园 is 方庄芳星园, and 中山北路，不对，南路 is 中山南路. Else what was told anew.
fn put_right(name: &str, again: &str) -> String {
    let (name, told): (Vec<char>, Vec<char>) = (name.chars().collect(), again.chars().collect());
    let Some(rest) = name.len().checked_sub(told.len()).filter(|rest| *rest > 0) else {
        return again.to_owned();
    };
    let ends = |part: &[char]| Some((*part.first()?, *part.last()?));
    let is_end = match (ends(&name[rest..]), ends(&told)) {
        (Some((begin, end)), Some((first, last))) => {
            let are_sides = told.len() == SIDE_OF_ROAD && [begin, first].iter().all(is_side);
            end == last && (begin == first || are_sides)
        }
        _ => false,
    };
    match is_end {
        true => name[..rest].iter().collect::<String>() + again,
        false => again.to_owned(),
    }
}

fn is_side(c: &char) -> bool {
    "东南西北中".contains(*c)
}

/// A place without what is said twice in it: 大东区大东区东北大马路, 南岗南岗区.
pub(super) fn said_once(place: &str) -> String {
    let mut chars: Vec<char> = place.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let longest = (chars.len() - at) / 2;
        let is_twice = |&length: &usize| {
            let behind = at + length;
            chars[at..behind] == chars[behind..behind + length]
        };
        match (LEAST_TWICE..=longest).rev().find(is_twice) {
            Some(length) => drop(chars.drain(at..at + length)),
            None => at += 1,
        }
    }
    chars.into_iter().collect()
}

/// The district and the town of a place, and the rest of its name.
pub(super) fn in_area(place: &str) -> (&str, &str) {
    let is_area = |(at, c): &(usize, char)| {
        let is_whole = at + c.len_utf8() == place.len();
        "区县市镇乡".contains(*c) && !is_whole && !place[..*at].ends_with(['小', '社', '城'])
    };
    let end = place.char_indices().rev().find(is_area);
    let end = end.map_or(0, |(at, c)| at + c.len_utf8());
    place.split_at(end)
}

/// Whether two places begin alike, apart from their areas: 友谊路, 友谊支路.
pub(super) fn is_begun_like(place: &str, other: &str) -> bool {
    let first = |place: &str| in_area(place).1.chars().next();
    first(place).is_some_and(|begin| first(other) == Some(begin))
}

/// How far within an address a part lies: the lane first, the room last.
pub(super) fn level(part: &str) -> usize {
    let units: [&[char]; 4] = [
        &['期', '区', '弄', '巷', '队', '组', '社', '排', '坊', '团'],
        &['院', '号', '栋', '幢', '座'],
        &['元', '门'],
        &['楼', '层'],
    ];
    let holds = |units: &&[char]| part.contains(*units);
    units.iter().position(holds).unwrap_or(units.len())
}

/// The place and the parts within it, each of which begins with its number, or with what stands before that: 甲18号, 第3排.
pub(super) fn cut(address: &str) -> (String, Vec<String>) {
    let (mut place, mut inside) = (String::new(), Vec::<String>::new());
    let mut before = None;
    let next = address.chars().skip(1).map(Some).chain([None]);
    for (c, next) in address.chars().zip(next) {
        let is_mark = MARKS.contains(c) && next.is_some_and(|next| next.is_ascii_digit());
        let goes_on = |before: char| before.is_ascii_alphanumeric() || MARKS.contains(before);
        let begins = is_mark || (c.is_ascii_alphanumeric() && !before.is_some_and(goes_on));
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
pub(super) fn with_room(written: String) -> String {
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

#[cfg(test)]
mod tests {
    use super::{cut, level, said_once, within_area};

    #[test]
    fn a_place_said_again_keeps_its_area() {
        assert_eq!(within_area("宝山区友谊路", "友谊支路"), "宝山区友谊支路");
        assert_eq!(within_area("阳光小区", "月光小区"), "月光小区");
        assert_eq!(within_area("宝山区友谊路", "杨浦区国权路"), "杨浦区国权路");
    }

    #[test]
    fn the_end_of_a_name_is_put_right() {
        assert_eq!(within_area("丰台方庄芳群园", "芳星园"), "丰台方庄芳星园");
        assert_eq!(within_area("杨浦区中山北路", "南路"), "杨浦区中山南路");
        assert_eq!(within_area("延吉中路", "中路"), "延吉中路");
        assert_eq!(within_area("中山中路", "中华路"), "中华路");
        assert_eq!(within_area("解放路", "人民路"), "人民路");
    }

    #[test]
    fn what_is_said_twice_counts_once() {
        assert_eq!(said_once("大东区大东区东北大马路"), "大东区东北大马路");
        assert_eq!(said_once("南岗南岗区宣庆街"), "南岗区宣庆街");
        assert_eq!(said_once("甘井子区泉水泉水"), "甘井子区泉水");
        assert_eq!(said_once("平江路平江路"), "平江路");
        assert_eq!(said_once("星星花园"), "星星花园");
    }

    #[test]
    fn an_area_said_alone_takes_the_place_of_the_other() {
        assert_eq!(within_area("回民区钢铁路", "玉泉区"), "玉泉区钢铁路");
        assert_eq!(within_area("国权路", "杨浦区"), "杨浦区国权路");
    }

    #[test]
    fn an_address_is_cut_before_its_numbers() {
        let (place, inside) = cut("杨浦区国年路25弄12号楼201室");
        assert_eq!(place, "杨浦区国年路");
        assert_eq!(inside, ["25弄", "12号楼", "201室"]);
        let levels: Vec<usize> = inside.iter().map(|part| level(part)).collect();
        assert_eq!(levels, [0, 1, 4]);
        assert_eq!(cut("红旗村第3排甲5号").1, ["第3排", "甲5号"]);
    }
}
