//! Multinomial logistic regression over sparse features: small, deterministic, trained while a pack loads.

/// A sparse vector: feature index and value, each index once.
pub(super) type Sparse = Vec<(u32, f32)>;

/// Passes over the examples. Five-fold accuracy of the water pack is flat from 25 on.
const EPOCHS: usize = 40;
/// Step of AdaGrad.
const STEP: f32 = 0.5;
/// Pull of weights towards zero, per step.
const DECAY: f32 = 1e-5;

/// Weights of one linear function per class.
#[derive(Debug, Clone)]
pub(super) struct Regression {
    classes: usize,
    /// `weights[feature * classes + class]`.
    weights: Vec<f32>,
    bias: Vec<f32>,
}

impl Regression {
    /// Learns to tell `classes` classes apart. The order of the examples matters to the last bit and to nothing
    /// else; equal input gives equal weights on every machine.
    pub(super) fn train(examples: &[(Sparse, usize)], features: usize, classes: usize) -> Self {
        let mut model = Regression {
            classes,
            weights: vec![0.0; features * classes],
            bias: vec![0.0; classes],
        };
        let mut squares = vec![1e-6_f32; features * classes];
        let mut bias_squares = vec![1e-6_f32; classes];
        for epoch in 0..EPOCHS {
            for place in 0..examples.len() {
                // A stride that is no divisor of the count mixes the classes, which lie in blocks in the file.
                let index = (place * stride(examples.len()) + epoch) % examples.len();
                let (example, class) = &examples[index];
                model.step(example, *class, &mut squares, &mut bias_squares);
            }
        }
        model
    }

    fn step(
        &mut self,
        example: &Sparse,
        class: usize,
        squares: &mut [f32],
        bias_squares: &mut [f32],
    ) {
        let mut error = self.probabilities(example, 1.0);
        error[class] -= 1.0;
        for (k, &e) in error.iter().enumerate() {
            bias_squares[k] += e * e;
            self.bias[k] -= STEP * e / bias_squares[k].sqrt();
        }
        for &(feature, value) in example {
            let row = feature as usize * self.classes;
            for (k, &e) in error.iter().enumerate() {
                let gradient = e * value + DECAY * self.weights[row + k];
                squares[row + k] += gradient * gradient;
                self.weights[row + k] -= STEP * gradient / squares[row + k].sqrt();
            }
        }
    }

    /// One score per class, unbounded.
    pub(super) fn scores(&self, example: &Sparse) -> Vec<f32> {
        let mut scores = self.bias.clone();
        for &(feature, value) in example {
            let row = feature as usize * self.classes;
            for (k, score) in scores.iter_mut().enumerate() {
                *score += value * self.weights[row + k];
            }
        }
        scores
    }

    /// One probability per class; `temperature` above 1 makes the model more modest.
    pub(super) fn probabilities(&self, example: &Sparse, temperature: f32) -> Vec<f32> {
        softmax(&self.scores(example), temperature)
    }
}

/// Probabilities from scores.
pub(super) fn softmax(scores: &[f32], temperature: f32) -> Vec<f32> {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let raised: Vec<f32> = scores
        .iter()
        .map(|s| ((s - highest) / temperature).exp())
        .collect();
    let total: f32 = raised.iter().sum();
    raised.iter().map(|r| r / total).collect()
}

/// A number without a common divisor with `count`, near its golden section.
fn stride(count: usize) -> usize {
    let mut stride = (count * 618 / 1000).max(1);
    while gcd(stride, count) != 1 {
        stride += 1;
    }
    stride
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_in_one_feature_is_told_apart() {
        let examples: Vec<(Sparse, usize)> = (0..20)
            .map(|i| (vec![(0, 1.0), (1 + (i % 2) as u32, 1.0)], i % 2))
            .collect();
        let model = Regression::train(&examples, 3, 2);
        assert!(model.probabilities(&vec![(0, 1.0), (1, 1.0)], 1.0)[0] > 0.9);
        assert!(model.probabilities(&vec![(0, 1.0), (2, 1.0)], 1.0)[1] > 0.9);
    }

    #[test]
    fn equal_examples_give_equal_weights() {
        let examples = vec![(vec![(0, 1.0)], 0), (vec![(1, 1.0)], 1)];
        let (one, two) = (
            Regression::train(&examples, 2, 2),
            Regression::train(&examples, 2, 2),
        );
        assert_eq!(one.weights, two.weights);
    }
}
