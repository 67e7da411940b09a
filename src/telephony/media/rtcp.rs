//! Our sender report (RFC 3550 §6.4): what a trunk's monitoring reads. Reports that come to us are not needed.

use super::reception::ReportBlock;
use std::time::Duration;

/// Time between two reports of ours (RFC 3550 §6.2).
pub const INTERVAL: Duration = Duration::from_secs(5);

/// Seconds from 1900 (NTP) to 1970 (Unix).
const NTP_OFFSET_S: u64 = 2_208_988_800;

/// What we have sent so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sent {
    pub ssrc: u32,
    pub timestamp: u32,
    pub packets: u32,
    pub bytes: u32,
}

/// A sender report with at most one block and the canonical name, as one compound packet.
pub fn sender_report(sent: Sent, since_1970: Duration, block: Option<ReportBlock>) -> Vec<u8> {
    let mut packet = Vec::with_capacity(80);
    let words: u16 = if block.is_some() { 12 } else { 6 };
    packet.extend([0x80 | u8::from(block.is_some()), 200]);
    packet.extend(words.to_be_bytes());
    packet.extend(sent.ssrc.to_be_bytes());
    packet.extend(((since_1970.as_secs() + NTP_OFFSET_S) as u32).to_be_bytes());
    packet.extend(
        (((u64::from(since_1970.subsec_nanos())) << 32) / 1_000_000_000).to_be_bytes()[4..].iter(),
    );
    for word in [sent.timestamp, sent.packets, sent.bytes] {
        packet.extend(word.to_be_bytes());
    }
    if let Some(block) = block {
        let lost = u32::from(block.fraction_lost) << 24 | block.lost;
        for word in [block.ssrc, lost, block.highest, block.jitter, 0, 0] {
            packet.extend(word.to_be_bytes());
        }
    }
    // Source description with an empty-of-meaning CNAME: it must be there and need not tell anything.
    packet.extend([0x81, 202, 0, 3]);
    packet.extend(sent.ssrc.to_be_bytes());
    packet.extend([1, 4]);
    packet.extend(b"line");
    packet.extend([0, 0]);
    packet
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lengths_in_a_report_add_up() {
        let block = ReportBlock {
            ssrc: 9,
            fraction_lost: 1,
            lost: 2,
            highest: 3,
            jitter: 4,
        };
        for (block, bytes) in [(Some(block), 52), (None, 28)] {
            let packet = sender_report(Sent::default(), Duration::from_secs(1), block);
            let words = u16::from_be_bytes([packet[2], packet[3]]);
            assert_eq!((usize::from(words) + 1) * 4, bytes);
            assert_eq!(packet.len(), bytes + 16);
        }
    }
}
