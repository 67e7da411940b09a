//! Times of day.

use super::calendar::number;
use crate::nlu::grammar::Value;

/// `14:30`. Without 上午 or 下午 the hour is taken as it was said.
pub(super) fn time(value: &Value) -> Option<String> {
    let field = |name: &str| value.fields.get(name).and_then(|words| number(words));
    let hour = field("hour")?;
    let minute = field("minute").unwrap_or(0);
    if hour > 24 || minute > 59 {
        return None;
    }
    let part = value.fields.get("part").map(String::as_str);
    let hour = match (part, hour) {
        (Some("night" | "evening"), 12) => 0,
        (Some("afternoon"), 1..=11) => hour + 12,
        (Some("evening"), 5..=11) | (Some("night"), 7..=11) => hour + 12,
        (Some("noon"), 1..=3) => hour + 12,
        _ => hour % 24,
    };
    let minutes = match field("before") {
        Some(before) => (hour * 60 + 24 * 60).checked_sub(before)?,
        None => hour * 60 + minute,
    };
    Some(format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60))
}
