//! Text as utilities write it becomes text as a clerk says it: 36.5元 → 三十六块五, 602室 → 六零二室.
//!
//! The output holds Chinese characters, Latin letters (said by name), spaces and Chinese punctuation, nothing else. It is at most a
//! fixed factor longer than the input. What has been normalised stays as it is.

mod measure;
mod rules;
mod scan;

use crate::mandarin::{half_width, is_han, simplify};
use scan::Scanner;

/// A stretch of spoken text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spoken {
    /// As said.
    pub text: String,
    pub kind: Kind,
}

/// What a stretch is, for who cuts it into phrases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Words, and numbers that belong to them.
    Words,
    /// An amount of money: changes from call to call.
    Amount,
    /// One group of a number that is read digit by digit.
    Digits,
}

/// Says a written text. Linear in its length; any input gives an answer.
pub fn normalise(written: &str) -> String {
    stretches(written)
        .into_iter()
        .map(|stretch| stretch.text)
        .collect()
}

/// The same, cut where what is said changes its kind. Groups of digits are stretches of their own.
pub(super) fn stretches(written: &str) -> Vec<Spoken> {
    let plain = simplify(&half_width(written));
    let mut scanner = Scanner::new(&plain);
    let mut said: Vec<Spoken> = Vec::new();
    while !scanner.is_done() {
        let Some(found) = rules::read_number(&mut scanner) else {
            push_words(&mut said, &mark(&mut scanner));
            continue;
        };
        for stretch in found {
            match stretch.kind {
                Kind::Words => push_words(&mut said, &stretch.text),
                _ => said.push(stretch),
            }
        }
    }
    said
}

fn push_words(said: &mut Vec<Spoken>, text: &str) {
    match said.last_mut() {
        Some(last) if last.kind == Kind::Words => last.text.push_str(text),
        _ if text.is_empty() => {}
        _ => said.push(Spoken {
            text: text.to_owned(),
            kind: Kind::Words,
        }),
    }
}

/// One character that begins no number: itself, its name, a pause, or nothing.
fn mark(scanner: &mut Scanner) -> String {
    let before = scanner.before();
    let Some(c) = scanner.take() else {
        return String::new();
    };
    let after = scanner.peek();
    let letters = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    match c {
        c if is_han(c) => c.to_string(),
        c if c.is_ascii_alphabetic() => c.to_ascii_uppercase().to_string(),
        '，' | '。' | '！' | '？' | '；' | '：' | '、' | '…' => c.to_string(),
        ',' => "，".into(),
        '!' => "！".into(),
        '?' => "？".into(),
        ';' => "；".into(),
        ':' => "：".into(),
        '.' if letters(before) && letters(after) => "点".into(),
        '.' | '\n' => "。".into(),
        '#' if after == Some('号') || after == Some('键') => "井".into(),
        '#' => "井号".into(),
        '*' if after == Some('号') || after == Some('键') => "星".into(),
        '*' => "星号".into(),
        '%' => "百分号".into(),
        '@' => "艾特".into(),
        '&' => "和".into(),
        '+' => "加".into(),
        '=' => "等于".into(),
        '×' => "乘".into(),
        '℃' => "摄氏度".into(),
        '°' => "度".into(),
        '㎡' => "平方米".into(),
        '~' | '～' | '—' | '(' | ')' | '（' | '）' | '《' | '》' | '/' => "，".into(),
        ' ' | '\t' => " ".into(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(pairs: &[(&str, &str)]) {
        for (written, said) in pairs {
            assert_eq!(normalise(written), *said, "{written}");
        }
    }

    #[test]
    fn money_is_said_in_kuai_and_mao() {
        check(&[
            ("36.5元", "三十六块五"),
            ("36.50元", "三十六块五"),
            ("￥36.05", "三十六块零五分"),
            ("1,200.00元", "一千两百元"),
            ("2元", "两元"),
            ("0.5元", "五毛"),
            ("3.45元/吨", "三点四五元每吨"),
            ("3.456元", "三点四五六元"),
            ("12万元", "十二万元"),
            ("10-20元", "十到二十元"),
            ("36块5", "三十六块五"),
            ("-36.5元", "负三十六块五"),
        ]);
    }

    #[test]
    fn days_months_and_times_are_said_in_full() {
        check(&[
            ("2026-11-30", "二零二六年十一月三十日"),
            ("2026-10", "二零二六年十月"),
            ("2026年10月1日", "二零二六年十月一日"),
            ("2026/1/5", "二零二六年一月五日"),
            ("14:30", "十四点三十分"),
            ("9:05", "九点零五分"),
            ("8:00", "八点"),
            ("8:00-16:00", "八点到十六点"),
            ("2:00", "两点"),
            ("2026-01/2026-03", "二零二六年一月到二零二六年三月"),
            ("2026-11-30 14:30", "二零二六年十一月三十日 十四点三十分"),
            ("1-3月", "一到三月"),
            ("10月份", "十月份"),
            ("2月", "二月"),
            ("2个月", "两个月"),
        ]);
    }

    #[test]
    fn numbers_that_name_something_are_said_digit_by_digit() {
        check(&[
            ("13800138000", "幺三八零零幺三八零零零"),
            ("户号10086235", "户号幺零零八六二三五"),
            ("021-65123456", "零二幺六五幺二三四五六"),
            ("请拨打12345", "请拨打幺二三四五"),
            ("95598", "九五五九八"),
            ("工号1001", "工号幺零零幺"),
            ("尾号8000", "尾号八零零零"),
            ("400-820-1234", "四零零八二零幺二三四"),
            ("007", "零零七"),
            ("WO20261130001", "WO二零二六幺幺三零零零幺"),
            ("GD-2026-0001", "GD二零二六零零零幺"),
            ("138****8000", "幺三八，八零零零"),
            ("验证码3721", "验证码三七二幺"),
        ]);
    }

    #[test]
    fn addresses_are_said_as_on_the_door() {
        check(&[
            ("国权路525弄15号602室", "国权路五百二十五弄十五号六零二室"),
            ("302室", "三零二室"),
            ("1201室", "幺二零幺室"),
            ("3栋2单元", "三栋二单元"),
            ("2楼", "二楼"),
            ("1234号", "幺二三四号"),
            ("12室", "十二室"),
        ]);
    }

    #[test]
    fn routes_are_said_as_passengers_say_them() {
        check(&[
            ("63路", "六十三路"),
            ("K59路", "K五十九路"),
            ("937路", "九三七路"),
            ("T211", "T二幺幺"),
            ("BRT1号线", "BRT一号线"),
            ("2路", "二路"),
        ]);
    }

    #[test]
    fn units_are_said_by_their_names() {
        check(&[
            ("15℃", "十五摄氏度"),
            ("-5℃", "零下五摄氏度"),
            ("18-22℃", "十八到二十二摄氏度"),
            ("0.4MPa", "零点四兆帕"),
            ("12吨", "十二吨"),
            ("2吨", "两吨"),
            ("15m³", "十五立方米"),
            ("3m3", "三立方米"),
            ("80㎡", "八十平方米"),
            ("12.5%", "百分之十二点五"),
            ("5%-10%", "百分之五到百分之十"),
            ("DN100", "DN一百"),
            ("30min", "三十分钟"),
            ("220V", "两百二十伏"),
            ("100kWh", "一百千瓦时"),
            ("1.5km", "一点五公里"),
            ("1/3", "三分之一"),
            ("第2次", "第二次"),
            ("2次", "两次"),
            ("24小时", "二十四小时"),
            ("1200户", "一千两百户"),
            ("0.55元/kWh", "零点五五元每千瓦时"),
            ("20mg/L", "二十毫克每升"),
        ]);
    }

    #[test]
    fn signs_are_named_or_become_pauses() {
        check(&[
            ("按#号键", "按井号键"),
            ("请按*键", "请按星键"),
            ("停水(计划)", "停水，计划，"),
            ("A/B", "A，B"),
            ("您好!", "您好！"),
            ("請問", "请问"),
            ("😀好", "好"),
            ("www.abc.cn", "WWW点ABC点CN"),
        ]);
    }

    #[test]
    fn sentences_of_the_desk_read_well() {
        check(&[
            (
                "您2026年10月的水费是36.50元，用水12吨，请于2026-11-30前缴纳。",
                "您二零二六年十月的水费是三十六块五，用水十二吨，请于二零二六年十一月三十日前缴纳。",
            ),
            (
                "计划停水时间为11月30日8:00-16:00，影响四平路1230弄。",
                "计划停水时间为十一月三十日八点到十六点，影响四平路幺二三零弄。",
            ),
            ("按1继续，按2转人工。", "按一继续，按二转人工。"),
        ]);
    }

    fn is_speakable(c: char) -> bool {
        is_han(c) || c.is_ascii_uppercase() || "，。！？；：、… ".contains(c)
    }

    proptest! {
        #[test]
        fn whatever_is_written_can_be_said(text in "([0-9.:/\\-,~%℃元年月日号室路吨mMPkWVh³KA#* ]{0,6}|\\PC|[0-9]{1,40}|水费|户号){0,12}") {
            let said = normalise(&text);
            prop_assert!(said.chars().all(is_speakable), "{said}");
            prop_assert!(said.chars().count() <= 12 * text.chars().count() + 12);
            prop_assert_eq!(normalise(&said), said.clone());
        }

        #[test]
        fn no_text_at_all_upsets_it(text in "\\PC{0,60}|.{0,60}") {
            prop_assert!(normalise(&text).chars().all(is_speakable));
        }
    }
}
