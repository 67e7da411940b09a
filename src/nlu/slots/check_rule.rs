//! Check digits of account numbers.

/// Whether the last digit is the sum of the others, weighted 3, 7, 1 and again from the left, modulo 10. The rule of
/// the demo utility's account numbers. False for anything but two or more digits.
pub fn weighted_731(number: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use super::weighted_731;

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
}
