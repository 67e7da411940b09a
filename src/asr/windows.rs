//! Cuts sound that is longer than Whisper takes, where it is quietest.

use super::SAMPLE_RATE;
use crate::event::Hypothesis;
use std::ops::Range;

/// Longest window: Whisper takes 30 s, some of it is margin.
const LONGEST: usize = 28 * SAMPLE_RATE as usize;
/// The cut is looked for in this much of a window's end.
const SEARCHED: usize = 8 * SAMPLE_RATE as usize;
/// Length of a pause that is looked for: 0.2 s.
const PAUSE: usize = SAMPLE_RATE as usize / 5;
/// Sound shorter than this holds no word: 0.1 s.
const SHORTEST: usize = SAMPLE_RATE as usize / 10;

/// Ranges of samples, each at most [`LONGEST`] long, in order; none for a sound that is too short to hold a word.
pub fn split(samples: &[f32]) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = 0;
    while samples.len() - from > LONGEST {
        let end = from + quietest(&samples[from..from + LONGEST]);
        parts.push(from..end);
        from = end;
    }
    if samples.len() - from >= SHORTEST {
        parts.push(from..samples.len());
    }
    parts
}

/// Middle of the quietest pause near the end of a window.
fn quietest(window: &[f32]) -> usize {
    let energy = |place: usize| -> f32 { window[place..][..PAUSE].iter().map(|s| s * s).sum() };
    let places = (window.len() - SEARCHED..=window.len() - PAUSE).step_by(PAUSE / 4);
    let place = places.min_by(|&a, &b| energy(a).total_cmp(&energy(b)));
    place.unwrap_or(window.len() - PAUSE) + PAUSE / 2
}

/// All readings of a single window; of consecutive ones a reading out of the best of each, its trust that of the average
/// character.
pub fn join(mut windows: Vec<Vec<Hypothesis>>) -> Vec<Hypothesis> {
    if windows.len() == 1 {
        return windows.remove(0);
    }
    let best = windows
        .into_iter()
        .filter_map(|window| window.into_iter().next());
    let parts: Vec<Hypothesis> = best.collect();
    let length = |part: &Hypothesis| part.text.chars().count() as f32;
    let total: f32 = parts.iter().map(length).sum();
    if total == 0.0 {
        return Vec::new();
    }
    let trusted: f32 = parts
        .iter()
        .map(|part| part.confidence * length(part))
        .sum();
    let text: String = parts.iter().map(|part| part.text.as_str()).collect();
    let as_said_here = parts.iter().map(Hypothesis::meant).collect::<String>();
    vec![Hypothesis {
        as_said_here: (as_said_here != text).then(|| as_said_here.into()),
        ..Hypothesis::new(text, trusted / total)
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_cut_in_its_pauses_and_nothing_is_lost() {
        let second = SAMPLE_RATE as usize;
        let mut samples = vec![0.5; 60 * second];
        samples[24 * second..25 * second].fill(0.0);
        let parts = split(&samples);
        assert!(
            parts[0].end >= 24 * second && parts[0].end <= 25 * second,
            "{parts:?}"
        );
        assert!(parts.windows(2).all(|pair| pair[0].end == pair[1].start));
        assert_eq!(parts.last().unwrap().end, samples.len());
        assert!(parts.iter().all(|part| part.len() <= LONGEST));
    }

    #[test]
    fn a_click_is_no_utterance() {
        assert!(split(&[0.9; 1000]).is_empty());
        assert!(split(&[]).is_empty());
    }
}
