//! What callers say, as a model of their characters: how likely each is behind two others, and which stand for a sound.
//!
//! Three characters in a row, with absolute discounting. Pure; learned in a moment from the examples of a pack.

use super::Syllable;
use std::collections::{BTreeSet, HashMap};

/// What is taken from each count of characters in a row for those that were never seen.
const DISCOUNT: f32 = 0.75;
/// Characters that a caller may say beyond those that were seen.
const ALPHABET: f32 = 6_000.0;
/// Occurrences that each of them is taken to have had.
const UNSEEN: f32 = 0.1;

/// The model.
#[derive(Debug, Default)]
pub struct Phrasing {
    /// Characters of each sound.
    written: HashMap<Syllable, BTreeSet<char>>,
    total: f32,
    one: HashMap<char, f32>,
    two: HashMap<[char; 2], f32>,
    three: HashMap<[char; 3], f32>,
    after_one: HashMap<char, Followed>,
    after_two: HashMap<[char; 2], Followed>,
}

/// What came behind something.
#[derive(Debug, Default)]
struct Followed {
    times: f32,
    kinds: f32,
}

impl Followed {
    /// Counts one more; `known` is how often just that came before.
    fn count(&mut self, known: &mut f32) {
        self.times += 1.0;
        self.kinds += if *known == 0.0 { 1.0 } else { 0.0 };
        *known += 1.0;
    }

    /// Probability of something that came behind it `times` times and that is `otherwise` likely with less before it.
    fn probability(&self, times: f32, otherwise: f32) -> f32 {
        let left = DISCOUNT * self.kinds / self.times;
        (times - DISCOUNT).max(0.0) / self.times + left * otherwise
    }
}

/// What comes behind two characters.
pub struct Behind<'p> {
    phrasing: &'p Phrasing,
    before: [char; 2],
    one: Option<&'p Followed>,
    two: Option<&'p Followed>,
}

impl Behind<'_> {
    /// Natural logarithm of the probability of a character that is `anywhere` likely by itself.
    pub fn likelihood(&self, char: char, anywhere: f32) -> f32 {
        let [first, second] = self.before;
        let mut probability = anywhere;
        if let Some(followed) = self.one {
            let times = seen(self.phrasing.two.get(&[second, char]));
            probability = followed.probability(times, probability);
        }
        if let Some(followed) = self.two {
            let times = seen(self.phrasing.three.get(&[first, second, char]));
            probability = followed.probability(times, probability);
        }
        probability.ln()
    }
}

fn seen(count: Option<&f32>) -> f32 {
    count.copied().unwrap_or(0.0)
}

impl Phrasing {
    /// Stands before and behind a clause.
    pub const EDGE: char = '|';

    /// Learns a clause: its characters with their sounds, where they have one.
    pub fn learn(&mut self, clause: impl Iterator<Item = (char, Option<Syllable>)>) {
        let mut before = [Phrasing::EDGE; 2];
        for (char, sound) in clause.chain([(Phrasing::EDGE, None)]) {
            if let Some(sound) = sound {
                self.written.entry(sound).or_default().insert(char);
            }
            let [first, second] = before;
            self.total += 1.0;
            *self.one.entry(char).or_default() += 1.0;
            let pair = self.two.entry([second, char]).or_default();
            self.after_one.entry(second).or_default().count(pair);
            let triple = self.three.entry([first, second, char]).or_default();
            self.after_two.entry(before).or_default().count(triple);
            before = [second, char];
        }
    }

    /// What is known of what comes behind two characters.
    pub fn behind(&self, before: [char; 2]) -> Behind<'_> {
        Behind {
            phrasing: self,
            before,
            one: self.after_one.get(&before[1]),
            two: self.after_two.get(&before),
        }
    }

    /// Probability of a character wherever it stands.
    pub fn anywhere(&self, char: char) -> f32 {
        (seen(self.one.get(&char)) + UNSEEN) / (self.total + UNSEEN * ALPHABET)
    }

    /// The sounds that were learned, each with the characters that it was written with.
    pub fn written(&self) -> impl Iterator<Item = (Syllable, &BTreeSet<char>)> {
        self.written.iter().map(|(sound, chars)| (*sound, chars))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mandarin::syllables;

    fn phrasing() -> Phrasing {
        let mut phrasing = Phrasing::default();
        for clause in ["我要查水费", "查水费", "我要报修"] {
            let sounds = syllables(clause);
            let each = sounds.iter().map(|spoken| Some(spoken.syllable));
            phrasing.learn(clause.chars().zip(each));
        }
        phrasing
    }

    #[test]
    fn what_follows_two_characters_is_likelier_behind_them() {
        let phrasing = phrasing();
        let likelihood = |before, char| {
            let behind = phrasing.behind(before);
            behind.likelihood(char, phrasing.anywhere(char))
        };
        assert!(likelihood(['查', '水'], '费') > likelihood(['我', '要'], '费') + 1.0);
        assert!(likelihood(['我', '要'], '查') > likelihood(['我', '要'], '费') + 1.0);
        assert!(
            likelihood(['水', '费'], Phrasing::EDGE) > likelihood(['我', '要'], Phrasing::EDGE)
        );
    }

    #[test]
    fn what_may_follow_is_certain_together_and_a_stranger_is_possible() {
        let phrasing = phrasing();
        let behind = phrasing.behind(['我', '要']);
        let probability = |char| behind.likelihood(char, phrasing.anywhere(char)).exp();
        let known: f32 = phrasing.one.keys().map(|&char| probability(char)).sum();
        let all = known + ALPHABET * probability('龘');
        assert!((all - 1.0).abs() < 1e-2, "{all}");
        assert!(known > 0.4, "{known}");
    }

    #[test]
    fn a_sound_has_the_characters_that_it_was_written_with() {
        let phrasing = phrasing();
        let shui = "shui3".parse().unwrap();
        let found = phrasing.written().find(|(sound, _)| *sound == shui);
        assert_eq!(found.unwrap().1.iter().collect::<String>(), "水");
    }
}
