//! Whisper's two graphs as calls: sound to memory, memory and tokens to the next logits.

use super::AsrError;
use super::features::{LogMel, MELS};
use crate::compute::{OnnxError, PooledSession, SessionPool};
use ort::session::SessionInputValue;
use ort::value::{DynValue, Tensor};
use std::borrow::Cow;
use std::path::Path;

/// The loaded graphs. Weights are held once for each decoding that runs at the same time.
pub struct Network {
    encoder: SessionPool,
    decoder: SessionPool,
    names: Vec<LayerNames>,
}

/// Names of one decoder layer's tensors: `[key, value]`.
struct LayerNames {
    cross: [String; 2],
    past: [String; 2],
    new: [String; 2],
}

/// One utterance being decoded: what the decoder attends to, and what it has read so far.
pub struct Decoding<'a> {
    network: &'a Network,
    session: PooledSession<'a>,
    /// Keys and values of the sound, layer by layer.
    cross: Vec<[DynValue; 2]>,
    /// Keys and values of the tokens so far: [rows, heads, tokens, 64] each.
    past: Vec<[DynValue; 2]>,
    rows: usize,
}

/// Logits of one run: `data[(row * new + position) * tokens + token]`.
pub struct Logits {
    data: Vec<f32>,
    new: usize,
    tokens: usize,
}

impl Logits {
    /// Logits after the token at `position` of `row`.
    pub fn at(&self, row: usize, position: usize) -> &[f32] {
        &self.data[(row * self.new + position) * self.tokens..][..self.tokens]
    }
}

impl Network {
    /// Loads `encoder.onnx` and `decoder.onnx` of a folder; `library` is ONNX Runtime's shared library.
    pub fn load(library: &Path, folder: &Path) -> Result<Network, OnnxError> {
        let encoder = SessionPool::load(library, &folder.join("encoder.onnx"))?;
        let decoder = SessionPool::load(library, &folder.join("decoder.onnx"))?;
        let layers = encoder
            .session()?
            .outputs()
            .iter()
            .filter(|output| output.name().starts_with("cross_key_"))
            .count();
        let pair =
            |prefix: &str, layer| ["key", "value"].map(|kind| format!("{prefix}{kind}_{layer}"));
        let names = (0..layers)
            .map(|layer| LayerNames {
                cross: pair("cross_", layer),
                past: pair("past_", layer),
                new: pair("", layer),
            })
            .collect();
        Ok(Network {
            encoder,
            decoder,
            names,
        })
    }

    /// Runs the encoder and opens a decoding of its sound; beside it the first `frames` of the encoder's frames.
    pub fn encode(&self, mel: LogMel, frames: usize) -> Result<(Decoding<'_>, Vec<f32>), AsrError> {
        let mut encoder = self.encoder.session().map_err(engine)?;
        let input = Tensor::from_array(([1, MELS, mel.frames], mel.data)).map_err(engine)?;
        let mut outputs = encoder.run(ort::inputs!["mel" => input]).map_err(engine)?;
        let (shape, sound) = outputs["sound"]
            .try_extract_tensor::<f32>()
            .map_err(engine)?;
        let sound = sound[..frames * shape[2] as usize].to_vec();
        let mut cross = Vec::with_capacity(self.names.len());
        for names in &self.names {
            cross.push(take_pair(&mut outputs, &names.cross)?);
        }
        drop(outputs);
        let session = self.decoder.session().map_err(engine)?;
        let past = self.nothing_read(&session)?;
        let decoding = Decoding {
            network: self,
            session,
            cross,
            past,
            rows: 1,
        };
        Ok((decoding, sound))
    }

    fn nothing_read(&self, session: &PooledSession) -> Result<Vec<[DynValue; 2]>, AsrError> {
        let heads = session
            .inputs()
            .iter()
            .find(|input| input.name() == self.names[0].past[0])
            .and_then(|input| input.dtype().tensor_shape().map(|shape| shape[1]))
            .ok_or_else(|| AsrError::Engine("the decoder has no past".to_owned()))?;
        let empty = || -> Result<DynValue, AsrError> {
            let tensor = Tensor::<f32>::new(session.allocator(), [1, heads, 0, 64]);
            Ok(tensor.map_err(engine)?.into_dyn())
        };
        (0..self.names.len())
            .map(|_| Ok([empty()?, empty()?]))
            .collect()
    }
}

impl Decoding<'_> {
    /// Reads `tokens` (as many for each row, row after row) and returns the logits after each of them.
    pub fn read(&mut self, tokens: &[usize]) -> Result<Logits, AsrError> {
        let new = tokens.len() / self.rows;
        let ids: Vec<i64> = tokens.iter().map(|&token| token as i64).collect();
        let ids = Tensor::from_array(([self.rows, new], ids)).map_err(engine)?;
        let mut inputs: Vec<(Cow<str>, SessionInputValue)> = vec![("tokens".into(), ids.into())];
        for ((names, cross), past) in self.network.names.iter().zip(&self.cross).zip(&self.past) {
            for side in 0..2 {
                inputs.push((names.cross[side].as_str().into(), (&cross[side]).into()));
                inputs.push((names.past[side].as_str().into(), (&past[side]).into()));
            }
        }
        let mut outputs = self.session.run(inputs).map_err(engine)?;
        let (shape, data) = outputs["logits"]
            .try_extract_tensor::<f32>()
            .map_err(engine)?;
        let logits = Logits {
            tokens: shape[2] as usize,
            data: data.to_vec(),
            new,
        };
        let mut past = Vec::with_capacity(self.past.len());
        for names in &self.network.names {
            past.push(take_pair(&mut outputs, &names.new)?);
        }
        drop(outputs);
        self.past = past;
        Ok(logits)
    }

    /// Starts anew with the same sound.
    pub fn forget(&mut self) -> Result<(), AsrError> {
        self.past = self.network.nothing_read(&self.session)?;
        self.rows = 1;
        Ok(())
    }

    /// Goes on with copies of the given rows, in this order.
    pub fn select(&mut self, rows: &[usize]) -> Result<(), AsrError> {
        if rows.len() == self.rows && rows.iter().enumerate().all(|(to, &from)| to == from) {
            return Ok(());
        }
        for value in self.past.iter_mut().flatten() {
            *value = select_rows(value, rows)?;
        }
        self.rows = rows.len();
        Ok(())
    }
}

fn select_rows(value: &DynValue, rows: &[usize]) -> Result<DynValue, AsrError> {
    let (shape, data) = value.try_extract_tensor::<f32>().map_err(engine)?;
    let size: usize = shape[1..].iter().map(|&size| size as usize).product();
    let chosen: Vec<f32> = rows
        .iter()
        .flat_map(|&row| &data[row * size..][..size])
        .copied()
        .collect();
    let shape = [rows.len() as i64, shape[1], shape[2], shape[3]];
    let tensor = Tensor::from_array((shape, chosen)).map_err(engine)?;
    Ok(tensor.into_dyn())
}

fn take_pair(
    outputs: &mut ort::session::SessionOutputs,
    names: &[String; 2],
) -> Result<[DynValue; 2], AsrError> {
    let mut take = |name: &str| {
        outputs
            .remove(name)
            .ok_or_else(|| AsrError::Engine(format!("the graph has no output {name:?}")))
    };
    Ok([take(&names[0])?, take(&names[1])?])
}

fn engine(error: impl std::fmt::Display) -> AsrError {
    AsrError::Engine(error.to_string())
}
