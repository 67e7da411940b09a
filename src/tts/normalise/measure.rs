//! Units and counting words.

use super::scan::Scanner;

/// Units that are written in letters and signs, longest first among those that share a beginning.
#[rustfmt::skip]
const UNITS: [(&str, &str); 42] = [
    ("km/h", "公里每小时"), ("kWh", "千瓦时"), ("kW·h", "千瓦时"), ("KWH", "千瓦时"), ("mg/L", "毫克每升"), ("m³/h", "立方米每小时"),
    ("MPa", "兆帕"), ("Mpa", "兆帕"), ("kPa", "千帕"), ("Pa", "帕"), ("NTU", "NTU"), ("GJ", "吉焦"), ("MW", "兆瓦"), ("kW", "千瓦"), ("kV", "千伏"), ("kVA", "千伏安"), ("Hz", "赫兹"),
    ("m³", "立方米"), ("m3", "立方米"), ("m²", "平方米"), ("m2", "平方米"), ("㎡", "平方米"), ("°C", "摄氏度"), ("℃", "摄氏度"), ("km", "公里"), ("cm", "厘米"), ("mm", "毫米"), ("min", "分钟"), ("mL", "毫升"), ("ml", "毫升"),
    ("kg", "公斤"), ("mg", "毫克"), ("V", "伏"), ("A", "安"), ("W", "瓦"), ("L", "升"), ("m", "米"), ("g", "克"), ("t", "吨"), ("h", "小时"), ("s", "秒"), ("°", "度"),
];

/// Counting words before which 2 is 两.
const COUNTED: &str =
    "个元块吨度天次户位名家条只件张小分周年种台套根米公倍立步遍趟口毛角万千亿克斤升";
/// Words that begin like a counting word and are read in order all the same.
const ORDERED: [&str; 4] = ["分之", "年级", "公交", "口井"];

/// Reads a unit in letters or signs, and gives its name. A letter that begins a longer word is none.
pub(super) fn take_unit(scanner: &mut Scanner) -> Option<&'static str> {
    scanner.attempt(|scanner| {
        let (_, name) = UNITS
            .iter()
            .filter(|(sign, _)| scanner.clone().take_text(sign))
            .max_by_key(|(sign, _)| sign.chars().count())
            .map(|(sign, name)| (scanner.take_text(sign), name))?;
        let goes_on = scanner.peek().is_some_and(|c| c.is_ascii_alphanumeric());
        (!goes_on).then_some(*name)
    })
}

/// Whether what comes next counts things (两) or names them (二).
pub(super) fn is_counted(scanner: &Scanner) -> bool {
    let ordered = ORDERED.iter().any(|word| scanner.clone().take_text(word));
    scanner.peek().is_some_and(|c| COUNTED.contains(c)) && !ordered
}
