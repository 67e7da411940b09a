//! What is played into a leg: prompts in order, and the other leg's sound once two are bridged.

use std::collections::VecDeque;
use std::sync::Arc;

/// Samples of one frame: 20 ms.
const FRAME: usize = 160;
/// Most prompts that wait; one more is refused.
const MOST_PROMPTS: usize = 256;
/// Most frames of the other leg that wait: 60 ms. The oldest gives way.
const MOST_BRIDGED: usize = 3;

/// News of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlayNews {
    /// Its first sound leaves with this frame.
    Started(u32),
    /// Its last sound left with this frame, or it was stopped after `played_ms`.
    Ended {
        tag: u32,
        played_ms: u64,
        whole: bool,
    },
}

/// The queue of one leg.
#[derive(Debug, Default)]
pub struct Playout {
    prompts: VecDeque<Prompt>,
    paused: bool,
    bridged: VecDeque<[i16; FRAME]>,
    news: Vec<PlayNews>,
}

#[derive(Debug)]
struct Prompt {
    tag: u32,
    samples: Arc<[i16]>,
    at: usize,
    started: bool,
}

impl Prompt {
    fn ended(&self) -> PlayNews {
        PlayNews::Ended {
            tag: self.tag,
            played_ms: self.at as u64 / 8,
            whole: self.at == self.samples.len(),
        }
    }
}

impl Playout {
    /// Queues a prompt. One too many ends at once, unheard.
    pub fn play(&mut self, tag: u32, samples: Arc<[i16]>) {
        let prompt = Prompt {
            tag,
            samples,
            at: 0,
            started: false,
        };
        if self.prompts.len() < MOST_PROMPTS {
            self.prompts.push_back(prompt);
        } else {
            self.news.push(prompt.ended());
        }
    }

    /// Halts the prompts where they are.
    pub fn pause(&mut self) {
        self.paused = true;
    }

    /// Goes on where the prompts were halted.
    pub fn resume(&mut self) {
        self.paused = false;
    }

    /// Ends one prompt, playing or waiting; the next one follows, not halted.
    pub fn stop(&mut self, tag: u32) {
        let current = self.prompts.front().map(|prompt| prompt.tag);
        if current == Some(tag) {
            self.paused = false;
        }
        let news = &mut self.news;
        self.prompts.retain(|prompt| {
            let stopped = prompt.tag == tag;
            news.extend(stopped.then(|| prompt.ended()));
            !stopped
        });
    }

    /// Ends all prompts.
    pub fn clear(&mut self) {
        self.paused = false;
        self.news
            .extend(self.prompts.drain(..).map(|prompt| prompt.ended()));
    }

    /// Takes a frame of the other leg.
    pub fn bridge(&mut self, frame: [i16; FRAME]) {
        if self.bridged.len() == MOST_BRIDGED {
            self.bridged.pop_front();
        }
        self.bridged.push_back(frame);
    }

    /// The next frame to send: prompts and the other leg, mixed; silence where there is neither.
    pub fn next_frame(&mut self) -> [i16; FRAME] {
        let mut frame = self.bridged.pop_front().unwrap_or([0; FRAME]);
        let mut filled = 0;
        while !self.paused
            && filled < FRAME
            && let Some(prompt) = self.prompts.front_mut()
        {
            if !prompt.started {
                prompt.started = true;
                self.news.push(PlayNews::Started(prompt.tag));
            }
            let sound = &prompt.samples[prompt.at..];
            let count = sound.len().min(FRAME - filled);
            for (mixed, &sample) in frame[filled..].iter_mut().zip(&sound[..count]) {
                *mixed = mixed.saturating_add(sample);
            }
            prompt.at += count;
            filled += count;
            if prompt.at == prompt.samples.len() {
                self.news.push(prompt.ended());
                self.prompts.pop_front();
            }
        }
        frame
    }

    /// News since they were last taken, in order.
    pub fn take_news(&mut self) -> Vec<PlayNews> {
        std::mem::take(&mut self.news)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use PlayNews::{Ended, Started};

    fn sound(value: i16, samples: usize) -> Arc<[i16]> {
        vec![value; samples].into()
    }

    fn ended(tag: u32, played_ms: u64, whole: bool) -> PlayNews {
        Ended {
            tag,
            played_ms,
            whole,
        }
    }

    #[test]
    fn prompts_follow_each_other_without_a_gap() {
        let mut playout = Playout::default();
        playout.play(1, sound(5, 240));
        playout.play(2, sound(7, 160));
        let frames = [(); 3].map(|()| playout.next_frame());
        assert_eq!(
            (frames[1][79], frames[1][80], frames[2][79], frames[2][80]),
            (5, 7, 7, 0)
        );
        assert_eq!(
            playout.take_news(),
            [
                Started(1),
                ended(1, 30, true),
                Started(2),
                ended(2, 20, true)
            ]
        );
    }

    #[test]
    fn a_halted_prompt_goes_on_where_it_was() {
        let mut playout = Playout::default();
        playout.play(1, (0..480).collect::<Vec<i16>>().into());
        playout.next_frame();
        playout.pause();
        assert_eq!(playout.next_frame(), [0; FRAME]);
        playout.resume();
        assert_eq!(playout.next_frame()[0], 160);
    }

    #[test]
    fn a_stopped_prompt_tells_how_far_it_came_and_the_next_one_follows() {
        let mut playout = Playout::default();
        playout.play(1, sound(5, 800));
        playout.play(2, sound(7, 160));
        playout.next_frame();
        playout.pause();
        playout.stop(1);
        assert_eq!(playout.next_frame()[0], 7);
        assert_eq!(
            playout.take_news()[..3],
            [Started(1), ended(1, 20, false), Started(2)]
        );
    }

    #[test]
    fn clearing_ends_what_waits_too() {
        let mut playout = Playout::default();
        playout.play(1, sound(5, 800));
        playout.play(2, sound(7, 160));
        playout.clear();
        assert_eq!(
            playout.take_news(),
            [ended(1, 0, false), ended(2, 0, false)]
        );
        assert_eq!(playout.next_frame(), [0; FRAME]);
    }

    #[test]
    fn an_empty_prompt_starts_and_ends() {
        let mut playout = Playout::default();
        playout.play(1, sound(0, 0));
        playout.next_frame();
        assert_eq!(playout.take_news(), [Started(1), ended(1, 0, true)]);
    }

    #[test]
    fn the_other_leg_is_never_more_than_three_frames_behind() {
        let mut playout = Playout::default();
        for value in 1..=10 {
            playout.bridge([value; FRAME]);
        }
        assert_eq!([(); 4].map(|()| playout.next_frame()[0]), [8, 9, 10, 0]);
    }
}
