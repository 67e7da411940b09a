//! RTP packets (RFC 3550) as far as a telephone call needs them.

/// Bytes of a header without extension or contributing sources.
pub const HEADER_BYTES: usize = 12;

/// A received packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet<'a> {
    pub payload_type: u8,
    /// First packet of a talk spurt or an event.
    pub marker: bool,
    pub sequence: u16,
    /// In samples.
    pub timestamp: u32,
    pub ssrc: u32,
    pub payload: &'a [u8],
}

impl Packet<'_> {
    /// Reads a packet; `None` for anything malformed (RFC 3550 §5.1, appendix A.1).
    pub fn parse(bytes: &[u8]) -> Option<Packet<'_>> {
        let header = bytes.first_chunk::<HEADER_BYTES>()?;
        let [first, second, ..] = *header;
        if first >> 6 != 2 {
            return None;
        }
        let mut start = HEADER_BYTES + 4 * usize::from(first & 0x0f);
        if first & 0x10 != 0 {
            let words = bytes.get(start + 2..start + 4)?;
            start += 4 + 4 * usize::from(u16::from_be_bytes([words[0], words[1]]));
        }
        let mut end = bytes.len();
        if first & 0x20 != 0 {
            let padding = usize::from(*bytes.last()?);
            end = end.checked_sub(padding).filter(|_| padding > 0)?;
        }
        Some(Packet {
            payload_type: second & 0x7f,
            marker: second & 0x80 != 0,
            sequence: u16::from_be_bytes([header[2], header[3]]),
            timestamp: u32::from_be_bytes([header[4], header[5], header[6], header[7]]),
            ssrc: u32::from_be_bytes([header[8], header[9], header[10], header[11]]),
            payload: bytes.get(start..end)?,
        })
    }

    /// The packet's bytes.
    pub fn to_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER_BYTES + self.payload.len());
        bytes.extend([0x80, u8::from(self.marker) << 7 | self.payload_type]);
        bytes.extend(self.sequence.to_be_bytes());
        bytes.extend(self.timestamp.to_be_bytes());
        bytes.extend(self.ssrc.to_be_bytes());
        bytes.extend(self.payload);
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn extension_sources_and_padding_are_not_sound() {
        let mut bytes = vec![0x80 | 0x20 | 0x10 | 1, 8, 0, 1, 0, 0, 0, 160, 0, 0, 0, 9];
        bytes.extend([0, 0, 0, 7]);
        bytes.extend([0xbe, 0xde, 0, 1, 1, 2, 3, 4]);
        bytes.extend([0xd5, 0xd5, 0xd5, 0, 2]);
        assert_eq!(Packet::parse(&bytes).unwrap().payload, [0xd5, 0xd5, 0xd5]);
    }

    #[test]
    fn a_packet_of_another_version_or_with_too_much_padding_is_none() {
        assert_eq!(Packet::parse(&[0x40; 20]), None);
        let mut bytes = vec![0xa0, 8, 0, 1, 0, 0, 0, 160, 0, 0, 0, 9, 200];
        assert_eq!(Packet::parse(&bytes), None);
        bytes[12] = 0;
        assert_eq!(Packet::parse(&bytes), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            Packet::parse(&bytes);
        }

        #[test]
        fn a_written_packet_reads_the_same(
            payload_type in 0u8..128, marker: bool, sequence: u16, timestamp: u32, ssrc: u32,
            payload in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let packet = Packet { payload_type, marker, sequence, timestamp, ssrc, payload: &payload };
            let bytes = packet.to_bytes();
            prop_assert_eq!(Packet::parse(&bytes), Some(packet));
        }
    }
}
