//! What was received on a leg: counts, losses and jitter for each synchronisation source (RFC 3550, appendix A).

/// Figures of one leg's received media, over all its sources.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LegStats {
    /// RTP packets received, doubles included.
    pub received: u64,
    /// Packets that never came.
    pub lost: u64,
    /// Interarrival jitter of the newest source, in milliseconds.
    pub jitter_ms: f32,
    /// Frames of 20 ms that were concealed, wholly or in part.
    pub concealed: u64,
}

/// Samples of one millisecond.
const PER_MS: f64 = 8.0;

/// The newest source, and the sums over those before it.
#[derive(Debug, Default)]
pub struct Reception {
    source: Option<Source>,
    earlier_received: u64,
    earlier_lost: u64,
}

#[derive(Debug)]
struct Source {
    ssrc: u32,
    base: u64,
    highest: u64,
    received: u64,
    jitter: f64,
    transit: Option<f64>,
    /// What the last report told: packets expected and received.
    reported: (u64, u64),
}

/// A report block (RFC 3550 §6.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReportBlock {
    pub ssrc: u32,
    /// Share lost since the last report, in 1/256.
    pub fraction_lost: u8,
    /// Packets lost, 24 bits.
    pub lost: u32,
    /// Highest sequence number with its cycles.
    pub highest: u32,
    /// In samples.
    pub jitter: u32,
}

impl Reception {
    /// Notes a packet that arrived at `now_ms`. Returns whether it is the first one of a new source.
    pub fn note(&mut self, ssrc: u32, sequence: u16, timestamp: u32, now_ms: f64) -> bool {
        let new = self
            .source
            .as_ref()
            .is_none_or(|source| source.ssrc != ssrc);
        if new && let Some(old) = self.source.replace(Source::new(ssrc, sequence)) {
            self.earlier_received += old.received;
            self.earlier_lost += old.lost();
        }
        if let Some(source) = &mut self.source {
            source.note(sequence, timestamp, now_ms);
        }
        new
    }

    /// The figures so far; `concealed` is counted elsewhere.
    pub fn stats(&self, concealed: u64) -> LegStats {
        let source = self.source.as_ref();
        LegStats {
            received: self.earlier_received + source.map_or(0, |source| source.received),
            lost: self.earlier_lost + source.map_or(0, Source::lost),
            jitter_ms: source.map_or(0.0, |source| source.jitter / PER_MS) as f32,
            concealed,
        }
    }

    /// The block for our next report; the one after it tells of what comes from now on.
    pub fn report(&mut self) -> Option<ReportBlock> {
        let source = self.source.as_mut()?;
        let (expected, received) = (source.expected(), source.received);
        let newly_expected = expected - source.reported.0;
        let newly_lost = newly_expected.saturating_sub(received - source.reported.1);
        source.reported = (expected, received);
        Some(ReportBlock {
            ssrc: source.ssrc,
            fraction_lost: (newly_lost * 256 / newly_expected.max(1)).min(255) as u8,
            lost: source.lost().min(0x7f_ffff) as u32,
            highest: source.highest as u32,
            jitter: source.jitter as u32,
        })
    }
}

impl Source {
    fn new(ssrc: u32, sequence: u16) -> Source {
        // One cycle up, so that an older packet may still come.
        let base = (1 << 16) | u64::from(sequence);
        Source {
            ssrc,
            base,
            highest: base,
            received: 0,
            jitter: 0.0,
            transit: None,
            reported: (0, 0),
        }
    }

    fn note(&mut self, sequence: u16, timestamp: u32, now_ms: f64) {
        self.received += 1;
        let ahead = sequence.wrapping_sub(self.highest as u16) as i16;
        if ahead > 0 {
            self.highest += ahead as u64;
        }
        // RFC 3550 §A.8; the difference is taken in 32 bits, as the sender's clock wraps.
        let arrival = now_ms * PER_MS;
        let transit = arrival - f64::from(timestamp);
        if let Some(before) = self.transit {
            let wrap = f64::from(u32::MAX) + 1.0;
            let difference = (transit - before).rem_euclid(wrap);
            let difference = difference.min(wrap - difference);
            self.jitter += (difference - self.jitter) / 16.0;
        }
        self.transit = Some(transit);
    }

    fn expected(&self) -> u64 {
        self.highest - self.base + 1
    }

    fn lost(&self) -> u64 {
        self.expected().saturating_sub(self.received)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn losses_are_counted_over_the_wrap_of_the_sequence() {
        let mut reception = Reception::default();
        for step in (0..20u32).filter(|step| step % 5 != 3) {
            let sequence = 65_530u16.wrapping_add(step as u16);
            reception.note(7, sequence, step * 160, f64::from(step) * 20.0);
        }
        let stats = reception.stats(0);
        assert_eq!((stats.received, stats.lost), (16, 4));
        assert!(stats.jitter_ms < 0.01, "{stats:?}");
    }

    #[test]
    fn a_steady_wobble_of_five_milliseconds_is_the_jitter() {
        let mut reception = Reception::default();
        for step in 0..400u32 {
            let wobble = if step % 2 == 0 { 5.0 } else { 0.0 };
            reception.note(
                7,
                step as u16,
                u32::MAX.wrapping_add(step * 160),
                f64::from(step) * 20.0 + wobble,
            );
        }
        let jitter_ms = reception.stats(0).jitter_ms;
        assert!((jitter_ms - 5.0).abs() < 0.1, "{jitter_ms}");
    }

    #[test]
    fn a_new_source_adds_to_the_old_one() {
        let mut reception = Reception::default();
        assert!(reception.note(7, 1, 0, 0.0));
        assert!(!reception.note(7, 3, 320, 40.0));
        assert!(reception.note(8, 900, 0, 60.0));
        let stats = reception.stats(0);
        assert_eq!((stats.received, stats.lost), (3, 1));
    }

    #[test]
    fn a_report_tells_what_was_lost_since_the_last() {
        let mut reception = Reception::default();
        assert_eq!(reception.report(), None);
        for sequence in [1, 2, 4] {
            reception.note(
                7,
                sequence,
                u32::from(sequence) * 160,
                f64::from(sequence) * 20.0,
            );
        }
        assert_eq!(reception.report().unwrap().fraction_lost, 64);
        reception.note(7, 5, 800, 100.0);
        let second = reception.report().unwrap();
        assert_eq!((second.fraction_lost, second.lost), (0, 1));
    }
}
