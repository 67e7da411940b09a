//! How each kind of number is said. The first rule that fits wins; the more particular come first.

use super::measure::{is_counted, take_unit};
use super::scan::Scanner;
use super::{Kind, Spoken};
use crate::mandarin::{cardinal, decimal, digit_string, yuan};

/// Reads a number where one begins.
pub(super) fn read_number(scanner: &mut Scanner) -> Option<Vec<Spoken>> {
    let begins = |c: char| c.is_ascii_alphanumeric() || "¥￥-−".contains(c);
    scanner.peek().filter(|&c| begins(c))?;
    scanner
        .attempt(code)
        .or_else(|| scanner.attempt(telephone))
        .or_else(|| scanner.attempt(|s| moment(s).map(words)))
        .or_else(|| scanner.attempt(quantity))
}

fn words(text: String) -> Vec<Spoken> {
    vec![Spoken {
        text,
        kind: Kind::Words,
    }]
}

/// Digits one by one, in groups that can be kept in mind: 3-4-4 for a mobile number, else fours or threes.
fn in_groups(digits: &str) -> Vec<Spoken> {
    let sizes: &[usize] = match digits.len() {
        0..=5 => &[5],
        6 | 9 => &[3],
        7 | 11 => &[3, 4],
        10 => &[3, 3, 4],
        _ => &[4],
    };
    let mut rest = digits;
    let mut groups = Vec::new();
    let mut number = 0;
    while !rest.is_empty() {
        let size = sizes[number.min(sizes.len() - 1)];
        // A last single digit goes with the group before it.
        let size = if rest.len() <= size + 1 {
            rest.len()
        } else {
            size
        };
        let (group, left) = rest.split_at(size);
        groups.push(Spoken {
            text: digit_string(group),
            kind: Kind::Digits,
        });
        rest = left;
        number += 1;
    }
    groups
}

/// Letters and digits in one: a ticket, a route, a pipe's size. Letters alone are no number.
fn code(scanner: &mut Scanner) -> Option<Vec<Spoken>> {
    if scanner.before().is_some_and(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let letters = scanner.take_while(|c| c.is_ascii_alphabetic());
    if letters.is_empty() {
        return None;
    }
    let mut said = words(letters.to_ascii_uppercase());
    let mut digits = String::new();
    loop {
        let part = scanner.attempt(|s| {
            s.take_any("-−");
            s.take_digits(1, 64)
        });
        match part {
            Some(part) => digits.push_str(&part),
            None => break,
        }
    }
    if digits.is_empty() || scanner.peek().is_some_and(|c| c == '.' || c == ':') {
        return None;
    }
    match digits.parse() {
        Ok(size) if letters.eq_ignore_ascii_case("DN") => said.extend(words(cardinal(size))),
        Ok(size) if digits.len() <= 2 && !digits.starts_with('0') => {
            said.extend(words(cardinal(size)))
        }
        _ if digits.len() <= 4 => said.extend(words(digit_string(&digits))),
        _ => said.extend(in_groups(&digits)),
    }
    Some(said)
}

/// 021-65123456, 400-820-1234, 138****8000.
fn telephone(scanner: &mut Scanner) -> Option<Vec<Spoken>> {
    let first = scanner.take_digits(3, 4)?;
    if scanner.take_text("****") {
        let last = scanner.take_digits(4, 4)?;
        let said = format!("{}，{}", digit_string(&first), digit_string(&last));
        return Some(words(said));
    }
    scanner.take_any("-−")?;
    let mut said = in_groups(&first);
    if first == "400" || first == "800" {
        said.extend(in_groups(&scanner.take_digits(3, 4)?));
        scanner.take_any("-−")?;
        said.extend(in_groups(&scanner.take_digits(3, 4)?));
        return Some(said);
    }
    let rest = scanner.take_digits(7, 8)?;
    said.extend(in_groups(&rest));
    first.starts_with('0').then_some(said)
}

/// A date, a month, a time, or two of them with a dash between: said as words.
fn moment(scanner: &mut Scanner) -> Option<String> {
    let one = |s: &mut Scanner| s.attempt(date).or_else(|| s.attempt(time));
    let first = one(scanner)?;
    let second = scanner.attempt(|s| {
        s.take_any("-−~～—–至/")?;
        one(s)
    });
    Some(match second {
        Some(second) => format!("{first}到{second}"),
        None => first,
    })
}

/// 2026-11-30, 2026/11/30, 2026-10, 2026年.
fn date(scanner: &mut Scanner) -> Option<String> {
    let year = scanner.take_digits(4, 4)?;
    if !(year.starts_with("19") || year.starts_with("20")) {
        return None;
    }
    let year = digit_string(&year).replace('幺', "一");
    if scanner.take_text("年") {
        return Some(format!("{year}年"));
    }
    let dash = scanner.take_any("-/−")?;
    let month = in_bounds(&scanner.take_digits(1, 2)?, 1, 12)?;
    let day = scanner.attempt(|s| {
        s.take_any("-/−").filter(|&second| second == dash)?;
        in_bounds(&s.take_digits(1, 2)?, 1, 31)
    });
    // 2026/10 alone would be a fraction.
    if day.is_none() && dash == '/' {
        return None;
    }
    let day = day.map_or(String::new(), |day| format!("{}日", cardinal(day)));
    Some(format!("{year}年{}月{day}", cardinal(month)))
}

/// 14:30, 8:00, 23:59:59.
fn time(scanner: &mut Scanner) -> Option<String> {
    let hour = in_bounds(&scanner.take_digits(1, 2)?, 0, 24)?;
    scanner.take_any(":：")?;
    let minute = in_bounds(&scanner.take_digits(2, 2)?, 0, 59)?;
    let second = scanner.attempt(|s| {
        s.take_any(":：")?;
        in_bounds(&s.take_digits(2, 2)?, 0, 59)
    });
    let hour = if hour == 2 {
        "两".into()
    } else {
        cardinal(hour)
    };
    let sixtieth = |n: u64| {
        if n < 10 {
            format!("零{}", cardinal(n))
        } else {
            cardinal(n)
        }
    };
    Some(match (minute, second) {
        (0, None | Some(0)) => format!("{hour}点"),
        (0, Some(s)) => format!("{hour}点零分{}秒", sixtieth(s)),
        (m, None | Some(0)) => format!("{hour}点{}分", sixtieth(m)),
        (m, Some(s)) => format!("{hour}点{}分{}秒", sixtieth(m), sixtieth(s)),
    })
}

fn in_bounds(digits: &str, least: u64, most: u64) -> Option<u64> {
    digits.parse().ok().filter(|n| (least..=most).contains(n))
}

/// A number with what it counts or names, or two of them with a dash between.
fn quantity(scanner: &mut Scanner) -> Option<Vec<Spoken>> {
    let label = scanner.just_read(6);
    let after_number = scanner.before().is_some_and(|c| c.is_ascii_alphanumeric());
    let currency = scanner.take_any("¥￥").is_some();
    let negative = scanner.take_any("-−").is_some() && !after_number;
    let number = take_decimal(scanner)?;
    if let Some(said) = percent_or_fraction(scanner, &number) {
        return Some(words(said));
    }
    if let Some(last) = scanner.attempt(range_end) {
        let first = plain(&number);
        let unit = take_unit(scanner).unwrap_or_default();
        return Some(words(format!("{first}到{}{unit}", plain(&last))));
    }
    if currency || scanner.clone().take_text("元") {
        return Some(money(scanner, &number, negative));
    }
    let sign = |word: &'static str| if negative { word } else { "" };
    if let Some(unit) = take_unit(scanner) {
        let below = sign(if unit == "摄氏度" { "零下" } else { "负" });
        return Some(words(format!("{below}{}{unit}", counted(&number))));
    }
    let whole = !number.contains('.') && !negative;
    if whole && let Some(said) = named(scanner, &number, &label) {
        return Some(said);
    }
    let said = match is_counted(scanner) && !label.ends_with('第') {
        true => counted(&number),
        false => plain(&number),
    };
    Some(words(format!("{}{said}", sign("负"))))
}

/// 36.5, 1,200.00, 12: digits with commas taken out.
fn take_decimal(scanner: &mut Scanner) -> Option<String> {
    let mut number = scanner.take_while(|c| c.is_ascii_digit());
    if number.is_empty() {
        return None;
    }
    let thousands = |s: &mut Scanner| {
        s.take_any(",")?;
        s.take_digits(3, 3)
    };
    if number.len() <= 3 {
        while let Some(group) = scanner.attempt(thousands) {
            number.push_str(&group);
        }
    }
    let part = scanner.attempt(|s| {
        s.take_any(".")?;
        s.take_digits(1, 64)
    });
    Some(match part {
        Some(part) => format!("{number}.{part}"),
        None => number,
    })
}

/// 12.5% and 1/3. The second of 5%-10% is said by its own turn.
fn percent_or_fraction(scanner: &mut Scanner, number: &str) -> Option<String> {
    if scanner.take_text("%") {
        let to = scanner.attempt(|s| {
            s.take_any("-−~～—至")?;
            let last = take_decimal(s)?;
            s.take_text("%").then_some(last)
        });
        let said = |n: &str| format!("百分之{}", plain(n));
        return Some(match to {
            Some(last) => format!("{}到{}", said(number), said(&last)),
            None => said(number),
        });
    }
    if scanner.take_text("‰") {
        return Some(format!("千分之{}", plain(number)));
    }
    let below = scanner.attempt(|s| {
        s.take_any("/")?;
        s.take_digits(1, 3).filter(|_| !number.contains('.'))
    })?;
    Some(format!("{}分之{}", plain(&below), plain(number)))
}

/// The second number of 10-20, 18~22.
fn range_end(scanner: &mut Scanner) -> Option<String> {
    scanner.take_any("-−~～—–")?;
    let number = take_decimal(scanner)?;
    // 2-3-4 is no range.
    let goes_on = scanner.peek().is_some_and(|c| "-−~".contains(c));
    (!goes_on).then_some(number)
}

fn money(scanner: &mut Scanner, number: &str, negative: bool) -> Vec<Spoken> {
    let sign = if negative { "负" } else { "" };
    let yuan_follows = scanner.take_text("元");
    if let Some(per) = per(scanner) {
        return words(format!("{sign}{}元每{per}", plain(number)));
    }
    let said = match fen(number) {
        Some(fen) if !scanner.peek().is_some_and(|c| "万亿".contains(c)) || yuan_follows => {
            yuan(fen)
        }
        _ => format!("{}元", plain(number)),
    };
    vec![Spoken {
        text: format!("{sign}{said}"),
        kind: Kind::Amount,
    }]
}

/// What a price is for: 元/吨, 元/m³.
fn per(scanner: &mut Scanner) -> Option<String> {
    scanner.attempt(|s| {
        s.take_any("/")?;
        match take_unit(s) {
            Some(unit) => Some(unit.to_owned()),
            None => s
                .peek()
                .filter(|&c| crate::mandarin::is_han(c))
                .map(|_| String::new()),
        }
    })
}

/// Yuan in writing as fen; `None` for parts of a fen and what is too large.
fn fen(number: &str) -> Option<u64> {
    let (whole, part) = number.split_once('.').unwrap_or((number, ""));
    let part = part.trim_end_matches('0');
    if part.len() > 2 {
        return None;
    }
    let cents: u64 = format!("{part:0<2}").parse().ok()?;
    whole
        .parse::<u64>()
        .ok()?
        .checked_mul(100)?
        .checked_add(cents)
}

/// Words before a number that make it a name.
const NAMES: [&str; 20] = [
    "户号", "账号", "表号", "编号", "单号", "电话", "号码", "手机", "卡号", "尾号", "证码", "工号",
    "热线", "拨打", "致电", "证号", "回拨", "联系", "短信", "来电",
];

/// A whole number that names something: a door, a route, an account, a hotline.
fn named(scanner: &Scanner, number: &str, label: &str) -> Option<Vec<Spoken>> {
    let length = number.len();
    let next = scanner.peek();
    let by_digits = match next {
        Some('室') => length >= 3,
        Some('路' | '弄' | '号') if next == Some('路') || length >= 4 => length >= 3,
        _ if number.starts_with('0') && length > 1 => true,
        _ if is_counted(scanner) => false,
        _ if NAMES.iter().any(|name| label.contains(name)) => length >= 3,
        _ => length >= 7 || is_hotline(number),
    };
    by_digits.then(|| match length {
        0..=5 => words(digit_string(number)),
        _ => in_groups(number),
    })
}

/// Numbers of five digits that everybody knows as such: 12345, 95598, 10086, 96116; three: 110, 119, 120.
fn is_hotline(number: &str) -> bool {
    let five = number.len() == 5
        && ["12", "95", "96", "100"]
            .iter()
            .any(|p| number.starts_with(p));
    five || ["110", "119", "120", "122", "114"].contains(&number)
}

/// As counted in front of nothing: 2 is 二.
fn plain(number: &str) -> String {
    decimal(number)
}

/// As counted in front of things: 2 is 两.
fn counted(number: &str) -> String {
    match number {
        "2" => "两".into(),
        _ => plain(number),
    }
}
