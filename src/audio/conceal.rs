//! Packet-loss concealment for 8 kHz: what was heard last goes on, period by period, and fades.
//!
//! In the manner of G.711 Appendix I, without its delay: the last pitch period is repeated, the repetition fades to
//! silence in 60 ms, and the first good frame afterwards is blended in.

/// Shortest and longest pitch period that is looked for, in samples at 8 kHz: 5–15 ms, 66–200 Hz (G.711 Appendix I).
const PERIOD: std::ops::RangeInclusive<usize> = 40..=120;
/// Samples that are compared for each period: 20 ms.
const COMPARED: usize = 160;
/// Samples of the past that are kept.
const KEPT: usize = COMPARED + *PERIOD.end();
/// The repetition is not faded for 10 ms, then falls to silence by 60 ms (G.711 Appendix I).
const FADE: (usize, usize) = (80, 480);
/// Samples over which a good frame is blended in after a loss: 4 ms.
const BLEND: usize = 32;

/// Fills the gaps of one stream.
#[derive(Debug, Clone)]
pub struct Concealer {
    past: [i16; KEPT],
    loss: Option<Loss>,
}

#[derive(Debug, Clone, Copy)]
struct Loss {
    period: usize,
    played: usize,
}

impl Default for Concealer {
    fn default() -> Self {
        Concealer {
            past: [0; KEPT],
            loss: None,
        }
    }
}

impl Concealer {
    /// A frame that arrived, of any length; its first 4 ms are blended after a loss.
    pub fn good(&mut self, frame: &mut [i16]) {
        if let Some(loss) = self.loss.take() {
            let count = BLEND.min(frame.len());
            for (i, sample) in frame[..count].iter_mut().enumerate() {
                let faded = f32::from(self.repeated(loss, i));
                let share = (i + 1) as f32 / (count + 1) as f32;
                *sample = (f32::from(*sample) * share + faded * (1.0 - share)) as i16;
            }
        }
        self.remember(frame);
    }

    /// A frame that did not arrive, of `count` samples.
    pub fn lost(&mut self, count: usize) -> Vec<i16> {
        let loss = self.loss.unwrap_or_else(|| Loss {
            period: self.period(),
            played: 0,
        });
        let frame = (0..count).map(|i| self.repeated(loss, i)).collect();
        self.loss = Some(Loss {
            played: loss.played + count,
            ..loss
        });
        frame
    }

    /// Sample `i` from now of the fading repetition.
    fn repeated(&self, loss: Loss, i: usize) -> i16 {
        let at = loss.played + i;
        let sample = self.past[KEPT - loss.period + at % loss.period];
        let (whole, silent) = FADE;
        let left = silent.saturating_sub(at.max(whole)) as f32 / (silent - whole) as f32;
        (f32::from(sample) * left) as i16
    }

    /// The distance at which the past is most like itself.
    fn period(&self) -> usize {
        let recent = &self.past[KEPT - COMPARED..];
        let likeness = |period: usize| {
            let earlier = &self.past[KEPT - COMPARED - period..KEPT - period];
            let product = |a: &[i16], b: &[i16]| {
                a.iter()
                    .zip(b)
                    .map(|(&a, &b)| f64::from(a) * f64::from(b))
                    .sum::<f64>()
            };
            product(recent, earlier) / product(earlier, earlier).sqrt().max(1.0)
        };
        let longest = *PERIOD.end();
        PERIOD
            .max_by(|&a, &b| likeness(a).total_cmp(&likeness(b)))
            .unwrap_or(longest)
    }

    fn remember(&mut self, frame: &[i16]) {
        let tail = &frame[frame.len().saturating_sub(KEPT)..];
        self.past.copy_within(tail.len().., 0);
        self.past[KEPT - tail.len()..].copy_from_slice(tail);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hum(count: usize) -> Vec<i16> {
        let sample = |i: usize| (std::f64::consts::TAU * 125.0 * i as f64 / 8000.0).sin() * 8000.0;
        (0..count).map(|i| sample(i) as i16).collect()
    }

    #[test]
    fn a_hum_goes_on_through_a_lost_frame() {
        let sound = hum(800);
        let mut concealer = Concealer::default();
        for frame in sound[..640].chunks(160) {
            concealer.good(&mut frame.to_vec());
        }
        let filled = concealer.lost(160);
        let error = |range: std::ops::Range<usize>| {
            range
                .map(|i| (f64::from(filled[i]) - f64::from(sound[640 + i])).abs())
                .fold(0.0, f64::max)
        };
        assert!(error(0..80) < 100.0, "{}", error(0..80));
        assert!(error(80..160) < 8000.0 * 0.25, "{}", error(80..160));
    }

    #[test]
    fn a_long_loss_ends_in_silence() {
        let mut concealer = Concealer::default();
        concealer.good(&mut hum(800));
        let frames: Vec<_> = (0..4).map(|_| concealer.lost(160)).collect();
        assert!(frames[0].iter().any(|&sample| sample.abs() > 4000));
        assert!(frames[3].iter().all(|&sample| sample == 0));
    }

    #[test]
    fn the_first_good_frame_is_blended_in() {
        let mut concealer = Concealer::default();
        concealer.good(&mut hum(640));
        let filled = concealer.lost(160);
        let mut good = [6000; 160];
        concealer.good(&mut good);
        assert!(
            (good[0] - filled[159]).abs() < 1500,
            "{} after {}",
            good[0],
            filled[159]
        );
        assert_eq!(good[BLEND..], [6000; 160 - BLEND]);
    }

    proptest! {
        #[test]
        fn concealed_sound_is_never_louder_than_what_was_heard(
            sound in prop::collection::vec(any::<i16>(), 0..900), lost in 0_usize..900,
        ) {
            let mut concealer = Concealer::default();
            let loudest = sound.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
            concealer.good(&mut sound.clone());
            prop_assert!(concealer.lost(lost).iter().all(|sample| sample.unsigned_abs() <= loudest));
        }
    }
}
