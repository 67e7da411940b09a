//! Kokoro's graph, changed so that it makes no sound of the silence around a phrase.
//!
//! The model foretells how loud every moment of a phrase will be, and only then makes sound, which is what costs: half a
//! processor second for each second. It foretells some 0.4 s of silence before a phrase and about 1 s behind it, which are trimmed
//! away later. The nodes that are put in here cut them off between the two halves.

use super::ModelError;
use super::onnx::{GraphBuilder, Value};
use prost::DecodeError;
use prost::encoding::{
    DecodeContext, WireType, decode_key, decode_varint, encode_key, encode_varint,
};
use std::fs;
use std::path::Path;

/// Features of the phrase, one column for each 25 ms.
const FEATURES: &str = "/encoder/MatMul_1_output_0";
/// Pitch and loudness, two columns for each of those.
const PITCH: &str = "/encoder/Reshape_output_0";
const LOUDNESS: &str = "/encoder/Reshape_1_output_0";
/// What the second half reads in place of each of them.
const CUT: &str = "_cut";

/// Loudness below which there is no sound: silence lies between −10.2 and −8.5, the faintest sound of its voices at −7.
const SILENCE: f32 = -8.0;
/// Columns of 12.5 ms that are kept on both sides of what sounds.
const MARGIN: i64 = 10;

/// Numbers of the fields in `onnx.proto`.
const GRAPH_OF_MODEL: u32 = 7;
const NODE_OF_GRAPH: u32 = 1;
const INPUT_OF_NODE: u32 = 1;

/// Reads the graph as it was fetched and writes the changed one.
pub(super) fn convert(fetched: &Path, made: &Path) -> Result<(), KokoroError> {
    let read = |source| ModelError::io("read", fetched)(source);
    let write = |source| ModelError::io("write", made)(source);
    let changed = without_silence(&fs::read(fetched).map_err(read)?)?;
    Ok(fs::write(made, changed).map_err(write)?)
}

/// Why the graph cannot be changed.
#[derive(Debug, thiserror::Error)]
pub(super) enum KokoroError {
    #[error(transparent)]
    File(#[from] ModelError),
    #[error("the graph is no ONNX file: {0}")]
    NotOnnx(#[from] DecodeError),
    #[error("the graph ends in the middle")]
    Cut,
    #[error("nothing in the graph reads {0}; it is not the graph that is known")]
    Unknown(&'static str),
}

fn without_silence(model: &[u8]) -> Rewritten {
    let mut found = [(FEATURES, false), (PITCH, false), (LOUDNESS, false)];
    let mut rename = |name: &[u8]| {
        let (_, seen) = found
            .iter_mut()
            .find(|(known, _)| known.as_bytes() == name)?;
        *seen = true;
        Some([name, CUT.as_bytes()].concat())
    };
    let mut changed = rewrite(model, GRAPH_OF_MODEL, &mut |graph| {
        rewrite(graph, NODE_OF_GRAPH, &mut |node| {
            rewrite(node, INPUT_OF_NODE, &mut |name| {
                Ok(rename(name).unwrap_or_else(|| name.to_vec()))
            })
        })
    })?;
    if let Some((name, _)) = found.iter().find(|(_, seen)| !seen) {
        return Err(KokoroError::Unknown(name));
    }
    // A message that is written twice is one message with the fields of both.
    changed.extend(cutting_nodes().fragment());
    Ok(changed)
}

/// From the first moment that sounds to the last, with a margin; all of a phrase without sound.
fn cutting_nodes() -> GraphBuilder {
    let mut graph = GraphBuilder::new("");
    let silence = graph.floats("silence", &[1], &[SILENCE]);
    let [margin, zero, one, two] = [("margin", MARGIN), ("zero", 0), ("one", 1), ("two", 2)]
        .map(|(name, value)| graph.ints(name, &[value]));
    let sounds = graph.node("sounds", "Greater", &[LOUDNESS, &silence], &[]);
    const INT32: i64 = 6;
    let sounds = graph.node(
        "sounds_as_number",
        "Cast",
        &[&sounds],
        &[("to", Value::Int(INT32))],
    );
    let place = |graph: &mut GraphBuilder, name, last| {
        let along = [
            ("axis", Value::Int(1)),
            ("keepdims", Value::Int(0)),
            ("select_last_index", Value::Int(last)),
        ];
        graph.node(name, "ArgMax", &[&sounds], &along)
    };
    let first = place(&mut graph, "first_that_sounds", 0);
    let last = place(&mut graph, "last_that_sounds", 1);
    let before = graph.node("first_with_margin", "Sub", &[&first, &margin], &[]);
    let before = graph.node("not_before_the_start", "Max", &[&before, &zero], &[]);
    let behind = graph.node("last_with_margin", "Add", &[&last, &margin], &[]);
    // A feature's column is two of the others.
    let start = graph.node("start", "Div", &[&before, &two], &[]);
    let end = graph.node("end", "Div", &[&behind, &two], &[]);
    let start_of_halves = graph.node("start_of_halves", "Mul", &[&start, &two], &[]);
    let end_of_halves = graph.node("end_of_halves", "Mul", &[&end, &two], &[]);
    let mut cut = |name: &str, start: &str, end: &str, axis: &str| {
        graph.node(
            &format!("{name}{CUT}"),
            "Slice",
            &[name, start, end, axis],
            &[],
        );
    };
    cut(FEATURES, &start, &end, &two);
    cut(PITCH, &start_of_halves, &end_of_halves, &one);
    cut(LOUDNESS, &start_of_halves, &end_of_halves, &one);
    graph
}

type Rewritten = Result<Vec<u8>, KokoroError>;

/// A message with the fields of one number changed, all others as they were, byte for byte.
fn rewrite(message: &[u8], field: u32, change: &mut dyn FnMut(&[u8]) -> Rewritten) -> Rewritten {
    let mut out = Vec::with_capacity(message.len());
    let mut rest = message;
    while !rest.is_empty() {
        let whole = rest;
        let (number, wire) = decode_key(&mut rest)?;
        if number != field || wire != WireType::LengthDelimited {
            prost::encoding::skip_field(wire, number, &mut rest, DecodeContext::default())?;
            out.extend_from_slice(&whole[..whole.len() - rest.len()]);
            continue;
        }
        let length = usize::try_from(decode_varint(&mut rest)?).unwrap_or(usize::MAX);
        let Some((inner, behind)) = rest.split_at_checked(length) else {
            return Err(KokoroError::Cut);
        };
        rest = behind;
        let inner = change(inner)?;
        encode_key(field, WireType::LengthDelimited, &mut out);
        encode_varint(inner.len() as u64, &mut out);
        out.extend(inner);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_graph_that_is_not_the_known_one_is_refused() {
        let mut other = GraphBuilder::new("");
        other.node("out", "Relu", &[FEATURES], &[]);
        let refused = without_silence(&other.finish());
        assert!(matches!(refused, Err(KokoroError::Unknown(PITCH))));
    }

    #[test]
    fn a_graph_that_was_cut_is_refused() {
        let whole = GraphBuilder::new("kokoro").finish();
        let refused = without_silence(&whole[..whole.len() - 3]);
        assert!(refused.is_err());
    }

    #[test]
    fn what_reads_the_first_half_reads_the_cut_in_its_place() {
        let mut known = GraphBuilder::new("");
        for name in [FEATURES, PITCH, LOUDNESS] {
            known.node(&format!("after{name}"), "Relu", &[name], &[]);
        }
        let changed = without_silence(&known.finish()).unwrap();
        let text = String::from_utf8_lossy(&changed);
        for name in [FEATURES, PITCH, LOUDNESS] {
            let cut = format!("{name}{CUT}");
            // Once where it is read, once as the output and once as the name of the node that makes it.
            assert_eq!(text.matches(&cut).count(), 3, "{name}");
        }
    }
}
