//! Which reading a character has: by the word it is in, by what stands around it, by habit.

use super::syllable::Syllable;
use pinyin::ToPinyin;
use std::collections::HashMap;

/// Readings by word and by habit.
#[derive(Debug, Clone)]
pub(super) struct Readings {
    /// Character and word in which it is read so.
    words: HashMap<char, HashMap<String, Syllable>>,
    usual: HashMap<char, Syllable>,
    /// Characters of the longest word.
    longest: usize,
}

impl Readings {
    /// The readings of `data/readings.txt`.
    pub(super) fn built_in() -> Readings {
        let mut readings = Readings {
            words: HashMap::new(),
            usual: HashMap::new(),
            longest: 0,
        };
        for line in include_str!("data/readings.txt").lines() {
            let mut fields = line.split_whitespace();
            let (Some(character), Some(pinyin)) = (fields.next(), fields.next()) else {
                continue;
            };
            let Ok(syllable) = pinyin.parse() else {
                continue; // The heading; a test holds every other line to its form.
            };
            let c = character.chars().next().expect("a field is not empty");
            let mut any_word = false;
            for word in fields {
                readings.add(c, syllable, word);
                any_word = true;
            }
            if !any_word {
                readings.usual.insert(c, syllable);
            }
        }
        readings
    }

    /// From now on `c` is read so within `word`.
    pub(super) fn add(&mut self, c: char, syllable: Syllable, word: &str) {
        self.longest = self.longest.max(word.chars().count());
        let words = self.words.entry(c).or_default();
        words.insert(word.to_owned(), syllable);
    }

    /// Reading of the character at `index` by the longest known word around it. A word counts if it lies within one
    /// word of the text, or covers whole ones: 我得 does not reach into 得到.
    pub(super) fn by_word(
        &self,
        chars: &[char],
        word_of: &[usize],
        index: usize,
    ) -> Option<Syllable> {
        let words = self.words.get(&chars[index])?;
        let is_boundary =
            |at: usize| at == 0 || at == chars.len() || word_of[at] != word_of[at - 1];
        let mut candidate = String::new();
        for length in (1..=self.longest.min(chars.len())).rev() {
            let first = (index + 1).saturating_sub(length);
            for start in first..=index.min(chars.len() - length) {
                let end = start + length;
                let inside = word_of[start] == word_of[end - 1];
                let whole = is_boundary(start) && is_boundary(end);
                if !(inside || whole) {
                    continue;
                }
                candidate.clear();
                candidate.extend(&chars[start..end]);
                if let Some(&syllable) = words.get(&candidate) {
                    return Some(syllable);
                }
            }
        }
        None
    }

    /// The reading of a character by itself.
    pub(super) fn usual(&self, c: char) -> Option<Syllable> {
        if c == '〇' {
            return Some(known("ling2"));
        }
        self.usual
            .get(&c)
            .copied()
            .or_else(|| c.to_pinyin()?.with_tone_num_end().parse().ok())
            .map(|syllable| match syllable.tone {
                0 => syllable.with_tone(5),
                _ => syllable,
            })
    }
}

/// Surnames that are read differently as such.
#[rustfmt::skip]
const SURNAMES: [(char, &str); 21] = [
    ('单', "shan4"), ('任', "ren2"), ('曾', "zeng1"), ('解', "xie4"), ('仇', "qiu2"), ('区', "ou1"), ('查', "zha1"),
    ('盖', "ge3"), ('华', "hua4"), ('覃', "qin2"), ('缪', "miao4"), ('宁', "ning4"), ('乐', "yue4"), ('燕', "yan1"),
    ('那', "na1"), ('冼', "xian3"), ('应', "ying1"), ('朴', "piao2"), ('葛', "ge3"), ('翟', "zhai2"), ('黑', "he4"),
];

/// What follows a surname.
const TITLES: [&str; 10] = [
    "先生", "女士", "小姐", "师傅", "经理", "主任", "老师", "同志", "阿姨", "大爷",
];

/// Reading that follows from the characters around `index`, where one does.
pub(super) fn by_context(chars: &[char], index: usize) -> Option<Syllable> {
    let before = index.checked_sub(1).map(|i| chars[i]);
    let after = chars.get(index + 1).copied();
    let pinyin = match chars[index] {
        // 525弄, 十五弄, and 弄 by itself, as grammars name it: a lane.
        '弄' if before.is_some_and(is_numeral) || chars.len() == 1 => "long4",
        '行' | '只' if before.is_some_and(is_numeral) => match chars[index] {
            '行' => "hang2",
            _ => "zhi1",
        },
        '转' if turns(chars, index) => "zhuan4",
        '为' if after.is_some_and(|c| "您你我他她它咱".contains(c)) => "wei4",
        '还' if after.is_some_and(|c| "款钱清债贷".contains(c)) => "huan2",
        c => surname(c, chars, index)?,
    };
    Some(known(pinyin))
}

fn is_numeral(c: char) -> bool {
    c.is_ascii_digit() || "零一二两三四五六七八九十百千万幺〇".contains(c)
}

/// A meter or a motor turns (zhuàn); people and money are passed on (zhuǎn).
fn turns(chars: &[char], index: usize) -> bool {
    let machine = chars[index.saturating_sub(8)..index]
        .iter()
        .any(|c| "表泵扇轮机".contains(*c));
    let passed_on = chars
        .get(index + 1)
        .is_some_and(|c| "人账接到给为换移达告让交发成入过".contains(*c));
    machine && !passed_on
}

fn surname(c: char, chars: &[char], index: usize) -> Option<&'static str> {
    let (_, pinyin) = SURNAMES.iter().find(|(name, _)| *name == c)?;
    let next: String = chars[index + 1..].iter().take(2).collect();
    let named = index > 0 && chars[index - 1] == '姓';
    (named || TITLES.contains(&next.as_str())).then_some(pinyin)
}

/// Sounds of an Arabic digit: as counted, and as said on the telephone where that differs.
pub(super) fn digit(c: char) -> Option<(Syllable, Option<Syllable>)> {
    let (counted, also) = match c {
        '0' => ("ling2", Some("dong4")),
        '1' => ("yi1", Some("yao1")),
        '2' => ("er4", Some("liang3")),
        '3' => ("san1", None),
        '4' => ("si4", None),
        '5' => ("wu3", None),
        '6' => ("liu4", None),
        '7' => ("qi1", Some("guai3")),
        '8' => ("ba1", None),
        '9' => ("jiu3", Some("gou1")),
        _ => return None,
    };
    Some((known(counted), also.map(known)))
}

/// Name of a Latin letter as Mandarin speakers say it; empty for anything else.
pub(super) fn letter(c: char) -> Vec<Syllable> {
    let name = match c.to_ascii_lowercase() {
        'a' => "ei1",
        'b' => "bi4",
        'c' => "xi1",
        'd' => "di4",
        'e' => "yi4",
        'f' => "ai2 fu5",
        'g' => "ji4",
        'h' => "ei1 chi5",
        'i' => "ai4",
        'j' => "zhei4",
        'k' => "kei4",
        'l' => "ai2 lou5",
        'm' => "ai2 mu5",
        'n' => "en1",
        'o' => "ou1",
        'p' => "pi1",
        'q' => "qiu1",
        'r' => "a4 er5",
        's' => "ai2 si5",
        't' => "ti4",
        'u' => "you1",
        'v' => "wei1",
        'w' => "da2 bu5 liu4",
        'x' => "ai1 ke5 si5",
        'y' => "wai4",
        'z' => "zei4",
        _ => "",
    };
    name.split_whitespace().map(known).collect()
}

/// A syllable written in this file.
fn known(pinyin: &str) -> Syllable {
    pinyin
        .parse()
        .expect("the tables of this file are pinyin; a test reads them all")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_line_of_the_table_is_a_character_a_reading_and_words_that_hold_it() {
        let mut readings = BTreeMap::new();
        let lines = include_str!("data/readings.txt").lines();
        for line in lines.filter(|line| !line.starts_with('#')) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let [c, pinyin, words @ ..] = &fields[..] else {
                panic!("{line}");
            };
            assert_eq!(c.chars().count(), 1, "{line}");
            let syllable: Syllable = pinyin.parse().expect(line);
            assert!((1..=5).contains(&syllable.tone), "{line}");
            for word in words {
                assert!(
                    word.contains(c) && word.chars().count() > 1,
                    "{word} in {line}"
                );
            }
            let places: &[&str] = if words.is_empty() { &[""] } else { words };
            for place in places {
                let earlier = readings.insert((c.to_owned(), place.to_owned()), syllable);
                assert!(
                    earlier.is_none_or(|s| s == syllable),
                    "{c} has two readings in {place:?}"
                );
            }
        }
    }

    #[test]
    fn every_table_in_this_file_is_pinyin() {
        for c in ' '..='~' {
            let _ = (digit(c), letter(c));
        }
        for (c, pinyin) in SURNAMES {
            assert_eq!(by_context(&['姓', c], 1), Some(known(pinyin)));
        }
    }
}
