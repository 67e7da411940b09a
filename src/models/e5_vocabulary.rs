//! The sentence encoder's vocabulary as the encoder loads it: `vocabulary.bin`, all numbers little-endian.
//!
//! | part | holds |
//! | --- | --- |
//! | 4 bytes | `LTV1` |
//! | 5 × u32 | pieces, bytes of their texts, characters that are written otherwise, numbers of these, width of a row |
//! | f32 | score of a character that no piece holds |
//! | (pieces + 1) × u32 | where each text ends and the next begins; texts are sorted by their bytes |
//! | pieces × f32 | scores |
//! | bytes | texts |
//! | per character: u32, u32 | the character, sorted, and where its replacement begins |
//! | u32 each | replacements, one after the other |
//! | rows | of the sentence's beginning, its end and the unknown, then of each piece: blocks of a half-precision scale and 32 numbers of 4 bits |

use super::e5::{BLOCK, BLOCK_BYTES, E5, E5Error};

/// How far below the rarest piece a character lies that no piece holds, as in SentencePiece.
const UNKNOWN_BELOW: f32 = 10.0;

pub(super) fn write(model: &E5) -> Result<Vec<u8>, E5Error> {
    let pieces = &model.pieces;
    let special = [pieces.begin, pieces.end, pieces.unknown, pieces.padding];
    let mut texts: Vec<(&[u8], usize)> = (0..pieces.count)
        .filter(|piece| !special.contains(piece))
        .filter_map(|piece| Some((model.piece(piece)?, piece)))
        .filter(|(text, _)| !text.is_empty())
        .collect();
    texts.sort_unstable();
    texts.dedup_by_key(|(text, _)| *text);
    let least = pieces.scores.iter().copied().fold(f32::INFINITY, f32::min);
    let lengths = texts.iter().map(|(text, _)| text.len());
    let counts = [
        texts.len(),
        lengths.sum(),
        pieces.rewritten.len(),
        pieces.rewritten.iter().map(|(_, to)| to.len()).sum(),
        model.sizes.width,
    ];
    let mut out = b"LTV1".to_vec();
    for count in counts {
        put(&mut out, count as u32);
    }
    out.extend((least - UNKNOWN_BELOW).to_le_bytes());
    let mut end = 0;
    put(&mut out, 0);
    for (text, _) in &texts {
        end += text.len() as u32;
        put(&mut out, end);
    }
    for (_, piece) in &texts {
        out.extend(pieces.scores[*piece].to_le_bytes());
    }
    for (text, _) in &texts {
        out.extend_from_slice(text);
    }
    let mut begin = 0;
    for (from, to) in &pieces.rewritten {
        put(&mut out, *from);
        put(&mut out, begin);
        begin += to.len() as u32;
    }
    for character in pieces.rewritten.iter().flat_map(|(_, to)| to) {
        put(&mut out, *character);
    }
    write_rows(model, &texts, &mut out)?;
    Ok(out)
}

fn write_rows(model: &E5, texts: &[(&[u8], usize)], out: &mut Vec<u8>) -> Result<(), E5Error> {
    let pieces = &model.pieces;
    let row = model.sizes.width / BLOCK * BLOCK_BYTES;
    let table = model.blocks("emb.word", model.sizes.words * model.sizes.width)?;
    let ordinary = texts.iter().map(|(_, piece)| *piece);
    for piece in [pieces.begin, pieces.end, pieces.unknown]
        .into_iter()
        .chain(ordinary)
    {
        let row = table.get(piece * row..(piece + 1) * row);
        out.extend_from_slice(row.ok_or_else(|| E5Error::Tensor {
            name: "emb.word".to_owned(),
            count: model.sizes.words * model.sizes.width,
        })?);
    }
    Ok(())
}

fn put(out: &mut Vec<u8>, number: u32) {
    out.extend(number.to_le_bytes());
}
