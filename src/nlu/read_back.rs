//! How values are spoken back to the caller.

/// Digits of a spoken group.
const GROUP: usize = 4;

pub(super) fn read_back(slot: &str, value: &str) -> String {
    match slot {
        "account_number" | "meter_number" | "ticket_number" => groups(value, GROUP),
        "phone" => phone(value),
        _ => value.to_owned(),
    }
}

/// 138 0013 8000, and area code before the rest.
fn phone(value: &str) -> String {
    let head = match (value.len(), value.starts_with('0')) {
        (11, false) => 3,
        (_, true) if value.starts_with("01") || value.starts_with("02") => 3,
        (_, true) => 4,
        _ => return groups(value, GROUP),
    };
    match value.split_at_checked(head) {
        Some((area, rest)) => format!("{}，{}", groups(area, GROUP), groups(rest, GROUP)),
        None => groups(value, GROUP),
    }
}

/// Digits one by one, with a breath between groups.
fn groups(value: &str, size: usize) -> String {
    let spoken: Vec<String> = value.chars().map(spoken_digit).collect();
    spoken
        .chunks(size)
        .map(|group| group.concat())
        .collect::<Vec<_>>()
        .join("，")
}

fn spoken_digit(c: char) -> String {
    match c.to_digit(10) {
        Some(digit) => {
            ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"][digit as usize].into()
        }
        None => c.to_string(),
    }
}
