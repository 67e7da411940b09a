//! The second head: the encoder's frames in, syllables with their places and probabilities out.
//!
//! A small network of our own beside Whisper's decoder (`models/train/` makes it). It writes what was heard and knows no
//! language, so it neither loops nor invents; where an answer can only be one of a few, it says how likely each of them is.

use super::AsrError;
use super::ctc::Posteriors;
use crate::compute::{OnnxError, SessionPool};
use crate::mandarin::{Syllable, syllables};
use ort::value::Tensor;
use std::collections::HashMap;
use std::path::Path;

/// The trained network: 8-bit weights, 1.1 MB. It is part of the program, since it is ours and fits one encoder alone.
const NETWORK: &[u8] = include_bytes!("../../models/syllables.onnx");
/// Channels of the encoder that it was trained on: Whisper base.
const WIDTH: usize = 512;
/// Milliseconds from one frame of the encoder to the next.
pub const FRAME_MS: u64 = 20;

/// A syllable in a recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeardSyllable {
    /// The sound, its tone unknown.
    pub syllable: Syllable,
    /// Milliseconds from the beginning of the utterance to where it is heard most clearly.
    pub at_ms: u64,
    /// How sure the head is, 0..1.
    pub probability: f32,
}

/// The loaded network.
pub struct SyllableHead {
    sessions: SessionPool,
    /// Syllable of each class; class 0 is the blank.
    syllables: Vec<Syllable>,
    classes: HashMap<Syllable, usize>,
}

impl SyllableHead {
    /// Loads the network; `library` is ONNX Runtime's shared library.
    pub fn load(library: &Path) -> Result<SyllableHead, OnnxError> {
        let sessions = SessionPool::built_in(library, "syllables.onnx", NETWORK)?;
        let names = sessions
            .session()?
            .metadata()
            .ok()
            .and_then(|known| known.custom("syllables"));
        let names = names.expect("the built-in network was written with them");
        let syllables: Vec<Syllable> = names
            .split(' ')
            .map(|name| {
                name.parse()
                    .expect("a test reads every name of the built-in network")
            })
            .collect();
        let classes = syllables.iter().enumerate().map(|(n, &s)| (s, n + 1));
        Ok(SyllableHead {
            classes: classes.collect(),
            sessions,
            syllables,
        })
    }

    /// Classes in each frame of `sound`, the encoder's frames of [`WIDTH`] channels each.
    pub fn listen(&self, sound: &[f32]) -> Result<Posteriors, AsrError> {
        let mut session = self.sessions.session().map_err(engine)?;
        let shape = [1, sound.len() / WIDTH, WIDTH];
        let input = Tensor::from_array((shape, sound.to_vec())).map_err(engine)?;
        let outputs = session
            .run(ort::inputs!["sound" => input])
            .map_err(engine)?;
        let (shape, rows) = outputs["log_probabilities"]
            .try_extract_tensor::<f32>()
            .map_err(engine)?;
        Ok(Posteriors::new(rows.to_vec(), shape[2] as usize))
    }

    /// What was heard, syllable by syllable.
    pub fn heard(&self, posteriors: &Posteriors) -> Vec<HeardSyllable> {
        let spikes = posteriors.spikes().into_iter();
        spikes
            .map(|spike| HeardSyllable {
                syllable: self.syllables[spike.class - 1],
                at_ms: (spike.from + spike.to) as u64 * FRAME_MS / 2,
                probability: spike.probability,
            })
            .collect()
    }

    /// The class of a syllable, whatever its tone.
    pub fn class(&self, syllable: Syllable) -> Option<usize> {
        self.classes.get(&syllable.with_tone(0)).copied()
    }

    /// Every class but the blank, and its syllable.
    pub fn sounds(&self) -> impl Iterator<Item = (usize, Syllable)> + '_ {
        (1..).zip(self.syllables.iter().copied())
    }

    /// Classes of a text's syllables; `None` where one of them is no syllable of Mandarin.
    pub fn classes(&self, text: &str) -> Option<Vec<usize>> {
        let sounds = syllables(text).into_iter();
        sounds.map(|spoken| self.class(spoken.syllable)).collect()
    }
}

#[cfg(test)]
impl SyllableHead {
    /// The head with the models' runtime.
    pub(super) fn loaded() -> SyllableHead {
        let folder = crate::models::Folder::locate(None);
        let library = folder.path("onnxruntime", "libonnxruntime.so").unwrap();
        SyllableHead::load(&library).unwrap()
    }

    /// What would be heard if each syllable of the text were heard for a frame with this probability, a blank before it.
    pub(super) fn as_if(&self, text: &str, probability: f32) -> Posteriors {
        let count = self.syllables.len() + 1;
        let rest = ((1.0 - probability) / (count - 1) as f32).ln();
        let mut rows = Vec::new();
        for class in self.classes(text).unwrap() {
            for frame in [super::ctc::BLANK, class, super::ctc::BLANK] {
                rows.extend((0..count).map(|c| if c == frame { probability.ln() } else { rest }));
            }
        }
        Posteriors::new(rows, count)
    }
}

fn engine(error: impl std::fmt::Display) -> AsrError {
    AsrError::Engine(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::Manifest;

    #[test]
    fn every_class_is_a_syllable_of_its_own() {
        let head = SyllableHead::loaded();
        assert_eq!(head.classes.len(), head.syllables.len());
        assert!(head.syllables.len() > 380);
        assert!(head.syllables.iter().all(|syllable| syllable.tone == 0));
    }

    #[test]
    fn what_callers_answer_can_be_heard() {
        let head = SyllableHead::loaded();
        for text in [
            "零幺二三四五六七八九两",
            "对，是的，嗯",
            "转人工",
            "国权路十五弄",
            "旅客略",
        ] {
            assert!(head.classes(text).is_some(), "{text}");
        }
        assert_eq!(head.classes("对不起").unwrap().len(), 3);
        assert_eq!(
            head.classes("水"),
            head.classes("谁水").map(|both| both[1..].to_vec())
        );
    }

    #[test]
    fn it_was_trained_on_the_encoder_that_the_manifest_names() {
        let head = SyllableHead::loaded();
        let session = head.sessions.session().unwrap();
        let trained_on = session.metadata().unwrap().custom("encoder").unwrap();
        let models = &Manifest::shipped().models;
        let whisper = models
            .iter()
            .find(|model| model.id == "whisper-base")
            .unwrap();
        assert_eq!(whisper.file("encoder.onnx").unwrap().sha256, trained_on);
    }
}
