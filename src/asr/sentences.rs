//! Which sentence of a grammar was heard, by the second head alone: a walk through the grammar along the frames.
//!
//! The decoder writes what people write, and over a telephone 上午九点 becomes 商务九点. The head writes what was heard, and
//! where an answer can only be a date or an address of the town, the sounds are looked for that such an answer has.
//! Scores are natural logarithms against the likeliest class of each frame: 0 is what was heard best. Pure.

use super::ctc::{BLANK, Posteriors};
use super::syllables::SyllableHead;
use crate::mandarin::{Spelling, distance};
use std::collections::HashMap;

/// What a syllable around the sentence costs: 我的地址是.
const AROUND: f32 = 2.0;
/// What it costs at most in a frame to hear a syllable that was not heard.
const FLOOR: f32 = -6.0;
/// What a sound costs that lines and dialects blur (zh/z), for each unit of its distance.
const BLUR: f32 = 8.0;
/// Sounds further apart are no more alike than any others.
const NEAR: f32 = 0.2;
/// A frame is silent where nothing but the blank is likelier than this.
const SILENT: f32 = -4.0;
/// Walks that are followed at once.
const WALKS: usize = 160;

/// A grammar as sounds of the head.
pub struct Sentences {
    states: Vec<State>,
}

struct State {
    next: Vec<Arc>,
    ends: bool,
}

#[derive(Clone, Copy)]
struct Arc {
    char: char,
    class: usize,
    to: usize,
}

/// Classes that sound like each class, and what taking one for the other costs.
pub struct Likeness(Vec<Vec<(usize, f32)>>);

impl Likeness {
    /// Of all classes of a head.
    pub fn new(head: &SyllableHead) -> Likeness {
        let sounds = || head.sounds();
        let near = |(class, sound)| {
            let others = sounds().filter(move |(other, _)| *other != class);
            let apart = others.map(|(other, to)| (other, distance(sound, to)));
            let near = apart.filter(|(_, apart)| *apart <= NEAR);
            near.map(|(other, apart)| (other, BLUR * apart)).collect()
        };
        let mut all: Vec<Vec<(usize, f32)>> = vec![Vec::new()];
        all.extend(sounds().map(near));
        Likeness(all)
    }

    /// The classes that sound like one, and what each costs.
    pub fn of(&self, class: usize) -> &[(usize, f32)] {
        &self.0[class]
    }
}

/// A sentence that was heard.
#[derive(Debug, Clone, PartialEq)]
pub struct HeardSentence {
    /// As the grammar writes it, without the words around it.
    pub text: String,
    /// How much less likely it is than what was heard best, the words around it included.
    pub score: f32,
}

impl Sentences {
    /// What the head can hear of a grammar.
    pub fn new(grammar: &Spelling, head: &SyllableHead) -> Sentences {
        let states = grammar.states().iter().map(|state| State {
            ends: state.ends,
            next: state
                .next
                .iter()
                .filter_map(|step| {
                    Some(Arc {
                        char: step.char,
                        class: head.class(step.sound?)?,
                        to: step.to,
                    })
                })
                .collect(),
        });
        Sentences {
            states: states.collect(),
        }
    }

    /// The likeliest sentence; `None` where none is in the sound.
    pub fn best(&self, heard: &Posteriors, likeness: &Likeness) -> Option<HeardSentence> {
        let mut walks = Walks::default();
        for frame in heard.frames() {
            walks.step(self, &Frame::new(frame, likeness));
        }
        walks.best(self)
    }
}

/// One frame's classes, against the likeliest of them.
struct Frame<'f> {
    rows: &'f [f32],
    likeness: &'f Likeness,
    highest: f32,
    /// Of the likeliest class that is no blank.
    sound: f32,
}

impl<'f> Frame<'f> {
    fn new(rows: &'f [f32], likeness: &'f Likeness) -> Frame<'f> {
        let sound = rows[1..].iter().copied().fold(f32::NEG_INFINITY, f32::max);
        Frame {
            rows,
            likeness,
            highest: sound.max(rows[BLANK]),
            sound,
        }
    }

    fn is_silent(&self) -> bool {
        self.sound < SILENT
    }

    fn blank(&self) -> f32 {
        (self.rows[BLANK] - self.highest).max(FLOOR)
    }

    fn any_sound(&self) -> f32 {
        self.sound - self.highest
    }

    fn class(&self, class: usize) -> f32 {
        let alike = self.likeness.of(class).iter();
        let best = alike
            .map(|(other, cost)| self.rows[*other] - cost)
            .fold(self.rows[class], f32::max);
        (best - self.highest).max(FLOOR)
    }
}

/// Where a walk stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Standing {
    state: usize,
    last: Last,
}

/// What the frame before was taken for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Last {
    Blank,
    Class(usize),
    /// A word around the sentence.
    Around,
}

/// A walk: its score, and its last character among all that were written.
#[derive(Clone, Copy)]
struct Walk {
    score: f32,
    written: usize,
    /// The sentence is over.
    is_over: bool,
}

struct Walks {
    live: HashMap<Standing, Walk>,
    /// Characters with the place of the one before; the first is none.
    written: Vec<(usize, char)>,
}

impl Default for Walks {
    fn default() -> Walks {
        let start = Standing {
            state: 0,
            last: Last::Blank,
        };
        let walk = Walk {
            score: 0.0,
            written: 0,
            is_over: false,
        };
        Walks {
            live: HashMap::from([(start, walk)]),
            written: vec![(0, ' ')],
        }
    }
}

impl Walks {
    fn step(&mut self, sentences: &Sentences, frame: &Frame) {
        let mut order: Vec<(Standing, Walk)> = self.live.drain().collect();
        // By place where two are equally likely: the same sound gives the same sentence.
        order.sort_by(|a, b| b.1.score.total_cmp(&a.1.score).then(a.0.cmp(&b.0)));
        order.truncate(WALKS);
        for (standing, walk) in order {
            let Standing { state, last } = standing;
            let stay = |last| Standing { state, last };
            self.offer(stay(Last::Blank), walk.and(frame.blank()));
            match last {
                Last::Class(class) => self.offer(standing, walk.and(frame.class(class))),
                Last::Around => self.offer(standing, walk.and(frame.any_sound())),
                Last::Blank => {}
            }
            if frame.is_silent() {
                continue;
            }
            let may_be_around = walk.written == 0 || walk.is_over || sentences.states[state].ends;
            if may_be_around && last != Last::Around {
                let around = Walk {
                    is_over: walk.written != 0,
                    ..walk.and(frame.any_sound() - AROUND)
                };
                self.offer(stay(Last::Around), around);
            }
            if walk.is_over {
                continue;
            }
            for arc in &sentences.states[state].next {
                if last == Last::Class(arc.class) {
                    continue;
                }
                let to = Standing {
                    state: arc.to,
                    last: Last::Class(arc.class),
                };
                let gone = walk.and(frame.class(arc.class));
                if self
                    .live
                    .get(&to)
                    .is_none_or(|known| known.score < gone.score)
                {
                    self.written.push((walk.written, arc.char));
                    let written = self.written.len() - 1;
                    self.live.insert(to, Walk { written, ..gone });
                }
            }
        }
    }

    fn offer(&mut self, at: Standing, walk: Walk) {
        let known = self.live.entry(at).or_insert(walk);
        if known.score < walk.score {
            *known = walk;
        }
    }

    fn best(&self, sentences: &Sentences) -> Option<HeardSentence> {
        let whole = self.live.iter().filter(|(standing, walk)| {
            walk.written != 0 && (walk.is_over || sentences.states[standing.state].ends)
        });
        let (_, walk) = whole.max_by(|a, b| a.1.score.total_cmp(&b.1.score).then(b.0.cmp(a.0)))?;
        let mut text = Vec::new();
        let mut at = walk.written;
        while at != 0 {
            let (before, char) = self.written[at];
            text.push(char);
            at = before;
        }
        Some(HeardSentence {
            text: text.into_iter().rev().collect(),
            score: walk.score,
        })
    }
}

impl Walk {
    fn and(self, score: f32) -> Walk {
        Walk {
            score: self.score + score,
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mandarin::{State, Step, syllables};

    /// (明天 | 后天) [下午]
    fn days(head: &SyllableHead) -> Sentences {
        let step = |char: char, to| Step {
            char,
            sound: syllables(&char.to_string()).first().map(|s| s.syllable),
            to,
        };
        let state = |next: &[(char, usize)], ends| State {
            next: next.iter().map(|&(char, to)| step(char, to)).collect(),
            ends,
        };
        let grammar = Spelling::new(vec![
            state(&[('明', 1), ('后', 1)], false),
            state(&[('天', 2)], false),
            state(&[('下', 3)], true),
            state(&[('午', 4)], false),
            state(&[], true),
        ]);
        Sentences::new(&grammar, head)
    }

    fn heard(text: &str) -> Option<HeardSentence> {
        let head = SyllableHead::loaded();
        days(&head).best(&head.as_if(text, 0.9), &Likeness::new(&head))
    }

    #[test]
    fn a_sentence_is_heard_among_other_words() {
        for (said, text) in [
            ("明天下午", "明天下午"),
            ("嗯大概明天吧", "明天"),
            ("我看看后天下午可以吗", "后天下午"),
        ] {
            assert_eq!(heard(said).unwrap().text, text, "{said}");
        }
    }

    #[test]
    fn a_blurred_sound_costs_a_little_and_another_one_much() {
        let score = |said| heard(said).unwrap().score;
        assert!(score("明天") > -0.1);
        assert!(score("民天") < score("明天") - 0.1 && score("民天") > -2.0);
        assert!(score("今天") < -4.0);
    }

    #[test]
    fn what_holds_no_sentence_is_far_from_one() {
        let far = heard("我要转人工服务").map_or(f32::NEG_INFINITY, |heard| heard.score);
        assert!(far < -12.0, "{far}");
        assert_eq!(heard(""), None);
    }
}
