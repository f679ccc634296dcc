"""The encoder's network as onnxruntime reads it.

    pip install onnx
    python bench/coding/graph.py    # write encoder.onnx anew, for the arrays that ship

It reads one sentence, whose numbers are rounded to whole ones before each matrix. onnxruntime's own operations multiply, scale and shift
in one step, which takes less time than reading several sentences together without them. The arrays stay outside, by name, so that they
can be moved (``encoder.network``).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from comity.coding import encoder

OUT = Path(__file__).parents[2] / "src/comity/coding/encoder.onnx"
HEADS, ROOT, EPSILON = 12, 32**-0.5, 1e-12
SIDES = ("query", "key", "value")
NUMBERS = TensorProto.FLOAT


class Whole(NamedTuple):
    """A sentence's numbers in eight bits, by what they are to be multiplied, and which of them stands for 0."""

    rounded: str
    scale: str
    zero: str


class Network:
    """Nodes in order, each named by what it puts out."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: dict[str, NDArray[Any]] = {}

    def add(self, op: str, *inputs: str | NDArray[Any], named: str = "", domain: str = "", **how: Any) -> str:
        """The name of what a new node puts out; its inputs are names or constants."""
        name = named or f"{op} {len(self.nodes)}"
        names = [one if isinstance(one, str) else self._constant(one) for one in inputs]
        self.nodes.append(helper.make_node(op, names, [name], domain=domain, **how))
        return name

    def own(self, op: str, *inputs: str | NDArray[Any], **how: Any) -> str:
        """The same, of an operation that onnxruntime adds to the standard's."""
        return self.add(op, *inputs, domain="com.microsoft", **how)

    def _constant(self, value: NDArray[Any]) -> str:
        name = f"{value.dtype}{value.tolist()}"
        self.constants[name] = value
        return name

    def whole(self, x: str) -> Whole:
        """A sentence's numbers rounded."""
        told = Whole(*(f"{x} {part}" for part in Whole._fields))
        self.nodes.append(helper.make_node("DynamicQuantizeLinear", [x], told))
        return told

    def linear(self, x: Whole, name: str, **how: Any) -> str:
        """A sentence's numbers times a matrix in eight bits, and a bias."""
        matrix, scale, zero = (f"{name}.weight_{part}" for part in ("quantized", "scale", "zero_point"))
        return self.own("MatMulIntegerToFloat", x.rounded, matrix, x.scale, scale, x.zero, zero, f"{name}.bias", **how)

    def normal(self, rows: str, name: str) -> str:
        """Rows of mean 0 and deviation 1, then stretched and shifted as was learned."""
        return self.add("LayerNormalization", rows, f"{name}.weight", f"{name}.bias", epsilon=EPSILON)

    def embedding(self, what: str, which: str | NDArray[Any]) -> str:
        """Rows of a table, which is in eight bits."""
        name = f"body.embeddings.{what}_embeddings.weight"
        return self.add("DequantizeLinear", self.add("Gather", f"{name}_quantized", which), f"{name}_scale", f"{name}_zero_point")  # fmt: skip

    def layer(self, x: str, name: str, **how: Any) -> str:
        """A sentence, a row a token, after one layer."""
        seen = self.whole(x)
        query, key, value = (self.heads(self.linear(seen, f"{name}.attention.self.{side}")) for side in SIDES)
        near = self.own("FusedMatMul", query, key, alpha=ROOT, transB=1)
        context = self.add("Transpose", self.add("MatMul", self.add("Softmax", near), value), perm=[1, 0, 2])
        context = self.add("Reshape", context, np.array([0, -1]))
        attended = self.linear(self.whole(context), f"{name}.attention.output.dense")
        x = self.normal(self.add("Add", attended, x), f"{name}.attention.output.LayerNorm")
        inner = self.own("Gelu", self.linear(self.whole(x), f"{name}.intermediate.dense"))
        told, norm = self.linear(self.whole(inner), f"{name}.output.dense"), f"{name}.output.LayerNorm"
        return self.own("SkipLayerNormalization", told, x, f"{norm}.weight", f"{norm}.bias", epsilon=EPSILON, **how)

    def heads(self, x: str) -> str:
        """What each head of attention sees, a row a token."""
        return self.add("Transpose", self.add("Reshape", x, np.array([0, HEADS, -1])), perm=[1, 0, 2])


def network(arrays: Mapping[str, NDArray[Any]], place: str) -> bytes:
    """The network for arrays of these names; they are given from outside (``place``: the name of their file).

    Inputs are the tokens of a sentence and, of each part, which of them belong to it. Outputs are scores of instruments and stages
    (a row a part) and of roles (a row a token), and the vector of each token.
    """
    net = Network()
    add = net.add
    length = add("Squeeze", add("Shape", "tokens"))
    places = net.embedding("position", add("Range", np.array(0), length, np.array(1)))
    x = add("Add", add("Add", net.embedding("word", "tokens"), net.embedding("token_type", np.array(0))), places)
    x = net.normal(x, "body.embeddings.LayerNorm")
    last = sum(name.endswith("intermediate.dense.bias") for name in arrays) - 1
    for number in range(last):
        x = net.layer(x, f"body.encoder.layer.{number}")
    x = net.layer(x, f"body.encoder.layer.{last}", named="vectors")
    net.linear(net.whole(x), "role", named="role")
    mean = add("Div", add("MatMul", "parts", x), add("ReduceSum", "parts", np.array([1])))
    away = add("Mul", add("Sub", "parts", np.array([1], np.float32)), np.array([1e4], np.float32))
    rows = add("Add", add("Unsqueeze", x, np.array([0])), add("Unsqueeze", away, np.array([2])))
    both = net.whole(add("Concat", mean, add("ReduceMax", rows, axes=[1], keepdims=0), axis=1))
    for head in ("subject", "stage"):
        net.linear(both, head, named=head)
    return _model(net, arrays, place)


def _model(net: Network, arrays: Mapping[str, NDArray[Any]], place: str) -> bytes:
    used = {name for node in net.nodes for name in node.input}
    outside = []
    for name in sorted(used & arrays.keys()):
        kind = helper.np_dtype_to_tensor_dtype(arrays[name].dtype)
        one = TensorProto(name=name, dims=arrays[name].shape, data_type=kind, data_location=TensorProto.EXTERNAL)
        one.external_data.add(key="location", value=place)
        outside.append(one)
    constants = [numpy_helper.from_array(value, name) for name, value in net.constants.items()]
    inputs = [
        helper.make_tensor_value_info("tokens", TensorProto.INT64, ["length"]),
        helper.make_tensor_value_info("parts", NUMBERS, ["part", "length"]),
    ]
    outputs = [helper.make_tensor_value_info(name, NUMBERS, None) for name in ("subject", "stage", "role", "vectors")]
    graph = helper.make_graph(net.nodes, "encoder", inputs, outputs, [*outside, *constants])
    versions = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return bytes(helper.make_model(graph, opset_imports=versions, ir_version=8).SerializeToString())


if __name__ == "__main__":
    OUT.write_bytes(network(encoder.weights(), OUT.with_suffix(".npz").name))
