//! How values are spoken back to the caller: digits in groups, amounts, days and times in words.

use crate::mandarin::{DIGITS, cardinal, digit_string, yuan};
use chrono::{Datelike, NaiveDate};

/// Digits of a spoken group.
const GROUP: usize = 4;

/// `today` says which months are of this year.
pub(super) fn read_back(slot: &str, value: &str, today: NaiveDate) -> String {
    let spoken = match slot {
        "account_number" | "meter_number" | "ticket_number" => Some(groups(value)),
        "phone" => Some(phone(value)),
        "amount" => amount(value),
        "date" => date(value),
        "month" => months(value, today),
        "time" => time(value),
        "route" => route(value),
        "yes_no" => match value {
            "yes" => Some("是".into()),
            "no" => Some("不是".into()),
            _ => None,
        },
        _ => None,
    };
    spoken.unwrap_or_else(|| value.to_owned())
}

/// 幺零零八，六二三五.
fn groups(value: &str) -> String {
    let value: Vec<char> = value.chars().collect();
    let groups: Vec<String> = value
        .chunks(GROUP)
        .map(|group| group.iter().collect())
        .collect();
    digit_string(&groups.join("，"))
}

fn digit(c: char) -> String {
    match c.to_digit(10) {
        Some(digit) => DIGITS[digit as usize].into(),
        None => c.to_string(),
    }
}

/// 幺三八，零零幺三，八零零零; an area code stands apart.
fn phone(value: &str) -> String {
    let head = match value.as_bytes() {
        [b'0', b'1' | b'2', ..] | [b'1', ..] => 3,
        _ => 4,
    };
    let Some((head, rest)) = value.split_at_checked(head) else {
        return digit_string(value);
    };
    let rest: Vec<char> = rest.chars().collect();
    let tail = rest
        .chunks(GROUP)
        .map(|group| group.iter().collect::<String>());
    let parts: Vec<String> = std::iter::once(head.to_owned()).chain(tail).collect();
    digit_string(&parts.join("，"))
}

fn amount(value: &str) -> Option<String> {
    let (whole, cents) = value.split_once('.')?;
    let fen: u64 = cents.parse().ok()?;
    Some(yuan(
        whole
            .parse::<u64>()
            .ok()?
            .checked_mul(100)?
            .checked_add(fen)?,
    ))
}

fn date(value: &str) -> Option<String> {
    let day: NaiveDate = value.parse().ok()?;
    Some(format!(
        "{}月{}号",
        cardinal(day.month().into()),
        cardinal(day.day().into())
    ))
}

/// 十月, 去年十二月, 二零二四年三月.
fn months(value: &str, today: NaiveDate) -> Option<String> {
    let first_day = |text: &str| format!("{text}-01").parse().ok();
    let month = |day: NaiveDate| {
        let year = match today.year() - day.year() {
            0 => String::new(),
            1 => "去年".to_owned(),
            _ => {
                day.year()
                    .to_string()
                    .chars()
                    .map(digit)
                    .collect::<String>()
                    + "年"
            }
        };
        format!("{year}{}月", cardinal(day.month().into()))
    };
    let Some((first, last)) = value.split_once('/') else {
        return Some(month(first_day(value)?));
    };
    let (first, last): (NaiveDate, NaiveDate) = (first_day(first)?, first_day(last)?);
    // 去年十二月到三月 is of one winter; any other year must be said.
    let years = last.year() - first.year();
    let is_clear = years == 0 || (years == 1 && last.month() < first.month());
    let this_year = match last.year() == today.year() && !is_clear {
        true => "今年",
        false => "",
    };
    Some(format!("{}到{this_year}{}", month(first), month(last)))
}

/// 下午两点半: parts of the day as a clerk names them.
fn time(value: &str) -> Option<String> {
    let (hour, minute) = value.split_once(':')?;
    let (hour, minute): (u64, u64) = (hour.parse().ok()?, minute.parse().ok()?);
    let (part, hour) = match hour {
        0..=5 => ("凌晨", hour),
        6..=11 => ("上午", hour),
        12 => ("中午", 12),
        13..=17 => ("下午", hour - 12),
        18..=23 => ("晚上", hour - 12),
        _ => return None,
    };
    let hour = if hour == 2 {
        "两".into()
    } else {
        cardinal(hour)
    };
    let minute = match minute {
        0 => String::new(),
        30 => "半".into(),
        1..=9 => format!("零{}分", cardinal(minute)),
        10..=59 => format!("{}分", cardinal(minute)),
        _ => return None,
    };
    Some(format!("{part}{hour}点{minute}"))
}

/// 六十三路, K五十九路, 一零一路, BRT一号线: from three digits on one by one, as passengers say them.
fn route(value: &str) -> Option<String> {
    let (letters, number) = value.split_at(value.find(|c: char| c.is_ascii_digit())?);
    let said = match number.len() {
        1 | 2 => cardinal(number.parse().ok()?),
        _ => number.chars().map(digit).collect(),
    };
    let line = if letters == "BRT" { "号线" } else { "路" };
    Some(format!("{letters}{said}{line}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();

    #[test]
    fn values_are_spoken_as_a_clerk_would() {
        for (slot, value, spoken) in [
            ("account_number", "10086235", "幺零零八，六二三五"),
            ("phone", "13800138000", "幺三八，零零幺三，八零零零"),
            ("phone", "02165123456", "零二幺，六五幺二，三四五六"),
            ("amount", "36.50", "三十六块五"),
            ("date", "2026-11-30", "十一月三十号"),
            ("month", "2026-10", "十月"),
            ("month", "2025-12/2026-03", "去年十二月到三月"),
            ("month", "2024-10", "二零二四年十月"),
            ("month", "2024-10/2026-01", "二零二四年十月到今年一月"),
            ("time", "14:30", "下午两点半"),
            ("time", "09:05", "上午九点零五分"),
            ("route", "63", "六十三路"),
            ("route", "K59", "K五十九路"),
            ("route", "101", "一零一路"),
            ("route", "BRT1", "BRT一号线"),
            ("name", "王建国", "王建国"),
        ] {
            assert_eq!(read_back(slot, value, TODAY), spoken);
        }
    }

    #[test]
    fn what_has_no_normal_form_is_spoken_as_it_is() {
        for (slot, value) in [
            ("date", "明天"),
            ("amount", "x.y"),
            ("time", "99:99"),
            ("month", "2026-13"),
            ("route", "不知道"),
            ("what", ""),
        ] {
            assert_eq!(read_back(slot, value, TODAY), value);
        }
    }
}
