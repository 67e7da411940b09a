//! Voice activity: the probability that somebody speaks, for each frame of 32 ms (Silero VAD over ONNX Runtime).
//!
//! The session comes from the caller, for one frame at a time; the network's memory lies here. So any number of
//! streams share few sessions.

use super::AudioError;
use ort::session::Session;
use ort::value::{Tensor, TensorRef};

/// Values of the state that the network carries from frame to frame.
const STATE: usize = 2 * 128;

/// Sampling rate of the sound that is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// 8 kHz: frames of 256 samples.
    Phone,
    /// 16 kHz: frames of 512 samples.
    Wide,
}

impl Rate {
    /// Samples a second.
    pub fn hz(self) -> u32 {
        match self {
            Rate::Phone => 8_000,
            Rate::Wide => 16_000,
        }
    }

    /// Samples of a frame of 32 ms.
    pub fn frame(self) -> usize {
        self.hz() as usize * 32 / 1000
    }

    /// Samples of the frame before that the network wants to see again: 4 ms.
    fn context(self) -> usize {
        self.frame() / 8
    }
}

/// Voice activity of one stream.
pub struct Vad {
    rate: Rate,
    state: Vec<f32>,
    /// Context and frame, one after the other.
    input: Vec<f32>,
}

impl Vad {
    /// For a stream that begins.
    pub fn new(rate: Rate) -> Vad {
        Vad {
            rate,
            state: vec![0.0; STATE],
            input: vec![0.0; rate.context() + rate.frame()],
        }
    }

    /// Probability between 0 and 1 that the next [`Rate::frame`] samples, in −1..1, are speech. Samples that are
    /// missing count as silence, those beyond are ignored. `session` runs `silero_vad.onnx`.
    pub fn frame(&mut self, session: &mut Session, samples: &[f32]) -> Result<f32, AudioError> {
        let context = self.rate.context();
        let kept = self.input.len() - context;
        self.input.copy_within(kept.., 0);
        for (i, slot) in self.input[context..].iter_mut().enumerate() {
            *slot = samples.get(i).copied().unwrap_or(0.0);
        }
        self.run(session)
            .map_err(|error| AudioError::Vad(error.to_string()))
    }

    fn run(&mut self, session: &mut Session) -> ort::Result<f32> {
        let input = TensorRef::from_array_view(([1, self.input.len()], self.input.as_slice()))?;
        let state = TensorRef::from_array_view(([2, 1, STATE / 2], self.state.as_slice()))?;
        let rate = Tensor::from_array(([0_usize; 0], vec![i64::from(self.rate.hz())]))?;
        let outputs =
            session.run(ort::inputs!["input" => input, "state" => state, "sr" => rate])?;
        let (_, probability) = outputs["output"].try_extract_tensor::<f32>()?;
        let (_, next) = outputs["stateN"].try_extract_tensor::<f32>()?;
        self.state.clear();
        self.state.extend_from_slice(next);
        Ok(probability.first().copied().unwrap_or(0.0))
    }
}
