//! What is heard for what: consonants and vowels that a recogniser mistakes for each other, beside what
//! [`mandarin::distance`] takes them to be apart.
//!
//! What was said and what was written are aligned syllable by syllable at the least distance; where two stand for each other and
//! differ, their consonants and their vowels are counted.

use crate::mandarin::{self, Final, Initial, Syllable, distance};
use std::collections::BTreeMap;

/// Distance of a pair from which syllables are no longer taken for each other: one is missing and one is too many.
const GAP: f32 = 0.7;
/// Times that a pair must have been heard to be shown.
const FEWEST: usize = 3;

/// Counts of one kind of sound.
struct Counts<T> {
    /// How often each was said, in syllables that were aligned.
    said: BTreeMap<T, usize>,
    /// How often one was heard for the other, in either direction; the smaller first.
    mistaken: BTreeMap<(T, T), usize>,
}

/// What was heard for what in a set.
pub(super) struct Confusions {
    initials: Counts<Initial>,
    finals: Counts<Final>,
}

impl Confusions {
    /// Counts over pairs of what was said and what was heard, as text.
    pub(super) fn count<'t>(lines: impl Iterator<Item = (&'t str, &'t str)>) -> Confusions {
        let mut confusions = Confusions {
            initials: Counts::default(),
            finals: Counts::default(),
        };
        for (said, heard) in lines {
            for (said, heard) in align(&sounds(said), &sounds(heard)) {
                confusions.initials.add(said.initial, heard.initial);
                confusions.finals.add(said.last, heard.last);
            }
        }
        confusions
    }

    /// Prints both tables, what is mistaken most first.
    pub(super) fn print(&self) {
        println!(
            "{:<16} {:>6} {:>8} {:>9}",
            "heard for each", "times", "share %", "distance"
        );
        self.initials.print(Initial::as_str, |initial| Syllable {
            initial,
            last: Final::A,
            tone: 0,
        });
        self.finals.print(Final::as_str, |last| Syllable {
            initial: Initial::Zero,
            last,
            tone: 0,
        });
    }
}

impl<T> Default for Counts<T> {
    fn default() -> Counts<T> {
        Counts {
            said: BTreeMap::new(),
            mistaken: BTreeMap::new(),
        }
    }
}

impl<T: Ord + Copy> Counts<T> {
    fn add(&mut self, said: T, heard: T) {
        *self.said.entry(said).or_default() += 1;
        if said != heard {
            let pair = (said.min(heard), said.max(heard));
            *self.mistaken.entry(pair).or_default() += 1;
        }
    }

    /// Times out of all that one of the two was said.
    fn share(&self, pair: (T, T), times: usize) -> f64 {
        let of = |sound: T| self.said.get(&sound).copied().unwrap_or(0);
        times as f64 / (of(pair.0) + of(pair.1)).max(1) as f64
    }

    fn print(&self, name: impl Fn(T) -> &'static str, example: impl Fn(T) -> Syllable) {
        let often = self.mistaken.iter().filter(|(_, times)| **times >= FEWEST);
        let mut rows: Vec<_> = often
            .map(|(&pair, &times)| (pair, times, self.share(pair, times)))
            .collect();
        rows.sort_by(|a, b| b.2.total_cmp(&a.2));
        for ((one, other), times, share) in rows {
            let apart = distance(example(one), example(other));
            let written = |sound| match name(sound) {
                "" => "-",
                written => written,
            };
            let pair = format!("{} {}", written(one), written(other));
            println!("{pair:<16} {times:>6} {:>8.2} {apart:>9.2}", 100.0 * share);
        }
    }
}

fn sounds(text: &str) -> Vec<Syllable> {
    let spoken = mandarin::syllables(&super::score::plain(text)).into_iter();
    spoken.map(|spoken| spoken.syllable).collect()
}

/// Syllables that stand for each other where the two sequences are laid side by side at the least cost.
fn align(said: &[Syllable], heard: &[Syllable]) -> Vec<(Syllable, Syllable)> {
    let width = heard.len() + 1;
    let mut costs = vec![0.0_f32; (said.len() + 1) * width];
    let cheapest = |costs: &[f32], i: usize, j: usize| {
        let both = |i: usize, j: usize| {
            costs[(i - 1) * width + j - 1] + distance(said[i - 1], heard[j - 1])
        };
        let missing = if i > 0 {
            costs[(i - 1) * width + j] + GAP
        } else {
            f32::INFINITY
        };
        let added = if j > 0 {
            costs[i * width + j - 1] + GAP
        } else {
            f32::INFINITY
        };
        let both = if i > 0 && j > 0 {
            both(i, j)
        } else {
            f32::INFINITY
        };
        (both, missing, added)
    };
    for i in 0..=said.len() {
        for j in 0..=heard.len() {
            if i + j > 0 {
                let (both, missing, added) = cheapest(&costs, i, j);
                costs[i * width + j] = both.min(missing).min(added);
            }
        }
    }
    let (mut i, mut j) = (said.len(), heard.len());
    let mut pairs = Vec::new();
    while i + j > 0 {
        let (both, missing, added) = cheapest(&costs, i, j);
        if both <= missing && both <= added {
            (i, j) = (i - 1, j - 1);
            pairs.push((said[i], heard[j]));
        } else if missing <= added {
            i -= 1;
        } else {
            j -= 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(said: &str, heard: &str) -> Confusions {
        Confusions::count([(said, heard)].into_iter())
    }

    #[test]
    fn consonants_and_vowels_are_counted_where_one_stands_for_the_other() {
        let confusions = counted("查水费", "茶谁会");
        assert_eq!(confusions.initials.mistaken[&(Initial::F, Initial::H)], 1);
        assert_eq!(confusions.initials.mistaken.len(), 1);
        assert_eq!(confusions.finals.mistaken[&(Final::Ei, Final::Ui)], 2);
    }

    #[test]
    fn a_syllable_that_is_missing_stands_for_none() {
        let confusions = counted("四平路", "四路");
        assert!(confusions.initials.mistaken.is_empty());
        assert_eq!(confusions.initials.said.values().sum::<usize>(), 2);
        assert_eq!(counted("", "四平路").initials.said.len(), 0);
    }
}
