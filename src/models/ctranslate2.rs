//! Reads the weights file of CTranslate2 (`model.bin`, version 6), the form in which Whisper is fetched.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The version of the binary format that is read.
const VERSION: u32 = 6;
/// Most dimensions of a variable; anything above is a damaged file.
const MAX_RANK: usize = 8;

/// A weights file in memory.
#[derive(Debug)]
pub struct Weights {
    path: PathBuf,
    bytes: Vec<u8>,
    variables: BTreeMap<String, Variable>,
}

#[derive(Debug)]
struct Variable {
    shape: Vec<usize>,
    kind: u8,
    data: Range<usize>,
}

/// A variable as 32-bit floats, rows first.
#[derive(Debug, Clone, PartialEq)]
pub struct Tensor {
    /// Dimensions, outermost first; empty for a scalar.
    pub shape: Vec<usize>,
    /// As many values as the product of `shape`.
    pub data: Vec<f32>,
}

impl Tensor {
    /// Rows of a matrix as signed bytes −127..=127 and the scale of each row.
    pub fn quantised_rows(&self) -> (Vec<i8>, Vec<f32>) {
        let width = self.shape[1];
        let mut bytes = Vec::with_capacity(self.data.len());
        let mut scales = Vec::with_capacity(self.shape[0]);
        for row in self.data.chunks(width) {
            let largest = row.iter().fold(0.0f32, |most, value| most.max(value.abs()));
            let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
            bytes.extend(row.iter().map(|value| (value / scale).round() as i8));
            scales.push(scale);
        }
        (bytes, scales)
    }
}

/// Why a weights file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// The file could not be read.
    #[error("cannot read the weights {path}: {source}")]
    Unreadable {
        /// File at fault.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file ends early or holds nonsense.
    #[error(
        "the weights {path} are damaged at byte {offset}: {what}; fetch them again with `lingting models pull`"
    )]
    Damaged {
        /// File at fault.
        path: PathBuf,
        /// Where.
        offset: usize,
        /// What was found.
        what: String,
    },
    /// A variable that the model needs is not there, or is of another kind.
    #[error("the weights {path} hold no usable variable {name:?}: {what}")]
    Variable {
        /// File at fault.
        path: PathBuf,
        /// Name of the variable.
        name: String,
        /// What is wrong with it.
        what: String,
    },
}

impl Weights {
    /// Reads a whole file and checks its structure to the last byte.
    pub fn read(path: &Path) -> Result<Weights, WeightsError> {
        let bytes = std::fs::read(path).map_err(|source| WeightsError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let variables = parse(&bytes).map_err(|(offset, what)| WeightsError::Damaged {
            path: path.to_owned(),
            offset,
            what,
        })?;
        Ok(Weights {
            path: path.to_owned(),
            bytes,
            variables,
        })
    }

    /// Names of all variables and aliases, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }

    /// A variable of half or single precision, as single precision.
    pub fn tensor(&self, name: &str) -> Result<Tensor, WeightsError> {
        let fault = |what: &str| WeightsError::Variable {
            path: self.path.clone(),
            name: name.to_owned(),
            what: what.to_owned(),
        };
        let variable = self
            .variables
            .get(name)
            .ok_or_else(|| fault("it is missing"))?;
        let bytes = &self.bytes[variable.data.clone()];
        let data: Vec<f32> = match variable.kind {
            0 => bytes
                .as_chunks::<4>()
                .0
                .iter()
                .map(|&four| f32::from_le_bytes(four))
                .collect(),
            4 => bytes
                .as_chunks::<2>()
                .0
                .iter()
                .map(|&two| from_half(u16::from_le_bytes(two)))
                .collect(),
            other => {
                return Err(fault(&format!(
                    "its type {other} is neither float16 nor float32"
                )));
            }
        };
        let expected = variable
            .shape
            .iter()
            .try_fold(1, |product: usize, &size| product.checked_mul(size));
        if Some(data.len()) != expected {
            return Err(fault("its size does not fit its shape"));
        }
        Ok(Tensor {
            shape: variable.shape.clone(),
            data,
        })
    }
}

/// A half-precision number (IEEE 754 binary16) in single precision, exactly.
pub(crate) fn from_half(bits: u16) -> f32 {
    let sign = u32::from(bits & 0x8000) << 16;
    let exponent = u32::from(bits >> 10) & 0x1f;
    let mantissa = u32::from(bits) & 0x3ff;
    match (exponent, mantissa) {
        (0, _) => {
            let magnitude = mantissa as f32 / 16_777_216.0;
            f32::from_bits(sign | magnitude.to_bits())
        }
        (31, _) => f32::from_bits(sign | 0x7f80_0000 | mantissa << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | mantissa << 13),
    }
}

type Fault = (usize, String);

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn take(&mut self, count: usize) -> Result<Range<usize>, Fault> {
        let end = self.at.checked_add(count);
        match end {
            Some(end) if end <= self.bytes.len() => {
                let range = self.at..end;
                self.at = end;
                Ok(range)
            }
            _ => Err((self.at, format!("{count} more bytes were expected"))),
        }
    }

    fn number(&mut self, width: usize) -> Result<usize, Fault> {
        let range = self.take(width)?;
        let value = self.bytes[range]
            .iter()
            .rev()
            .fold(0, |value, &byte| value << 8 | usize::from(byte));
        Ok(value)
    }

    /// A string: 16-bit length, then the text with a NUL at its end.
    fn string(&mut self) -> Result<String, Fault> {
        let start = self.at;
        let length = self.number(2)?;
        let range = self.take(length)?;
        let text = self.bytes[range].strip_suffix(b"\0");
        text.and_then(|text| std::str::from_utf8(text).ok())
            .map(str::to_owned)
            .ok_or_else(|| (start, "a name is not text".to_owned()))
    }
}

fn parse(bytes: &[u8]) -> Result<BTreeMap<String, Variable>, Fault> {
    let mut reader = Reader { bytes, at: 0 };
    let version = reader.number(4)?;
    if version != VERSION as usize {
        return Err((0, format!("version {version} instead of {VERSION}")));
    }
    reader.string()?;
    reader.number(4)?;
    let mut variables = BTreeMap::new();
    for _ in 0..reader.number(4)? {
        let (name, variable) = parse_variable(&mut reader)?;
        variables.insert(name, variable);
    }
    for _ in 0..reader.number(4)? {
        let start = reader.at;
        let alias = reader.string()?;
        let target = reader.string()?;
        let variable = variables
            .get(&target)
            .map(|target| Variable {
                shape: target.shape.clone(),
                kind: target.kind,
                data: target.data.clone(),
            })
            .ok_or_else(|| (start, format!("an alias of the unknown {target:?}")))?;
        variables.insert(alias, variable);
    }
    if reader.at < bytes.len() {
        return Err((reader.at, "nothing more was expected".to_owned()));
    }
    Ok(variables)
}

fn parse_variable(reader: &mut Reader) -> Result<(String, Variable), Fault> {
    let name = reader.string()?;
    let start = reader.at;
    let rank = reader.number(1)?;
    if rank > MAX_RANK {
        return Err((start, format!("{name:?} has {rank} dimensions")));
    }
    let shape = (0..rank)
        .map(|_| reader.number(4))
        .collect::<Result<_, _>>()?;
    let kind = reader.number(1)? as u8;
    let size = reader.number(4)?;
    let data = reader.take(size)?;
    Ok((name, Variable { shape, kind, data }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn string(text: &str) -> Vec<u8> {
        let mut bytes = (text.len() as u16 + 1).to_le_bytes().to_vec();
        bytes.extend(text.as_bytes());
        bytes.push(0);
        bytes
    }

    /// A file with one half-precision 1×2 matrix `w` and its alias `v`.
    fn small_file() -> Vec<u8> {
        let mut bytes = VERSION.to_le_bytes().to_vec();
        bytes.extend(string("Spec"));
        bytes.extend(3u32.to_le_bytes());
        bytes.extend(1u32.to_le_bytes());
        bytes.extend(string("w"));
        bytes.push(2);
        bytes.extend(1u32.to_le_bytes());
        bytes.extend(2u32.to_le_bytes());
        bytes.push(4);
        bytes.extend(4u32.to_le_bytes());
        bytes.extend(0x3c00u16.to_le_bytes());
        bytes.extend(0xc000u16.to_le_bytes());
        bytes.extend(1u32.to_le_bytes());
        bytes.extend(string("v"));
        bytes.extend(string("w"));
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Weights, WeightsError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        Weights::read(file.path())
    }

    #[test]
    fn a_variable_is_read_by_its_name_and_by_its_alias() {
        let weights = read(&small_file()).unwrap();
        let expected = Tensor {
            shape: vec![1, 2],
            data: vec![1.0, -2.0],
        };
        assert_eq!(weights.tensor("w").unwrap(), expected);
        assert_eq!(weights.tensor("v").unwrap(), expected);
        let missing = weights.tensor("x").unwrap_err().to_string();
        assert!(missing.contains("\"x\": it is missing"), "{missing}");
    }

    #[test]
    fn half_precision_keeps_its_edges() {
        assert_eq!(from_half(0x0001), 5.960_464_5e-8);
        assert_eq!(from_half(0x7bff), 65504.0);
        assert_eq!(from_half(0xfc00), f32::NEG_INFINITY);
        assert_eq!(from_half(0x8000).to_bits(), (-0.0f32).to_bits());
    }

    #[test]
    fn a_cut_file_is_named_with_the_place_where_it_ends() {
        let whole = small_file();
        for length in 0..whole.len() {
            let error = read(&whole[..length]).unwrap_err().to_string();
            assert!(error.contains("damaged at byte"), "{length}: {error}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let mut file = VERSION.to_le_bytes().to_vec();
            file.extend(bytes);
            let _ = parse(&file);
        }
    }
}
