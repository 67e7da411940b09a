//! From log-probabilities to trust.

/// Mean log-probability of a text's tokens → share of characters expected to be right. The corners are error rates
/// measured on read Mandarin: 7 % above −0.25, 17 % down to −0.4, 31 % down to −0.6, 53 % below.
const CORNERS: [(f32, f32); 7] = [
    (-2.0, 0.0),
    (-1.0, 0.3),
    (-0.7, 0.5),
    (-0.5, 0.69),
    (-0.32, 0.83),
    (-0.15, 0.94),
    (0.0, 1.0),
];

/// Trust between 0 and 1 of a text whose tokens have this mean natural log-probability.
pub fn trust(mean_log_probability: f32) -> f32 {
    let (lowest, highest) = (CORNERS[0], CORNERS[CORNERS.len() - 1]);
    if mean_log_probability <= lowest.0 {
        return lowest.1;
    }
    for pair in CORNERS.windows(2) {
        let ((from, low), (to, high)) = (pair[0], pair[1]);
        if mean_log_probability <= to {
            return low + (high - low) * (mean_log_probability - from) / (to - from);
        }
    }
    highest.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn trust_follows_the_measured_errors() {
        assert_eq!(trust(-0.32), 0.83);
        assert_eq!(trust(0.1), 1.0);
        assert_eq!(trust(f32::NEG_INFINITY), 0.0);
    }

    proptest! {
        #[test]
        fn a_likelier_text_is_never_trusted_less(a in -5.0f32..0.5, b in -5.0f32..0.5) {
            prop_assert!(trust(a.max(b)) >= trust(a.min(b)));
        }
    }
}
