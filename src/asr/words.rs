//! Which tokens may come next when only certain words, or the sentences of a grammar, may be written.
//!
//! What may be written stands in a graph of bytes; a text is any sequence of words and sentences. A token may come when its
//! bytes walk the graph, so characters that Whisper writes in pieces are allowed piece by piece, and no impossible one is.

use crate::mandarin::Spelling;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A set of words that may be written in any order and number.
pub struct Words {
    nodes: Vec<Node>,
    tokens: Arc<[Vec<u8>]>,
    masks: Mutex<HashMap<Place, Arc<[bool]>>>,
    /// The words may stand anywhere in a text of other words.
    anywhere: bool,
}

#[derive(Default)]
struct Node {
    /// Bytes that may come next and where they lead; several may begin with the same byte.
    next: Vec<(u8, usize)>,
    ends_word: bool,
}

impl Node {
    fn behind(&self, byte: u8) -> impl Iterator<Item = usize> + '_ {
        let mine = self.next.iter().filter(move |(next, _)| *next == byte);
        mine.map(|(_, to)| *to)
    }
}

/// Where a text stands: every node that its bytes can have led to, in order. Empty: it has left the words.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place(Vec<usize>);

impl Place {
    /// Whether the text has left what may be written.
    pub fn is_lost(&self) -> bool {
        self.0.is_empty()
    }
}

const ROOT: usize = 0;
/// Masks that are kept; a grammar has more places than anybody comes to.
const MOST_MASKS: usize = 1_000;

impl Words {
    /// `tokens` are the bytes of the vocabulary's text tokens, by index.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>, tokens: Arc<[Vec<u8>]>) -> Words {
        let mut listed = Words {
            nodes: vec![Node::default()],
            tokens,
            masks: Mutex::default(),
            anywhere: false,
        };
        for word in words {
            let end = word
                .bytes()
                .fold(ROOT, |from, byte| listed.follow(from, byte));
            listed.nodes[end].ends_word = true;
        }
        listed
    }

    /// Words that may begin anywhere in a text; [`Words::allowed`] then names the tokens that carry on a word that
    /// has begun.
    pub fn anywhere<'a>(words: impl IntoIterator<Item = &'a str>, tokens: Arc<[Vec<u8>]>) -> Words {
        Words {
            anywhere: true,
            ..Words::new(words, tokens)
        }
    }

    /// These words and the sentences of a grammar.
    pub fn and_sentences(mut self, of: &Spelling) -> Words {
        let first = self.nodes.len();
        let states = of.states();
        // State 0 is the root: a sentence may begin wherever a word may.
        let node = |state: usize| match state {
            0 => ROOT,
            state => first + state - 1,
        };
        let fresh = states.len().saturating_sub(1);
        self.nodes.extend((0..fresh).map(|_| Node::default()));
        for (from, state) in states.iter().enumerate() {
            self.nodes[node(from)].ends_word |= state.ends && from != 0;
            for step in &state.next {
                self.link(node(from), step.char, node(step.to));
            }
        }
        self
    }

    /// The node behind a byte, made where there is none. Only for graphs in which each byte leads to one.
    fn follow(&mut self, from: usize, byte: u8) -> usize {
        let known = self.nodes[from].behind(byte).next();
        known.unwrap_or_else(|| self.add(from, byte))
    }

    fn add(&mut self, from: usize, byte: u8) -> usize {
        let to = self.nodes.len();
        self.nodes.push(Node::default());
        self.nodes[from].next.push((byte, to));
        to
    }

    /// Writes a character between two nodes.
    fn link(&mut self, from: usize, char: char, to: usize) {
        let mut buffer = [0; 4];
        let bytes = char.encode_utf8(&mut buffer).as_bytes();
        let (last, front) = bytes.split_last().expect("a character has a byte");
        let before = front.iter().fold(from, |at, &byte| self.add(at, byte));
        self.nodes[before].next.push((*last, to));
    }

    /// Where every text begins.
    pub fn start(&self) -> Place {
        Place(vec![ROOT])
    }

    /// Whether the text may end here.
    pub fn may_end(&self, place: &Place) -> bool {
        place.0.contains(&ROOT)
    }

    /// Where the text stands after a token.
    pub fn after(&self, place: &Place, token: usize) -> Place {
        let mut after = self.walk(place.clone(), token);
        if self.anywhere && !after.0.contains(&ROOT) {
            after.0.insert(0, ROOT);
        }
        after
    }

    fn walk(&self, from: Place, token: usize) -> Place {
        let mut place = from;
        for &byte in &self.tokens[token] {
            if place.is_lost() {
                break;
            }
            place = self.step(&place, byte);
        }
        place
    }

    /// Whether a token walks the graph from `place`; from within a word only, where words may begin anywhere.
    fn carries_on(&self, place: &Place, token: usize) -> bool {
        let mut from = place.clone();
        from.0.retain(|&node| !(self.anywhere && node == ROOT));
        !self.walk(from, token).is_lost()
    }

    /// For each text token whether it may come next. Computed once for each place.
    pub fn allowed(&self, place: &Place) -> Arc<[bool]> {
        let mut masks = self.masks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mask) = masks.get(place) {
            return Arc::clone(mask);
        }
        let mask: Arc<[bool]> = (0..self.tokens.len())
            .map(|token| !self.tokens[token].is_empty() && self.carries_on(place, token))
            .collect();
        if masks.len() == MOST_MASKS {
            masks.clear();
        }
        masks.insert(place.clone(), Arc::clone(&mask));
        mask
    }

    fn step(&self, place: &Place, byte: u8) -> Place {
        let mut reached = Vec::new();
        if byte == b' ' && self.may_end(place) {
            reached.push(ROOT);
        }
        for &node in &place.0 {
            for next in self.nodes[node].behind(byte) {
                reached.push(next);
                if self.nodes[next].ends_word {
                    reached.push(ROOT);
                }
            }
        }
        reached.sort_unstable();
        reached.dedup();
        Place(reached)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mandarin::{State, Step};

    /// Tokens: 零, 我, 我的, 户, the two pieces of 幺, a lone space.
    fn words() -> Words {
        let tokens: [&[u8]; 7] = [
            "零".as_bytes(),
            "我".as_bytes(),
            "我的".as_bytes(),
            "户".as_bytes(),
            &"幺".as_bytes()[..2],
            &"幺".as_bytes()[2..],
            b" ",
        ];
        let tokens: Arc<[Vec<u8>]> = tokens.iter().map(|bytes| bytes.to_vec()).collect();
        Words::new(["零", "幺", "我的户", "我"], tokens)
    }

    /// 二号 or 三号, in characters of one token each, after any 我.
    fn sentences() -> Words {
        let tokens: Arc<[Vec<u8>]> = ["我", "二", "三", "号", "二三"]
            .map(|text| text.as_bytes().to_vec())
            .into();
        let step = |&(char, to): &(char, usize)| Step {
            char,
            sound: None,
            to,
        };
        let state = |next: &[(char, usize)], ends| State {
            next: next.iter().map(step).collect(),
            ends,
        };
        let number = state(&[('号', 2)], false);
        let states = vec![
            state(&[('二', 1), ('三', 1)], false),
            number,
            state(&[], true),
        ];
        Words::new(["我"], tokens).and_sentences(&Spelling::new(states))
    }

    fn allowed(words: &Words, place: &Place) -> Vec<usize> {
        let mask = words.allowed(place);
        (0..mask.len()).filter(|&token| mask[token]).collect()
    }

    #[test]
    fn a_word_in_pieces_must_be_finished() {
        let words = words();
        let half = words.after(&words.start(), 4);
        assert!(!words.may_end(&half));
        assert_eq!(allowed(&words, &half), [5]);
        assert!(words.may_end(&words.after(&half, 5)));
    }

    #[test]
    fn a_word_that_begins_another_may_end_or_go_on() {
        let words = words();
        let i = words.after(&words.start(), 1);
        assert!(words.may_end(&i));
        assert_eq!(allowed(&words, &i), [0, 1, 2, 4, 6]);
        let my = words.after(&words.start(), 2);
        assert_eq!(allowed(&words, &my), [3]);
    }

    #[test]
    fn a_sentence_of_a_grammar_may_follow_a_word_and_must_be_finished() {
        let words = sentences();
        let after_me = words.after(&words.start(), 0);
        assert_eq!(allowed(&words, &after_me), [0, 1, 2]);
        let number = words.after(&after_me, 1);
        assert_eq!(allowed(&words, &number), [3]);
        assert!(!words.may_end(&number));
        assert!(words.may_end(&words.after(&number, 3)));
        assert!(words.after(&number, 2).is_lost());
    }

    #[test]
    fn what_is_no_word_leads_nowhere() {
        let words = words();
        let lost = words.after(&words.start(), 3);
        assert!(allowed(&words, &lost).is_empty());
    }
}
