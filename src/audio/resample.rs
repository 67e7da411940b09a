//! Changing the sampling rate: the telephone's 8 kHz, the recogniser's 16 kHz, the voice's 24 kHz, files of any.

use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Resampler as _};

/// Frames of a block where all samples are there: a long filter, flat to 97 % of the band.
const WHOLE_BLOCK: usize = 1024;
/// Blocks a second in a stream: 20 ms each, one RTP packet.
const BLOCKS_A_SECOND: u32 = 50;

/// Resamples all of a sound. The result is aligned with the input (to half a sample) and `len · to / from` samples long, rounded up.
pub fn whole(samples: &[f32], from: u32, to: u32) -> Vec<f32> {
    if from == to || samples.is_empty() {
        return samples.to_vec();
    }
    let mut fft = fft(from, to, WHOLE_BLOCK);
    let input = adapter(samples);
    let output = fft.process_all(&input, samples.len(), None);
    output
        .expect("one channel of a known length goes in")
        .take_data()
}

/// Resamples a stream. Adds 10 ms of delay.
pub struct Resampler {
    fft: Option<Fft<f32>>,
    waiting: Vec<f32>,
}

impl Resampler {
    /// From one rate to another, in Hz.
    pub fn new(from: u32, to: u32) -> Resampler {
        let block = from.div_ceil(BLOCKS_A_SECOND).max(1) as usize;
        Resampler {
            fft: (from != to).then(|| fft(from, to, block)),
            waiting: Vec::new(),
        }
    }

    /// Takes any number of samples and gives those that are ready. Whole blocks of 20 ms come out at once.
    pub fn push(&mut self, samples: &[f32]) -> Vec<f32> {
        let Some(fft) = &mut self.fft else {
            return samples.to_vec();
        };
        self.waiting.extend_from_slice(samples);
        let mut ready = Vec::new();
        let mut used = 0;
        loop {
            let needed = fft.input_frames_next();
            let Some(block) = self.waiting.get(used..used + needed) else {
                break;
            };
            let output = fft.process(&adapter(block), None);
            ready.extend(
                output
                    .expect("a block of the asked length goes in")
                    .take_data(),
            );
            used += needed;
        }
        self.waiting.drain(..used);
        ready
    }
}

fn fft(from: u32, to: u32, block: usize) -> Fft<f32> {
    let (from, to) = (from.max(1) as usize, to.max(1) as usize);
    let blocks = (block / WHOLE_BLOCK).max(1);
    let window = rubato::WindowFunction::BlackmanHarris2;
    Fft::new_custom(from, to, block, blocks, 1, window, FixedSync::Input)
        .expect("rates and block are above zero")
}

fn adapter(samples: &[f32]) -> SequentialSlice<&[f32]> {
    SequentialSlice::new(samples, 1, samples.len()).expect("one channel is as long as itself")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::f32::consts::TAU;

    fn tone(hz: f32, rate: u32, count: usize) -> Vec<f32> {
        (0..count)
            .map(|i| (TAU * hz * i as f32 / rate as f32).sin() * 0.5)
            .collect()
    }

    /// Decibels by which `heard` misses `wanted`, away from the ends.
    fn error_db(heard: &[f32], wanted: &[f32]) -> f32 {
        let middle = wanted.len() / 4..wanted.len() * 3 / 4;
        let power = |it: &mut dyn Iterator<Item = f32>| it.map(|x| x * x).sum::<f32>();
        let error = power(&mut middle.clone().map(|i| heard[i] - wanted[i]));
        10.0 * (error / power(&mut middle.map(|i| wanted[i]))).log10()
    }

    #[test]
    fn a_tone_stays_where_it_was() {
        // From 44.1 kHz the filter's middle lies half a sample, 11 µs, off.
        let cases = [
            (8_000, 16_000, -60.0),
            (16_000, 8_000, -60.0),
            (24_000, 8_000, -60.0),
            (24_000, 16_000, -60.0),
            (44_100, 16_000, -20.0),
        ];
        for (from, to, bound) in cases {
            let heard = whole(&tone(1000.0, from, from as usize), from, to);
            let error = error_db(&heard, &tone(1000.0, to, to as usize));
            assert!(error < bound, "{from} to {to}: {error} dB");
        }
    }

    #[test]
    fn what_the_lower_rate_cannot_hold_is_gone() {
        let heard = whole(&tone(5000.0, 16_000, 16_000), 16_000, 8_000);
        let loudest = heard[1000..7000]
            .iter()
            .fold(0.0_f32, |loudest, x| loudest.max(x.abs()));
        assert!(loudest < 1e-3, "{loudest}");
    }

    #[test]
    fn a_stream_gives_a_block_for_a_block_ten_milliseconds_late() {
        for (from, to) in [(8_000_u32, 16_000_u32), (16_000, 8_000), (24_000, 8_000)] {
            let mut stream = Resampler::new(from, to);
            let block = from as usize / 50;
            let sound = tone(1000.0, from, from as usize);
            let blocks: Vec<_> = sound
                .chunks(block)
                .map(|chunk| stream.push(chunk))
                .collect();
            assert!(blocks.iter().all(|block| block.len() == to as usize / 50));
            let heard = blocks.concat();
            let late = &heard[to as usize / 100..];
            let error = error_db(late, &tone(1000.0, to, late.len()));
            assert!(error < -50.0, "{from} to {to}: {error} dB");
        }
    }

    proptest! {
        #[test]
        fn how_a_stream_is_cut_does_not_matter(cuts in prop::collection::vec(1_usize..700, 1..20)) {
            let sound = tone(440.0, 8_000, cuts.iter().sum());
            let mut stream = Resampler::new(8_000, 16_000);
            let mut rest = &sound[..];
            let mut pieces = Vec::new();
            for cut in cuts {
                let (head, tail) = rest.split_at(cut);
                pieces.extend(stream.push(head));
                rest = tail;
            }
            prop_assert_eq!(pieces, Resampler::new(8_000, 16_000).push(&sound));
        }

        #[test]
        fn a_whole_sound_keeps_its_length(count in 0_usize..5000) {
            let up = whole(&tone(440.0, 8_000, count), 8_000, 16_000);
            prop_assert_eq!(up.len(), 2 * count);
        }
    }
}
