//! From spoken text to the voice model's symbols.
//!
//! Kokoro v1.0 was trained on Mandarin in IPA, a word between two spaces, with arrows for the tones (→ 1, ↗ 2, ↓ 3, ↘ 4)
//! behind the vowel. The symbols and their numbers are those of the model's own `vocab.json`; the tables below say which it
//! learned for which sound.

use super::english;
use crate::mandarin::{Final, Initial, Lexicon, Syllable, sandhi};

/// Symbols of a spoken text: `ni↗xau↓, ʨʰi↓ŋ`. Text must be normalised; characters without sound are left out.
pub(super) fn symbols(spoken: &str) -> String {
    if english::is_english(spoken) {
        return english::symbols(spoken);
    }
    mandarin(spoken)
}

fn mandarin(spoken: &str) -> String {
    let chars: Vec<char> = spoken.chars().collect();
    let mut words = Lexicon::built_in().words(spoken);
    sandhi(&mut words);
    let mut symbols = String::new();
    for word in &words {
        if word.syllables.is_empty() {
            symbols.extend(word.text.chars().filter_map(pause));
            continue;
        }
        let mut before = None;
        for said in &word.syllables {
            let c = chars[said.chars.start];
            let own_word = before.is_none_or(|before| is_digit(before) && is_digit(c));
            if own_word && !symbols.is_empty() && !symbols.ends_with(' ') {
                symbols.push(' ');
            }
            push_syllable(&mut symbols, said.syllable);
            before = Some(c);
        }
    }
    symbols
}

/// Symbols of a name in pinyin without tones (Guoquan, Xi'an); `None` where it is none.
pub(super) fn pinyin(name: &str) -> Option<String> {
    /// No place has more letters; the cuts of a word without end are too many to try.
    const LONGEST: usize = 24;
    let is_spelt = |c: char| c.is_ascii_alphabetic() || c == '\'';
    if name.len() > LONGEST || !name.chars().all(is_spelt) {
        return None;
    }
    let mut symbols = String::new();
    for syllable in syllables(name)? {
        push_syllable(&mut symbols, syllable);
    }
    Some(symbols)
}

/// The syllables of ASCII pinyin, the longest first, as it is read: xian is one, xi'an two.
fn syllables(pinyin: &str) -> Option<Vec<Syllable>> {
    /// Letters of the longest syllable: zhuang.
    const LONGEST: usize = 6;
    let rest = pinyin.trim_start_matches('\'');
    if rest.is_empty() {
        return Some(Vec::new());
    }
    (1..=rest.len().min(LONGEST)).rev().find_map(|end| {
        let syllable: Syllable = rest[..end].parse().ok()?;
        let mut following = syllables(&rest[end..])?;
        following.insert(0, syllable);
        Some(following)
    })
}

/// Symbols of a word letter by letter, with the names that letters have in Chinese speech; empty where it has no letters.
pub(super) fn letters(word: &str) -> String {
    let letters: String = word.chars().filter(char::is_ascii_alphabetic).collect();
    mandarin(&letters.to_ascii_uppercase())
}

/// Digits said one by one are a word each: run together, as a dictionary takes 零零八 for one word, the model slurs them.
fn is_digit(c: char) -> bool {
    "零一二三四五六七八九幺".contains(c)
}

/// Symbol of a punctuation mark; it bends the melody before it.
fn pause(c: char) -> Option<char> {
    match c {
        '，' | '、' => Some(','),
        '。' => Some('.'),
        '！' => Some('!'),
        '？' => Some('?'),
        '；' => Some(';'),
        '：' => Some(':'),
        '…' => Some('…'),
        _ => None,
    }
}

fn push_syllable(symbols: &mut String, syllable: Syllable) {
    let (before_tone, coda) = rime(syllable);
    symbols.push_str(onset(syllable.initial));
    symbols.push_str(before_tone);
    symbols.extend(match syllable.tone {
        1 => Some('→'),
        2 => Some('↗'),
        3 => Some('↓'),
        4 => Some('↘'),
        _ => None,
    });
    symbols.push_str(coda);
}

fn onset(initial: Initial) -> &'static str {
    use Initial::*;
    match initial {
        Zero => "",
        B => "p",
        P => "pʰ",
        M => "m",
        F => "f",
        D => "t",
        T => "tʰ",
        N => "n",
        L => "l",
        G => "k",
        K => "kʰ",
        H => "x",
        J => "ʨ",
        Q => "ʨʰ",
        X => "ɕ",
        Zh => "ꭧ",
        Ch => "ꭧʰ",
        Sh => "ʂ",
        R => "ɻ",
        Z => "ʦ",
        C => "ʦʰ",
        S => "s",
    }
}

/// What stands before the tone's arrow and what behind it.
fn rime(syllable: Syllable) -> (&'static str, &'static str) {
    use Final::*;
    match syllable.last {
        A => ("a", ""),
        O if syllable.initial == Initial::Zero => ("ɔ", ""),
        O | Uo | Io => ("wo", ""),
        E => ("ɤ", ""),
        Ai => ("ai", ""),
        Ei => ("ei", ""),
        Ao => ("au", ""),
        Ou => ("ou", ""),
        An => ("a", "n"),
        En => ("ə", "n"),
        Ang => ("a", "ŋ"),
        Eng => ("ə", "ŋ"),
        Ong => ("ʊ", "ŋ"),
        Er => ("ɚ", ""),
        I => ("i", ""),
        Ia => ("ja", ""),
        Ie => ("je", ""),
        Iao => ("jau", ""),
        Iu => ("jou", ""),
        Ian => ("jɛ", "n"),
        In => ("i", "n"),
        Iang => ("ja", "ŋ"),
        Ing => ("i", "ŋ"),
        Iong => ("jʊ", "ŋ"),
        U => ("u", ""),
        Ua => ("wa", ""),
        Uai => ("wai", ""),
        Ui => ("wei", ""),
        Uan => ("wa", "n"),
        Un => ("wə", "n"),
        Uang => ("wa", "ŋ"),
        Ueng => ("wə", "ŋ"),
        V => ("y", ""),
        Ve => ("ɥe", ""),
        Van => ("ɥɛ", "n"),
        Vn => ("y", "n"),
        Apical => ("ɨ", ""),
        Nasal => ("n", ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_is_written_as_the_model_learned_it() {
        assert_eq!(symbols("您好，请讲。"), "ni↗nxau↓, ʨʰi↗ŋ ʨja↓ŋ.");
    }

    #[test]
    fn digits_said_one_by_one_are_a_word_each() {
        assert_eq!(symbols("幺零零八"), "jau→ li↗ŋ li↗ŋ pa→");
        assert_eq!(symbols("三十六"), "sa→nʂɨ↗ljou↘");
    }

    #[test]
    fn letters_are_said_by_name() {
        assert_eq!(symbols("K五十九路"), "kʰei↘ u↓ʂɨ↗ʨjou↓ lu↘");
    }

    #[test]
    fn a_name_in_pinyin_is_said_as_its_syllables() {
        assert_eq!(pinyin("Guoquan").as_deref(), Some("kwoʨʰɥɛn"));
        assert_eq!(pinyin("Xi'an").as_deref(), Some("ɕian"));
        for name in ["Gortrend", "Zoë", "525"] {
            assert_eq!(pinyin(name), None, "{name}");
        }
    }

    #[test]
    fn a_word_that_is_no_pinyin_is_spelt() {
        assert_eq!(letters("Brt"), symbols("BRT"));
    }

    #[test]
    fn unspeakable_text_has_no_symbols() {
        assert_eq!(symbols("~∑"), "");
    }
}
