//! Addresses.

use super::calendar::number;
use crate::nlu::grammar::Value;

/// The address as said with numbers in Arabic digits, and whether it is whole: a house in a road or lane, or a room.
/// `None` where a number makes no sense or no part that places it was said.
pub(super) fn address(value: &Value) -> Option<(String, bool)> {
    let mut written = String::new();
    let mut rest = value.text.as_str();
    while let Some((before, behind)) = rest.split_once('<') {
        let (words, after) = behind.split_once('>')?;
        written.push_str(before);
        written.push_str(&number(words)?.to_string());
        rest = after;
    }
    written.push_str(rest);
    let has_house = ["号", "栋", "幢", "座"]
        .iter()
        .any(|unit| written.contains(unit));
    let has_road = [
        "路", "街", "道", "巷", "弄", "小区", "花园", "新村", "公寓", "家园", "苑", "大厦", "广场",
        "坊", "村",
    ]
    .iter()
    .any(|unit| written.contains(unit));
    (!written.is_empty()).then_some((written, has_house && has_road))
}
