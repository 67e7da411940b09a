//! Putting the two legs of a call together.

/// Both legs as one: the sum, clipped. The shorter leg is silent to the end of the longer.
pub fn mix(one: &[i16], other: &[i16]) -> Vec<i16> {
    pairs(one, other)
        .map(|(a, b)| a.saturating_add(b))
        .collect()
}

/// Both legs side by side: `one` left, `other` right, interleaved. The shorter leg is silent to the end of the longer.
pub fn side_by_side(one: &[i16], other: &[i16]) -> Vec<i16> {
    pairs(one, other).flat_map(|(a, b)| [a, b]).collect()
}

fn pairs<'a>(one: &'a [i16], other: &'a [i16]) -> impl Iterator<Item = (i16, i16)> + 'a {
    let at = |leg: &[i16], i: usize| leg.get(i).copied().unwrap_or(0);
    (0..one.len().max(other.len())).map(move |i| (at(one, i), at(other, i)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_loud_legs_clip_and_do_not_wrap() {
        assert_eq!(
            mix(&[30_000, -30_000, 1], &[30_000, -30_000]),
            [i16::MAX, i16::MIN, 1]
        );
    }

    #[test]
    fn side_by_side_keeps_the_legs_apart() {
        assert_eq!(side_by_side(&[1], &[2, 3]), [1, 2, 0, 3]);
    }
}
