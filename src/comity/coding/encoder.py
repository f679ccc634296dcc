"""A small language model, taught by the project's own sentences, that tells what an English sentence is about and how far it got.

It knows words that those do not hold and minds their order, which the linear model (``subject``) does not; together they are right
more often than either. ``bench/coding/train_encoder.py`` makes it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

LONGEST = 96  # tokens of a sentence that are read


class Told(NamedTuple):
    """Logarithms of chances, one row a sentence, one column for each of ``classes()`` and of ``stages()``."""

    subject: NDArray[np.float64]
    stage: NDArray[np.float64]


def installed() -> bool:
    """Whether what runs it is there (extra nlp)."""
    return find_spec("onnxruntime") is not None and find_spec("tokenizers") is not None


def read(texts: Sequence[str]) -> Told:
    """What each sentence, its parties masked, tells. Call only where it is installed.

    One sentence at a time: numbers are rounded over all that is read together, so that neighbours would change a sentence's chances.
    """
    subjects, far = np.empty((len(texts), len(classes()))), np.empty((len(texts), len(stages())))
    for i, text in enumerate(texts):
        tokens = np.array([_tokenizer().encode(text).ids[:LONGEST]], np.int64)
        scores = _session().run(["subject", "stage"], {"tokens": tokens, "there": np.ones_like(tokens)})
        subjects[i], far[i] = (log_softmax(row[0].astype(np.float64)) for row in scores)
    return Told(subjects, far)


def classes() -> list[str]:
    """The instruments that it knows, and ``none``."""
    return list(card()["classes"])


def stages() -> list[str]:
    """The stages that it knows."""
    return list(card()["stages"])


@cache
def card() -> dict[str, Any]:
    """What it learned from, and what its columns mean."""
    return dict(json.loads(files("comity.coding").joinpath("encoder.json").read_text("utf-8")))


@cache
def _tokenizer() -> Any:
    from tokenizers import Tokenizer  # optional

    return Tokenizer.from_str(files("comity.coding").joinpath("encoder-tokens.json").read_text("utf-8"))


@cache
def _session() -> Any:
    import onnxruntime  # optional

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # two spinning threads on a busy machine are slower than one
    with as_file(files("comity.coding").joinpath("encoder.onnx")) as path:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
