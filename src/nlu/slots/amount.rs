//! Amounts of money.

use crate::mandarin::parse_fen;
use crate::nlu::grammar::Value;

/// Yuan with two decimals: `36.50`; `None` for a vague amount (一百多, 三四十块) and for what is no amount.
pub(super) fn yuan(value: &Value) -> Option<String> {
    let words = value.text.as_str();
    if words.contains('~') || is_range(words) {
        return None;
    }
    let fen = parse_fen(words)?;
    Some(format!("{}.{:02}", fen / 100, fen % 100))
}

/// 三四十块, 两三块: two neighbouring digits before a power of ten or a unit. Behind 点 digits stand alone.
fn is_range(words: &str) -> bool {
    let whole: Vec<char> = words.chars().take_while(|&c| c != '点').collect();
    let digit = |c: char| "一二两三四五六七八九".contains(c);
    whole
        .windows(3)
        .any(|w| digit(w[0]) && digit(w[1]) && "十百千万块元毛角".contains(w[2]))
}
