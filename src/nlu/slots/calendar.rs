//! Days and months, counted from a given day.

use crate::mandarin::{parse_cardinal, parse_digits};
use crate::nlu::grammar::Value;
use crate::nlu::units::Units;
use crate::nlu::words::NUMERALS;
use chrono::{Datelike, Days, Months, NaiveDate};
use std::cmp::Ordering;

/// What a number's words come to, counted (十五) or said digit by digit (幺五).
pub(super) fn number(words: &str) -> Option<u32> {
    let counted = parse_cardinal(words).and_then(|n| u32::try_from(n).ok());
    counted.or_else(|| parse_digits(words)?.parse().ok())
}

/// A number that is all that was said: 十九吧.
pub(super) fn day_alone(units: &Units) -> Option<String> {
    let spoken = units.units.iter().filter(|unit| !unit.is_filler());
    let all: String = spoken.map(|unit| unit.char).collect();
    let words = all.trim_start_matches('是').trim_end_matches('吧');
    let is_number = !words.is_empty() && words.chars().all(|c| NUMERALS.contains(c));
    is_number.then(|| words.to_owned())
}

/// The fields that a grammar filled.
struct Fields<'v>(&'v Value);

impl Fields<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.0.fields.get(name).map(String::as_str)
    }

    fn number(&self, name: &str) -> Option<u32> {
        number(self.text(name)?)
    }

    /// A shift written by the grammar: `-1`, `0`, `2`.
    fn shift(&self, name: &str) -> Option<i32> {
        self.text(name)?.parse().ok()
    }

    /// The year that was named: 二零二六, 二六, 去年.
    fn year(&self, today: NaiveDate) -> Option<i32> {
        self.year_in("year", "year_shift", today)
    }

    fn year_in(&self, name: &str, shift: &str, today: NaiveDate) -> Option<i32> {
        if let Some(shift) = self.shift(shift) {
            return Some(today.year() + shift);
        }
        let digits = parse_digits(self.text(name)?)?;
        let year: i32 = digits.parse().ok()?;
        match digits.len() {
            2 => Some(2000 + year),
            4 => Some(year),
            _ => None,
        }
    }
}

/// `2026-11-30`. A month without its year and a day without its month are the ones nearest to today.
pub(super) fn date(value: &Value, today: NaiveDate) -> Option<String> {
    let fields = Fields(value);
    let shift = |name: &str| fields.number(name).map_or(0, i64::from);
    let beside = shift("days_after") - shift("days_before");
    let day = shift_days(whole_date(&fields, today)?, beside)?;
    Some(day.format("%Y-%m-%d").to_string())
}

fn whole_date(fields: &Fields, today: NaiveDate) -> Option<NaiveDate> {
    if let Some(shift) = fields.shift("day_shift") {
        return shift_days(today, shift.into());
    }
    if let Some(ago) = fields.number("days_ago") {
        return shift_days(today, -i64::from(ago));
    }
    if let Some(ahead) = fields.number("days_ahead") {
        return shift_days(today, ahead.into());
    }
    if let Some(ago) = fields.number("weeks_ago") {
        return shift_days(today, -7 * i64::from(ago));
    }
    if let Some(ahead) = fields.number("weeks_ahead") {
        return shift_days(today, 7 * i64::from(ahead));
    }
    if let Some(weekday) = fields.shift("weekday") {
        let weeks = fields.shift("week_shift").unwrap_or(0);
        let monday = shift_days(today, -i64::from(today.weekday().num_days_from_monday()))?;
        return shift_days(monday, i64::from(weeks) * 7 + i64::from(weekday) - 1);
    }
    let words = fields.text("day")?;
    let in_month = |month: NaiveDate| match words {
        "底" => month.checked_add_months(Months::new(1))?.pred_opt(),
        words => month.with_day(number(words)?),
    };
    let months: Vec<NaiveDate> = match (fields.number("month"), month_named(fields, today)) {
        (Some(month), _) => {
            let years = match fields.year(today) {
                Some(year) => vec![year],
                None => (-1..=1).map(|shift| today.year() + shift).collect(),
            };
            let first = |year| NaiveDate::from_ymd_opt(year, month, 1);
            years.into_iter().filter_map(first).collect()
        }
        (None, Some(month)) => vec![month],
        (None, None) => (-1..=1).filter_map(|n| shift_months(today, n)).collect(),
    };
    let days = months.into_iter().filter_map(in_month);
    days.min_by_key(|day| (*day - today).num_days().abs())
}

fn shift_days(day: NaiveDate, shift: i64) -> Option<NaiveDate> {
    let days = Days::new(shift.unsigned_abs());
    if shift < 0 {
        day.checked_sub_days(days)
    } else {
        day.checked_add_days(days)
    }
}

fn shift_months(day: NaiveDate, shift: i32) -> Option<NaiveDate> {
    let months = Months::new(shift.unsigned_abs());
    let first = day.with_day(1)?;
    if shift < 0 {
        first.checked_sub_months(months)
    } else {
        first.checked_add_months(months)
    }
}

/// 这期, 上个月, 三个月前: the first day of that month.
fn month_named(fields: &Fields, today: NaiveDate) -> Option<NaiveDate> {
    let ago = fields
        .number("months_ago")
        .and_then(|n| i32::try_from(n).ok());
    let shift = fields.shift("month_shift").or(ago.map(|n| -n))?;
    shift_months(today, shift)
}

/// `2026-10`, or a span `2026-01/2026-03`. A month without its year is the last one of that name: bills are of the past.
pub(super) fn months(value: &Value, today: NaiveDate) -> Option<String> {
    let fields = Fields(value);
    if let Some(month) = month_named(&fields, today) {
        return Some(written(month));
    }
    if let Some((first, last)) = span(&fields, today)? {
        return match first.cmp(&last) {
            Ordering::Less => Some(format!("{}/{}", written(first), written(last))),
            Ordering::Equal => Some(written(first)),
            Ordering::Greater => None,
        };
    }
    Some(written(past_month(
        &fields,
        fields.number("month")?,
        today,
    )?))
}

fn written(month: NaiveDate) -> String {
    month.format("%Y-%m").to_string()
}

fn past_month(fields: &Fields, month: u32, today: NaiveDate) -> Option<NaiveDate> {
    let year = fields.year(today).unwrap_or(if month > today.month() {
        today.year() - 1
    } else {
        today.year()
    });
    NaiveDate::from_ymd_opt(year, month, 1)
}

type Span = (NaiveDate, NaiveDate);

/// First and last month of a span; `Some(None)` where the words are of a single month, `None` where they make no sense.
fn span(fields: &Fields, today: NaiveDate) -> Option<Option<Span>> {
    let count = |name: &str| {
        let number = fields.number(name).filter(|n| (1..=60).contains(n))?;
        i32::try_from(number).ok()
    };
    if let Some(n) = count("last_months") {
        return Some(Some((shift_months(today, 1 - n)?, shift_months(today, 0)?)));
    }
    if let Some(n) = count("first_months").filter(|n| *n <= 12) {
        let first = NaiveDate::from_ymd_opt(fields.year(today)?, 1, 1)?;
        return Some(Some((first, shift_months(first, n - 1)?)));
    }
    if let Some(n) = count("months_before") {
        return Some(Some((shift_months(today, -n)?, shift_months(today, -1)?)));
    }
    if fields.text("whole_year").is_some() {
        let year = fields.year(today)?;
        let month = |month| NaiveDate::from_ymd_opt(year, month, 1);
        return Some(Some((month(1)?, month(12)?)));
    }
    if let Some(quarter) = quarter(fields, today) {
        return Some(Some((quarter, shift_months(quarter, 2)?)));
    }
    if let Some(shift) = fields.shift("until_shift") {
        let first = past_month(fields, fields.number("month")?, today)?;
        return Some(Some((first, shift_months(today, shift)?)));
    }
    let Some(until) = fields.number("until") else {
        return Some(None);
    };
    let month = fields.number("month")?;
    if let Some(listed) = fields.text("listed")
        && !follow_each_other(month, listed)
    {
        return None;
    }
    let (first, last) = from_until(fields, month, until, today)?;
    // 六月和九月 are no span: the first of them it is.
    let both = fields.text("both").is_some();
    let apart = both && shift_months(first, 1)? != last;
    Some((!apart).then_some((first, last)))
}

/// Whether months that are listed behind a first one are each the next.
fn follow_each_other(first: u32, listed: &str) -> bool {
    let listed = listed.split_whitespace().map(number);
    let mut expected = first;
    listed.into_iter().all(|month| {
        expected = expected % 12 + 1;
        month == Some(expected)
    })
}

/// 十一月到一月: years that were not said are the last ones that fit.
fn from_until(fields: &Fields, from: u32, until: u32, today: NaiveDate) -> Option<Span> {
    let over_new_year = i32::from(until < from);
    let (first, last) = match (
        fields.year(today),
        fields.year_in("until_year", "until_year_shift", today),
    ) {
        (Some(first), Some(last)) => (first, last),
        (Some(first), None) => (first, first + over_new_year),
        (None, Some(last)) => (last - over_new_year, last),
        (None, None) => {
            let is_past = from <= today.month() && over_new_year == 0;
            let first = if is_past {
                today.year()
            } else {
                today.year() - 1
            };
            (first, first + over_new_year)
        }
    };
    Some((
        NaiveDate::from_ymd_opt(first, from, 1)?,
        NaiveDate::from_ymd_opt(last, until, 1)?,
    ))
}

fn quarter(fields: &Fields, today: NaiveDate) -> Option<NaiveDate> {
    let this = NaiveDate::from_ymd_opt(today.year(), today.month0() / 3 * 3 + 1, 1)?;
    if let Some(shift) = fields.shift("quarter_shift") {
        return shift_months(this, 3 * shift);
    }
    let quarter = fields.number("quarter").filter(|n| (1..=4).contains(n))?;
    let of_this_year = NaiveDate::from_ymd_opt(
        fields.year(today).unwrap_or(today.year()),
        quarter * 3 - 2,
        1,
    )?;
    if fields.year(today).is_none() && of_this_year > today {
        of_this_year.checked_sub_months(Months::new(12))
    } else {
        Some(of_this_year)
    }
}
