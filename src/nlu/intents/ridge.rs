//! Ridge regression in the space of a kernel: examples in, one score per class for a new sentence out.
//!
//! A sentence is known by two things: a sparse vector of n-grams and, where there is an encoder, its vector. Their likenesses
//! are added (the encoder's bent by a Gaussian), and the scores are a weighted sum of the likenesses to all examples. The
//! weights have a closed form, and so has what each example would have scored had it not been learned from: calibration and
//! cross-validation cost nothing beyond the training. Constants were chosen by that leave-one-out score on the five packs
//! (`docs/measurements.md`); the development set agreed.

use super::linear::Inverse;
use ndarray::{Array1, Array2, ArrayView1, Axis};
use std::collections::HashMap;

/// A sparse vector of unit length: feature and value, each feature once, sorted.
pub(super) type Sparse = Vec<(u32, f32)>;

/// How much the encoder's likeness counts beside that of n-grams.
const ENCODER_WEIGHT: f32 = 2.0;
/// Narrowness of the Gaussian: likeness is `exp(-NARROWNESS * squared distance)`.
const NARROWNESS: f32 = 1.0;
/// Pull of weights towards zero, for an example of a class of mean size; more where a class has more examples, so that
/// a class is not preferred for being large.
const PULL: f32 = 0.3;

/// One sentence as it is compared.
#[derive(Debug, Clone, Default)]
pub(super) struct Described {
    pub(super) grams: Sparse,
    /// The encoder's vector, of unit length.
    pub(super) vector: Option<super::Vector>,
}

/// What a sentence is an example of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) class: usize,
    /// A second thing that it says beside its class.
    pub(super) second: Option<usize>,
}

/// Trained scores: of each class, then of each second thing.
pub(super) struct Ridge {
    outputs: usize,
    /// `weights[feature][class]`.
    grams: HashMap<u32, Vec<f32>>,
    encoded: Option<Encoded>,
}

/// The examples' part of the encoder.
struct Encoded {
    mean: Array1<f32>,
    /// Vectors around their mean, of unit length: [examples, width].
    vectors: Array2<f32>,
    /// [examples, classes].
    weights: Array2<f32>,
}

/// A machine and what each example scored by a machine that had not seen it.
pub(super) struct Trained {
    pub(super) machine: Ridge,
    /// `held_out[example][output]`.
    pub(super) held_out: Vec<Vec<f32>>,
}

impl Ridge {
    /// Learns to tell `classes` classes apart, and in the same stroke `seconds` second things. Equal input gives equal
    /// scores.
    pub(super) fn train(
        examples: &[Described],
        labels: &[Label],
        classes: usize,
        seconds: usize,
    ) -> Trained {
        let count = examples.len();
        let mut likeness = grams_likeness(examples);
        let encoded = around_mean(examples);
        if let Some((_, vectors)) = &encoded {
            let cosines = vectors.dot(&vectors.t());
            likeness.zip_mut_with(&cosines, |sum, &cosine| *sum += encoder_likeness(cosine));
        }
        let mut sizes = vec![0.0; classes];
        labels.iter().for_each(|label| sizes[label.class] += 1.0);
        let mean_size =
            count as f32 / sizes.iter().filter(|size| **size > 0.0).count().max(1) as f32;
        for (example, label) in labels.iter().enumerate() {
            likeness[[example, example]] += PULL * sizes[label.class] / mean_size;
        }
        let inverse = Inverse::of(likeness);
        let outputs = classes + seconds;
        let mut targets = Array2::<f32>::zeros((count, outputs));
        for (example, label) in labels.iter().enumerate() {
            targets[[example, label.class]] = 1.0;
            if let Some(second) = label.second {
                targets[[example, classes + second]] = 1.0;
            }
        }
        let weights = inverse.times(&targets);
        let diagonal = inverse.diagonal();
        let held_out = (0..count)
            .map(|example| {
                let own = diagonal[example];
                let score = |output| targets[[example, output]] - weights[[example, output]] / own;
                (0..outputs).map(score).collect()
            })
            .collect();
        let machine = Ridge {
            outputs,
            grams: gram_weights(examples, &weights),
            encoded: encoded.map(|(mean, vectors)| Encoded {
                mean,
                vectors,
                weights,
            }),
        };
        Trained { machine, held_out }
    }

    /// One score per class and second thing, about 1 for what the sentence is and 0 for what it is not.
    pub(super) fn scores(&self, sentence: &Described) -> Vec<f32> {
        let mut scores = vec![0.0; self.outputs];
        for (feature, value) in &sentence.grams {
            if let Some(weights) = self.grams.get(feature) {
                scores
                    .iter_mut()
                    .zip(weights)
                    .for_each(|(score, weight)| *score += value * weight);
            }
        }
        if let (Some(encoded), Some(vector)) = (&self.encoded, &sentence.vector) {
            let vector = around(ArrayView1::from(&vector[..]), &encoded.mean);
            let likeness = encoded.vectors.dot(&vector).mapv(encoder_likeness);
            let more = likeness.dot(&encoded.weights);
            scores
                .iter_mut()
                .zip(more)
                .for_each(|(score, more)| *score += more);
        }
        scores
    }
}

fn encoder_likeness(cosine: f32) -> f32 {
    let squared_distance = 2.0 - 2.0 * cosine;
    ENCODER_WEIGHT * (-NARROWNESS * squared_distance).exp()
}

/// The mean of all vectors and each vector around it. E5's vectors lie in a narrow cone (cosines of 0.7 and more), whose
/// axis says nothing. `None` if one has no vector.
fn around_mean(examples: &[Described]) -> Option<(Array1<f32>, Array2<f32>)> {
    let vectors: Option<Vec<&super::Vector>> = examples.iter().map(|e| e.vector.as_ref()).collect();
    let vectors = vectors?;
    let width = vectors.first()?.len();
    let all: Vec<f32> = vectors
        .iter()
        .flat_map(|vector| vector.iter().copied())
        .collect();
    let mut all = Array2::from_shape_vec((vectors.len(), width), all).ok()?;
    let mean = all.mean_axis(Axis(0))?;
    for mut row in all.rows_mut() {
        let moved = around(row.view(), &mean);
        row.assign(&moved);
    }
    Some((mean, all))
}

fn around(vector: ArrayView1<f32>, mean: &Array1<f32>) -> Array1<f32> {
    let moved = &vector - mean;
    let norm = moved.dot(&moved).sqrt().max(1e-6);
    moved / norm
}

/// Likeness of every two examples by their n-grams.
fn grams_likeness(examples: &[Described]) -> Array2<f32> {
    let mut holders: HashMap<u32, Vec<(usize, f32)>> = HashMap::new();
    let mut likeness = Array2::zeros((examples.len(), examples.len()));
    for (example, described) in examples.iter().enumerate() {
        let mut row = vec![0.0; example + 1];
        for &(feature, value) in &described.grams {
            let others = holders.entry(feature).or_default();
            others.push((example, value));
            for &(other, theirs) in others.iter() {
                row[other] += value * theirs;
            }
        }
        for (other, &like) in row.iter().enumerate() {
            likeness[[example, other]] = like;
            likeness[[other, example]] = like;
        }
    }
    likeness
}

/// Weights of n-grams themselves: what the examples' weights come to.
fn gram_weights(examples: &[Described], weights: &Array2<f32>) -> HashMap<u32, Vec<f32>> {
    let mut by_feature: HashMap<u32, Vec<f32>> = HashMap::new();
    for (described, row) in examples.iter().zip(weights.rows()) {
        for &(feature, value) in &described.grams {
            let sums = by_feature
                .entry(feature)
                .or_insert_with(|| vec![0.0; row.len()]);
            sums.iter_mut()
                .zip(row)
                .for_each(|(sum, weight)| *sum += value * weight);
        }
    }
    by_feature
}

/// Probabilities from scores; `steepness` above 1 makes them bolder.
pub(super) fn softmax(scores: &[f32], steepness: f32) -> Vec<f32> {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let raised: Vec<f32> = scores
        .iter()
        .map(|score| ((score - highest) * steepness).exp())
        .collect();
    let total: f32 = raised.iter().sum();
    raised.iter().map(|r| r / total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(grams: Sparse, vector: [f32; 3]) -> Described {
        Described {
            grams,
            vector: Some(vector.into()),
        }
    }

    /// Forty sentences of two classes; the class shows in one feature and in the vector.
    fn examples() -> (Vec<Described>, Vec<Label>) {
        let one = |i: usize| {
            let class = i % 2;
            let turn = i as f32 * 0.01;
            let grams = vec![(0, 0.6), (1 + class as u32, 0.8)];
            let vector = if class == 0 {
                [0.8, 0.6, turn]
            } else {
                [0.6, 0.8, turn]
            };
            let label = Label {
                class,
                second: (i == 7).then_some(0),
            };
            (described(grams, vector), label)
        };
        (0..40).map(one).unzip()
    }

    fn best(scores: &[f32]) -> usize {
        usize::from(scores[1] > scores[0])
    }

    #[test]
    fn what_differs_in_one_feature_is_told_apart() {
        let (examples, labels) = examples();
        let machine = Ridge::train(&examples, &labels, 2, 1).machine;
        for grams in [vec![(0, 0.6), (1, 0.8)], vec![(1, 1.0)]] {
            let sentence = Described {
                grams,
                vector: None,
            };
            assert_eq!(best(&machine.scores(&sentence)), 0);
        }
        assert_eq!(
            best(&machine.scores(&described(vec![], [0.6, 0.8, 0.1]))),
            1
        );
    }

    #[test]
    fn a_held_out_score_is_that_of_a_machine_trained_without_the_example() {
        let (mut examples, mut labels) = examples();
        // Without vectors: their mean would move with the example that is left out.
        examples
            .iter_mut()
            .for_each(|example| example.vector = None);
        // As many again of a third class keep the sizes of the others' labels.
        examples.truncate(12);
        labels.truncate(12);
        let whole = Ridge::train(&examples, &labels, 2, 1);
        let (left, label) = (examples.remove(4), labels.remove(4));
        let class = label.class;
        let without = Ridge::train(&examples, &labels, 2, 1).machine.scores(&left);
        // The pull depends on the classes' sizes, which differ by one example.
        assert!((whole.held_out[4][class] - without[class]).abs() < 0.02);
    }

    #[test]
    fn equal_examples_give_equal_scores() {
        let (examples, labels) = examples();
        let scores = || {
            Ridge::train(&examples, &labels, 2, 1)
                .machine
                .scores(&examples[7])
        };
        assert_eq!(scores(), scores());
    }
}
