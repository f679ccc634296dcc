"""A small language model, taught by the project's own sentences, that tells what an English sentence and each of its clauses are about, how far that got, and who acts.

It knows words that those do not hold and minds their order, which the linear model (``subject``) does not; together they are right
more often than either. ``bench/coding/train_encoder.py`` makes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.coding import shipped

LONGEST = 96  # tokens of a sentence that are read
LARGEST = 64  # whole number of a weight; old processors overflow with 128
# What somebody named has to do with the main act: nothing; acts; is acted upon or with.
ROLES = ("none", "actor", "other")
UNREAD = np.log(np.full(len(ROLES), 1 / len(ROLES)))  # of a name beyond what is read


class Masked(NamedTuple):
    """A sentence with a mark in place of each name, at which letters these marks stand, and from which letter to which each clause does."""

    text: str
    marks: list[int]
    clauses: tuple[tuple[int, int], ...] = ()


class Tokens(NamedTuple):
    """A sentence's tokens by number, which of them each mark is (none beyond what is read), and which belong to the sentence and to each clause."""

    ids: list[int]
    marks: list[int | None]
    parts: list[list[bool]]  # the first is the whole sentence


class Told(NamedTuple):
    """Logarithms of chances. Of ``classes()`` and ``stages()`` one row for the sentence as a whole, then one a clause; of ``ROLES`` one row a mark."""

    subject: NDArray[np.float64]
    stage: NDArray[np.float64]
    roles: NDArray[np.float64]
    vectors: NDArray[np.float64]  # inner ones, a row a token
    tokens: Tokens


def installed() -> bool:
    """Whether what runs it is there (extra nlp)."""
    return find_spec("onnxruntime") is not None and find_spec("tokenizers") is not None


def read(sentences: Sequence[Masked]) -> list[Told]:
    """What each sentence tells. Call only where it is installed."""
    tokens = [tokenized(sentence, tokenizer()) for sentence in sentences]
    return [_told(*one) for one in zip(tokens, run(_network(), tokens), strict=True)]


def _told(tokens: Tokens, vectors: NDArray[np.float32]) -> Told:
    parts = np.array(tokens.parts, dtype=np.float32)
    scores = _heads().run(["subject", "stage", "role"], {"x": vectors, "parts": parts})
    subject, stage, roles = (log_chances(out.astype(np.float64)) for out in scores)
    return Told(subject, stage, by_mark(roles, tokens.marks), vectors.astype(np.float64), tokens)


def run(network: Sequence[Any], sentences: Sequence[Tokens]) -> list[NDArray[np.float32]]:
    """What the layers of a network make of each sentence, a row a token.

    Half a layer reads all sentences before the next does, so that its matrices stay near the processor: fetching them takes as long as
    multiplying a short sentence by them.
    """
    words, *halves = network
    tokens = np.array([token for one in sentences for token in one.ids], np.int64)
    places = np.array([place for one in sentences for place in range(len(one.ids))], np.int64)
    (rows,) = words.run(["y"], {"tokens": tokens, "places": places})
    vectors = np.split(rows, np.cumsum([len(one.ids) for one in sentences])[:-1])
    for half in halves:
        vectors = [half.run(["y"], {"x": x})[0] for x in vectors]
    return vectors


def tokenized(sentence: Masked, cut: Any) -> Tokens:
    """The sentence as a tokenizer cuts it: no more than its first tokens; a clause beyond them counts as the whole."""
    told = cut.encode(sentence.text)
    places = [told.char_to_token(at) for at in sentence.marks]
    spans = told.offsets[:LONGEST]
    clauses = [[start < last and end > first for start, end in spans] for first, last in sentence.clauses]
    everything = [True] * len(spans)
    return Tokens(
        told.ids[:LONGEST],
        [at if at is not None and at < LONGEST else None for at in places],
        [everything, *(clause if any(clause) else everything for clause in clauses)],
    )


def pooled(vectors: NDArray[np.float64], marks: Sequence[int | None]) -> NDArray[np.float64]:
    """What the vectors, a row a token, say of a sentence and of those at these marks: mean, maximum, and theirs (where one is unread, the first)."""
    return np.concatenate([vectors.mean(axis=0), vectors.max(axis=0), *(vectors[at or 0] for at in marks)])


def by_mark(rows: NDArray[np.float64], marks: Sequence[int | None]) -> NDArray[np.float64]:
    """Of logarithms of chances of roles, a row a token, those of each mark."""
    return np.array([UNREAD if at is None else rows[at] for at in marks])


def log_chances(scores: NDArray[Any]) -> NDArray[np.float64]:
    """Of each row, by softmax; scipy's takes a quarter of a millisecond for so few numbers."""
    return scores - np.logaddexp.reduce(scores, axis=-1, keepdims=True)


def classes() -> list[str]:
    """The instruments that it knows, and ``none``."""
    return list(card()["classes"])


def stages() -> list[str]:
    """The stages that it knows."""
    return list(card()["stages"])


def card() -> dict[str, Any]:
    """What it learned from, and what its columns mean."""
    return shipped.card("encoder")


@cache
def tokenizer() -> Any:
    """What cuts a sentence into tokens."""
    from tokenizers import Tokenizer  # optional

    return Tokenizer.from_str(files("comity.coding").joinpath("encoder-tokens.json").read_text("utf-8"))


def weights() -> dict[str, NDArray[Any]]:
    """The arrays of the network by name; of a matrix ``NAME`` there are ``NAME_quantized`` (a column an output) and ``NAME_scale``, by which that is multiplied."""
    return shipped.arrays("encoder")


def network(steps: Mapping[str, NDArray[Any]]) -> list[Any]:
    """What puts a sentence's words into numbers, then the halves of each layer, with something added to some matrices, by their names."""
    arrays = weights() | {name: array for matrix, step in steps.items() for name, array in _moved(matrix, step).items()}
    layers = sum(name.endswith("intermediate.dense.bias") for name in arrays)
    halves = (
        _part(half, arrays, f"body.encoder.layer.{number}.", begins)
        for number in range(layers)
        for half, begins in (("attention", ("attention",)), ("inner", ("intermediate", "output")))
    )
    return [_part("words", arrays, "", ("body.embeddings",)), *halves]


def _part(name: str, arrays: Mapping[str, NDArray[Any]], layer: str, begins: tuple[str, ...]) -> Any:
    """A part of the network with those arrays of a layer whose names begin so."""
    own = {n.removeprefix(layer): array for n, array in arrays.items() if n.startswith(layer)}
    return shipped.network(f"encoder-{name}.onnx", {n: array for n, array in own.items() if n.startswith(begins)})


def _moved(matrix: str, step: NDArray[Any]) -> dict[str, NDArray[Any]]:
    whole, scale = rounded(weights()[f"{matrix}_quantized"] * weights()[f"{matrix}_scale"] + step)
    return {f"{matrix}_quantized": whole, f"{matrix}_scale": scale}


def rounded(matrix: NDArray[Any]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """A matrix in whole numbers, a column an output, and by what each column is multiplied."""
    scale = np.abs(matrix).max(axis=0) / LARGEST
    return np.round(matrix / scale).astype(np.int8), scale.astype(np.float32)


@cache
def _network() -> list[Any]:
    return network({})


@cache
def _heads() -> Any:
    return _part("heads", weights(), "", ("role", "subject", "stage"))
