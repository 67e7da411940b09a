//! Addresses.

use super::calendar::number;
use crate::nlu::grammar::Value;

/// Digits of a room number that ends in a zero too many.
const ROOM_AND_ZERO: usize = 4;

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
    let written = with_room(written);
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
