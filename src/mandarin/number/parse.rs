//! Spoken to written.

/// Value of one spoken or written digit. 幺, 洞, 拐, 勾 are the telephone's 1, 0, 7, 9.
fn digit(c: char) -> Option<u64> {
    Some(match c {
        '零' | '〇' | '洞' | '0' => 0,
        '一' | '幺' | '壹' | '1' => 1,
        '二' | '两' | '贰' | '2' => 2,
        '三' | '叁' | '3' => 3,
        '四' | '肆' | '4' => 4,
        '五' | '伍' | '5' => 5,
        '六' | '陆' | '6' => 6,
        '七' | '柒' | '拐' | '7' => 7,
        '八' | '捌' | '8' => 8,
        '九' | '玖' | '勾' | '9' => 9,
        _ => return None,
    })
}

/// Size of a counting word.
fn unit(c: char) -> Option<u64> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1_000,
        '万' => 10_000,
        '亿' => 100_000_000,
        _ => return None,
    })
}

/// Digits said one by one, Arabic or spoken, spaces and hyphens between them ignored: 幺三八-00 → `13800`.
/// `None` if anything else is in it or nothing is.
pub fn parse_digits(spoken: &str) -> Option<String> {
    let mut digits = String::new();
    for c in spoken.chars().filter(|c| !matches!(c, ' ' | '-')) {
        digits.push(char::from(b'0' + u8::try_from(digit(c)?).ok()?));
    }
    (!digits.is_empty()).then_some(digits)
}

/// A whole number as people count: 两百三十五, 一千零二, 一万二 (12,000), 三百五 (350), 3万2, 35. Digits said one by one (三六)
/// are read as such a number too. `None` where the text is no number as a whole, or overflows.
pub fn parse_cardinal(spoken: &str) -> Option<u64> {
    if let Some(digits) = parse_digits(spoken) {
        return digits.parse().ok();
    }
    let mut reader = Cardinal::default();
    let mut rest = spoken.chars().peekable();
    while let Some(c) = rest.next() {
        if let Some(size) = unit(c) {
            reader.unit(size)?;
        } else if c.is_ascii_digit() {
            let mut number = digit(c)?;
            while let Some(more) = rest.next_if(char::is_ascii_digit) {
                number = number.checked_mul(10)?.checked_add(digit(more)?)?;
            }
            reader.number(number)?;
        } else {
            reader.number(digit(c)?)?;
        }
    }
    reader.finish()
}

/// A number under way: what is complete, what belongs to the current group of ten thousand, and a digit without unit yet.
#[derive(Default)]
struct Cardinal {
    total: u64,
    group: u64,
    pending: Option<u64>,
    /// Smallest unit so far; units below 万 fall within a group.
    last_unit: u64,
    /// A zero was said after the last unit: what follows counts ones.
    zero: bool,
    any: bool,
}

impl Cardinal {
    fn number(&mut self, n: u64) -> Option<()> {
        if self.pending.is_some() {
            return None;
        }
        self.any = true;
        if n == 0 && self.last_unit != 0 {
            self.zero = true;
        } else {
            self.pending = Some(n);
        }
        Some(())
    }

    fn unit(&mut self, size: u64) -> Option<()> {
        if size < 10_000 {
            let falling = self.group.is_multiple_of(size * 10);
            let count = match self.pending.take() {
                Some(count) => count,
                // 十五 and 一百十五 leave the 一 out.
                None if size == 10 => 1,
                None => return None,
            };
            if !falling || count == 0 || (count > 9 && size != 1_000) {
                return None;
            }
            self.group = self.group.checked_add(count.checked_mul(size)?)?;
        } else {
            let below = self.group.checked_add(self.pending.take().unwrap_or(0))?;
            if size == 100_000_000 {
                self.total = self.total.checked_add(below)?.checked_mul(size)?;
            } else {
                self.total = self.total.checked_add(below.checked_mul(size)?)?;
            }
            if below == 0 && self.total == 0 {
                return None;
            }
            self.group = 0;
        }
        self.any = true;
        self.last_unit = size;
        self.zero = false;
        Some(())
    }

    fn finish(self) -> Option<u64> {
        let mut last = self.pending.unwrap_or(0);
        // 三百五 is 350, 一万二 is 12,000; 三百零五 is 305, 二十五 is 25.
        if self.last_unit >= 100 && !self.zero && (1..=9).contains(&last) {
            last = last.checked_mul(self.last_unit / 10)?;
        }
        let sum = self.total.checked_add(self.group)?.checked_add(last)?;
        self.any.then_some(sum)
    }
}

/// A number with or without a point, as it would be written: 三十六点五 → `36.5`, 12 → `12`, 负三 → `-3`.
pub fn parse_decimal(spoken: &str) -> Option<String> {
    let (sign, unsigned) = match spoken.strip_prefix('负').or(spoken.strip_prefix('-')) {
        Some(rest) => ("-", rest),
        None => ("", spoken),
    };
    match unsigned.split_once(['点', '.']) {
        Some((whole, part)) => {
            let whole = parse_cardinal(whole)?;
            Some(format!("{sign}{whole}.{}", parse_digits(part)?))
        }
        None => Some(format!("{sign}{}", parse_cardinal(unsigned)?)),
    }
}

/// An amount of money in fen: 三十六块五, 三十六块五毛, 三块二毛五, 五毛, 三十六点五元, 36.50, 一百零五块零五分, 三块半.
/// A bare number is yuan. `None` where the text is no amount as a whole or has parts of a fen.
pub fn parse_fen(spoken: &str) -> Option<u64> {
    let text = spoken
        .trim()
        .replace("人民币", "")
        .replace("块钱", "块")
        .replace("毛钱", "毛")
        .replace("分钱", "分");
    let text = text.trim_end_matches('整').trim_end_matches('钱');
    let (yuan_part, rest) = match text.split_once(['块', '元']) {
        Some((whole, rest)) => (Some(whole), rest),
        None if text.contains(['毛', '角', '分']) => (None, text),
        None => (Some(text), ""),
    };
    let fen = yuan_part.map_or(Some(0), decimal_fen)?;
    let extra = if yuan_part.is_some() && yuan_part.is_some_and(|whole| whole.contains(['点', '.']))
    {
        // 三十六点五元 says it all.
        rest.is_empty().then_some(0)?
    } else {
        small_change(rest)?
    };
    fen.checked_add(extra)
}

/// Yuan with a point or without, in fen.
fn decimal_fen(spoken: &str) -> Option<u64> {
    let (whole, part) = match spoken.split_once(['点', '.']) {
        Some((whole, part)) => (whole, parse_digits(part)?),
        None => (spoken, String::new()),
    };
    let cents = match part.trim_end_matches('0').len() {
        0 => 0,
        1 => part[..1].parse::<u64>().ok()? * 10,
        2 => part[..2].parse::<u64>().ok()?,
        _ => return None,
    };
    parse_cardinal(whole)?.checked_mul(100)?.checked_add(cents)
}

/// What follows 块: nothing, 五, 五毛, 五毛五, 五毛五分, 零五分, 零五, 半.
fn small_change(rest: &str) -> Option<u64> {
    if rest.is_empty() {
        return Some(0);
    }
    if rest == "半" {
        return Some(50);
    }
    let (mao, fen) = match rest.split_once(['毛', '角']) {
        // 三十块零两毛
        Some((mao, fen)) => (one_digit(mao.trim_start_matches(['零', '0', '〇']))?, fen),
        None if rest.ends_with('分') || rest.starts_with(['零', '0', '〇']) => (0, rest),
        // 三十六块五: the digit counts mao; 三十六块五五 counts both.
        None => match parse_digits(rest)?.as_bytes() {
            [mao] => return Some(u64::from(mao - b'0') * 10),
            [mao, fen] => return Some(u64::from(mao - b'0') * 10 + u64::from(fen - b'0')),
            _ => return None,
        },
    };
    let fen = fen
        .trim_end_matches('分')
        .trim_start_matches(['零', '0', '〇']);
    let fen = match (fen, rest.ends_with('分')) {
        ("", false) => 0,
        ("半", false) => 5,
        ("", true) => return None,
        (said, _) => one_digit(said)?,
    };
    Some(mao * 10 + fen)
}

fn one_digit(spoken: &str) -> Option<u64> {
    let mut chars = spoken.chars();
    let value = digit(chars.next()?)?;
    chars.next().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counting_words_are_understood_as_callers_use_them() {
        let heard = [
            ("两百三十五", 235),
            ("二百三", 230),
            ("三百五", 350),
            ("一千零二", 1_002),
            ("一万二", 12_000),
            ("一万零二百", 10_200),
            ("两千五", 2_500),
            ("十", 10),
            ("一十", 10),
            ("一百十五", 115),
            ("3万2", 32_000),
            ("36", 36),
            ("三六", 36),
            ("零", 0),
            ("1百2十", 120),
            ("一亿零一", 100_000_001),
            ("三十万", 300_000),
        ];
        for (spoken, n) in heard {
            assert_eq!(parse_cardinal(spoken), Some(n), "{spoken}");
        }
    }

    #[test]
    fn what_is_no_number_is_none() {
        for spoken in [
            "",
            "水",
            "百",
            "三水",
            "一百百",
            "十百",
            "二十三十",
            "万",
            "点五个",
            "99999999999999999999",
            "九九九九九九九九九九九九九九九九九九九九",
        ] {
            assert_eq!(parse_cardinal(spoken), None, "{spoken}");
        }
    }

    #[test]
    fn amounts_are_understood_as_callers_say_them() {
        let heard = [
            ("三十六块五", 3650),
            ("三十六块五毛", 3650),
            ("三十六点五元", 3650),
            ("36.50元", 3650),
            ("36.5", 3650),
            ("三块二毛五", 325),
            ("三块二五", 325),
            ("五毛", 50),
            ("五毛五", 55),
            ("五分", 5),
            ("一百零五块零五分", 10_505),
            ("三块半", 350),
            ("两块钱", 200),
            ("两百三十五", 23_500),
            ("一百元整", 10_000),
            ("五角", 50),
            ("三十块零两毛", 3020),
        ];
        for (spoken, fen) in heard {
            assert_eq!(parse_fen(spoken), Some(fen), "{spoken}");
        }
        for spoken in [
            "",
            "块",
            "三块五元",
            "36.555",
            "多少钱",
            "三十六点五元五毛",
            "五毛毛",
        ] {
            assert_eq!(parse_fen(spoken), None, "{spoken}");
        }
    }

    #[test]
    fn digits_are_taken_from_speech_and_writing() {
        assert_eq!(parse_digits("幺三八 零零-13").as_deref(), Some("1380013"));
        assert_eq!(parse_digits("幺三八转"), None);
        assert_eq!(parse_digits(""), None);
    }
}
