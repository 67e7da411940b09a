//! How a transcript is compared with what was said.
//!
//! Both sides are brought to one way of writing first: simplified, half-width, without punctuation, digits as the
//! characters that are spoken (7 → 七, 幺 → 一). The second measure leaves tones out and compares syllables: what the
//! rest of the house works with.

use crate::mandarin::{half_width, simplify, syllables};

/// Errors among so many units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Errors {
    /// Insertions, deletions and substitutions.
    pub wrong: usize,
    /// Units of the reference.
    pub of: usize,
}

impl Errors {
    /// Share of errors in percent; it can exceed 100.
    pub fn percent(self) -> f64 {
        100.0 * self.wrong as f64 / self.of.max(1) as f64
    }

    /// Both together.
    pub fn plus(self, other: Errors) -> Errors {
        Errors {
            wrong: self.wrong + other.wrong,
            of: self.of + other.of,
        }
    }
}

/// Errors in characters.
pub fn characters(reference: &str, heard: &str) -> Errors {
    let reference: Vec<char> = plain(reference).chars().collect();
    let heard: Vec<char> = plain(heard).chars().collect();
    compare(&reference, &heard)
}

/// Errors in syllables without their tones.
pub fn toneless(reference: &str, heard: &str) -> Errors {
    compare(&sounds(reference), &sounds(heard))
}

/// Errors of a head that hears syllables without tones: each digit by the name that it heard.
pub fn head(reference: &str, heard: &[String]) -> Errors {
    let plain_one = |sound: &String| match sound.as_str() {
        "yao" if reference.contains(['幺', '1']) => "yi".to_owned(),
        _ => sound.clone(),
    };
    let heard: Vec<String> = heard.iter().map(plain_one).collect();
    compare(&sounds(reference), &heard)
}

fn sounds(text: &str) -> Vec<String> {
    syllables(&plain(text))
        .into_iter()
        .map(|spoken| spoken.syllable.plain())
        .collect()
}

/// One way of writing for both sides.
pub(super) fn plain(text: &str) -> String {
    simplify(&half_width(text))
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(|c| match c {
            '0' | '〇' => '零',
            '1' | '幺' => '一',
            '2'..='9' => {
                ['二', '三', '四', '五', '六', '七', '八', '九'][c as usize - '2' as usize]
            }
            _ => c.to_ascii_lowercase(),
        })
        .collect()
}

fn compare<T: PartialEq>(reference: &[T], heard: &[T]) -> Errors {
    let mut row: Vec<usize> = (0..=heard.len()).collect();
    for (line, expected) in reference.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (column, found) in heard.iter().enumerate() {
            let replaced = diagonal + usize::from(expected != found);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    Errors {
        wrong: row[heard.len()],
        of: reference.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_of_writing_are_no_errors() {
        let errors = characters("幺三八，缴水费ＡＰＰ", "138繳水費app");
        assert_eq!(errors, Errors { wrong: 0, of: 9 });
    }

    #[test]
    fn a_right_sound_with_a_wrong_character_is_half_right() {
        assert_eq!(characters("查水费", "茶水费").wrong, 1);
        assert_eq!(toneless("查水费", "茶水费"), Errors { wrong: 0, of: 3 });
    }

    #[test]
    fn missing_added_and_changed_units_count_one_each() {
        assert_eq!(compare(b"abcd", b"abd").wrong, 1);
        assert_eq!(compare(b"abcd", b"abxcd").wrong, 1);
        assert_eq!(compare(b"abcd", b"axcd").wrong, 1);
        assert_eq!(compare(b"abcd", b""), Errors { wrong: 4, of: 4 });
    }
}
