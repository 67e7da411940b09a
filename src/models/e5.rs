//! Reads multilingual-e5-small as it is fetched (`e5-small-q4.bin`, magic `E5S1`): a header, a SentencePiece vocabulary,
//! and tensors of 32-bit floats or of 4 bits in blocks of 32 with a scale each. Writes what the sentence encoder loads.

use super::ctranslate2::from_half;
use super::{e5_graph, e5_vocabulary};
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Names of the files that [`convert`] writes.
pub const FILES: [&str; 2] = ["encoder.onnx", "vocabulary.bin"];
/// Weights that share a scale.
pub(super) const BLOCK: usize = 32;
/// Bytes of a block: its scale in half precision, and 32 numbers of 4 bits.
pub(super) const BLOCK_BYTES: usize = 2 + BLOCK / 2;

/// Why the weights could not be converted.
#[derive(Debug, thiserror::Error)]
pub enum E5Error {
    /// A file could not be read or written.
    #[error("cannot {verb} {path}: {source}")]
    Io {
        /// What was tried.
        verb: &'static str,
        /// File at fault.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not what it should be.
    #[error("the weights are damaged at byte {offset}: {what}")]
    Damaged {
        /// Where.
        offset: usize,
        /// What was found.
        what: String,
    },
    /// A tensor that the model needs is not there, or has another size.
    #[error("the weights hold no usable tensor {name:?} of {count} numbers")]
    Tensor {
        /// Its name.
        name: String,
        /// Numbers that it must have.
        count: usize,
    },
}

/// Sizes of the network.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    pub(super) width: usize,
    pub(super) layers: usize,
    pub(super) heads: usize,
    /// Width inside a feed-forward layer.
    pub(super) wide: usize,
    /// Rows of the table of words.
    pub(super) words: usize,
    /// Most tokens of a sentence.
    pub(super) positions: usize,
    /// Kinds of sentence that are told apart; we use the first.
    pub(super) kinds: usize,
    /// Added to a variance before its root is taken.
    pub(super) epsilon: f32,
}

/// The vocabulary as it stands in the file.
#[derive(Debug)]
pub(super) struct Pieces {
    pub(super) count: usize,
    pub(super) begin: usize,
    pub(super) end: usize,
    pub(super) unknown: usize,
    pub(super) padding: usize,
    offsets: Vec<u32>,
    pub(super) scores: Vec<f32>,
    text: Range<usize>,
    /// Characters that are written otherwise, sorted.
    pub(super) rewritten: Vec<(u32, Vec<u32>)>,
}

/// The whole file in memory.
pub(super) struct E5 {
    bytes: Vec<u8>,
    pub(super) sizes: Sizes,
    pub(super) pieces: Pieces,
    tensors: BTreeMap<String, (usize, usize)>,
}

/// A matrix in blocks of 4 bits: `packed` holds 16 bytes a block, two neighbours a byte (the first one low), each
/// number with 8 added; `scales` one number a block.
pub(super) struct Matrix {
    pub(super) packed: Vec<u8>,
    pub(super) scales: Vec<f32>,
}

/// Reads the weights file and writes [`FILES`] into the existing folder `out`. The same source gives the same bytes.
pub fn convert(weights: &Path, out: &Path) -> Result<(), E5Error> {
    let bytes = std::fs::read(weights).map_err(|source| E5Error::Io {
        verb: "read",
        path: weights.to_owned(),
        source,
    })?;
    let model = E5::parse(bytes)?;
    let results = [e5_graph::encoder(&model)?, e5_vocabulary::write(&model)?];
    for (name, content) in FILES.iter().zip(results) {
        let path = out.join(name);
        std::fs::write(&path, content).map_err(|source| E5Error::Io {
            verb: "write",
            path,
            source,
        })?;
    }
    Ok(())
}

impl E5 {
    pub(super) fn parse(bytes: Vec<u8>) -> Result<E5, E5Error> {
        let mut cursor = Cursor {
            bytes: &bytes,
            at: 0,
        };
        if cursor.take(4)? != b"E5S1" {
            return Err(cursor.fault("it does not begin with E5S1"));
        }
        let _version = cursor.number()?;
        let [width, layers, heads, wide, words, positions, kinds] = cursor.numbers()?;
        let epsilon = f32::from_bits(cursor.number()? as u32);
        let sizes = Sizes {
            width,
            layers,
            heads,
            wide,
            words,
            positions,
            kinds,
            epsilon,
        };
        if cursor.number()? != BLOCK || !width.is_multiple_of(BLOCK) || !wide.is_multiple_of(BLOCK)
        {
            return Err(cursor.fault("its blocks are not of 32 numbers"));
        }
        let pieces = Pieces::read(&mut cursor)?;
        let mut tensors = BTreeMap::new();
        for _ in 0..cursor.number()? {
            let length = u16::from_le_bytes([cursor.byte()?, cursor.byte()?]);
            let name = String::from_utf8_lossy(cursor.take(usize::from(length))?).into_owned();
            let _kind = cursor.byte()?;
            let count = cursor.number()?;
            let offset = cursor.long()?;
            let _size = cursor.long()?;
            tensors.insert(name, (offset, count));
        }
        Ok(E5 {
            sizes,
            pieces,
            tensors,
            bytes,
        })
    }

    /// A tensor of 32-bit floats.
    pub(super) fn floats(&self, name: &str, count: usize) -> Result<Vec<f32>, E5Error> {
        let bytes = self.tensor(name, count, count * 4)?;
        let fours = bytes.as_chunks::<4>().0.iter();
        Ok(fours.map(|four| f32::from_le_bytes(*four)).collect())
    }

    /// A tensor of 4 bits, as it lies in the file: rows of blocks.
    pub(super) fn blocks(&self, name: &str, count: usize) -> Result<&[u8], E5Error> {
        self.tensor(name, count, count / BLOCK * BLOCK_BYTES)
    }

    /// Matrices of 4 bits, one below the other.
    pub(super) fn matrix(&self, names: &[&str], count: usize) -> Result<Matrix, E5Error> {
        let mut matrix = Matrix {
            packed: Vec::new(),
            scales: Vec::new(),
        };
        for name in names {
            for block in self.blocks(name, count)?.as_chunks::<BLOCK_BYTES>().0 {
                let scale = u16::from_le_bytes([block[0], block[1]]);
                matrix.scales.push(from_half(scale));
                matrix.packed.extend(neighbours(&block[2..]));
            }
        }
        Ok(matrix)
    }

    fn tensor(&self, name: &str, count: usize, size: usize) -> Result<&[u8], E5Error> {
        let fault = || E5Error::Tensor {
            name: name.to_owned(),
            count,
        };
        let &(offset, found) = self.tensors.get(name).ok_or_else(fault)?;
        let bytes = offset
            .checked_add(size)
            .and_then(|end| self.bytes.get(offset..end));
        bytes.filter(|_| found == count).ok_or_else(fault)
    }

    /// The bytes of a piece.
    pub(super) fn piece(&self, index: usize) -> Option<&[u8]> {
        let (from, to) = (
            *self.pieces.offsets.get(index)?,
            *self.pieces.offsets.get(index + 1)?,
        );
        self.bytes
            .get(self.pieces.text.clone())?
            .get(from as usize..to as usize)
    }
}

/// In the file the byte `j` of a block holds its numbers `j` and `j + 16`; here `2j` and `2j + 1`.
fn neighbours(block: &[u8]) -> Vec<u8> {
    let low = block.iter().map(|byte| byte & 15);
    let numbers: Vec<u8> = low.chain(block.iter().map(|byte| byte >> 4)).collect();
    let pairs = numbers.as_chunks::<2>().0.iter();
    pairs.map(|[first, second]| first | second << 4).collect()
}

impl Pieces {
    fn read(cursor: &mut Cursor) -> Result<Pieces, E5Error> {
        let [count, begin, end, padding, unknown] = cursor.numbers()?;
        let length = cursor.long()?;
        let offsets = cursor.words(count.saturating_add(1))?;
        let scores = cursor.words(count)?.into_iter().map(f32::from_bits);
        let scores = scores.collect();
        let start = cursor.at;
        cursor.take(length)?;
        let text = start..cursor.at;
        let rewritten_count = cursor.number()?;
        let _bytes = cursor.number()?;
        let mut rewritten = Vec::new();
        for _ in 0..rewritten_count {
            let from = cursor.number()? as u32;
            let count = usize::from(cursor.byte()?);
            rewritten.push((from, cursor.words(count)?));
        }
        let special = [begin, end, padding, unknown];
        if special.iter().any(|&piece| piece >= count) {
            return Err(cursor.fault("a special token is not in the vocabulary"));
        }
        Ok(Pieces {
            count,
            begin,
            end,
            unknown,
            padding,
            offsets,
            scores,
            text,
            rewritten,
        })
    }
}

/// Reads little-endian numbers in order.
struct Cursor<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Cursor<'b> {
    fn fault(&self, what: &str) -> E5Error {
        E5Error::Damaged {
            offset: self.at,
            what: what.to_owned(),
        }
    }

    fn take(&mut self, count: usize) -> Result<&'b [u8], E5Error> {
        let end = self.at.checked_add(count);
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or_else(|| self.fault("it ends early"))?;
        self.at += count;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, E5Error> {
        Ok(self.take(1)?[0])
    }

    /// A number of 4 bytes.
    fn number(&mut self) -> Result<usize, E5Error> {
        Ok(self.words(1)?[0] as usize)
    }

    fn numbers<const COUNT: usize>(&mut self) -> Result<[usize; COUNT], E5Error> {
        let mut numbers = [0; COUNT];
        for number in &mut numbers {
            *number = self.number()?;
        }
        Ok(numbers)
    }

    /// A number of 8 bytes.
    fn long(&mut self) -> Result<usize, E5Error> {
        let words = self.words(2)?;
        let long = u64::from(words[0]) | u64::from(words[1]) << 32;
        usize::try_from(long).map_err(|_| self.fault("a number is too large"))
    }

    fn words(&mut self, count: usize) -> Result<Vec<u32>, E5Error> {
        let bytes = self.take(count.saturating_mul(4))?;
        let fours = bytes.as_chunks::<4>().0.iter();
        Ok(fours.map(|four| u32::from_le_bytes(*four)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_keeps_its_numbers_in_order() {
        let numbers: Vec<u8> = (0..32).map(|n| n % 16).collect();
        let in_file: Vec<u8> = (0..16).map(|j| numbers[j] | numbers[j + 16] << 4).collect();
        let packed = neighbours(&in_file);
        let unpacked: Vec<u8> = packed
            .iter()
            .flat_map(|byte| [byte & 15, byte >> 4])
            .collect();
        assert_eq!(unpacked, numbers);
    }

    #[test]
    fn what_is_no_such_file_is_refused_with_its_place() {
        for bytes in [&b""[..], b"GGUF....", b"E5S1\x01\0\0\0\x80"] {
            let error = E5::parse(bytes.to_vec()).err().unwrap().to_string();
            assert!(
                error.starts_with("the weights are damaged at byte"),
                "{error}"
            );
        }
    }
}
