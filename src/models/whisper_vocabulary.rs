//! The cut vocabulary: which of Whisper's tokens our graphs keep, and how their bytes are read.
//!
//! Kept are the tokens of Chinese, digits, single letters, a little punctuation, the control tokens of a Chinese
//! transcription and the timestamps. Half the decoder's time is the output layer, so what a hotline never writes is
//! not computed. Traditional characters stay: where Whisper writes in them and may not, it takes a simplified one of a
//! like sound (還是 became 海市; 4 points of character error). The text is simplified afterwards.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Punctuation that may be written between words.
const PUNCTUATION: [&str; 11] = [",", ".", "?", "!", "。", "、", ":", "%", "-", "·", " "];

/// Original ids of the control tokens of multilingual Whisper, base to large-v2.
mod original {
    pub const END: u32 = 50_257;
    pub const START: u32 = 50_258;
    pub const CHINESE: u32 = 50_260;
    pub const TRANSCRIBE: u32 = 50_359;
    pub const PREVIOUS: u32 = 50_361;
    pub const NO_SPEECH: u32 = 50_362;
    pub const FIRST_TIMESTAMP: u32 = 50_364;
    pub const TIMESTAMPS: u32 = 1_501;
}

/// The kept tokens. Everywhere else a token is its index here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Vocabulary {
    /// Bytes of the text tokens, in hexadecimal; their indices are the first ones.
    texts: Vec<String>,
    /// Ids in the whole model, by index.
    pub original: Vec<u32>,
    /// The control tokens.
    pub control: Control,
}

/// Indices of the control tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Control {
    /// Nothing more is said.
    pub end: usize,
    /// Start of the transcript.
    pub start: usize,
    /// The language.
    pub chinese: usize,
    /// The task.
    pub transcribe: usize,
    /// Start of the text that came before: where a prompt goes.
    pub previous: usize,
    /// There is no speech.
    pub no_speech: usize,
    /// 0.00 s; each later one stands for 20 ms more.
    pub first_timestamp: usize,
}

/// Why a vocabulary cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VocabularyError {
    /// The file could not be read.
    #[error("cannot read the vocabulary {path}: {source}")]
    Unreadable {
        /// File at fault.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("the vocabulary {path} is damaged: {what}; make it again with `lingting models pull`")]
    Damaged {
        /// File at fault.
        path: PathBuf,
        /// What was found.
        what: String,
    },
}

#[derive(Deserialize)]
struct TokenizerFile {
    model: TokenizerModel,
}

#[derive(Deserialize)]
struct TokenizerModel {
    vocab: HashMap<String, u32>,
}

impl Vocabulary {
    /// Chooses the kept tokens out of Whisper's own `tokenizer.json`.
    pub fn choose(tokenizer: &Path) -> Result<Vocabulary, VocabularyError> {
        let file: TokenizerFile = read_json(tokenizer)?;
        let mut texts: Vec<(u32, Vec<u8>)> = file
            .model
            .vocab
            .iter()
            .filter(|&(_, &id)| id < original::END)
            .filter_map(|(word, &id)| Some((id, token_bytes(word)?)))
            .filter(|(_, bytes)| is_kept(bytes))
            .collect();
        texts.sort_unstable();
        let control = [
            original::END,
            original::START,
            original::CHINESE,
            original::TRANSCRIBE,
            original::PREVIOUS,
            original::NO_SPEECH,
        ];
        let count = texts.len();
        let timestamps =
            original::FIRST_TIMESTAMP..original::FIRST_TIMESTAMP + original::TIMESTAMPS;
        Ok(Vocabulary {
            original: texts
                .iter()
                .map(|&(id, _)| id)
                .chain(control)
                .chain(timestamps)
                .collect(),
            texts: texts.iter().map(|(_, bytes)| to_hex(bytes)).collect(),
            control: Control {
                end: count,
                start: count + 1,
                chinese: count + 2,
                transcribe: count + 3,
                previous: count + 4,
                no_speech: count + 5,
                first_timestamp: count + 6,
            },
        })
    }

    /// Reads a vocabulary that [`Vocabulary::choose`] made.
    pub fn read(path: &Path) -> Result<Vocabulary, VocabularyError> {
        let vocabulary: Vocabulary = read_json(path)?;
        let whole = vocabulary.control.end == vocabulary.texts.len()
            && vocabulary.control.first_timestamp + original::TIMESTAMPS as usize
                == vocabulary.original.len();
        if whole && vocabulary.texts.iter().all(|text| from_hex(text).is_some()) {
            Ok(vocabulary)
        } else {
            Err(VocabularyError::Damaged {
                path: path.to_owned(),
                what: "its parts do not fit together".to_owned(),
            })
        }
    }

    /// How many tokens are kept.
    pub fn len(&self) -> usize {
        self.original.len()
    }

    /// Whether nothing is kept, which a checked vocabulary never is.
    pub fn is_empty(&self) -> bool {
        self.original.is_empty()
    }

    /// Bytes of each text token, by index.
    pub fn text_bytes(&self) -> impl Iterator<Item = Vec<u8>> {
        self.texts
            .iter()
            .map(|text| from_hex(text).unwrap_or_default())
    }
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, VocabularyError> {
    let text = std::fs::read(path).map_err(|source| VocabularyError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    serde_json::from_slice(&text).map_err(|error| VocabularyError::Damaged {
        path: path.to_owned(),
        what: error.to_string(),
    })
}

/// Undoes GPT-2's spelling of bytes as printable characters: printable Latin-1 stands for itself, the other bytes
/// follow from U+0100 on in their order.
pub(super) fn token_bytes(word: &str) -> Option<Vec<u8>> {
    let plain = |byte: u8| matches!(byte, 0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff);
    let shifted: Vec<u8> = (0..=255).filter(|&byte| !plain(byte)).collect();
    word.chars()
        .map(|c| match u32::from(c) {
            code @ 0..=0xff if plain(code as u8) => Some(code as u8),
            code => shifted.get(code.checked_sub(0x100)? as usize).copied(),
        })
        .collect()
}

/// Whether a token can stand in what a hotline writes down.
fn is_kept(bytes: &[u8]) -> bool {
    if let Ok(text) = std::str::from_utf8(bytes)
        && PUNCTUATION.contains(&text)
    {
        return true;
    }
    let body = bytes.strip_prefix(b" ").unwrap_or(bytes);
    let digits = !body.is_empty() && body.iter().all(u8::is_ascii_digit);
    let letter = body.len() == 1 && body[0].is_ascii_alphabetic();
    digits || letter || is_han(body)
}

/// Whether the bytes are Han characters, or pieces of such at either end.
fn is_han(bytes: &[u8]) -> bool {
    let from_han_bytes = |&byte: &u8| matches!(byte, 0x80..=0xbf | 0xe4..=0xe9);
    let whole_characters_han = bytes.utf8_chunks().all(|chunk| {
        let mut valid = chunk.valid().chars();
        valid.all(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    });
    !bytes.is_empty() && bytes.iter().all(from_han_bytes) && whole_characters_han
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_characters_and_their_pieces_are_kept() {
        for text in ["水", " 我", "我们", "還", "10", " 7", "K", "。"] {
            assert!(is_kept(text.as_bytes()), "{text}");
        }
        assert!(is_kept(&"缴".as_bytes()[..2]));
        assert!(is_kept(&"缴".as_bytes()[2..]));
    }

    #[test]
    fn words_of_english_and_other_scripts_are_not_kept() {
        for text in ["の", "다", "hello", "OK", "(", "♪", ""] {
            assert!(!is_kept(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn bytes_are_read_from_their_printable_spelling() {
        assert_eq!(token_bytes("Ġç").unwrap(), b" \xe7");
        assert_eq!(token_bytes("A!").unwrap(), b"A!");
        assert_eq!(token_bytes("水"), None);
    }
}
