//! G.711: A-law and µ-law, bit for bit as the ITU's reference.

/// Which of the two laws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Law {
    /// A-law, RTP payload type 8 (PCMA).
    A,
    /// µ-law, RTP payload type 0 (PCMU).
    Mu,
}

/// Even bits are inverted on the line (G.711, table 1a, note 2).
const A_MASK: u8 = 0x55;
/// Added to 14-bit magnitudes so that every µ-law segment begins at a power of two (G.711, table 2a).
const MU_BIAS: i32 = 33;

impl Law {
    /// One sample of 16 bits to one byte.
    pub fn encode(self, sample: i16) -> u8 {
        match self {
            Law::A => a_encode(sample),
            Law::Mu => mu_encode(sample),
        }
    }

    /// One byte to one sample of 16 bits.
    pub fn decode(self, byte: u8) -> i16 {
        match self {
            Law::A => a_decode(byte),
            Law::Mu => mu_decode(byte),
        }
    }

    /// As many bytes as samples.
    pub fn encode_all(self, samples: &[i16]) -> Vec<u8> {
        samples.iter().map(|&sample| self.encode(sample)).collect()
    }

    /// As many samples as bytes.
    pub fn decode_all(self, bytes: &[u8]) -> Vec<i16> {
        bytes.iter().map(|&byte| self.decode(byte)).collect()
    }

    /// The byte of silence.
    pub fn silence(self) -> u8 {
        self.encode(0)
    }
}

fn a_encode(sample: i16) -> u8 {
    let negative = sample < 0;
    // 12 bits of magnitude; −1 and 0 are the same step.
    let magnitude = u32::from((if negative { !sample } else { sample }) as u16 >> 4);
    let code = match magnitude {
        0..32 => magnitude,
        _ => {
            let segment = 27 - magnitude.leading_zeros();
            (segment + 1) << 4 | (magnitude >> segment & 0x0f)
        }
    } as u8;
    let sign = if negative { 0 } else { 0x80 };
    (code | sign) ^ A_MASK
}

fn a_decode(byte: u8) -> i16 {
    let code = byte ^ A_MASK;
    let (segment, step) = (code >> 4 & 7, i16::from(code & 0x0f));
    // The middle of the step, in 16 bits.
    let magnitude = match segment {
        0 => step << 4 | 8,
        _ => (step << 4 | 0x108) << (segment - 1),
    };
    if code & 0x80 == 0 {
        -magnitude
    } else {
        magnitude
    }
}

fn mu_encode(sample: i16) -> u8 {
    let negative = sample < 0;
    let magnitude = i32::from((if negative { !sample } else { sample }) >> 2);
    let biased = (magnitude + MU_BIAS).min(0x1fff) as u32;
    let segment = 26 - biased.leading_zeros();
    let code = (segment << 4 | (biased >> (segment + 1) & 0x0f)) as u8;
    let sign = if negative { 0x80 } else { 0 };
    !(code | sign)
}

fn mu_decode(byte: u8) -> i16 {
    let code = !byte;
    let (segment, step) = (code >> 4 & 7, i32::from(code & 0x0f));
    let biased = (step << 1 | 0x21) << segment;
    let magnitude = ((biased - MU_BIAS) << 2) as i16;
    if code & 0x80 == 0 {
        magnitude
    } else {
        -magnitude
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoded_bytes_encode_to_themselves() {
        for byte in 0..=255 {
            assert_eq!(Law::A.encode(Law::A.decode(byte)), byte);
            // µ-law has two zeros; the negative one comes back as the positive.
            let back = Law::Mu.encode(Law::Mu.decode(byte));
            assert!(
                back == byte || (byte == 0x7f && back == 0xff),
                "{byte:02x} {back:02x}"
            );
        }
    }

    #[test]
    fn louder_stays_louder() {
        for law in [Law::A, Law::Mu] {
            let heard: Vec<i16> = (i16::MIN..=i16::MAX)
                .map(|sample| law.decode(law.encode(sample)))
                .collect();
            assert!(heard.is_sorted());
        }
    }
}
