//! Whisper's graphs as int8 ONNX: the encoder with the cross-attention's keys and values, and one step of the decoder.
//!
//! Weights are 8-bit, symmetric, one scale for each output channel; what flows in is quantised as it comes. The encoder
//! takes a mel spectrogram of any length up to 30 s and adds as many positions as there are frames, so its cost is
//! that of the utterance. Only the tokens of the cut vocabulary are in the decoder's first and last layer.

use super::ctranslate2::{Tensor, Weights, WeightsError};
use super::onnx::{Dim, GraphBuilder, Value};

/// Size of the model's vectors and of one head of attention, in channels.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    width: usize,
    heads: usize,
    layers: usize,
    mels: usize,
}

/// Channels of one head: the same in every Whisper.
const HEAD: usize = 64;
/// As in the original: `1e-5`.
const EPSILON: f32 = 1e-5;

/// The encoder: `mel` [1, mels, frames] → `sound` [1, frames/2, width] and, for each layer of the decoder,
/// `cross_key_N` and `cross_value_N` [1, heads, frames/2, 64].
pub fn encoder(weights: &Weights) -> Result<Vec<u8>, WeightsError> {
    let mut writer = Writer::new(weights, "encoder")?;
    let sizes = writer.sizes;
    let mel = writer.graph.float_input(
        "mel",
        &[
            Dim::Fixed(1),
            Dim::Fixed(sizes.mels),
            Dim::Named("mel_frames"),
        ],
    );
    let mut x = writer.convolutions(&mel)?;
    for layer in 0..sizes.layers {
        let prefix = format!("encoder/layer_{layer}");
        x = writer.encoder_attention(&prefix, &x)?;
        x = writer.feed_forward(&prefix, &x)?;
    }
    let sound = writer.layer_norm("encoder/layer_norm", &x, "sound")?;
    let frames = [Dim::Fixed(1), Dim::Named("frames"), Dim::Fixed(sizes.width)];
    writer.graph.output("sound", &frames);
    for layer in 0..sizes.decoder_layers(weights) {
        writer.cross_memory(layer, &sound)?;
    }
    Ok(writer.graph.finish())
}

/// One step of the decoder: `tokens` [batch, new] (indices of the cut vocabulary), `past_key_N`, `past_value_N`
/// [batch, heads, past, 64] and the encoder's `cross_…` → `logits` [batch, new, tokens], `key_N`, `value_N`
/// [batch, heads, past + new, 64].
///
/// `kept` lists the original id of each token of the cut vocabulary.
pub fn decoder(weights: &Weights, kept: &[u32]) -> Result<Vec<u8>, WeightsError> {
    let mut writer = Writer::new(weights, "decoder")?;
    let layers = writer.sizes.layers;
    let embeddings = cut_rows(&weights.tensor("decoder/embeddings/weight")?, kept);
    let tokens = writer
        .graph
        .int_input("tokens", &[Dim::Named("batch"), Dim::Named("new")]);
    for layer in 0..layers {
        writer.memory_inputs(layer);
    }
    let mut x = writer.embed(&tokens, &embeddings)?;
    for layer in 0..layers {
        let prefix = format!("decoder/layer_{layer}");
        x = writer.decoder_attention(layer, &x)?;
        x = writer.cross_attention(layer, &x)?;
        x = writer.feed_forward(&prefix, &x)?;
    }
    let normed = writer.layer_norm("decoder/layer_norm", &x, "decoded")?;
    writer.quantised_product("logits", &normed, &embeddings, None);
    let dims = [
        Dim::Named("batch"),
        Dim::Named("new"),
        Dim::Fixed(kept.len()),
    ];
    writer.graph.output("logits", &dims);
    Ok(writer.graph.finish())
}

impl Sizes {
    fn read(weights: &Weights, part: &str) -> Result<Sizes, WeightsError> {
        let positions = weights
            .tensor(&format!("{part}/position_encodings/encodings"))?
            .shape;
        let mels = weights.tensor("encoder/conv1/weight")?.shape[1];
        Ok(Sizes {
            width: positions[1],
            heads: positions[1] / HEAD,
            layers: count_layers(weights, part),
            mels,
        })
    }

    fn decoder_layers(&self, weights: &Weights) -> usize {
        count_layers(weights, "decoder")
    }
}

fn count_layers(weights: &Weights, part: &str) -> usize {
    (0..)
        .take_while(|layer| {
            let name = format!("{part}/layer_{layer}/ffn/linear_0/weight");
            weights.names().any(|known| known == name)
        })
        .count()
}

fn cut_rows(matrix: &Tensor, rows: &[u32]) -> Tensor {
    let width = matrix.shape[1];
    let data = rows
        .iter()
        .flat_map(|&row| &matrix.data[row as usize * width..][..width])
        .copied()
        .collect();
    Tensor {
        shape: vec![rows.len(), width],
        data,
    }
}

struct Writer<'a> {
    weights: &'a Weights,
    graph: GraphBuilder,
    sizes: Sizes,
    /// Whether each row of what flows in is quantised on its own scale. The encoder reads all frames at once, and one
    /// loud frame would leave the others few steps (1.6 points of character error, for 5 % of time). The decoder
    /// reads a token at a time.
    by_row: bool,
}

impl<'a> Writer<'a> {
    fn new(weights: &'a Weights, part: &str) -> Result<Writer<'a>, WeightsError> {
        let mut graph = GraphBuilder::new(part);
        graph.ints("zero", &[0]);
        graph.ints("last_axis", &[-1]);
        graph.floats("least", &[], &[1e-9]);
        Ok(Writer {
            weights,
            sizes: Sizes::read(weights, part)?,
            by_row: part == "encoder",
            graph,
        })
    }

    /// Both convolutions, each with its GELU, and the positions: [1, mels, frames] → [1, frames/2, width].
    fn convolutions(&mut self, mel: &str) -> Result<String, WeightsError> {
        let first = self.convolution("encoder/conv1", mel, 1)?;
        let second = self.convolution("encoder/conv2", &first, 2)?;
        let turned = self.graph.node(
            "turned",
            "Transpose",
            &[&second],
            &[("perm", Value::Ints(&[0, 2, 1]))],
        );
        let count = self.graph.node(
            "frame_count",
            "Shape",
            &[&turned],
            &[("start", Value::Int(1)), ("end", Value::Int(2))],
        );
        let table = self
            .weights
            .tensor("encoder/position_encodings/encodings")?;
        self.graph.floats("positions", &table.shape, &table.data);
        self.graph.node(
            "places",
            "Slice",
            &["positions", "zero", &count, "zero"],
            &[],
        );
        Ok(self.graph.node("placed", "Add", &[&turned, "places"], &[]))
    }

    fn convolution(&mut self, name: &str, x: &str, stride: i64) -> Result<String, WeightsError> {
        let kernel = self.floats(&format!("{name}/weight"))?;
        let bias = self.floats(&format!("{name}/bias"))?;
        let convolved = self.graph.node(
            name,
            "Conv",
            &[x, &kernel, &bias],
            &[
                ("kernel_shape", Value::Ints(&[3])),
                ("pads", Value::Ints(&[1, 1])),
                ("strides", Value::Ints(&[stride])),
            ],
        );
        Ok(self
            .graph
            .node(&format!("{name}/gelu"), "Gelu", &[&convolved], &[]))
    }

    fn encoder_attention(&mut self, prefix: &str, x: &str) -> Result<String, WeightsError> {
        let prefix = format!("{prefix}/self_attention");
        let [query, key, value] = self.split_query_key_value(&prefix, x)?;
        let mixed = format!("{prefix}/mixed");
        let heads = Value::Int(self.sizes.heads as i64);
        self.graph.fused_node(
            "MultiHeadAttention",
            &[&query, &key, &value],
            &[&mixed],
            &[("num_heads", heads)],
        );
        self.project_and_add(&format!("{prefix}/linear_1"), &mixed, x)
    }

    /// Keys and values of the decoder's attention to the sound, in the layout that its attention takes without a copy.
    fn cross_memory(&mut self, layer: usize, sound: &str) -> Result<(), WeightsError> {
        let name = format!("decoder/layer_{layer}/attention/linear_1");
        let both = self.linear(&name, sound)?;
        let Sizes { heads, .. } = self.sizes;
        let parts = [format!("{name}/key"), format!("{name}/value")];
        self.graph.node_with_outputs(
            "Split",
            &[&both],
            &[&parts[0], &parts[1]],
            &[("axis", Value::Int(2)), ("num_outputs", Value::Int(2))],
        );
        if layer == 0 {
            self.graph
                .ints("by_head", &[1, -1, heads as i64, HEAD as i64]);
        }
        for (part, output) in parts.iter().zip(["key", "value"]) {
            let split = self.graph.node(
                &format!("{part}/by_head"),
                "Reshape",
                &[part, "by_head"],
                &[],
            );
            let output = format!("cross_{output}_{layer}");
            self.graph.node(
                &output,
                "Transpose",
                &[&split],
                &[("perm", Value::Ints(&[0, 2, 1, 3]))],
            );
            self.graph
                .output(&output, &memory_dims(heads, "frames", Dim::Fixed(1)));
        }
        Ok(())
    }

    fn memory_inputs(&mut self, layer: usize) {
        let heads = self.sizes.heads;
        let batch = Dim::Named("batch");
        for kind in ["key", "value"] {
            let past = format!("past_{kind}_{layer}");
            self.graph
                .float_input(&past, &memory_dims(heads, "past", batch));
            let cross = format!("cross_{kind}_{layer}");
            self.graph
                .float_input(&cross, &memory_dims(heads, "frames", Dim::Fixed(1)));
        }
    }

    /// Embeddings of the tokens plus the positions after what is past.
    fn embed(&mut self, tokens: &str, embeddings: &Tensor) -> Result<String, WeightsError> {
        let (rows, scales) = embeddings.quantised_rows();
        self.graph.bytes("embeddings", &embeddings.shape, &rows);
        self.graph
            .floats("embedding_scales", &[embeddings.shape[0], 1], &scales);
        self.graph
            .node("embedded_bytes", "Gather", &["embeddings", tokens], &[]);
        self.graph.node(
            "embedded_floats",
            "Cast",
            &["embedded_bytes"],
            &[("to", Value::Int(1))],
        );
        self.graph.node(
            "embedded_scales",
            "Gather",
            &["embedding_scales", tokens],
            &[],
        );
        self.graph.node(
            "embedded",
            "Mul",
            &["embedded_floats", "embedded_scales"],
            &[],
        );
        let span = [("start", Value::Int(2)), ("end", Value::Int(3))];
        self.graph
            .node("past_count", "Shape", &["past_key_0"], &span);
        let span = [("start", Value::Int(1)), ("end", Value::Int(2))];
        self.graph.node("new_count", "Shape", &[tokens], &span);
        self.graph
            .node("last_place", "Add", &["past_count", "new_count"], &[]);
        let table = self
            .weights
            .tensor("decoder/position_encodings/encodings")?;
        self.graph.floats("positions", &table.shape, &table.data);
        self.graph.node(
            "places",
            "Slice",
            &["positions", "past_count", "last_place", "zero"],
            &[],
        );
        Ok(self
            .graph
            .node("placed", "Add", &["embedded", "places"], &[]))
    }

    fn decoder_attention(&mut self, layer: usize, x: &str) -> Result<String, WeightsError> {
        let prefix = format!("decoder/layer_{layer}/self_attention");
        let [query, key, value] = self.split_query_key_value(&prefix, x)?;
        let mixed = format!("{prefix}/mixed");
        let heads = self.sizes.heads;
        let (past_key, past_value) = (format!("past_key_{layer}"), format!("past_value_{layer}"));
        let (new_key, new_value) = (format!("key_{layer}"), format!("value_{layer}"));
        self.graph.fused_node(
            "MultiHeadAttention",
            &[&query, &key, &value, "", "", "", &past_key, &past_value],
            &[&mixed, &new_key, &new_value],
            &[
                ("num_heads", Value::Int(heads as i64)),
                ("unidirectional", Value::Int(1)),
            ],
        );
        let dims = memory_dims(heads, "known", Dim::Named("batch"));
        self.graph.output(&new_key, &dims);
        self.graph.output(&new_value, &dims);
        self.project_and_add(&format!("{prefix}/linear_1"), &mixed, x)
    }

    /// Attention to the sound. It knows no order and no neighbours, so all rows of a batch are laid end to end and
    /// share one copy of the keys and values.
    fn cross_attention(&mut self, layer: usize, x: &str) -> Result<String, WeightsError> {
        let prefix = format!("decoder/layer_{layer}/attention");
        let Sizes { width, heads, .. } = self.sizes;
        if layer == 0 {
            self.graph.ints("one_row", &[1, -1, width as i64]);
            self.graph.node("batch_shape", "Shape", &[x], &[]);
        }
        let normed = self.layer_norm(&format!("{prefix}/layer_norm"), x, "")?;
        let query = self.linear(&format!("{prefix}/linear_0"), &normed)?;
        let flat = self.graph.node(
            &format!("{prefix}/flat"),
            "Reshape",
            &[&query, "one_row"],
            &[],
        );
        let mixed = format!("{prefix}/mixed");
        let (key, value) = (format!("cross_key_{layer}"), format!("cross_value_{layer}"));
        self.graph.fused_node(
            "MultiHeadAttention",
            &[&flat, &key, &value],
            &[&mixed],
            &[("num_heads", Value::Int(heads as i64))],
        );
        let rows = self.graph.node(
            &format!("{prefix}/rows"),
            "Reshape",
            &[&mixed, "batch_shape"],
            &[],
        );
        self.project_and_add(&format!("{prefix}/linear_2"), &rows, x)
    }

    fn feed_forward(&mut self, prefix: &str, x: &str) -> Result<String, WeightsError> {
        let prefix = format!("{prefix}/ffn");
        let normed = self.layer_norm(&format!("{prefix}/layer_norm"), x, "")?;
        let wide = self.linear(&format!("{prefix}/linear_0"), &normed)?;
        let bent = self
            .graph
            .node(&format!("{prefix}/gelu"), "Gelu", &[&wide], &[]);
        self.project_and_add(&format!("{prefix}/linear_1"), &bent, x)
    }

    fn split_query_key_value(
        &mut self,
        prefix: &str,
        x: &str,
    ) -> Result<[String; 3], WeightsError> {
        let normed = self.layer_norm(&format!("{prefix}/layer_norm"), x, "")?;
        let all = self.linear(&format!("{prefix}/linear_0"), &normed)?;
        let parts = ["query", "key", "value"].map(|part| format!("{prefix}/{part}"));
        self.graph.node_with_outputs(
            "Split",
            &[&all],
            &[&parts[0], &parts[1], &parts[2]],
            &[("axis", Value::Int(2)), ("num_outputs", Value::Int(3))],
        );
        Ok(parts)
    }

    fn project_and_add(&mut self, name: &str, x: &str, rest: &str) -> Result<String, WeightsError> {
        let projected = self.linear(name, x)?;
        Ok(self
            .graph
            .node(&format!("{name}/sum"), "Add", &[rest, &projected], &[]))
    }

    fn layer_norm(&mut self, name: &str, x: &str, output: &str) -> Result<String, WeightsError> {
        let gamma = self.floats(&format!("{name}/gamma"))?;
        let beta = self.floats(&format!("{name}/beta"))?;
        let output = if output.is_empty() {
            format!("{name}/normed")
        } else {
            output.to_owned()
        };
        Ok(self.graph.node(
            &output,
            "LayerNormalization",
            &[x, &gamma, &beta],
            &[("epsilon", Value::Float(EPSILON))],
        ))
    }

    fn linear(&mut self, name: &str, x: &str) -> Result<String, WeightsError> {
        let weight = self.weights.tensor(&format!("{name}/weight"))?;
        let bias = self.floats(&format!("{name}/bias"))?;
        let output = format!("{name}/out");
        self.quantised_product(&output, x, &weight, Some(&bias));
        Ok(output)
    }

    /// `x` times the transpose of `weight` [outputs, inputs].
    fn quantised_product(&mut self, output: &str, x: &str, weight: &Tensor, bias: Option<&str>) {
        let (outputs, inputs) = (weight.shape[0], weight.shape[1]);
        let (rows, scales) = weight.quantised_rows();
        let mut columns = vec![0i8; rows.len()];
        for (row, values) in rows.chunks(inputs).enumerate() {
            for (column, &value) in values.iter().enumerate() {
                columns[column * outputs + row] = value;
            }
        }
        let bytes = self
            .graph
            .bytes(&format!("{output}/bytes"), &[inputs, outputs], &columns);
        let scales = self
            .graph
            .floats(&format!("{output}/scales"), &[outputs], &scales);
        if self.by_row {
            self.product_by_row(output, x, &[&bytes, &scales], bias);
            return;
        }
        let mut inputs = vec![x, &bytes, &scales];
        if let Some(bias) = bias {
            inputs.extend(["", bias]);
        }
        self.graph
            .fused_node("DynamicQuantizeMatMul", &inputs, &[output], &[]);
    }

    /// Divides each row by its largest value before the product, and multiplies by it afterwards.
    fn product_by_row(&mut self, output: &str, x: &str, weight: &[&str; 2], bias: Option<&str>) {
        let graph = &mut self.graph;
        let name = |part: &str| format!("{output}/{part}");
        let sizes = graph.node(&name("sizes"), "Abs", &[x], &[]);
        let largest = graph.node(&name("largest"), "ReduceMax", &[&sizes, "last_axis"], &[]);
        let largest = graph.node(&name("not_zero"), "Max", &[&largest, "least"], &[]);
        let even = graph.node(&name("even"), "Div", &[x, &largest], &[]);
        let product = name("product");
        graph.fused_node(
            "DynamicQuantizeMatMul",
            &[&even, weight[0], weight[1]],
            &[&product],
            &[],
        );
        match bias {
            Some(bias) => {
                let scaled = graph.node(&name("scaled"), "Mul", &[&product, &largest], &[]);
                graph.node(output, "Add", &[&scaled, bias], &[]);
            }
            None => {
                graph.node(output, "Mul", &[&product, &largest], &[]);
            }
        }
    }

    fn floats(&mut self, name: &str) -> Result<String, WeightsError> {
        let tensor = self.weights.tensor(name)?;
        Ok(self.graph.floats(name, &tensor.shape, &tensor.data))
    }
}

fn memory_dims(heads: usize, length: &'static str, batch: Dim) -> [Dim; 4] {
    [
        batch,
        Dim::Fixed(heads),
        Dim::Named(length),
        Dim::Fixed(HEAD),
    ]
}
