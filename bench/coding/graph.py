"""The encoder's network, in parts, as onnxruntime reads it.

    pip install onnx
    python bench/coding/graph.py    # write its parts (encoder-*.onnx) anew, for the arrays that ship

It reads one sentence, whose numbers are rounded to whole ones before each matrix. onnxruntime's own operations multiply, scale and shift
in one step, which takes less time than reading several sentences together without them. The arrays stay outside, by name, so that they
can be moved (``encoder.network``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from comity.coding import encoder

OUT = Path(__file__).parents[2] / "src/comity/coding"
FIRST = "body.encoder.layer.0."
HEADS, EPSILON = 12, 1e-12
SIDES = ("query", "key", "value")
NUMBERS = TensorProto.FLOAT
ROWS = (NUMBERS, ["length", "width"])


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

    def normal(self, rows: str, name: str, **how: Any) -> str:
        """Rows of mean 0 and deviation 1, then stretched and shifted as was learned."""
        # With a sum before it onnxruntime would make one operation of both, which is slower, if the rows had a third dimension.
        return self.add("LayerNormalization", rows, f"{name}.weight", f"{name}.bias", epsilon=EPSILON, **how)

    def embedding(self, what: str, which: str | NDArray[Any]) -> str:
        """Rows of a table, which is in eight bits."""
        name = f"body.embeddings.{what}_embeddings.weight"
        return self.add("DequantizeLinear", self.add("Gather", f"{name}_quantized", which), f"{name}_scale", f"{name}_zero_point")  # fmt: skip

    def attention(self, x: str, name: str) -> str:
        """A sentence, a row a token, after the first half of a layer."""
        seen = self.whole(x)
        weight, bias, scale, zero = (
            self.add("Concat", *(f"{name}.self.{side}.{part}" for side in SIDES), axis=-1)
            for part in ("weight_quantized", "bias", "weight_scale", "weight_zero_point")
        )
        rows = self.add("Unsqueeze", seen.rounded, np.array([0]))
        context = self.own("QAttention", rows, weight, bias, seen.scale, scale, "", seen.zero, zero, num_heads=HEADS)
        context = self.add("Squeeze", context, np.array([0]))
        attended = self.linear(self.whole(context), f"{name}.output.dense")
        return self.normal(self.add("Add", attended, x), f"{name}.output.LayerNorm", named="y")

    def inner(self, x: str) -> str:
        """The same after the second half."""
        inner = self.own("Gelu", self.linear(self.whole(x), "intermediate.dense"))
        told = self.linear(self.whole(inner), "output.dense")
        return self.normal(self.add("Add", told, x), "output.LayerNorm", named="y")


def networks(arrays: Mapping[str, NDArray[Any]]) -> dict[str, bytes]:
    """The encoder's parts, by name, for arrays of these names, which are given from outside.

    ``words`` takes tokens and each one's place in its sentence, and puts out a row a token, as ``attention`` and ``inner``, the halves of
    a layer, take and put out; their arrays are those of any layer. ``heads`` takes the last rows and, of each part of the sentence, which tokens belong to
    it; it puts out scores of instruments and stages (a row a part) and of roles (a row a token).
    """
    layer = {name.removeprefix(FIRST): array for name, array in arrays.items() if name.startswith(FIRST)}
    return {
        "words": _model(_words(), arrays, dict.fromkeys(("tokens", "places"), (TensorProto.INT64, ["length"])), ["y"]),
        "attention": _model(_half(Network.attention, "attention"), layer, {"x": ROWS}, ["y"]),
        "inner": _model(_half(Network.inner), layer, {"x": ROWS}, ["y"]),
        "heads": _model(_heads(), arrays, {"x": ROWS, "parts": (NUMBERS, ["part", "length"])}, ["subject", "stage", "role"]),
    }  # fmt: skip


def _half(made: Callable[..., str], *name: str) -> Network:
    net = Network()
    made(net, "x", *name)
    return net


def _words() -> Network:
    net = Network()
    each = net.add("Add", net.embedding("word", "tokens"), net.embedding("token_type", np.array(0)))
    net.normal(net.add("Add", each, net.embedding("position", "places")), "body.embeddings.LayerNorm", named="y")
    return net


def _heads() -> Network:
    net = Network()
    add = net.add
    net.linear(net.whole("x"), "role", named="role")
    mean = add("Div", add("MatMul", "parts", "x"), add("ReduceSum", "parts", np.array([1])))
    away = add("Mul", add("Sub", "parts", np.array([1], np.float32)), np.array([1e4], np.float32))
    rows = add("Add", add("Unsqueeze", "x", np.array([0])), add("Unsqueeze", away, np.array([2])))
    both = net.whole(add("Concat", mean, add("ReduceMax", rows, axes=[1], keepdims=0), axis=1))
    for head in ("subject", "stage"):
        net.linear(both, head, named=head)
    return net


def _model(
    net: Network, arrays: Mapping[str, NDArray[Any]], inputs: Mapping[str, tuple[int, list[Any]]], outputs: list[str]
) -> bytes:
    outside = []
    for name in sorted({name for node in net.nodes for name in node.input} & arrays.keys()):
        kind = helper.np_dtype_to_tensor_dtype(arrays[name].dtype)
        one = TensorProto(name=name, dims=arrays[name].shape, data_type=kind, data_location=TensorProto.EXTERNAL)
        one.external_data.add(key="location", value="encoder.npz")
        outside.append(one)
    constants = [numpy_helper.from_array(value, name) for name, value in net.constants.items()]
    given = [helper.make_tensor_value_info(name, *how) for name, how in inputs.items()]
    told = [helper.make_tensor_value_info(name, NUMBERS, None) for name in outputs]
    graph = helper.make_graph(net.nodes, "encoder", given, told, [*outside, *constants])
    versions = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return bytes(helper.make_model(graph, opset_imports=versions, ir_version=8).SerializeToString())


def write(folder: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write each part as a file of its own."""
    for name, made in networks(arrays).items():
        (folder / f"encoder-{name}.onnx").write_bytes(made)


if __name__ == "__main__":
    write(OUT, encoder.weights())
