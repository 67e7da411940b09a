//! SentencePiece's unigram pieces: a text in, the cut of greatest probability out; and the row of each piece.
//!
//! `models/e5_vocabulary.rs` describes the file.

use super::EncoderError;
use crate::models::from_half;
use std::ops::Range;
use std::path::Path;

/// Most tokens of a sentence, with its beginning and its end.
const MOST_TOKENS: usize = 128;
/// Characters of a text that are looked at: more than [`MOST_TOKENS`] can hold of Chinese.
const MOST_CHARS: usize = 600;
/// Most characters of a piece.
const LONGEST_PIECE: usize = 16;
/// What SentencePiece writes for a space.
const SPACE: char = '\u{2581}';
/// Rows before those of the pieces.
const BEGIN: u32 = 0;
const END: u32 = 1;
const UNKNOWN: u32 = 2;
const SPECIAL: u32 = 3;
/// Numbers of a row that share a scale, and the bytes of such a block.
const BLOCK: usize = 32;
const BLOCK_BYTES: usize = 2 + BLOCK / 2;

/// The vocabulary in memory.
pub(super) struct Vocabulary {
    bytes: Vec<u8>,
    width: usize,
    ends: Vec<u32>,
    scores: Vec<f32>,
    unknown_score: f32,
    texts: Range<usize>,
    /// Characters that are written otherwise, and where their replacement begins.
    rewritten: Vec<(u32, u32)>,
    replacements: Vec<char>,
    rows: Range<usize>,
}

impl Vocabulary {
    pub(super) fn read(path: &Path) -> Result<Vocabulary, EncoderError> {
        let fault = |what: &str| EncoderError::Vocabulary {
            path: path.to_owned(),
            what: what.to_owned(),
        };
        let bytes = std::fs::read(path).map_err(|error| fault(&error.to_string()))?;
        Vocabulary::parse(bytes).map_err(fault)
    }

    fn parse(bytes: Vec<u8>) -> Result<Vocabulary, &'static str> {
        let mut reader = Reader {
            bytes: &bytes,
            at: 0,
        };
        if reader.take(4)? != b"LTV1" {
            return Err("it does not begin with LTV1");
        }
        let counts = reader.words(5)?;
        let [pieces, text, rewritten, replacements, width] =
            [0, 1, 2, 3, 4].map(|i| counts[i] as usize);
        let unknown_score = f32::from_bits(reader.words(1)?[0]);
        let ends = reader.words(pieces.saturating_add(1))?;
        let scores = reader
            .words(pieces)?
            .into_iter()
            .map(f32::from_bits)
            .collect();
        let texts = reader.skip(text)?;
        let pairs = reader.words(rewritten.saturating_mul(2))?;
        let rewritten = pairs
            .as_chunks::<2>()
            .0
            .iter()
            .map(|[from, at]| (*from, *at))
            .collect();
        let replacements = reader.words(replacements)?.into_iter();
        let replacements = replacements
            .map(char::from_u32)
            .collect::<Option<_>>()
            .ok_or("a replacement is no character")?;
        let rows = (pieces + SPECIAL as usize).saturating_mul(width / BLOCK * BLOCK_BYTES);
        let rows = reader.skip(rows)?;
        let are_sorted = ends.is_sorted() && ends.last().is_some_and(|&last| last as usize == text);
        if !are_sorted || reader.at != bytes.len() || width == 0 || !width.is_multiple_of(BLOCK) {
            return Err("its parts do not fit together");
        }
        Ok(Vocabulary {
            width,
            ends,
            scores,
            unknown_score,
            texts,
            rewritten,
            replacements,
            rows,
            bytes,
        })
    }

    /// Numbers of a row.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Appends the row of a token.
    pub(super) fn append_row(&self, token: u32, to: &mut Vec<f32>) {
        let size = self.width / BLOCK * BLOCK_BYTES;
        let start = self.rows.start + token as usize * size;
        for block in self.bytes[start..start + size].as_chunks::<BLOCK_BYTES>().0 {
            let scale = from_half(u16::from_le_bytes([block[0], block[1]]));
            let number = |four: u8| (f32::from(four) - 8.0) * scale;
            to.extend(block[2..].iter().map(|byte| number(byte & 15)));
            to.extend(block[2..].iter().map(|byte| number(byte >> 4)));
        }
    }

    /// Tokens of a text: the beginning, the pieces of the likeliest cut, the end.
    pub(super) fn tokens(&self, text: &str) -> Vec<u32> {
        let written = self.written(text);
        let starts: Vec<usize> = written
            .char_indices()
            .map(|(at, _)| at)
            .chain([written.len()])
            .collect();
        let mut best: Vec<(f32, usize, u32)> = vec![(f32::NEG_INFINITY, 0, UNKNOWN); starts.len()];
        best[0].0 = 0.0;
        for from in 0..starts.len() - 1 {
            let so_far = best[from].0;
            let mut offer = |to: usize, score: f32, token: u32| {
                if so_far + score > best[to].0 {
                    best[to] = (so_far + score, from, token);
                }
            };
            self.pieces_at(written.as_bytes(), &starts[from..], |chars, piece| {
                offer(from + chars, self.scores[piece], piece as u32 + SPECIAL);
            });
            offer(from + 1, self.unknown_score, UNKNOWN);
        }
        let mut tokens = Vec::new();
        let mut at = starts.len() - 1;
        while at > 0 {
            let (_, from, token) = best[at];
            tokens.push(token);
            at = from;
        }
        tokens.push(BEGIN);
        tokens.reverse();
        tokens.truncate(MOST_TOKENS - 1);
        tokens.push(END);
        tokens
    }

    /// The text as the vocabulary writes it: characters replaced, spaces made one and marked, a mark in front.
    fn written(&self, text: &str) -> String {
        let mut written = String::from(SPACE);
        for c in text.chars().take(MOST_CHARS) {
            let place = self
                .rewritten
                .binary_search_by_key(&(c as u32), |(from, _)| *from);
            let single = [c];
            let replacement = match place {
                Ok(place) => self.replacement(place),
                Err(_) => &single,
            };
            for &c in replacement {
                match c {
                    ' ' if written.ends_with(SPACE) => {}
                    ' ' => written.push(SPACE),
                    c => written.push(c),
                }
            }
        }
        written
    }

    fn replacement(&self, place: usize) -> &[char] {
        let start = self.rewritten[place].1 as usize;
        let next = self.rewritten.get(place + 1).map(|(_, at)| *at as usize);
        let end = next.unwrap_or(self.replacements.len());
        self.replacements.get(start..end).unwrap_or_default()
    }

    /// Every piece that a text goes on with; `starts` are the places of its next characters.
    fn pieces_at(&self, text: &[u8], starts: &[usize], mut found: impl FnMut(usize, usize)) {
        let mut range = 0..self.scores.len();
        for (chars, &end) in starts.iter().enumerate().skip(1).take(LONGEST_PIECE) {
            let said = &text[starts[0]..end];
            // Pieces are sorted, so those that begin alike lie together.
            let first = range.start + self.count_while(range.clone(), |piece| piece < said);
            let begins = |piece: &[u8]| piece.starts_with(said);
            range = first..first + self.count_while(first..range.end, begins);
            if range.is_empty() {
                return;
            }
            if self.piece(range.start) == said {
                found(chars, range.start);
            }
        }
    }

    /// How many pieces at the beginning of a range have what those behind them have not.
    fn count_while(&self, range: Range<usize>, has: impl Fn(&[u8]) -> bool) -> usize {
        let (mut least, mut most) = (0, range.len());
        while least < most {
            let middle = (least + most) / 2;
            if has(self.piece(range.start + middle)) {
                least = middle + 1;
            } else {
                most = middle;
            }
        }
        least
    }

    fn piece(&self, index: usize) -> &[u8] {
        let (from, to) = (self.ends[index] as usize, self.ends[index + 1] as usize);
        &self.bytes[self.texts.start + from..self.texts.start + to]
    }
}

/// Reads little-endian numbers in order.
struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Result<&'b [u8], &'static str> {
        let range = self.skip(count)?;
        Ok(&self.bytes[range])
    }

    fn skip(&mut self, count: usize) -> Result<Range<usize>, &'static str> {
        let end = self
            .at
            .checked_add(count)
            .filter(|end| *end <= self.bytes.len());
        let end = end.ok_or("it ends early")?;
        let range = self.at..end;
        self.at = end;
        Ok(range)
    }

    fn words(&mut self, count: usize) -> Result<Vec<u32>, &'static str> {
        let bytes = self.take(count.saturating_mul(4))?;
        let fours = bytes.as_chunks::<4>().0.iter();
        Ok(fours.map(|four| u32::from_le_bytes(*four)).collect())
    }
}
