"""The trained head as an ONNX graph with 8-bit weights: `sound` [1, frames, 512] → `log_probabilities` [1, frames, classes].

What flows in is quantised as it comes, weights have one scale for each output channel. Class 0 is the blank; the names of the
others are in the graph's metadata as `syllables`, beside the SHA-256 of the encoder whose frames it was trained on.
"""

import hashlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from pypinyin import Style, pinyin

from places import MODELS

SPAN = 5


def syllables():
    """The syllables of Mandarin without tones: those of the characters of GB 2312."""
    found = set()
    for high in range(0xB0, 0xF8):
        for low in range(0xA1, 0xFF):
            character = bytes([high, low]).decode("gb2312", errors="ignore")
            for readings in pinyin(character, style=Style.NORMAL, heteronym=True):
                found.update(reading.replace("ü", "v") for reading in readings)
    return {s for s in found if s.isascii() and s.isalpha() and s not in ("n", "m", "ng", "hm", "hng")}


class Writer:
    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, name, array):
        self.constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def node(self, kind, inputs, name, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [name], name, **attributes))
        return name

    def product(self, x, name, weights, bias):
        """`x @ weights + bias` in 8 bits."""
        scale = np.abs(weights).max(0) / 127
        self.constant(f"{name}_bytes", np.round(weights / scale).astype(np.int8))
        self.nodes.append(
            helper.make_node("DynamicQuantizeLinear", [x], [f"{name}_x", f"{name}_x_scale", f"{name}_x_zero"], f"{name}_x")
        )
        self.node("MatMulInteger", [f"{name}_x", f"{name}_bytes", f"{name}_x_zero"], f"{name}_sums")
        self.node("Cast", [f"{name}_sums"], f"{name}_floats", to=TensorProto.FLOAT)
        self.constant(f"{name}_scale", scale.astype(np.float32))
        self.node("Mul", [f"{name}_x_scale", f"{name}_scale"], f"{name}_scales")
        self.node("Mul", [f"{name}_floats", f"{name}_scales"], f"{name}_scaled")
        return self.node("Add", [f"{name}_scaled", self.constant(f"{name}_bias", bias.astype(np.float32))], name)

    def neighbours(self, x, name):
        """Each frame beside the two before and the two behind it."""
        edge = SPAN // 2
        self.constant(f"{name}_edges", np.array([0, edge, 0, 0, edge, 0], np.int64))
        padded = self.node("Pad", [x, f"{name}_edges"], f"{name}_padded")
        shifted = []
        for n in range(SPAN):
            self.constant(f"{name}_from_{n}", np.array([n], np.int64))
            end = n - (SPAN - 1)
            self.constant(f"{name}_to_{n}", np.array([end or np.iinfo(np.int64).max], np.int64))
            shifted.append(self.node("Slice", [padded, f"{name}_from_{n}", f"{name}_to_{n}", "frame_axis"], f"{name}_{n}"))
        return self.node("Concat", shifted, f"{name}_beside", axis=2)


def write(weights, names, path):
    writer = Writer()
    writer.constant("frame_axis", np.array([1], np.int64))
    scale, bias = writer.constant("norm_scale", weights["norm_scale"]), writer.constant("norm_bias", weights["norm_bias"])
    x = writer.node("LayerNormalization", ["sound", scale, bias], "normed", axis=-1, epsilon=1e-5)
    for layer in ("first", "second"):
        x = writer.neighbours(x, layer)
        x = writer.product(x, layer, weights[layer], weights[f"{layer}_bias"])
        x = writer.node("Gelu", [x], f"{layer}_bent")
    x = writer.product(x, "last", weights["last"], weights["last_bias"])
    writer.node("LogSoftmax", [x], "log_probabilities", axis=-1)
    classes = len(names) + 1
    graph = helper.make_graph(
        writer.nodes, "syllables",
        [helper.make_tensor_value_info("sound", TensorProto.FLOAT, [1, "frames", len(weights["norm_scale"])])],
        [helper.make_tensor_value_info("log_probabilities", TensorProto.FLOAT, [1, "frames", classes])],
        writer.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    encoder = hashlib.sha256((MODELS / "whisper-base/encoder.onnx").read_bytes()).hexdigest()
    helper.set_model_props(model, {"syllables": " ".join(names), "encoder": encoder})
    onnx.checker.check_model(model)
    onnx.save(model, path)
