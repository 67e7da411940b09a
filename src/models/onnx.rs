//! Writes ONNX files: the messages of the format that our graphs need, and a builder for graphs.
//!
//! Field numbers are those of `onnx.proto`, IR version 10.

use prost::Message;

const FLOAT: i32 = 1;
const UINT8: i32 = 2;
const INT8: i32 = 3;
const INT64: i32 = 7;
/// Version of the standard operator set; 20 brought `Gelu`.
const OPERATOR_SET: i64 = 20;
/// Domain of ONNX Runtime's fused operators.
const FUSED: &str = "com.microsoft";

#[derive(Clone, PartialEq, Message)]
struct Model {
    #[prost(int64, tag = "1")]
    ir_version: i64,
    #[prost(string, tag = "2")]
    producer: String,
    #[prost(message, optional, tag = "7")]
    graph: Option<Graph>,
    #[prost(message, repeated, tag = "8")]
    operator_sets: Vec<OperatorSet>,
}

#[derive(Clone, PartialEq, Message)]
struct OperatorSet {
    #[prost(string, tag = "1")]
    domain: String,
    #[prost(int64, tag = "2")]
    version: i64,
}

#[derive(Clone, PartialEq, Message)]
struct Graph {
    #[prost(message, repeated, tag = "1")]
    nodes: Vec<Node>,
    #[prost(string, tag = "2")]
    name: String,
    #[prost(message, repeated, tag = "5")]
    initializers: Vec<Initializer>,
    #[prost(message, repeated, tag = "11")]
    inputs: Vec<ValueInfo>,
    #[prost(message, repeated, tag = "12")]
    outputs: Vec<ValueInfo>,
}

#[derive(Clone, PartialEq, Message)]
struct Node {
    #[prost(string, repeated, tag = "1")]
    inputs: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    outputs: Vec<String>,
    #[prost(string, tag = "3")]
    name: String,
    #[prost(string, tag = "4")]
    operator: String,
    #[prost(message, repeated, tag = "5")]
    attributes: Vec<Attribute>,
    #[prost(string, tag = "7")]
    domain: String,
}

#[derive(Clone, PartialEq, Message)]
struct Attribute {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(float, tag = "2")]
    float: f32,
    #[prost(int64, tag = "3")]
    int: i64,
    #[prost(int64, repeated, packed = "false", tag = "8")]
    ints: Vec<i64>,
    #[prost(int32, tag = "20")]
    kind: i32,
}

#[derive(Clone, PartialEq, Message)]
struct Initializer {
    #[prost(int64, repeated, packed = "false", tag = "1")]
    dims: Vec<i64>,
    #[prost(int32, tag = "2")]
    data_type: i32,
    #[prost(string, tag = "8")]
    name: String,
    #[prost(bytes = "vec", tag = "9")]
    raw: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
struct ValueInfo {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, optional, tag = "2")]
    value_type: Option<ValueType>,
}

#[derive(Clone, PartialEq, Message)]
struct ValueType {
    #[prost(message, optional, tag = "1")]
    tensor: Option<TensorType>,
}

#[derive(Clone, PartialEq, Message)]
struct TensorType {
    #[prost(int32, tag = "1")]
    element: i32,
    #[prost(message, optional, tag = "2")]
    shape: Option<Shape>,
}

#[derive(Clone, PartialEq, Message)]
struct Shape {
    #[prost(message, repeated, tag = "1")]
    dims: Vec<Dimension>,
}

#[derive(Clone, PartialEq, Message)]
struct Dimension {
    #[prost(int64, optional, tag = "1")]
    value: Option<i64>,
    #[prost(string, optional, tag = "2")]
    name: Option<String>,
}

/// One dimension of an input or output.
#[derive(Debug, Clone, Copy)]
pub enum Dim {
    /// Known when the graph is written.
    Fixed(usize),
    /// Known when it runs; equal names mean equal sizes.
    Named(&'static str),
}

/// Value of a node's attribute.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// A whole number.
    Int(i64),
    /// A list of whole numbers.
    Ints(&'a [i64]),
    /// A number.
    Float(f32),
}

/// Builds one graph, node by node. Tensors are named by strings; equal calls in equal order give equal bytes.
#[derive(Debug, Default)]
pub struct GraphBuilder {
    graph: Graph,
}

impl GraphBuilder {
    /// An empty graph.
    pub fn new(name: &str) -> GraphBuilder {
        GraphBuilder {
            graph: Graph {
                name: name.to_owned(),
                ..Graph::default()
            },
        }
    }

    /// Declares an input of 32-bit floats.
    pub fn float_input(&mut self, name: &str, dims: &[Dim]) -> String {
        self.graph.inputs.push(value_info(name, FLOAT, dims));
        name.to_owned()
    }

    /// Declares an input of 64-bit whole numbers.
    pub fn int_input(&mut self, name: &str, dims: &[Dim]) -> String {
        self.graph.inputs.push(value_info(name, INT64, dims));
        name.to_owned()
    }

    /// Declares a tensor that a node makes as an output of 32-bit floats.
    pub fn output(&mut self, name: &str, dims: &[Dim]) {
        self.graph.outputs.push(value_info(name, FLOAT, dims));
    }

    /// Adds constant 32-bit floats.
    pub fn floats(&mut self, name: &str, shape: &[usize], data: &[f32]) -> String {
        let raw = data.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.initializer(name, FLOAT, shape, raw)
    }

    /// Adds constant bytes with sign.
    pub fn bytes(&mut self, name: &str, shape: &[usize], data: &[i8]) -> String {
        let raw = data.iter().map(|&value| value as u8).collect();
        self.initializer(name, INT8, shape, raw)
    }

    /// Adds constant bytes without sign.
    pub fn unsigned_bytes(&mut self, name: &str, shape: &[usize], data: &[u8]) -> String {
        self.initializer(name, UINT8, shape, data.to_vec())
    }

    /// Adds constant 64-bit whole numbers, as a vector.
    pub fn ints(&mut self, name: &str, data: &[i64]) -> String {
        let raw = data.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.initializer(name, INT64, &[data.len()], raw)
    }

    fn initializer(&mut self, name: &str, data_type: i32, shape: &[usize], raw: Vec<u8>) -> String {
        self.graph.initializers.push(Initializer {
            dims: shape.iter().map(|&size| size as i64).collect(),
            data_type,
            name: name.to_owned(),
            raw,
        });
        name.to_owned()
    }

    /// Adds a node of the standard operators with one output, which gets the node's name.
    pub fn node(
        &mut self,
        name: &str,
        operator: &str,
        inputs: &[&str],
        attributes: &[(&str, Value)],
    ) -> String {
        self.add("", operator, inputs, &[name], attributes);
        name.to_owned()
    }

    /// Adds a node of the standard operators with the outputs that are named.
    pub fn node_with_outputs(
        &mut self,
        operator: &str,
        inputs: &[&str],
        outputs: &[&str],
        attributes: &[(&str, Value)],
    ) {
        self.add("", operator, inputs, outputs, attributes);
    }

    /// Adds a node of ONNX Runtime's own operators with the outputs that are named.
    pub fn fused_node(
        &mut self,
        operator: &str,
        inputs: &[&str],
        outputs: &[&str],
        attributes: &[(&str, Value)],
    ) {
        self.add(FUSED, operator, inputs, outputs, attributes);
    }

    fn add(
        &mut self,
        domain: &str,
        operator: &str,
        inputs: &[&str],
        outputs: &[&str],
        attributes: &[(&str, Value)],
    ) {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        self.graph.nodes.push(Node {
            inputs: owned(inputs),
            outputs: owned(outputs),
            name: outputs[0].to_owned(),
            operator: operator.to_owned(),
            attributes: attributes.iter().map(attribute).collect(),
            domain: domain.to_owned(),
        });
    }

    /// The nodes and constants alone, to be put behind another file's bytes.
    pub fn fragment(self) -> Vec<u8> {
        let model = Model {
            graph: Some(self.graph),
            ..Model::default()
        };
        model.encode_to_vec()
    }

    /// The file's bytes.
    pub fn finish(self) -> Vec<u8> {
        let set = |domain: &str, version| OperatorSet {
            domain: domain.to_owned(),
            version,
        };
        let model = Model {
            ir_version: 10,
            producer: "lingting".to_owned(),
            graph: Some(self.graph),
            operator_sets: vec![set("", OPERATOR_SET), set(FUSED, 1)],
        };
        model.encode_to_vec()
    }
}

fn attribute(&(name, value): &(&str, Value)) -> Attribute {
    let mut attribute = Attribute {
        name: name.to_owned(),
        ..Attribute::default()
    };
    match value {
        Value::Float(float) => (attribute.float, attribute.kind) = (float, 1),
        Value::Int(int) => (attribute.int, attribute.kind) = (int, 2),
        Value::Ints(ints) => (attribute.ints, attribute.kind) = (ints.to_vec(), 7),
    }
    attribute
}

fn value_info(name: &str, element: i32, dims: &[Dim]) -> ValueInfo {
    let dims = dims
        .iter()
        .map(|dim| match *dim {
            Dim::Fixed(size) => Dimension {
                value: Some(size as i64),
                name: None,
            },
            Dim::Named(name) => Dimension {
                value: None,
                name: Some(name.to_owned()),
            },
        })
        .collect();
    ValueInfo {
        name: name.to_owned(),
        value_type: Some(ValueType {
            tensor: Some(TensorType {
                element,
                shape: Some(Shape { dims }),
            }),
        }),
    }
}
