//! One way of writing: simplified characters, half-width letters and digits.

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;
use std::sync::LazyLock;

static SIMPLIFIER: LazyLock<OpenCC> = LazyLock::new(|| {
    OpenCC::from_config(BuiltinConfig::T2s).expect("the dictionary is compiled into the program")
});

/// Traditional characters become simplified ones; everything else stays.
pub fn simplify(text: &str) -> String {
    SIMPLIFIER.convert(text)
}

/// Full-width letters, digits and signs (U+FF01–U+FF5E) and the wide space become ASCII. Chinese commas, colons,
/// semicolons, question and exclamation marks and brackets are of that block too; they stay, being punctuation.
pub fn half_width(text: &str) -> String {
    text.chars().map(narrow).collect()
}

fn narrow(c: char) -> char {
    match c {
        '，' | '：' | '；' | '？' | '！' | '（' | '）' => c,
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(c) - 0xfee0).expect("the block lies 0xfee0 above ASCII")
        }
        _ => c,
    }
}

/// Whether this is a Chinese character (of the unified blocks, 〇 included).
pub fn is_han(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{2ebef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_text_becomes_simplified() {
        assert_eq!(simplify("請幫我查水費"), "请帮我查水费");
        assert_eq!(simplify("乾淨的頭髮"), "干净的头发");
        assert_eq!(simplify("四平路12号"), "四平路12号");
    }

    #[test]
    fn wide_letters_become_narrow_and_punctuation_stays() {
        assert_eq!(half_width("Ｋ５９路，３６．５元？"), "K59路，36.5元？");
    }
}
