"""The encoder's network as onnxruntime reads it.

    pip install onnx
    python bench/coding/graph.py    # write encoder.onnx anew, for the arrays that ship

What a matrix is multiplied by is rounded to whole numbers sentence by sentence, so that each reads alike alone and beside others of
its length, to the last bit. The arrays stay outside, by name, so that they can be moved (``encoder.network``).
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
    """Sentences' numbers in eight bits: of each sentence, by what they are to be multiplied, and which of them stands for 0."""

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
        """Numbers rounded sentence by sentence; each one's lie on both sides of 0."""
        least, most = (self.add(op, x, axes=[1, 2]) for op in ("ReduceMin", "ReduceMax"))
        scale = self.add("Div", self.add("Sub", most, least), np.array([255], np.float32))
        zero = self.add("Round", self.add("Neg", self.add("Div", least, scale)))
        each = (
            self.add("Reshape", part, np.array([-1])) for part in (scale, self.add("Cast", zero, to=TensorProto.UINT8))
        )
        return Whole(self.add("QuantizeLinear", x, *each, axis=0), scale, zero)

    def linear(self, x: Whole, name: str, **how: Any) -> str:
        """A sentence's numbers times a matrix in eight bits, and a bias. Sums are whole numbers, which a float holds exactly."""
        matrix, scale, zero = (f"{name}.weight_{part}" for part in ("quantized", "scale", "zero_point"))
        one, columns = (
            np.array(1, np.float32),
            self.add("ReduceSum", self.add("Cast", matrix, to=NUMBERS), np.array([0])),
        )
        sums = self.own("MatMulIntegerToFloat", x.rounded, matrix, one, one, np.array(0, np.uint8), zero)
        sums = self.add("Sub", sums, self.add("Mul", x.zero, columns))
        return self.add("Add", self.add("Mul", sums, self.add("Mul", x.scale, scale)), f"{name}.bias", **how)

    def normal(self, rows: str, name: str) -> str:
        """Rows of mean 0 and deviation 1, then stretched and shifted as was learned."""
        return self.add("LayerNormalization", rows, f"{name}.weight", f"{name}.bias", epsilon=EPSILON)

    def embedding(self, what: str, which: str | NDArray[Any]) -> str:
        """Rows of a table, which is in eight bits."""
        name = f"body.embeddings.{what}_embeddings.weight"
        return self.add("DequantizeLinear", self.add("Gather", f"{name}_quantized", which), f"{name}_scale", f"{name}_zero_point")  # fmt: skip

    def layer(self, x: str, name: str) -> str:
        """Sentences, a row a token, after one layer."""
        seen = self.whole(x)
        query, key, value = (self.heads(self.linear(seen, f"{name}.attention.self.{side}")) for side in SIDES)
        near = self.own("FusedMatMul", query, key, alpha=ROOT, transB=1)
        context = self.add("MatMul", self.add("Softmax", near), value)
        context = self.add("Reshape", self.add("Transpose", context, perm=[0, 2, 1, 3]), np.array([0, 0, -1]))
        attended = self.linear(self.whole(context), f"{name}.attention.output.dense")
        x = self.normal(self.add("Add", attended, x), f"{name}.attention.output.LayerNorm")
        inner = self.own("Gelu", self.linear(self.whole(x), f"{name}.intermediate.dense"))
        told, norm = self.linear(self.whole(inner), f"{name}.output.dense"), f"{name}.output.LayerNorm"
        return self.own("SkipLayerNormalization", told, x, f"{norm}.weight", f"{norm}.bias", epsilon=EPSILON)

    def heads(self, x: str) -> str:
        """What each head of attention sees, a row a token."""
        return self.add("Transpose", self.add("Reshape", x, np.array([0, 0, HEADS, -1])), perm=[0, 2, 1, 3])


def network(arrays: Mapping[str, NDArray[Any]], place: str) -> bytes:
    """The network for arrays of these names; they are given from outside (``place``: the name of their file).

    Inputs are the tokens of sentences of one length and, of as many parts each, which of them belong to it. Outputs are scores of
    instruments and stages (a row a part) and of roles (a row a token), and the vector of each token.
    """
    net = Network()
    add = net.add
    length = add("Squeeze", add("Slice", add("Shape", "tokens"), np.array([1]), np.array([2])))
    places = net.embedding("position", add("Range", np.array(0), length, np.array(1)))
    x = add("Add", add("Add", net.embedding("word", "tokens"), net.embedding("token_type", np.array(0))), places)
    x = net.normal(x, "body.embeddings.LayerNorm")
    for number in range(sum(name.endswith("intermediate.dense.bias") for name in arrays)):
        x = net.layer(x, f"body.encoder.layer.{number}")
    add("Identity", x, named="vectors")
    net.linear(net.whole(x), "role", named="role")
    mean = add("Div", add("MatMul", "parts", x), add("ReduceSum", "parts", np.array([2])))
    away = add(
        "Unsqueeze",
        add("Mul", add("Sub", "parts", np.array([1], np.float32)), np.array([1e4], np.float32)),
        np.array([3]),
    )
    most = add("ReduceMax", add("Add", add("Unsqueeze", x, np.array([1])), away), axes=[2], keepdims=0)
    both = net.whole(add("Concat", mean, most, axis=2))
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
        helper.make_tensor_value_info("tokens", TensorProto.INT64, ["n", "length"]),
        helper.make_tensor_value_info("parts", NUMBERS, ["n", "part", "length"]),
    ]
    outputs = [helper.make_tensor_value_info(name, NUMBERS, None) for name in ("subject", "stage", "role", "vectors")]
    graph = helper.make_graph(net.nodes, "encoder", inputs, outputs, [*outside, *constants])
    versions = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return bytes(helper.make_model(graph, opset_imports=versions, ir_version=8).SerializeToString())


if __name__ == "__main__":
    OUT.write_bytes(network(encoder.weights(), OUT.with_suffix(".npz").name))
