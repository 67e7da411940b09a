//! What a head with blanks (connectionist temporal classification) says of sound: how likely a sequence of classes is,
//! which sequences are likeliest, and where each class was heard. Pure.
//!
//! A sequence may be written over the frames in many ways: each class lasts one frame or more, blanks stand between, and
//! must stand between two that are alike. The likelihood of a sequence is the sum over all of them.

use std::collections::HashMap;

/// Class of no sound of its own.
pub const BLANK: usize = 0;

/// A class is taken to be at least so likely in a frame where a sequence is laid over the sound (natural logarithm).
const IMPOSSIBLE: f32 = -12.0;

/// Natural logarithms of the probability of each class in each frame.
#[derive(Debug, Clone)]
pub struct Posteriors {
    classes: usize,
    /// `rows[frame * classes + class]`.
    rows: Vec<f32>,
}

/// A class where it is likelier than all others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spike {
    /// Class, not [`BLANK`].
    pub class: usize,
    /// First frame.
    pub from: usize,
    /// Frame behind the last.
    pub to: usize,
    /// Highest probability among its frames, 0..1.
    pub probability: f32,
}

impl Posteriors {
    /// `rows` holds as many values for each frame as there are `classes`, the blank first.
    pub fn new(rows: Vec<f32>, classes: usize) -> Posteriors {
        debug_assert_eq!(rows.len() % classes, 0);
        Posteriors { classes, rows }
    }

    /// The logarithms of each frame, the blank first.
    pub fn frames(&self) -> impl Iterator<Item = &[f32]> {
        self.rows.chunks_exact(self.classes)
    }

    /// Natural logarithm of the probability that these classes were heard, in this order, and nothing else.
    pub fn log_likelihood(&self, sequence: &[usize]) -> f32 {
        let places = 2 * sequence.len() + 1;
        let class = |place| class_at(sequence, place);
        let mut reached = vec![f32::NEG_INFINITY; places];
        reached[0] = 0.0;
        for frame in self.frames() {
            // From behind: what stands before a place is still that of the frame before.
            for place in (0..places).rev() {
                let mut from = reached[place];
                if place > 0 {
                    from = add(from, reached[place - 1]);
                }
                if place > 2 && place % 2 == 1 && class(place) != class(place - 2) {
                    from = add(from, reached[place - 2]);
                }
                reached[place] = from + frame[class(place)];
            }
        }
        match places {
            1 => reached[0],
            _ => add(reached[places - 1], reached[places - 2]),
        }
    }

    /// Natural logarithm of the probability of the likeliest class in each frame, over all frames.
    pub fn highest(&self) -> f32 {
        let each = self.frames();
        each.map(|frame| frame.iter().copied().fold(f32::NEG_INFINITY, f32::max))
            .sum()
    }

    /// The likeliest class of each frame, where it is none but the blank and as long as it stays.
    pub fn spikes(&self) -> Vec<Spike> {
        let mut spikes: Vec<Spike> = Vec::new();
        for (at, frame) in self.frames().enumerate() {
            let (class, &highest) = frame
                .iter()
                .enumerate()
                .max_by(|a, b| a.1.total_cmp(b.1))
                .expect("a frame has the blank at least");
            if class == BLANK {
                continue;
            }
            let probability = highest.exp();
            match spikes.last_mut() {
                Some(last) if last.class == class && last.to == at => {
                    last.to = at + 1;
                    last.probability = last.probability.max(probability);
                }
                _ => spikes.push(Spike {
                    class,
                    from: at,
                    to: at + 1,
                    probability,
                }),
            }
        }
        spikes
    }

    /// The same sound heard by fewer classes: class n + 1 is any of the n-th group. What is in no group counts as blank
    /// with `rest` of its probability (0..1): words around what is looked for.
    pub fn grouped(&self, groups: &[Vec<usize>], rest: f32) -> Posteriors {
        let mut rows = Vec::with_capacity(self.rows.len() / self.classes * (groups.len() + 1));
        for frame in self.frames() {
            let probability =
                |group: &Vec<usize>| -> f32 { group.iter().map(|&class| frame[class].exp()).sum() };
            let each: Vec<f32> = groups.iter().map(probability).collect();
            let blank = frame[BLANK].exp();
            let others = (1.0 - blank - each.iter().sum::<f32>()).max(0.0);
            rows.push((blank + rest * others).max(f32::MIN_POSITIVE).ln());
            rows.extend(each.iter().map(|p| p.max(f32::MIN_POSITIVE).ln()));
        }
        Posteriors::new(rows, groups.len() + 1)
    }

    /// The same sound where others heard it too: each of them wrote a sequence and, one after the other, takes its share (0..1)
    /// of all that was heard before. A sequence that does not fit into the sound is left out.
    pub fn and_heard(&self, others: &[(Vec<usize>, f32)]) -> Posteriors {
        let mut probabilities: Vec<f32> = self.rows.iter().map(|row| row.exp()).collect();
        for (sequence, share) in others {
            let Some(path) = self.aligned(sequence) else {
                continue;
            };
            for (frame, class) in probabilities.chunks_exact_mut(self.classes).zip(path) {
                frame.iter_mut().for_each(|p| *p *= 1.0 - share);
                frame[class] += share;
            }
        }
        let rows = probabilities.into_iter();
        let rows = rows.map(|p| p.max(f32::MIN_POSITIVE).ln()).collect();
        Posteriors::new(rows, self.classes)
    }

    /// The class of each frame on the likeliest way of writing a sequence; `None` where it is longer than the sound.
    fn aligned(&self, sequence: &[usize]) -> Option<Vec<usize>> {
        let places = 2 * sequence.len() + 1;
        let class = |place| class_at(sequence, place);
        let mut reached = vec![f32::NEG_INFINITY; places];
        reached[0] = 0.0;
        // How many places before it each one was come from, frame by frame.
        let mut steps: Vec<u8> = Vec::with_capacity(self.rows.len() / self.classes * places);
        for frame in self.frames() {
            let before = reached.clone();
            for place in 0..places {
                let skips = place > 2 && place % 2 == 1 && class(place) != class(place - 2);
                let furthest = if skips { 2 } else { place.min(1) };
                let come = (0..=furthest).map(|step| (before[place - step], step));
                let (best, step) = come.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
                reached[place] = best + frame[class(place)].max(IMPOSSIBLE);
                steps.push(step as u8);
            }
        }
        let last = (places.saturating_sub(2)..places)
            .max_by(|&a, &b| reached[a].total_cmp(&reached[b]))?;
        let mut place = last;
        let mut path = Vec::with_capacity(self.rows.len() / self.classes);
        for frame in steps.chunks_exact(places).rev() {
            path.push(class(place));
            place -= usize::from(frame[place]);
        }
        path.reverse();
        (reached[last] > f32::NEG_INFINITY).then_some(path)
    }

    /// The likeliest sequences of each length up to `longest` with their log-likelihoods, best first, at most `width` of each: a
    /// prefix beam search. Each length by itself, because a shorter one is often likelier than all that are as long as they should be.
    pub fn best(&self, width: usize, longest: usize) -> Vec<(Vec<usize>, f32)> {
        let mut beam = vec![(Vec::new(), Ends::start())];
        for frame in self.frames() {
            let mut next: HashMap<Vec<usize>, Ends> = HashMap::with_capacity(beam.len() * 4);
            for (prefix, ends) in &beam {
                extend(prefix, *ends, frame, longest, &mut next);
            }
            beam = next.into_iter().collect();
            // By the sequence where two are equally likely: the same sound gives the same answer.
            beam.sort_by(|a, b| {
                b.1.both()
                    .total_cmp(&a.1.both())
                    .then_with(|| a.0.cmp(&b.0))
            });
            let mut kept = vec![0; longest + 1];
            beam.retain(|(prefix, _)| {
                kept[prefix.len()] += 1;
                kept[prefix.len()] <= width
            });
        }
        let scored = beam.into_iter().map(|(prefix, ends)| (prefix, ends.both()));
        scored.collect()
    }
}

/// What is heard at a place of a sequence: blanks at even places, the classes between them.
fn class_at(sequence: &[usize], place: usize) -> usize {
    match place % 2 {
        0 => BLANK,
        _ => sequence[place / 2],
    }
}

/// Log-probability of a prefix whose last frame is a blank, and whose last frame is its last class.
#[derive(Clone, Copy)]
struct Ends {
    blank: f32,
    class: f32,
}

impl Ends {
    fn start() -> Ends {
        Ends {
            blank: 0.0,
            class: f32::NEG_INFINITY,
        }
    }

    fn none() -> Ends {
        Ends {
            blank: f32::NEG_INFINITY,
            class: f32::NEG_INFINITY,
        }
    }

    fn both(self) -> f32 {
        add(self.blank, self.class)
    }
}

/// A class less likely than this in a frame begins nothing there (natural logarithm).
const FAINT: f32 = -7.0;

fn extend(
    prefix: &[usize],
    ends: Ends,
    frame: &[f32],
    longest: usize,
    next: &mut HashMap<Vec<usize>, Ends>,
) {
    let stays = next.entry(prefix.to_vec()).or_insert_with(Ends::none);
    stays.blank = add(stays.blank, ends.both() + frame[BLANK]);
    if let Some(&last) = prefix.last() {
        stays.class = add(stays.class, ends.class + frame[last]);
    }
    if prefix.len() == longest {
        return;
    }
    for (class, &likely) in frame.iter().enumerate().skip(1) {
        if likely < FAINT {
            continue;
        }
        // A second of the same kind begins only behind a blank.
        let from = match prefix.last() {
            Some(&last) if last == class => ends.blank,
            _ => ends.both(),
        };
        if from == f32::NEG_INFINITY {
            continue;
        }
        let mut longer = prefix.to_vec();
        longer.push(class);
        let grown = next.entry(longer).or_insert_with(Ends::none);
        grown.class = add(grown.class, from + likely);
    }
}

/// Logarithm of the sum of two probabilities given by their logarithms.
pub(super) fn add(a: f32, b: f32) -> f32 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    if low == f32::NEG_INFINITY {
        return high;
    }
    high + (low - high).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Up to seven frames of a blank and two classes.
    fn some_posteriors() -> impl Strategy<Value = Posteriors> {
        let frame = prop::array::uniform3(0.01f32..1.0);
        prop::collection::vec(frame, 1..7).prop_map(|frames| {
            let rows = frames.iter().flat_map(|frame| {
                let sum: f32 = frame.iter().sum();
                frame.map(|p| (p / sum).ln())
            });
            Posteriors::new(rows.collect(), 3)
        })
    }

    fn certain(path: &[usize]) -> Posteriors {
        let row = |&class: &usize| (0..3).map(move |c| if c == class { 0.0 } else { -30.0 });
        Posteriors::new(path.iter().flat_map(row).collect(), 3)
    }

    /// All sequences of two classes that are at most so long.
    fn all(longest: usize) -> Vec<Vec<usize>> {
        let mut found = vec![Vec::new()];
        let mut from = 0;
        for _ in 0..longest {
            let to = found.len();
            for index in from..to {
                for class in [1, 2] {
                    let mut longer = found[index].clone();
                    longer.push(class);
                    found.push(longer);
                }
            }
            from = to;
        }
        found
    }

    proptest! {
        #[test]
        fn all_sequences_together_are_certain(posteriors in some_posteriors()) {
            let longest = posteriors.rows.len() / 3;
            let sum: f32 = all(longest).iter().map(|s| posteriors.log_likelihood(s).exp()).sum();
            prop_assert!((sum - 1.0).abs() < 1e-3, "{sum}");
        }

        #[test]
        fn a_certain_blank_more_changes_nothing(posteriors in some_posteriors()) {
            let mut longer = posteriors.clone();
            longer.rows.extend([0.0, -60.0, -60.0]);
            for sequence in all(3) {
                let (before, after) = (posteriors.log_likelihood(&sequence), longer.log_likelihood(&sequence));
                prop_assert!(before == after || (before - after).abs() < 1e-3 || before < -50.0);
            }
        }

        #[test]
        fn a_wide_beam_finds_what_summing_finds(posteriors in some_posteriors()) {
            let found = posteriors.best(500, 7);
            for (sequence, score) in &found {
                let exact = posteriors.log_likelihood(sequence);
                prop_assert!((score - exact).abs() < 1e-2, "{sequence:?}: {score} {exact}");
            }
            let best = all(6).into_iter().map(|s| posteriors.log_likelihood(&s)).fold(f32::MIN, f32::max);
            prop_assert!((found[0].1 - best).abs() < 1e-2);
        }

        #[test]
        fn a_group_is_as_likely_as_its_members_together(posteriors in some_posteriors()) {
            let one = posteriors.grouped(&[vec![1, 2]], 0.0);
            let silent = posteriors.log_likelihood(&[]);
            prop_assert!((one.log_likelihood(&[]) - silent).abs() < 1e-3);
            prop_assert!(one.log_likelihood(&[1]) >= posteriors.log_likelihood(&[1]) - 1e-3);
        }
    }

    #[test]
    fn the_same_class_twice_needs_a_blank_between() {
        assert!(certain(&[1, 1, 1]).log_likelihood(&[1, 1]) < -20.0);
        assert!(certain(&[1, 0, 1]).log_likelihood(&[1, 1]).abs() < 1e-3);
        assert!(certain(&[1, 2, 1]).log_likelihood(&[1, 2, 1]).abs() < 1e-3);
    }

    #[test]
    fn a_sequence_longer_than_the_sound_is_impossible() {
        assert_eq!(certain(&[1]).log_likelihood(&[1, 2]), f32::NEG_INFINITY);
        assert_eq!(
            Posteriors::new(Vec::new(), 3).log_likelihood(&[1]),
            f32::NEG_INFINITY
        );
        assert_eq!(Posteriors::new(Vec::new(), 3).log_likelihood(&[]), 0.0);
    }

    #[test]
    fn what_others_heard_is_likelier_where_it_was_said() {
        let sound = certain(&[0, 1, 0, 0]);
        let both = sound.and_heard(&[(vec![2], 0.25)]);
        assert!((both.log_likelihood(&[2]) - 0.25f32.ln()).abs() < 1e-3);
        assert!((both.log_likelihood(&[1]) - 0.75f32.ln()).abs() < 1e-3);
        assert_eq!(
            sound
                .aligned(&[1, 2])
                .unwrap()
                .iter()
                .filter(|c| **c == 1)
                .count(),
            1
        );
        let too_long = sound.and_heard(&[(vec![1, 1, 1, 1], 0.25)]);
        assert!((too_long.log_likelihood(&[1]) - sound.log_likelihood(&[1])).abs() < 1e-3);
    }

    #[test]
    fn spikes_have_their_places() {
        let spikes = certain(&[0, 1, 1, 0, 1, 2]).spikes();
        let places: Vec<_> = spikes.iter().map(|s| (s.class, s.from, s.to)).collect();
        assert_eq!(places, [(1, 1, 3), (1, 4, 5), (2, 5, 6)]);
        assert!(spikes.iter().all(|spike| spike.probability > 0.99));
    }

    #[test]
    fn words_around_what_is_looked_for_cost_a_little() {
        let posteriors = certain(&[2, 1, 0]);
        let looked_for = posteriors.grouped(&[vec![1]], 0.1);
        let score = looked_for.log_likelihood(&[1]);
        assert!((score - 0.1f32.ln()).abs() < 1e-3, "{score}");
    }
}
