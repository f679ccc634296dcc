"""What a marked source does to a marked target: one of the 15 PLOVER relation classes, with calibrated probabilities.

A linear model over ``features.relation`` and, where it is installed, the encoder, some of its matrices moved by steps of low rank (LoRA) so
that it tells relations: several times, from different beginnings. The chances of all are multiplied. The weights are plain arrays beside a
JSON card that says what they learned from and how well; ``bench/coding/train.py`` makes both anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.coding import encoder, shipped, structure, subject
from comity.coding.features import relation
from comity.coding.gazetteer import Mention, mentions
from comity.coding.parse import model, parse
from comity.vocabulary import Quad

SURE = 0.5  # below this probability the class is a guess; on the card: how often it is right above and below
CHUNK = 256
SOURCE, TARGET = "source", "target"  # kinds of mention
MASKS = structure.MASKS | {SOURCE: "source", TARGET: "target"}
_VC, _MC, _VF, _MF = Quad
QUADS = {
    "AGREE": _VC, "CONSULT": _VC, "SUPPORT": _VC, "COOPERATE": _MC, "AID": _MC, "YIELD": _MC, "REQUEST": _VF, "ACCUSE": _VF,
    "REJECT": _VF, "THREATEN": _VF, "PROTEST": _MF, "SANCTION": _MF, "MOBILIZE": _MF, "COERCE": _MF, "ASSAULT": _MF,
}  # fmt: skip


class Item(NamedTuple):
    """A sentence with its two parties, as words that stand in it."""

    id: str | int
    text: str
    source: str
    target: str


class Verdict(NamedTuple):
    """The class of one item, its quad, every class's probability, and whether it is more than a guess."""

    id: str | int
    plover: str
    quad: str
    probabilities: dict[str, float]
    sure: bool


def classify(items: Iterable[Item]) -> Iterator[Verdict]:
    """A verdict for each item, in order."""
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) == CHUNK:
            yield from _classified(batch)
            batch = []
    yield from _classified(batch)


def _classified(items: list[Item]) -> Iterator[Verdict]:
    if not items:
        return
    for item, chances in zip(items, probabilities(items), strict=True):
        by_class = dict(zip(shipped.card("relation")["classes"], (round(float(p), 4) for p in chances), strict=True))
        best = max(by_class, key=lambda name: by_class[name])
        by_quad = {q: sum(p for name, p in by_class.items() if QUADS[name] is q) for q in Quad}
        yield Verdict(item.id, best, str(max(by_quad, key=lambda q: by_quad[q])), by_class, by_class[best] >= SURE)


def probabilities(items: list[Item]) -> NDArray[np.float64]:
    """One row an item, one column a class in the card's order; rows sum to 1."""
    words = shipped.vocabulary("relation"), _weights()["words"], _weights()["intercept"]
    scores = np.array([shipped.linear(found, *words) for found in _features(items)])
    if not encoder.installed():
        return shipped.chances(scores * _weights()["sharpness"])
    told = _told(list(map(tokenized, items)))
    by = _weights()["powers"]
    return shipped.chances(by[0] * scores + by[1] * told)


def tokenized(item: Item) -> encoder.Tokens:
    """The sentence as the encoder reads it; its marks are those of source and target alone, none where one is not read."""
    text, parties = item.text, []
    for kind, party in ((SOURCE, item.source), (TARGET, item.target)):
        span = _span(item, party)
        parties += [Mention(*span, "", kind)] if span else []
    others = [m for m in mentions(text, "en") if all(m.end <= p.start or m.start >= p.end for p in parties)]
    found = sorted([*others, *parties])
    tokens = encoder.tokenized(subject.masked(text, found, masks=MASKS), encoder.tokenizer())
    by_kind = {m.kind: at for m, at in zip(found, tokens.marks, strict=True)}
    return tokens._replace(marks=[by_kind.get(SOURCE), by_kind.get(TARGET)])


def _told(sentences: list[encoder.Tokens]) -> NDArray[np.float64]:
    """The mean of the logarithms of chances that the moved encoders give, a row a sentence."""
    heads = zip(_networks(), _weights()["head"], _weights()["bias"], strict=True)
    each = [encoder.log_chances(_seen(network, sentences) @ head + bias) for network, head, bias in heads]
    return np.asarray(np.mean(each, axis=0))


def _seen(network: Any, sentences: list[encoder.Tokens]) -> NDArray[np.float64]:
    told = encoder.run(network, sentences)
    return np.array([encoder.pooled(x.astype(np.float64), one.marks) for x, one in zip(told, sentences, strict=True)])


@cache
def _networks() -> list[Any]:
    """The encoder as it tells relations, once from each beginning."""
    matrices = [name.removesuffix("_down") for name in _weights() if name.endswith("_down")]
    steps = {name: (_weights()[f"{name}_down"] @ _weights()[f"{name}_up"]).astype(np.float32) for name in matrices}
    return [encoder.network({name: step[n] for name, step in steps.items()}) for n in range(len(_weights()["head"]))]


def _features(items: list[Item]) -> Iterator[dict[str, float]]:
    parsed: Iterable[Any] = parse(item.text for item in items) if model() else ([] for _ in items)
    for item, tokens in zip(items, parsed, strict=True):
        yield relation(tokens, _span(item, item.source), _span(item, item.target))


def _span(item: Item, party: str) -> tuple[int, int] | None:
    at = item.text.find(party) if party else -1
    return (at, at + len(party)) if at >= 0 else None


@cache
def _weights() -> dict[str, NDArray[np.float64]]:
    return {name: array.astype(np.float64) for name, array in shipped.arrays("relation").items()}
