//! Keys as telephone events (RFC 4733): each press once, however many packets tell of it.

use std::collections::VecDeque;

/// Keys by event code, 0 to 15.
const KEYS: [char; 16] = [
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'A', 'B', 'C', 'D',
];

/// Length of a press that we send, in frames of 20 ms.
const PRESS_FRAMES: u16 = 5;
/// How often the end of a press is sent (RFC 4733 §2.5.1.4).
const END_REPEATS: u16 = 3;
/// Frames of silence after a press that we send.
const GAP_FRAMES: u16 = 3;
/// Samples of a frame.
const FRAME: u16 = 160;

/// Tells presses apart: all packets of one press carry the timestamp of its beginning.
#[derive(Debug, Default)]
pub struct KeyReceiver {
    last: Option<u32>,
}

impl KeyReceiver {
    /// Reads an event payload; gives the key at the first packet of its press.
    pub fn receive(&mut self, timestamp: u32, payload: &[u8]) -> Option<char> {
        let &[code, ..] = payload.first_chunk::<4>()?;
        let key = *KEYS.get(usize::from(code))?;
        // A packet of an earlier press that comes late is not a new one.
        let newer = self
            .last
            .is_none_or(|last| (timestamp.wrapping_sub(last) as i32) > 0);
        newer.then(|| {
            self.last = Some(timestamp);
            key
        })
    }
}

/// One packet of a press that we send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventPacket {
    pub payload: [u8; 4],
    /// First packet of the press.
    pub first: bool,
    /// Frames since the press began: its timestamp lies so far back.
    pub age_frames: u16,
}

/// Sends presses one after the other, one packet a frame.
#[derive(Debug, Default)]
pub struct KeySender {
    waiting: VecDeque<u8>,
    step: u16,
}

impl KeySender {
    /// Queues a press; returns whether it is a key.
    pub fn press(&mut self, key: char) -> bool {
        let code = KEYS
            .iter()
            .position(|&known| known == key.to_ascii_uppercase());
        self.waiting.extend(code.map(|code| code as u8));
        code.is_some()
    }

    /// Whether a press or the gap after it is under way: no sound is sent meanwhile.
    pub fn busy(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The packet of the next frame.
    pub fn next_packet(&mut self) -> Option<EventPacket> {
        let code = *self.waiting.front()?;
        let step = self.step;
        self.step += 1;
        if self.step == PRESS_FRAMES + END_REPEATS + GAP_FRAMES {
            self.waiting.pop_front();
            self.step = 0;
        }
        if step >= PRESS_FRAMES + END_REPEATS {
            return None;
        }
        let duration = (step + 1).min(PRESS_FRAMES) * FRAME;
        let end = if step >= PRESS_FRAMES { 0x80 } else { 0 };
        let [high, low] = duration.to_be_bytes();
        Some(EventPacket {
            payload: [code, end | 10, high, low],
            first: step == 0,
            age_frames: step,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_press_is_heard_once_though_its_end_comes_thrice() {
        let mut keys = KeyReceiver::default();
        let heard =
            [(0, 160), (0, 320), (0x80, 480), (0x80, 480), (0x80, 480)].map(|(end, duration)| {
                keys.receive(1_000, &[5, end | 10, (duration >> 8) as u8, duration as u8])
            });
        assert_eq!(heard, [Some('5'), None, None, None, None]);
    }

    #[test]
    fn a_press_whose_beginning_was_lost_is_heard_at_its_end() {
        assert_eq!(
            KeyReceiver::default().receive(9, &[11, 0x8a, 3, 32]),
            Some('#')
        );
    }

    #[test]
    fn a_late_packet_of_the_press_before_is_no_press() {
        let mut keys = KeyReceiver::default();
        assert_eq!(keys.receive(1_000, &[1, 10, 0, 160]), Some('1'));
        assert_eq!(keys.receive(3_000, &[2, 10, 0, 160]), Some('2'));
        assert_eq!(keys.receive(1_000, &[1, 0x8a, 0, 160]), None);
        assert_eq!(keys.receive(5_000, &[2, 10, 0, 160]), Some('2'));
    }

    #[test]
    fn a_flash_or_a_short_payload_is_no_key() {
        let mut keys = KeyReceiver::default();
        assert_eq!(keys.receive(1, &[16, 10, 0, 160]), None);
        assert_eq!(keys.receive(1, &[1, 10]), None);
    }

    proptest! {
        #[test]
        fn presses_that_we_send_are_heard_as_pressed_even_with_loss(
            pressed in "[0-9*#A-D]{1,12}", kept in prop::collection::vec(0usize..8, 12),
        ) {
            let mut sender = KeySender::default();
            for key in pressed.chars() {
                prop_assert!(sender.press(key));
            }
            let (mut receiver, mut heard, mut now, mut press) = (KeyReceiver::default(), String::new(), 0u32, 0);
            while sender.busy() {
                if let Some(packet) = sender.next_packet() {
                    // One packet of each press gets through.
                    if usize::from(packet.age_frames) == kept[press] {
                        heard.extend(receiver.receive(now - u32::from(packet.age_frames) * 160, &packet.payload));
                    }
                    press += usize::from(packet.age_frames == 7);
                }
                now += 160;
            }
            prop_assert_eq!(heard, pressed);
        }
    }
}
