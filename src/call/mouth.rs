//! The order of what is spoken: prompts cut into phrases, each made or found in the cache, handed to the line in turn.
//!
//! Pure. In: prompts, sounds as they become ready, what the line says it played. Out: [`MouthOutput`]s.

use crate::event::PromptId;
use crate::tts::{Phrase, PhrasePiece, SAMPLE_RATE};
use std::collections::VecDeque;

/// Names one phrase of one prompt on the line's player; unique within its call.
pub type Tag = u32;

/// What the mouth wants done, or tells.
#[derive(Debug, Clone, PartialEq)]
pub enum MouthOutput {
    /// Get this phrase's sound: from the cache, or by making it.
    Fetch { tag: Tag, text: String },
    /// Play this after what was given before.
    Play { tag: Tag, sound: Phrase },
    /// Drop this phrase, whether playing or waiting.
    Stop { tag: Tag },
    /// First sound of a prompt left.
    Started { prompt: PromptId },
    /// A prompt is over.
    Ended {
        prompt: PromptId,
        played_ms: u64,
        whole: bool,
    },
}

/// Prompts under way, first to speak first.
#[derive(Debug, Default)]
pub struct Mouth {
    prompts: VecDeque<Prompt>,
    last_tag: Tag,
}

#[derive(Debug)]
struct Prompt {
    id: PromptId,
    phrases: VecDeque<Piece>,
    started: bool,
    stopped: bool,
    cut: bool,
    played_ms: u64,
}

#[derive(Debug)]
struct Piece {
    tag: Tag,
    pause_ms: u64,
    sound: Sound,
}

#[derive(Debug)]
enum Sound {
    Awaited,
    Ready(Phrase),
    /// With the line's player.
    Given,
}

impl Mouth {
    /// Takes a prompt cut into phrases.
    pub fn say(&mut self, id: PromptId, phrases: Vec<PhrasePiece>) -> Vec<MouthOutput> {
        let mut outputs = Vec::new();
        let mut pieces = VecDeque::new();
        for PhrasePiece { text, pause_ms } in phrases {
            self.last_tag += 1;
            let tag = self.last_tag;
            outputs.push(MouthOutput::Fetch { tag, text });
            pieces.push_back(Piece {
                tag,
                pause_ms,
                sound: Sound::Awaited,
            });
        }
        self.prompts.push_back(Prompt {
            id,
            phrases: pieces,
            started: false,
            stopped: false,
            cut: false,
            played_ms: 0,
        });
        self.advance(&mut outputs);
        outputs
    }

    /// A phrase's sound is there; `None` where it could not be made, so that the rest is still spoken.
    pub fn ready(&mut self, tag: Tag, sound: Option<Phrase>) -> Vec<MouthOutput> {
        for prompt in &mut self.prompts {
            match sound {
                Some(ref sound) => {
                    let piece = prompt.phrases.iter_mut().find(|piece| piece.tag == tag);
                    if let Some(piece) = piece {
                        piece.sound = Sound::Ready(with_pause(sound, piece.pause_ms));
                    }
                }
                None => prompt.phrases.retain(|piece| piece.tag != tag),
            }
        }
        let mut outputs = Vec::new();
        self.advance(&mut outputs);
        outputs
    }

    /// The line began to play a phrase.
    pub fn started(&mut self, tag: Tag) -> Vec<MouthOutput> {
        let holds = |prompt: &&mut Prompt| prompt.phrases.iter().any(|piece| piece.tag == tag);
        match self.prompts.iter_mut().find(holds) {
            Some(prompt) if !prompt.started => {
                prompt.started = true;
                vec![MouthOutput::Started { prompt: prompt.id }]
            }
            _ => Vec::new(),
        }
    }

    /// The line is done with a phrase.
    pub fn ended(&mut self, tag: Tag, played_ms: u64, whole: bool) -> Vec<MouthOutput> {
        for prompt in &mut self.prompts {
            if prompt.phrases.iter().any(|piece| piece.tag == tag) {
                prompt.phrases.retain(|piece| piece.tag != tag);
                prompt.played_ms += played_ms;
                prompt.cut |= !whole;
            }
        }
        let mut outputs = Vec::new();
        self.advance(&mut outputs);
        outputs
    }

    /// Stops a prompt and all behind it.
    pub fn stop(&mut self, id: PromptId) -> Vec<MouthOutput> {
        let mut outputs = Vec::new();
        let behind = self.prompts.iter_mut().skip_while(|prompt| prompt.id != id);
        for prompt in behind {
            prompt.stopped = true;
            prompt.phrases.retain(|piece| {
                let given = matches!(piece.sound, Sound::Given);
                if given {
                    outputs.push(MouthOutput::Stop { tag: piece.tag });
                }
                given
            });
        }
        self.advance(&mut outputs);
        outputs
    }

    /// Whether nothing is being said or waits to be.
    pub fn is_silent(&self) -> bool {
        self.prompts.is_empty()
    }

    /// Ends prompts that have nothing left, and gives the line what is next in order.
    fn advance(&mut self, outputs: &mut Vec<MouthOutput>) {
        while let Some(prompt) = self
            .prompts
            .pop_front_if(|prompt| prompt.phrases.is_empty())
        {
            outputs.push(MouthOutput::Ended {
                prompt: prompt.id,
                played_ms: prompt.played_ms,
                whole: !prompt.stopped && !prompt.cut,
            });
        }
        for piece in self
            .prompts
            .iter_mut()
            .flat_map(|prompt| &mut prompt.phrases)
        {
            match std::mem::replace(&mut piece.sound, Sound::Given) {
                Sound::Given => {}
                Sound::Ready(sound) => outputs.push(MouthOutput::Play {
                    tag: piece.tag,
                    sound,
                }),
                Sound::Awaited => {
                    piece.sound = Sound::Awaited;
                    return;
                }
            }
        }
    }
}

/// The sound with its pause behind it.
fn with_pause(sound: &Phrase, pause_ms: u64) -> Phrase {
    let pause = usize::try_from(pause_ms * u64::from(SAMPLE_RATE) / 1_000).unwrap_or(0);
    sound
        .iter()
        .copied()
        .chain(std::iter::repeat_n(0, pause))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> Phrase {
        vec![0_i16; 160].into()
    }

    fn phrase(text: &str) -> PhrasePiece {
        PhrasePiece {
            text: text.to_owned(),
            pause_ms: 0,
        }
    }

    fn played(outputs: &[MouthOutput]) -> Vec<Tag> {
        let tag = |output: &MouthOutput| match output {
            MouthOutput::Play { tag, .. } => Some(*tag),
            _ => None,
        };
        outputs.iter().filter_map(tag).collect()
    }

    fn two_phrases(mouth: &mut Mouth) {
        mouth.say(PromptId(1), vec![phrase("您好"), phrase("请讲")]);
    }

    #[test]
    fn phrases_are_played_in_order_whichever_is_ready_first() {
        let mut mouth = Mouth::default();
        two_phrases(&mut mouth);
        assert!(played(&mouth.ready(2, Some(sound()))).is_empty());
        assert_eq!(played(&mouth.ready(1, Some(sound()))), [1, 2]);
    }

    #[test]
    fn a_prompt_starts_with_its_first_phrase_and_ends_with_its_last() {
        let mut mouth = Mouth::default();
        two_phrases(&mut mouth);
        mouth.ready(1, Some(sound()));
        mouth.ready(2, Some(sound()));
        let prompt = PromptId(1);
        assert_eq!(mouth.started(1), [MouthOutput::Started { prompt }]);
        assert!(mouth.ended(1, 20, true).is_empty());
        assert!(mouth.started(2).is_empty());
        let ended = MouthOutput::Ended {
            prompt,
            played_ms: 40,
            whole: true,
        };
        assert_eq!(mouth.ended(2, 20, true), [ended]);
    }

    #[test]
    fn a_phrase_that_cannot_be_made_does_not_hold_up_the_rest() {
        let mut mouth = Mouth::default();
        two_phrases(&mut mouth);
        mouth.ready(2, Some(sound()));
        assert_eq!(played(&mouth.ready(1, None)), [2]);
        mouth.say(PromptId(2), vec![phrase("再见")]);
        mouth.ended(2, 20, true);
        assert_eq!(mouth.ready(3, None).len(), 1);
        assert!(mouth.is_silent());
    }

    #[test]
    fn stopping_a_prompt_stops_all_behind_it_and_tells_what_was_heard() {
        let mut mouth = Mouth::default();
        two_phrases(&mut mouth);
        mouth.say(PromptId(2), vec![phrase("再见")]);
        mouth.ready(1, Some(sound()));
        mouth.started(1);
        assert_eq!(mouth.stop(PromptId(1)), [MouthOutput::Stop { tag: 1 }]);
        let ended = |prompt, played_ms| MouthOutput::Ended {
            prompt: PromptId(prompt),
            played_ms,
            whole: false,
        };
        assert_eq!(mouth.ended(1, 7, false), [ended(1, 7), ended(2, 0)]);
    }
}
