//! The sentence encoder as an ONNX graph: words in, the mean of what twelve layers make of them out.
//!
//! Weights stay in the 4 bits in which they are fetched (ONNX Runtime's `MatMulNBits`, which multiplies them with
//! activations of 8 bits, both in blocks of 32), so the graph computes what the packed model means and nothing less. The table
//! of words is not in the graph: a quarter of a million rows are looked up by their number and would be held once for each
//! session.

use super::e5::{BLOCK, E5, E5Error, Sizes};
use super::onnx::{Dim, GraphBuilder, Value};

/// Activations of 8 bits in the product of matrices.
const EIGHT_BITS: i64 = 4;

/// `words` [sentences, tokens, width], all of one length → `mean` [sentences, width], not yet of unit length.
pub(super) fn encoder(model: &E5) -> Result<Vec<u8>, E5Error> {
    let mut graph = GraphBuilder::new("sentence_encoder");
    let width = model.sizes.width;
    let dims = [
        Dim::Named("sentences"),
        Dim::Named("tokens"),
        Dim::Fixed(width),
    ];
    graph.float_input("words", &dims);
    let mut writer = Writer {
        model,
        sizes: model.sizes,
        graph,
    };
    let placed = writer.place("words")?;
    let mut x = writer.layer_norm("emb.ln", &placed)?;
    for layer in 0..writer.sizes.layers {
        x = writer.attention(layer, &x)?;
        x = writer.feed_forward(layer, &x)?;
    }
    let mut graph = writer.graph;
    graph.ints("tokens_axis", &[1]);
    let keep = [("keepdims", Value::Int(0))];
    graph.node("mean", "ReduceMean", &[&x, "tokens_axis"], &keep);
    graph.output("mean", &[Dim::Named("sentences"), Dim::Fixed(width)]);
    Ok(graph.finish())
}

struct Writer<'m> {
    model: &'m E5,
    sizes: Sizes,
    graph: GraphBuilder,
}

impl Writer<'_> {
    /// Adds where each word stands, and the one kind of sentence that there is.
    fn place(&mut self, words: &str) -> Result<String, E5Error> {
        let Sizes {
            width,
            positions,
            kinds,
            ..
        } = self.sizes;
        let kind = self.model.floats("emb.type", kinds * width)?;
        let mut table = self.model.floats("emb.pos", positions * width)?;
        for row in table.chunks_mut(width) {
            row.iter_mut().zip(&kind).for_each(|(x, kind)| *x += kind);
        }
        self.graph.floats("positions", &[positions, width], &table);
        self.graph.ints("zero", &[0]);
        let span = [("start", Value::Int(1)), ("end", Value::Int(2))];
        let count = self.graph.node("token_count", "Shape", &[words], &span);
        let inputs = ["positions", "zero", &count, "zero"];
        self.graph.node("places", "Slice", &inputs, &[]);
        Ok(self.graph.node("placed", "Add", &[words, "places"], &[]))
    }

    fn attention(&mut self, layer: usize, x: &str) -> Result<String, E5Error> {
        let name = |part: &str| format!("l{layer}.{part}");
        let width = self.sizes.width;
        let [q, k, v] = ["q", "k", "v"].map(name);
        let both = self.linear(&[&q, &k, &v], x, width, width)?;
        let parts = ["query", "key", "value"].map(name);
        self.graph.node_with_outputs(
            "Split",
            &[&both],
            &[&parts[0], &parts[1], &parts[2]],
            &[("axis", Value::Int(2)), ("num_outputs", Value::Int(3))],
        );
        let mixed = name("mixed");
        self.graph.fused_node(
            "MultiHeadAttention",
            &[&parts[0], &parts[1], &parts[2]],
            &[&mixed],
            &[("num_heads", Value::Int(self.sizes.heads as i64))],
        );
        let out = self.linear(&[&name("ao")], &mixed, width, width)?;
        let sum = self.graph.node(&name("ao.sum"), "Add", &[x, &out], &[]);
        self.layer_norm(&name("aln"), &sum)
    }

    fn feed_forward(&mut self, layer: usize, x: &str) -> Result<String, E5Error> {
        let name = |part: &str| format!("l{layer}.{part}");
        let Sizes { width, wide, .. } = self.sizes;
        let inner = self.linear(&[&name("fi")], x, width, wide)?;
        let bent = self.graph.node(&name("gelu"), "Gelu", &[&inner], &[]);
        let out = self.linear(&[&name("fo")], &bent, wide, width)?;
        let sum = self.graph.node(&name("fo.sum"), "Add", &[x, &out], &[]);
        self.layer_norm(&name("oln"), &sum)
    }

    fn layer_norm(&mut self, name: &str, x: &str) -> Result<String, E5Error> {
        let width = self.sizes.width;
        let parts = ["w", "b"].map(|part| format!("{name}.{part}"));
        for part in &parts {
            let data = self.model.floats(part, width)?;
            self.graph.floats(part, &[width], &data);
        }
        Ok(self.graph.node(
            &format!("{name}.out"),
            "LayerNormalization",
            &[x, &parts[0], &parts[1]],
            &[("epsilon", Value::Float(self.sizes.epsilon))],
        ))
    }

    /// `x` times the transposes of matrices [outputs, inputs], their results side by side.
    fn linear(
        &mut self,
        names: &[&str],
        x: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<String, E5Error> {
        let name = |part: &str| format!("{}.{part}", names[0]);
        let weights: Vec<String> = names.iter().map(|name| format!("{name}.w")).collect();
        let weights: Vec<&str> = weights.iter().map(String::as_str).collect();
        let matrix = self.model.matrix(&weights, inputs * outputs)?;
        let mut bias = Vec::new();
        for name in names {
            bias.extend(self.model.floats(&format!("{name}.b"), outputs)?);
        }
        let rows = outputs * names.len();
        let blocks = inputs / BLOCK;
        let bytes =
            self.graph
                .unsigned_bytes(&name("w"), &[rows, blocks, BLOCK / 2], &matrix.packed);
        let scales = self
            .graph
            .floats(&name("s"), &[rows, blocks], &matrix.scales);
        let bias = self.graph.floats(&name("b"), &[rows], &bias);
        let out = name("out");
        self.graph.fused_node(
            "MatMulNBits",
            &[x, &bytes, &scales, "", "", &bias],
            &[&out],
            &[
                ("K", Value::Int(inputs as i64)),
                ("N", Value::Int(rows as i64)),
                ("bits", Value::Int(4)),
                ("block_size", Value::Int(BLOCK as i64)),
                ("accuracy_level", Value::Int(EIGHT_BITS)),
            ],
        );
        Ok(out)
    }
}
