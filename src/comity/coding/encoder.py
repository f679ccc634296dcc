"""A small language model, taught by the project's own sentences, that tells what an English sentence is about, how far it got, and who acts in it.

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

LONGEST = 96  # tokens of a sentence that are read
# What somebody named has to do with the main act: nothing; acts; is acted upon or with.
ROLES = ("none", "actor", "other")
UNREAD = np.log(np.full(len(ROLES), 1 / len(ROLES)))  # of a name beyond what is read


class Masked(NamedTuple):
    """A sentence with a mark in place of each name, and at which letters these marks stand."""

    text: str
    marks: list[int]


class Told(NamedTuple):
    """Logarithms of chances: one row a sentence, one column for each of ``classes()`` and of ``stages()``; one table a sentence, a row a mark, for ``ROLES``."""

    subject: NDArray[np.float64]
    stage: NDArray[np.float64]
    roles: list[NDArray[np.float64]]


def installed() -> bool:
    """Whether what runs it is there (extra nlp)."""
    return find_spec("onnxruntime") is not None and find_spec("tokenizers") is not None


def read(sentences: Sequence[Masked]) -> Told:
    """What each sentence tells. Call only where it is installed.

    One sentence at a time: numbers are rounded over all that is read together, so that neighbours would change a sentence's chances.
    """
    subjects, far = np.empty((len(sentences), len(classes()))), np.empty((len(sentences), len(stages())))
    parts: list[NDArray[np.float64]] = []
    for i, sentence in enumerate(sentences):
        tokens, marks = tokenized(_tokenizer(), sentence)
        scores = _session().run(None, {"tokens": [tokens], "there": [[1] * len(tokens)]})
        subjects[i], far[i], roles = (_log_chances(rows[0].astype(np.float64)) for rows in scores)
        parts.append(np.array([UNREAD if at is None else roles[at] for at in marks]))
    return Told(subjects, far, parts)


def tokenized(tokenizer: Any, sentence: Masked) -> tuple[list[int], list[int | None]]:
    """The numbers of a sentence's tokens, and which token each mark is; none for marks beyond the longest sentence that is read."""
    told = tokenizer.encode(sentence.text)
    places = [told.char_to_token(at) for at in sentence.marks]
    return told.ids[:LONGEST], [at if at is not None and at < LONGEST else None for at in places]


def _log_chances(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each row, by softmax; scipy's takes a quarter of a millisecond for so few numbers."""
    return scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)


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
