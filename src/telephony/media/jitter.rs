//! The jitter buffer: packets in as they come, exactly one frame of 20 ms out whenever one is asked for.
//!
//! It works on the sender's sample clock, so packets of any length do. It starts with [`TARGET`] samples in hand
//! (40 ms). A packet that comes too late for its frame makes the delay grow by that frame; when for five seconds
//! there was more in hand than needed, a quiet frame is left out, so the delay falls back. It never exceeds
//! [`MOST`] (200 ms).

use std::collections::BTreeMap;

/// Samples of one frame: 20 ms.
pub const FRAME: usize = 160;
/// Samples in hand before the first frame is given: 40 ms.
const TARGET: u64 = 320;
/// Most samples in hand: 200 ms. What is older is left out.
const MOST: u64 = 1600;
/// Frames without any packet after which the stream starts afresh: 100 ms.
const PAUSE: u64 = 5;
/// Frames over which the least delay is looked at: 5 s.
const WINDOW: u32 = 250;
/// A jump of the sender's clock beyond this many samples starts the stream afresh: 10 s.
const JUMP: i32 = 80_000;
/// Peak below which a frame may be left out unheard: −45 dBFS.
const QUIET: u16 = 184;

/// One frame of time. Where a stream has not begun there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Sound; zero where it is missing.
    pub samples: [i16; FRAME],
    /// Samples that were lost.
    pub missing: [bool; FRAME],
}

/// The buffer of one stream.
#[derive(Debug, Default)]
pub struct JitterBuffer {
    /// By the sender's clock, made wide so that it never wraps.
    packets: BTreeMap<u64, Vec<i16>>,
    /// End of the newest packet.
    newest_end: Option<u64>,
    /// First sample of the next frame; absent while filling.
    next: Option<u64>,
    /// Frames given without sound since the buffer ran dry.
    held: u64,
    least_in_hand: u64,
    frames_in_window: u32,
}

impl JitterBuffer {
    /// Takes a decoded packet that begins at `timestamp` of the sender's clock. Returns whether it is of use:
    /// a packet that is late or came before is not.
    pub fn insert(&mut self, timestamp: u32, samples: Vec<i16>) -> bool {
        if samples.is_empty() {
            return false;
        }
        let mut at = self.widen(timestamp);
        if self
            .newest_end
            .is_some_and(|end| (at as i64 - end as i64).abs() > i64::from(JUMP))
        {
            *self = JitterBuffer::default();
            at = self.widen(timestamp);
        }
        let end = at + samples.len() as u64;
        if self.next.is_some_and(|next| end <= next) || self.packets.contains_key(&at) {
            return false;
        }
        self.resume(at);
        self.packets.insert(at, samples);
        self.newest_end = Some(self.newest_end.map_or(end, |newest| newest.max(end)));
        self.leave_out_the_oldest();
        true
    }

    /// Gives the next frame; `None` while the stream has not begun, or begins afresh after a pause.
    pub fn pull(&mut self) -> Option<Frame> {
        let newest_end = self.newest_end?;
        let first = self.packets.first_key_value().map(|(at, _)| *at);
        let filled = first.filter(|first| newest_end - first >= TARGET);
        let place = self.next.or(filled)?;
        self.next = Some(place);
        if newest_end <= place {
            return self.hold();
        }
        let next = self.without_spare_delay(place, newest_end - place);
        let frame = self.frame_at(next);
        self.next = Some(next + FRAME as u64);
        self.forget_before(next + FRAME as u64);
        Some(frame)
    }

    /// Samples in hand.
    pub fn in_hand(&self) -> u64 {
        let next = self.next.or_else(|| self.packets.keys().next().copied());
        self.newest_end
            .zip(next)
            .map_or(0, |(end, next)| end.saturating_sub(next))
    }

    /// The sender's 32-bit clock, made wide by nearness to the newest packet.
    fn widen(&self, timestamp: u32) -> u64 {
        let near = self.newest_end.unwrap_or((1 << 40) | u64::from(timestamp));
        near.wrapping_add_signed(i64::from(timestamp.wrapping_sub(near as u32) as i32))
    }

    /// The buffer ran dry: time passes, the place in the stream does not, so that a late packet is still heard.
    fn hold(&mut self) -> Option<Frame> {
        self.held += 1;
        if self.held > PAUSE {
            *self = JitterBuffer::default();
            return None;
        }
        Some(Frame {
            samples: [0; FRAME],
            missing: [true; FRAME],
        })
    }

    /// After a dry spell: what was lost for good has been concealed already and is not concealed again.
    fn resume(&mut self, at: u64) {
        if let Some(next) = self.next
            && self.held > 0
        {
            let concealed = next + self.held * FRAME as u64;
            self.next = Some(at.min(concealed).max(next));
            self.held = 0;
        }
    }

    fn leave_out_the_oldest(&mut self) {
        if self.in_hand() > MOST {
            let next = self.newest_end.unwrap_or(0) - TARGET;
            if self.next.is_some() {
                self.next = Some(next);
            }
            self.forget_before(next);
        }
    }

    fn forget_before(&mut self, next: u64) {
        while let Some(packet) = self.packets.first_entry()
            && packet.key() + packet.get().len() as u64 <= next
        {
            packet.remove();
        }
    }

    /// The place of the next frame: one further, over a quiet frame, when all of the last window had more in
    /// hand than needed.
    fn without_spare_delay(&mut self, next: u64, in_hand: u64) -> u64 {
        let fresh = self.frames_in_window == 0;
        self.least_in_hand = if fresh {
            in_hand
        } else {
            self.least_in_hand.min(in_hand)
        };
        self.frames_in_window += 1;
        if self.frames_in_window < WINDOW {
            return next;
        }
        let spare = self.least_in_hand >= TARGET + FRAME as u64;
        if !spare {
            self.frames_in_window = 0;
            return next;
        }
        let frame = self.frame_at(next);
        if frame
            .samples
            .iter()
            .any(|sample| sample.unsigned_abs() >= QUIET)
        {
            return next;
        }
        self.frames_in_window = 0;
        next + FRAME as u64
    }

    fn frame_at(&self, next: u64) -> Frame {
        let mut frame = Frame {
            samples: [0; FRAME],
            missing: [true; FRAME],
        };
        for (&at, packet) in self.packets.range(..next + FRAME as u64) {
            let skipped = next.saturating_sub(at) as usize;
            let place = at.saturating_sub(next) as usize;
            for (index, &sample) in packet.iter().skip(skipped).take(FRAME - place).enumerate() {
                frame.samples[place + index] = sample;
                frame.missing[place + index] = false;
            }
        }
        frame
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A packet of 20 ms whose samples all hold its number, counted from 1.
    fn send(buffer: &mut JitterBuffer, number: u32) -> bool {
        buffer.insert(number.wrapping_mul(160), vec![number as i16; 160])
    }

    /// The number heard in the next frame: 0 for a lost one, −1 for none.
    fn hear(buffer: &mut JitterBuffer) -> i16 {
        match buffer.pull() {
            None => -1,
            Some(frame) if frame.missing.iter().all(|&missing| missing) => 0,
            Some(frame) => frame.samples[0],
        }
    }

    #[test]
    fn forty_milliseconds_are_in_hand_before_the_first_frame() {
        let mut buffer = JitterBuffer::default();
        send(&mut buffer, 1);
        assert_eq!(hear(&mut buffer), -1);
        send(&mut buffer, 2);
        assert_eq!(hear(&mut buffer), 1);
    }

    #[test]
    fn disorder_and_doubles_are_mended_and_a_loss_is_told() {
        let mut buffer = JitterBuffer::default();
        for number in [2, 1, 2, 5, 4] {
            send(&mut buffer, number);
        }
        let heard: Vec<i16> = (0..5).map(|_| hear(&mut buffer)).collect();
        assert_eq!(heard, [1, 2, 0, 4, 5]);
    }

    #[test]
    fn a_late_packet_is_heard_with_more_delay() {
        let mut buffer = JitterBuffer::default();
        send(&mut buffer, 1);
        send(&mut buffer, 2);
        assert_eq!(
            [hear(&mut buffer), hear(&mut buffer), hear(&mut buffer)],
            [1, 2, 0]
        );
        assert!(send(&mut buffer, 3));
        assert_eq!(hear(&mut buffer), 3);
    }

    #[test]
    fn a_burst_of_loss_is_not_concealed_twice() {
        let mut buffer = JitterBuffer::default();
        send(&mut buffer, 1);
        send(&mut buffer, 2);
        let before: Vec<i16> = (0..5).map(|_| hear(&mut buffer)).collect();
        assert_eq!(before, [1, 2, 0, 0, 0]);
        send(&mut buffer, 6);
        assert_eq!(hear(&mut buffer), 6);
    }

    #[test]
    fn after_a_pause_the_stream_begins_afresh() {
        let mut buffer = JitterBuffer::default();
        send(&mut buffer, 1);
        send(&mut buffer, 2);
        for _ in 0..8 {
            hear(&mut buffer);
        }
        send(&mut buffer, 100);
        assert_eq!(hear(&mut buffer), -1);
        send(&mut buffer, 101);
        assert_eq!(hear(&mut buffer), 100);
    }

    #[test]
    fn a_spare_delay_falls_back_in_quiet() {
        let mut buffer = JitterBuffer::default();
        for number in 1..=5 {
            send(&mut buffer, number);
        }
        for number in 6..1_500 {
            buffer.insert(number * 160, vec![3; 160]);
            hear(&mut buffer);
        }
        assert!(buffer.in_hand() <= TARGET, "{}", buffer.in_hand());
    }

    #[test]
    fn a_flood_leaves_two_hundred_milliseconds_at_most() {
        let mut buffer = JitterBuffer::default();
        for number in 1..100 {
            send(&mut buffer, number);
        }
        assert!(buffer.in_hand() <= MOST, "{}", buffer.in_hand());
        assert_eq!((0..20).map(|_| hear(&mut buffer)).max(), Some(99));
    }

    #[test]
    fn packets_of_thirty_milliseconds_give_frames_of_twenty() {
        let mut buffer = JitterBuffer::default();
        for number in 0..4u32 {
            buffer.insert(number * 240, vec![number as i16 + 1; 240]);
        }
        let frame = (buffer.pull(), buffer.pull()).1.unwrap();
        assert_eq!((frame.samples[79], frame.samples[80]), (1, 2));
        assert!(!frame.missing.contains(&true));
    }

    #[test]
    fn the_clock_may_wrap() {
        let mut buffer = JitterBuffer::default();
        for step in 0..4u32 {
            buffer.insert((step * 160).wrapping_sub(320), vec![step as i16 + 1; 160]);
        }
        let heard: Vec<i16> = (0..4).map(|_| hear(&mut buffer)).collect();
        assert_eq!(heard, [1, 2, 3, 4]);
    }

    proptest! {
        #[test]
        fn no_packets_do_harm(packets in prop::collection::vec((any::<u32>(), 1usize..2000, 0u8..4), 0..200)) {
            let mut buffer = JitterBuffer::default();
            for (timestamp, length, pulls) in packets {
                buffer.insert(timestamp, vec![1; length]);
                for _ in 0..pulls {
                    buffer.pull();
                }
                prop_assert!(buffer.in_hand() <= MOST + JUMP as u64);
            }
        }

        #[test]
        fn order_within_the_buffer_does_not_matter(order in Just((1u32..=8).collect::<Vec<_>>()).prop_shuffle()) {
            let mut buffer = JitterBuffer::default();
            for number in order {
                send(&mut buffer, number);
            }
            let heard: Vec<i16> = (0..8).map(|_| hear(&mut buffer)).collect();
            prop_assert_eq!(heard, (1..=8).collect::<Vec<i16>>());
        }
    }
}
