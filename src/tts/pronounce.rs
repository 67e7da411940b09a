//! From spoken text to the voice model's symbols.
//!
//! Kokoro v1.0 was trained on Mandarin in IPA, a word between two spaces, with arrows for the tones (→ 1, ↗ 2, ↓ 3, ↘ 4)
//! behind the vowel. The symbols and their numbers are those of the model's own `vocab.json`; the tables below say which it
//! learned for which sound, and were checked against the front end it was trained with, syllable by syllable.

use crate::mandarin::{Final, Initial, Lexicon, Syllable, sandhi};

/// Symbols of a spoken text: `ni↗xau↓, ʨʰi↓ŋ`. Text must be normalised; characters without sound are left out.
pub(super) fn symbols(spoken: &str) -> String {
    let mut words = Lexicon::built_in().words(spoken);
    sandhi(&mut words);
    let mut symbols = String::new();
    for word in &words {
        if word.syllables.is_empty() {
            symbols.extend(word.text.chars().filter_map(pause));
            continue;
        }
        if !symbols.is_empty() && !symbols.ends_with(' ') {
            symbols.push(' ');
        }
        for said in &word.syllables {
            push_syllable(&mut symbols, said.syllable);
        }
    }
    symbols
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
    fn letters_are_said_by_name() {
        assert_eq!(symbols("K五十九路"), "kʰei↘ u↓ʂɨ↗ʨjou↓ lu↘");
    }

    #[test]
    fn unspeakable_text_has_no_symbols() {
        assert_eq!(symbols("~∑"), "");
    }
}
