//! Which tokens may come next when only certain words may be written.
//!
//! The words stand in a tree of bytes; a text is any sequence of words. A token may come when its bytes walk the
//! tree, so characters that Whisper writes in pieces are allowed piece by piece, and no impossible one is.

use std::collections::{BTreeMap, HashMap};
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
    next: BTreeMap<u8, usize>,
    ends_word: bool,
}

/// Where a text stands: every node that its bytes can have led to, in order. Empty: it has left the words.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place(Vec<usize>);

const ROOT: usize = 0;

impl Words {
    /// `tokens` are the bytes of the vocabulary's text tokens, by index.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>, tokens: Arc<[Vec<u8>]>) -> Words {
        let mut nodes = vec![Node::default()];
        for word in words {
            let mut at = ROOT;
            for &byte in word.as_bytes() {
                let fresh = nodes.len();
                let next = *nodes[at].next.entry(byte).or_insert(fresh);
                if next == fresh {
                    nodes.push(Node::default());
                }
                at = next;
            }
            nodes[at].ends_word = true;
        }
        Words {
            nodes,
            tokens,
            masks: Mutex::default(),
            anywhere: false,
        }
    }

    /// Words that may begin anywhere in a text; [`Words::allowed`] then names the tokens that carry on a word that
    /// has begun.
    pub fn anywhere<'a>(words: impl IntoIterator<Item = &'a str>, tokens: Arc<[Vec<u8>]>) -> Words {
        Words {
            anywhere: true,
            ..Words::new(words, tokens)
        }
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
        let bytes = self.tokens[token].iter();
        let mut after = bytes.fold(place.clone(), |place, &byte| self.step(&place, byte));
        if self.anywhere && !after.0.contains(&ROOT) {
            after.0.insert(0, ROOT);
        }
        after
    }

    /// Whether a token walks the tree from `place`; from within a word only, where words may begin anywhere.
    fn carries_on(&self, place: &Place, token: usize) -> bool {
        let mut from = place.clone();
        from.0.retain(|&node| !(self.anywhere && node == ROOT));
        let bytes = self.tokens[token].iter();
        let reached = bytes.fold(from, |place, &byte| self.step(&place, byte));
        !reached.0.is_empty()
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
        masks.insert(place.clone(), Arc::clone(&mask));
        mask
    }

    fn step(&self, place: &Place, byte: u8) -> Place {
        let mut reached = Vec::new();
        if byte == b' ' && self.may_end(place) {
            reached.push(ROOT);
        }
        for &node in &place.0 {
            if let Some(&next) = self.nodes[node].next.get(&byte) {
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
    fn what_is_no_word_leads_nowhere() {
        let words = words();
        let lost = words.after(&words.start(), 3);
        assert!(allowed(&words, &lost).is_empty());
    }
}
