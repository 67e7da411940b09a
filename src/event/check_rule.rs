//! How a number shows that it was heard right.

/// What tells a number from one that was misheard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckRule {
    /// The last digit is the sum of the others, weighted 3, 7, 1 and again from the left, modulo 10: the rule of the demo
    /// utility's account numbers.
    Weighted731,
    /// The form of telephone numbers.
    Phone,
}

impl CheckRule {
    /// Whether a number keeps the rule.
    pub fn keeps(self, number: &str) -> bool {
        match self {
            CheckRule::Weighted731 => weighted_731(number),
            CheckRule::Phone => is_phone(number),
        }
    }
}

/// Whether the last digit is the sum of the others, weighted 3, 7, 1 and again from the left, modulo 10. False for anything but
/// two or more digits.
fn weighted_731(number: &str) -> bool {
    let digits: Option<Vec<u32>> = number.chars().map(|c| c.to_digit(10)).collect();
    let Some((last, others)) = digits.as_deref().and_then(<[u32]>::split_last) else {
        return false;
    };
    let sum: u32 = others
        .iter()
        .zip([3, 7, 1].iter().cycle())
        .map(|(d, w)| d * w)
        .sum();
    !others.is_empty() && sum % 10 == *last
}

/// A mobile number (11 digits, 13 to 19), or an area code (010, 02x, 0ABC) and a local number that begins with 2 to 8.
fn is_phone(number: &str) -> bool {
    let bytes = number.as_bytes();
    if !bytes.iter().all(u8::is_ascii_digit) {
        return false;
    }
    match bytes {
        [b'1', b'3'..=b'9', ..] => bytes.len() == 11,
        [b'0', b'1' | b'2', _, b'2'..=b'8', ..] => bytes.len() == 11,
        [b'0', b'3'..=b'9', _, _, b'2'..=b'8', ..] => matches!(bytes.len(), 11 | 12),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_phone, weighted_731};

    #[test]
    fn one_wrong_digit_breaks_the_rule() {
        // 1×3 + 0×7 + 0×1 + 8×3 + 6×7 + 2×1 + 3×3 = 80
        assert!(weighted_731("10086230"));
        assert!(!weighted_731("10086235"));
        assert!(!weighted_731("10087230"));
    }

    #[test]
    fn what_is_no_number_has_no_check_digit() {
        assert!(!weighted_731(""));
        assert!(!weighted_731("0"));
        assert!(!weighted_731("1008623A"));
    }

    #[test]
    fn telephone_numbers_have_forms() {
        for good in ["13800138000", "02165123456", "057188888888", "03716543210"] {
            assert!(is_phone(good), "{good}");
        }
        for wrong in [
            "1380013800",
            "12800138000",
            "65123456",
            "0216512345",
            "138001380001",
        ] {
            assert!(!is_phone(wrong), "{wrong}");
        }
    }
}
