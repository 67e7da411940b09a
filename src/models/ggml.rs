//! Writes Whisper's weights as the file that whisper.cpp loads: OpenAI's names of tensors, matrices as q8_0.

use super::ctranslate2::{Tensor, Weights, WeightsError};
use super::mel;
use super::whisper_vocabulary::token_bytes;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// First four bytes of the file.
const MAGIC: u32 = 0x6767_6d6c;
/// Matrices are mostly q8_0 (7), quantised by the second version of ggml's formats (a factor of 1000).
const FILE_TYPE: u32 = 7 + 2 * 1000;
/// Width of an attention head in every Whisper.
const HEAD: usize = 64;
/// Tokens that are text; whisper.cpp knows the names of those above by itself.
const TEXT_TOKENS: usize = 50_257;
/// Values that share one scale in q8_0.
const BLOCK: usize = 32;

/// Why a ggml file could not be written.
#[derive(Debug, thiserror::Error)]
pub enum GgmlError {
    /// The weights cannot be used.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The vocabulary cannot be used.
    #[error("the vocabulary {path} is damaged: {what}")]
    Vocabulary {
        /// File at fault.
        path: PathBuf,
        /// What was found.
        what: String,
    },
    /// A file could not be read or written.
    #[error("cannot write {path}: {source}")]
    Io {
        /// File at fault.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// How a tensor is stored, by ggml's number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    F32 = 0,
    F16 = 1,
    Q8 = 8,
}

/// Writes the weights (CTranslate2's `model.bin`) and the vocabulary (`vocabulary.txt`, a token a line) as one ggml
/// file. The same source gives the same bytes.
pub fn convert(model: &Path, vocabulary: &Path, out: &Path) -> Result<(), GgmlError> {
    let weights = Weights::read(model)?;
    let tokens = tokens(vocabulary)?;
    let failed = |source| GgmlError::Io {
        path: out.to_owned(),
        source,
    };
    let mut file = BufWriter::new(File::create(out).map_err(failed)?);
    let sizes = Sizes::of(&weights)?;
    sizes.write(&mut file).map_err(failed)?;
    write_filters(&mut file, sizes.mels).map_err(failed)?;
    write_tokens(&mut file, &tokens).map_err(failed)?;
    for (name, kind, tensor) in tensors(&weights, &sizes)? {
        write_tensor(&mut file, &name, kind, &tensor).map_err(failed)?;
    }
    file.flush().map_err(failed)
}

/// Sizes of the network.
struct Sizes {
    vocabulary: usize,
    audio_context: usize,
    text_context: usize,
    state: usize,
    audio_layers: usize,
    text_layers: usize,
    mels: usize,
}

impl Sizes {
    fn of(weights: &Weights) -> Result<Sizes, WeightsError> {
        let rows = |name: &str| Ok::<_, WeightsError>(weights.tensor(name)?.shape[0]);
        let layers = |half: &str| {
            let last = |i: &usize| format!("{half}/layer_{i}/ffn/layer_norm/gamma");
            (0..)
                .take_while(|i| weights.tensor(&last(i)).is_ok())
                .count()
        };
        Ok(Sizes {
            vocabulary: rows("decoder/embeddings/weight")?,
            audio_context: rows("encoder/position_encodings/encodings")?,
            text_context: rows("decoder/position_encodings/encodings")?,
            state: rows("encoder/layer_norm/gamma")?,
            audio_layers: layers("encoder"),
            text_layers: layers("decoder"),
            mels: weights
                .tensor("encoder/conv1/weight")?
                .shape
                .get(1)
                .copied()
                .unwrap_or(0),
        })
    }

    fn write(&self, file: &mut impl Write) -> io::Result<()> {
        let heads = self.state / HEAD;
        let audio = [self.audio_context, self.state, heads, self.audio_layers];
        let text = [self.text_context, self.state, heads, self.text_layers];
        write_u32(file, MAGIC)?;
        for size in [&[self.vocabulary][..], &audio, &text, &[self.mels]].concat() {
            write_u32(file, size as u32)?;
        }
        write_u32(file, FILE_TYPE)
    }
}

/// All tensors in the order in which they are written.
fn tensors(weights: &Weights, sizes: &Sizes) -> Result<Vec<(String, Kind, Tensor)>, WeightsError> {
    let mut out = Naming {
        weights,
        tensors: Vec::new(),
    };
    for conv in ["conv1", "conv2"] {
        out.put(
            &format!("encoder.{conv}.weight"),
            Kind::F16,
            &format!("encoder/{conv}/weight"),
        )?;
        let mut bias = weights.tensor(&format!("encoder/{conv}/bias"))?;
        bias.shape.push(1);
        out.tensors
            .push((format!("encoder.{conv}.bias"), Kind::F32, bias));
    }
    for (half, layers, norm) in [
        ("encoder", sizes.audio_layers, "ln_post"),
        ("decoder", sizes.text_layers, "ln"),
    ] {
        let positions = format!("{half}/position_encodings/encodings");
        out.put(
            &format!("{half}.positional_embedding"),
            Kind::F32,
            &positions,
        )?;
        out.norm(&format!("{half}.{norm}"), &format!("{half}/layer_norm"))?;
        for layer in 0..layers {
            let (to, from) = (
                format!("{half}.blocks.{layer}"),
                format!("{half}/layer_{layer}"),
            );
            out.block(&to, &from, half == "decoder")?;
        }
    }
    out.put(
        "decoder.token_embedding.weight",
        Kind::Q8,
        "decoder/embeddings/weight",
    )?;
    Ok(out.tensors)
}

struct Naming<'a> {
    weights: &'a Weights,
    tensors: Vec<(String, Kind, Tensor)>,
}

impl Naming<'_> {
    fn put(&mut self, to: &str, kind: Kind, from: &str) -> Result<(), WeightsError> {
        self.tensors
            .push((to.to_owned(), kind, self.weights.tensor(from)?));
        Ok(())
    }

    fn norm(&mut self, to: &str, from: &str) -> Result<(), WeightsError> {
        self.put(&format!("{to}.weight"), Kind::F32, &format!("{from}/gamma"))?;
        self.put(&format!("{to}.bias"), Kind::F32, &format!("{from}/beta"))
    }

    fn linear(&mut self, to: &str, from: &str) -> Result<(), WeightsError> {
        self.put(&format!("{to}.weight"), Kind::Q8, &format!("{from}/weight"))?;
        self.put(&format!("{to}.bias"), Kind::F32, &format!("{from}/bias"))
    }

    fn block(&mut self, to: &str, from: &str, crossed: bool) -> Result<(), WeightsError> {
        let own = format!("{from}/self_attention");
        self.norm(&format!("{to}.attn_ln"), &format!("{own}/layer_norm"))?;
        // Query, key and value lie one above the other.
        self.split(
            &format!("{to}.attn"),
            &["query", "key", "value"],
            &format!("{own}/linear_0"),
        )?;
        self.linear(&format!("{to}.attn.out"), &format!("{own}/linear_1"))?;
        if crossed {
            let other = format!("{from}/attention");
            self.norm(
                &format!("{to}.cross_attn_ln"),
                &format!("{other}/layer_norm"),
            )?;
            self.linear(
                &format!("{to}.cross_attn.query"),
                &format!("{other}/linear_0"),
            )?;
            self.split(
                &format!("{to}.cross_attn"),
                &["key", "value"],
                &format!("{other}/linear_1"),
            )?;
            self.linear(
                &format!("{to}.cross_attn.out"),
                &format!("{other}/linear_2"),
            )?;
        }
        self.norm(&format!("{to}.mlp_ln"), &format!("{from}/ffn/layer_norm"))?;
        self.linear(&format!("{to}.mlp.0"), &format!("{from}/ffn/linear_0"))?;
        self.linear(&format!("{to}.mlp.2"), &format!("{from}/ffn/linear_1"))
    }

    /// A matrix that holds several, one above the other. Whisper's keys have no bias: it is zero here.
    fn split(&mut self, to: &str, parts: &[&str], from: &str) -> Result<(), WeightsError> {
        let matrix = self.weights.tensor(&format!("{from}/weight"))?;
        let bias = self.weights.tensor(&format!("{from}/bias"))?;
        for (i, part) in parts.iter().enumerate() {
            let slice = |whole: &Tensor| {
                let length = whole.data.len() / parts.len();
                let mut shape = whole.shape.clone();
                shape[0] /= parts.len();
                Tensor {
                    shape,
                    data: whole.data[i * length..(i + 1) * length].to_vec(),
                }
            };
            self.tensors
                .push((format!("{to}.{part}.weight"), Kind::Q8, slice(&matrix)));
            if *part != "key" {
                self.tensors
                    .push((format!("{to}.{part}.bias"), Kind::F32, slice(&bias)));
            }
        }
        Ok(())
    }
}

fn write_filters(file: &mut impl Write, mels: usize) -> io::Result<()> {
    write_u32(file, mels as u32)?;
    write_u32(file, mel::BINS as u32)?;
    mel::filters(mels)
        .iter()
        .try_for_each(|weight| file.write_all(&weight.to_le_bytes()))
}

/// Bytes of the text tokens, from a file with one token a line.
fn tokens(path: &Path) -> Result<Vec<Vec<u8>>, GgmlError> {
    let damaged = |what: String| GgmlError::Vocabulary {
        path: path.to_owned(),
        what,
    };
    let text = std::fs::read_to_string(path).map_err(|error| damaged(error.to_string()))?;
    let tokens: Result<Vec<_>, _> = text
        .split('\n')
        .take(TEXT_TOKENS)
        .enumerate()
        .map(|(i, line)| {
            token_bytes(line).ok_or_else(|| damaged(format!("line {} is no token", i + 1)))
        })
        .collect();
    let tokens = tokens?;
    match tokens.len() {
        TEXT_TOKENS => Ok(tokens),
        count => Err(damaged(format!(
            "it has {count} lines instead of {TEXT_TOKENS} at least"
        ))),
    }
}

fn write_tokens(file: &mut impl Write, tokens: &[Vec<u8>]) -> io::Result<()> {
    write_u32(file, tokens.len() as u32)?;
    for token in tokens {
        write_u32(file, token.len() as u32)?;
        file.write_all(token)?;
    }
    Ok(())
}

fn write_tensor(file: &mut impl Write, name: &str, kind: Kind, tensor: &Tensor) -> io::Result<()> {
    write_u32(file, tensor.shape.len() as u32)?;
    write_u32(file, name.len() as u32)?;
    write_u32(file, kind as u32)?;
    // ggml counts dimensions from the innermost.
    for &size in tensor.shape.iter().rev() {
        write_u32(file, size as u32)?;
    }
    file.write_all(name.as_bytes())?;
    match kind {
        Kind::F32 => tensor
            .data
            .iter()
            .try_for_each(|value| file.write_all(&value.to_le_bytes())),
        Kind::F16 => tensor
            .data
            .iter()
            .try_for_each(|&value| file.write_all(&to_half(value).to_le_bytes())),
        Kind::Q8 => tensor
            .data
            .chunks(BLOCK)
            .try_for_each(|block| file.write_all(&q8(block))),
    }
}

/// One block of q8_0: a scale in half precision and 32 bytes, so that value = scale × byte.
fn q8(values: &[f32]) -> [u8; 2 + BLOCK] {
    let largest = values
        .iter()
        .fold(0.0_f32, |largest, value| largest.max(value.abs()));
    let scale = largest / 127.0;
    let inverse = if scale > 0.0 { 1.0 / scale } else { 0.0 };
    let mut block = [0; 2 + BLOCK];
    block[..2].copy_from_slice(&to_half(scale).to_le_bytes());
    for (to, value) in block[2..].iter_mut().zip(values) {
        *to = ((value * inverse).round() as i8).cast_unsigned();
    }
    block
}

/// To half precision (IEEE 754 binary16), to the nearest, ties to even; too large becomes infinite.
fn to_half(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = (bits >> 16 & 0x8000) as u16;
    let magnitude = bits & 0x7fff_ffff;
    let half = if magnitude < 0x3880_0000 {
        // Below 2⁻¹⁴ halves are multiples of 2⁻²⁴.
        (f32::from_bits(magnitude) * 16_777_216.0).round_ties_even() as u16
    } else {
        let nearest = magnitude + 0x0fff + (magnitude >> 13 & 1);
        ((nearest - 0x3800_0000) >> 13).min(0x7c00) as u16
    };
    sign | half
}

fn write_u32(file: &mut impl Write, value: u32) -> io::Result<()> {
    file.write_all(&value.to_le_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_the_nearest() {
        let cases = [
            (0.0, 0x0000),
            (1.0, 0x3c00),
            (-2.0, 0xc000),
            (65_504.0, 0x7bff),
            (70_000.0, 0x7c00),
            (1.0 + 1.0 / 2048.0, 0x3c00),
            (1.0 + 3.0 / 2048.0, 0x3c02),
            (5.960_464_5e-8, 0x0001),
            (6.103_515_6e-5, 0x0400),
            (6.097_555e-5, 0x03ff),
            (0.1, 0x2e66),
        ];
        for (value, half) in cases {
            assert_eq!(to_half(value), half, "{value}");
        }
    }

    #[test]
    fn a_block_keeps_its_largest_value_and_its_signs() {
        let mut values = [0.0; BLOCK];
        (values[0], values[1], values[2]) = (12.7, -12.7, 0.1);
        let block = q8(&values);
        assert_eq!(
            (block[2] as i8, block[3] as i8, block[4] as i8),
            (127, -127, 1)
        );
        assert_eq!(u16::from_le_bytes([block[0], block[1]]), to_half(0.1));
    }

    #[test]
    fn a_block_of_nothing_is_nothing() {
        assert_eq!(q8(&[0.0; BLOCK]), [0; 2 + BLOCK]);
    }
}
