"""The trained parts that ship with the coder: of each there is a card, ``NAME.json``, that says what it learned from and how well it does, and its arrays, ``NAME.npz``."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray


@cache
def card(name: str) -> dict[str, Any]:
    """What a part learned from, how well it does, and what its columns and rows mean."""
    return dict(json.loads(files("comity.coding").joinpath(f"{name}.json").read_text("utf-8")))


@cache
def vocabulary(name: str, features: str = "features") -> dict[str, int]:
    """The number of each feature that a part, or one of its models, knows by name."""
    return {feature: n for n, feature in enumerate(card(name)[features])}


def linear(
    found: Mapping[str, float], vocabulary: Mapping[str, int], words: NDArray[Any], intercept: NDArray[Any]
) -> NDArray[np.float64]:
    """The scores of a linear model, one a column of ``words``: its intercept, and the rows of the features that it knows, as much as each weighs."""
    known = [(n, x) for name, x in found.items() if (n := vocabulary.get(name)) is not None]
    total = intercept.astype(np.float64)
    if known:
        rows, values = zip(*known, strict=True)
        total = total + np.array(values) @ words[list(rows)].astype(np.float64)
    return total


def chances(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each row of scores, by softmax; to import scipy's would delay the first answer by a twentieth."""
    parts = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(parts / parts.sum(axis=-1, keepdims=True))


@cache
def arrays(name: str) -> dict[str, NDArray[Any]]:
    """The arrays of a part by name."""
    with as_file(files("comity.coding").joinpath(f"{name}.npz")) as path, np.load(path, allow_pickle=False) as store:
        return {one: store[one] for one in store.files}


def network(graph: str, arrays: Mapping[str, NDArray[Any]]) -> Any:
    """What runs a graph that ships with the coder, its arrays given by name. Call only where onnxruntime is installed."""
    # From 1.29 on it would keep an id of this machine and send its maker what it runs on, and what.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime  # optional

    onnxruntime.disable_telemetry_events()  # Windows does not mind the variable
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # two spinning threads on a busy machine are slower than one
    options.add_external_initializers(
        list(arrays), [onnxruntime.OrtValue.ortvalue_from_numpy(a) for a in arrays.values()]
    )
    made = files("comity.coding").joinpath(graph).read_bytes()
    return onnxruntime.InferenceSession(made, options, providers=["CPUExecutionProvider"])
