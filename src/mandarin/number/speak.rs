//! Written to spoken.

/// Largest number that is read with 十百千万亿: one below 亿亿. Longer ones are read digit by digit.
pub const MAX_CARDINAL: u64 = 9_999_999_999_999_999;

/// The ten digits as they are said one by one, 0 to 9.
pub const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// Reads a whole number as people count: 235 → 两百三十五, 1002 → 一千零二, 10 → 十, 20000 → 两万.
/// Above [`MAX_CARDINAL`]: digit by digit.
pub fn cardinal(n: u64) -> String {
    if n == 0 {
        return "零".into();
    }
    if n > MAX_CARDINAL {
        return digit_string(&n.to_string());
    }
    let mut spoken = String::new();
    let (above, below) = (n / 100_000_000, n % 100_000_000);
    if above > 0 {
        push_below_yi(&mut spoken, above, true);
        spoken.push('亿');
    }
    if below > 0 {
        if above > 0 && below < 10_000_000 {
            spoken.push('零');
        }
        push_below_yi(&mut spoken, below, false);
    }
    // 一十五 is said 十五, but only where the number begins with it.
    match spoken.strip_prefix("一十") {
        Some(rest) => format!("十{rest}"),
        None => spoken,
    }
}

/// 1…99,999,999. `counts` says that 亿 follows.
fn push_below_yi(spoken: &mut String, n: u64, counts: bool) {
    let (above, below) = (n / 10_000, n % 10_000);
    if above > 0 {
        push_below_wan(spoken, above, true);
        spoken.push('万');
    }
    if below > 0 {
        if above > 0 && below < 1_000 {
            spoken.push('零');
        }
        push_below_wan(spoken, below, counts && above == 0);
    }
}

/// 1…9,999. `counts` says that 万 or 亿 follows, before which a lone 2 is 两.
fn push_below_wan(spoken: &mut String, n: u64, counts: bool) {
    if n == 2 && counts {
        spoken.push('两');
        return;
    }
    let places = [
        (1_000, Some('千')),
        (100, Some('百')),
        (10, Some('十')),
        (1, None),
    ];
    let (mut begun, mut gap) = (false, false);
    for (size, unit) in places {
        let digit = n / size % 10;
        if digit == 0 {
            gap = begun;
            continue;
        }
        if gap {
            spoken.push('零');
            gap = false;
        }
        // 两千, 两百, but 二十 and a last 二.
        let liang = digit == 2 && size >= 100;
        spoken.push(if liang { '两' } else { DIGITS[digit as usize] });
        spoken.extend(unit);
        begun = true;
    }
}

/// Reads digit by digit as on the telephone: 13800138000 → 幺三八零零幺三八零零零. Other characters stay.
pub fn digit_string(digits: &str) -> String {
    digits
        .chars()
        .map(|c| match c {
            '1' => '幺',
            _ => c.to_digit(10).map_or(c, |digit| DIGITS[digit as usize]),
        })
        .collect()
}

/// Reads a decimal: `36.5` → 三十六点五, `0.05` → 零点零五, `-3` → 负三. What is no decimal stays.
pub fn decimal(written: &str) -> String {
    let (sign, unsigned) = match written.strip_prefix('-') {
        Some(rest) => ("负", rest),
        None => ("", written),
    };
    let (whole, part) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(part) {
        return written.to_owned();
    }
    let spoken = match whole.parse() {
        Ok(n) => cardinal(n),
        Err(_) => digit_string(whole),
    };
    let point = if part.is_empty() { "" } else { "点" };
    format!("{sign}{spoken}{point}{}", plain_digits(part))
}

/// Digits behind a point: 一 and not 幺.
fn plain_digits(digits: &str) -> String {
    digit_string(digits).replace('幺', "一")
}

/// Says an amount of money, given in fen (1/100 yuan), as a clerk does: 36.50 → 三十六块五, 36.05 → 三十六块零五分,
/// 36.55 → 三十六块五毛五, 36 → 三十六元, 0.50 → 五毛.
pub fn yuan(fen: u64) -> String {
    let (whole, mao, rest) = (fen / 100, fen / 10 % 10, fen % 10);
    let said = |digit: u64| DIGITS[digit as usize];
    let counted = |digit: u64| if digit == 2 { '两' } else { said(digit) };
    let whole_said = if whole == 2 {
        "两".into()
    } else {
        cardinal(whole)
    };
    match (whole, mao, rest) {
        (_, 0, 0) => format!("{whole_said}元"),
        (0, 0, _) => format!("{}分", counted(rest)),
        (0, _, 0) => format!("{}毛", counted(mao)),
        (0, _, _) => format!("{}毛{}", counted(mao), said(rest)),
        (_, 0, _) => format!("{whole_said}块零{}分", said(rest)),
        (_, _, 0) => format!("{whole_said}块{}", said(mao)),
        (_, _, _) => format!("{whole_said}块{}毛{}", said(mao), said(rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_count() {
        let read = [
            (0, "零"),
            (2, "二"),
            (10, "十"),
            (12, "十二"),
            (20, "二十"),
            (110, "一百一十"),
            (200, "两百"),
            (235, "两百三十五"),
            (1_002, "一千零二"),
            (1_020, "一千零二十"),
            (2_222, "两千两百二十二"),
            (10_010, "一万零一十"),
            (20_000, "两万"),
            (220_000, "二十二万"),
            (102_000, "十万两千"),
            (120_000, "十二万"),
            (1_000_500, "一百万零五百"),
            (100_000_001, "一亿零一"),
            (200_000_000, "两亿"),
        ];
        for (n, spoken) in read {
            assert_eq!(cardinal(n), spoken);
        }
    }

    #[test]
    fn digits_are_read_with_yao() {
        assert_eq!(digit_string("13800138000"), "幺三八零零幺三八零零零");
        assert_eq!(digit_string("A1-2"), "A幺-二");
    }

    #[test]
    fn decimals_have_a_point_and_plain_ones() {
        assert_eq!(decimal("36.51"), "三十六点五一");
        assert_eq!(decimal("-0.05"), "负零点零五");
        assert_eq!(decimal("12"), "十二");
        assert_eq!(
            decimal("99999999999999999999.1"),
            "九九九九九九九九九九九九九九九九九九九九点一"
        );
        assert_eq!(decimal("1.2.3"), "1.2.3");
    }

    #[test]
    fn money_is_said_as_a_clerk_says_it() {
        let said = [
            (3650, "三十六块五"),
            (3605, "三十六块零五分"),
            (3655, "三十六块五毛五"),
            (3600, "三十六元"),
            (200, "两元"),
            (220, "两块二"),
            (50, "五毛"),
            (20, "两毛"),
            (22, "两毛二"),
            (5, "五分"),
            (0, "零元"),
            (120_000, "一千两百元"),
            (100_250, "一千零二块五"),
        ];
        for (fen, spoken) in said {
            assert_eq!(yuan(fen), spoken);
        }
    }
}
