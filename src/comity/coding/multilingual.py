"""What a sentence of another language than English is about, how far that got, and who acts, as a small multilingual language model reads it.

The model (``e5``) was taught by the project's lessons in English and fourteen other languages: its upper layers are moved by steps of low
rank, which ship with the project, as do the weights that turn its vectors into chances. ``bench/coding/train_multilingual.py`` makes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.coding import e5, encoder, shipped


class Told(NamedTuple):
    """Logarithms of chances: one for each of ``encoder.classes()`` and of ``encoder.stages()``; of ``encoder.ROLES`` one row a mark."""

    subject: NDArray[np.float64]
    stage: NDArray[np.float64]
    roles: NDArray[np.float64]


def read(sentences: Sequence[encoder.Masked]) -> list[Told]:
    """What each sentence tells. Call only where ``e5`` is installed."""
    return [_told(encoder.tokenized(sentence, e5.tokenizer())) for sentence in sentences]


def _told(tokens: encoder.Tokens) -> Told:
    arrays = shipped.arrays("multilingual")
    vectors = run(_layers(), tokens.ids)
    whole = np.concatenate([vectors.mean(axis=0), vectors.max(axis=0)])
    subject, stage, roles = (
        encoder.log_chances(seen @ arrays[f"{name}.w"].T.astype(np.float64) + arrays[f"{name}.b"])
        for name, seen in (("subject", whole), ("stage", whole), ("role", vectors))
    )
    return Told(subject, stage, encoder.by_mark(roles, tokens.marks))


def run(layers: Sequence[Any], tokens: Sequence[int]) -> e5.Array:
    """What the layers make of a sentence, a row a token."""
    vectors = e5.model().words(tokens)
    for layer in layers:
        (vectors,) = layer.run(["y"], {"x": vectors})
    return vectors


def layers(steps: Mapping[str, NDArray[Any]]) -> list[Any]:
    """A network for each layer, all of one graph, with steps added to some of their matrices (``lLAYER.MATRIX.up`` times ``.down``)."""
    return [shipped.network("layer.onnx", _arrays(number, steps)) for number in range(e5.LAYERS)]


def _arrays(layer: int, steps: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """What a layer needs; all matrices but the last in whole numbers, a column an output, with by how much each output is multiplied."""
    published = e5.model()
    arrays: dict[str, NDArray[Any]] = {name: published.vector(f"l{layer}.{name}") for name in e5.VECTORS}
    for name, inputs in e5.MATRICES.items():
        whole = published.matrix(f"l{layer}.{name}.w", inputs)
        if f"l{layer}.{name}.up" in steps:
            up, down = (steps[f"l{layer}.{name}.{part}"].astype(np.float32) for part in ("up", "down"))
            whole = whole + up @ down
        columns = np.ascontiguousarray(whole.T)
        if name == e5.LAST:
            arrays[f"{name}.w"] = columns
        else:
            arrays[f"{name}.w"], arrays[f"{name}.w.scale"] = encoder.rounded(columns)
    return arrays


@cache
def _layers() -> list[Any]:
    return layers(shipped.arrays("multilingual"))
