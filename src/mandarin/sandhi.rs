//! How tones change in connected speech. For speaking only: what is compared keeps its dictionary tones.

use super::lexicon::{SpokenSyllable, Word};

/// Changes the tones of words that are spoken in one breath: 不 and 一 by what follows, third tones before third tones.
/// A word without syllables (punctuation) is a breath.
pub fn sandhi(words: &mut [Word]) {
    for breath in words.split_mut(|word| word.syllables.is_empty()) {
        bu_and_yi(breath);
        third_tones(breath);
    }
}

/// Characters that count; beside them 一 is a numeral and keeps its tone.
const COUNTING: &str = "零一二两三四五六七八九十百千万亿点幺第初〇";
/// Words before which 一 counts in order: 一月, 一号, 一楼.
const ORDERED: &str = "月号日楼期级";

fn bu_and_yi(words: &mut [Word]) {
    // One flat view: character, place of its word, place within the word.
    let mut flat = Vec::new();
    for (w, word) in words.iter().enumerate() {
        if word.syllables.len() == word.text.chars().count() {
            flat.extend(word.text.chars().enumerate().map(|(s, c)| (c, w, s)));
        } else {
            flat.extend((0..word.syllables.len()).map(|s| (' ', w, s)));
        }
    }
    for i in 0..flat.len() {
        let (c, w, s) = flat[i];
        let Some(&(next, next_w, next_s)) = flat.get(i + 1) else {
            continue;
        };
        let before = i.checked_sub(1).map(|j| flat[j].0);
        let next_tone = words[next_w].syllables[next_s].syllable.tone;
        let tone = match c {
            '不' if next_tone == 4 => 2,
            '一' if before.is_some_and(|b| COUNTING.contains(b)) || ORDERED.contains(next) => {
                continue;
            }
            // 一百 and 一万 change, 一二三 and 一点五 do not.
            '一' if COUNTING.contains(next) && !"百千万亿".contains(next) => continue,
            // 看一看, 试一试.
            '一' if before == Some(next) => 5,
            '一' if next_tone == 4 => 2,
            '一' if matches!(next_tone, 1..=3) => 4,
            _ => continue,
        };
        set_tone(&mut words[w].syllables[s], tone);
    }
}

fn third_tones(words: &mut [Word]) {
    for word in words.iter_mut() {
        for i in 1..word.syllables.len() {
            if tone(&word.syllables[i - 1]) == 3 && tone(&word.syllables[i]) == 3 {
                set_tone(&mut word.syllables[i - 1], 2);
            }
        }
    }
    // Between words only where one of them leans on the other: 很|好, 请|你|等; two long words keep a seam.
    // From the end, since the word behind decides: 水表|很|好 lifts 很 and then no longer 表.
    for i in (1..words.len()).rev() {
        let (left, right) = words.split_at_mut(i);
        let (Some(before), Some(after)) = (left.last_mut(), right.first()) else {
            continue;
        };
        let leans = before.syllables.len() == 1 || after.syllables.len() == 1;
        let first = after.syllables.first().map(tone);
        if let Some(last) = before.syllables.last_mut()
            && leans
            && tone(last) == 3
            && first == Some(3)
        {
            set_tone(last, 2);
        }
    }
}

fn tone(spoken: &SpokenSyllable) -> u8 {
    spoken.syllable.tone
}

fn set_tone(spoken: &mut SpokenSyllable, tone: u8) {
    spoken.syllable = spoken.syllable.with_tone(tone);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mandarin::Lexicon;

    fn said(text: &str) -> String {
        let mut words = Lexicon::built_in().words(text);
        sandhi(&mut words);
        let syllables = words.iter().flat_map(|word| &word.syllables);
        let pinyin: Vec<String> = syllables.map(|s| s.syllable.to_string()).collect();
        pinyin.join(" ")
    }

    #[test]
    fn bu_rises_before_a_falling_tone() {
        assert_eq!(said("不是"), "bu2 shi4");
        assert_eq!(said("不来"), "bu4 lai2");
    }

    #[test]
    fn yi_bends_to_what_follows_and_counts_straight() {
        assert_eq!(said("一百"), "yi4 bai3");
        assert_eq!(said("一块"), "yi2 kuai4");
        assert_eq!(said("三十一块"), "san1 shi2 yi1 kuai4");
        assert_eq!(said("一月一号"), "yi1 yue4 yi1 hao4");
        assert_eq!(said("一二三"), "yi1 er4 san1");
        assert_eq!(said("试一试"), "shi4 yi5 shi4");
        assert_eq!(said("第一"), "di4 yi1");
    }

    #[test]
    fn a_third_tone_rises_before_another() {
        assert_eq!(said("你好"), "ni2 hao3");
        assert_eq!(said("水表很好"), "shui2 biao3 hen2 hao3");
        assert_eq!(said("好，水"), "hao3 shui3");
    }
}
