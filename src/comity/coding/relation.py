"""What a marked source does to a marked target: one of the 15 PLOVER relation classes, with calibrated probabilities.

A linear model over ``features.relation`` and, where they are installed, a sentence embedding and what the encoder takes the sentence
to be about. The weights are plain arrays beside a JSON card that says what they learned from and how well; ``bench/coding/train.py`` makes both anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import as_file, files
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.coding import embed, encoder, subject
from comity.coding.features import relation
from comity.coding.gazetteer import NAME, Mention, mentions
from comity.coding.parse import model, parse
from comity.vocabulary import Quad

SURE = 0.5  # below this probability the class is a guess; on the card: how often it is right above and below
CHUNK = 256
_VC, _MC, _VF, _MF = Quad
QUADS = {
    "AGREE": _VC, "CONSULT": _VC, "SUPPORT": _VC, "COOPERATE": _MC, "AID": _MC, "YIELD": _MC, "REQUEST": _VF, "ACCUSE": _VF,
    "REJECT": _VF, "THREATEN": _VF, "PROTEST": _MF, "SANCTION": _MF, "MOBILIZE": _MF, "COERCE": _MF, "ASSAULT": _MF,
}  # fmt: skip


class Item(NamedTuple):
    """A sentence with its two parties, as words that stand in it."""

    id: str
    text: str
    source: str
    target: str


class Verdict(NamedTuple):
    """The class of one item, its quad, every class's probability, and whether it is more than a guess."""

    id: str
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
        by_class = dict(zip(_card()["classes"], (round(float(p), 4) for p in chances), strict=True))
        best = max(by_class, key=lambda name: by_class[name])
        by_quad = {q: sum(p for name, p in by_class.items() if QUADS[name] is q) for q in Quad}
        yield Verdict(item.id, best, str(max(by_quad, key=lambda q: by_quad[q])), by_class, by_class[best] >= SURE)


def probabilities(items: list[Item]) -> NDArray[np.float64]:
    """One row an item, one column a class in the card's order; rows sum to 1."""
    careful = embed.installed() and encoder.installed()
    weights = _weights("embedded" if careful else "plain")
    scores = np.array([_score(weights, found) for found in _features(items)])
    for name, raw in dense(items).items() if careful else ():
        scores = scores + embed.unit(raw, weights[f"{name}_mean"]) @ weights[name].astype(np.float64)
    chances = np.exp(scores * float(weights["sharpness"][0]))
    return chances / chances.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]


def masked(item: Item) -> str:
    """The sentence with "Country A" and "Country B" for its parties."""
    text = item.text
    spots = sorted((s for s in ((_span(item, item.source), "Country A"), (_span(item, item.target), "Country B")) if s[0]), reverse=True)  # fmt: skip
    for span, name in spots:
        if span:
            text = text[: span[0]] + name + text[span[1] :]
    return text


def dense(items: list[Item]) -> dict[str, NDArray[np.float64]]:
    """What the small language models make of each item, one row an item. Call only where both are installed."""
    told = encoder.read([_unnamed(item) for item in items])
    embedding = embed.embed([masked(item) for item in items])
    return {"embedding": embedding, "told": np.concatenate([told.subject, told.stage], axis=1)}


def _unnamed(item: Item) -> encoder.Masked:
    """The sentence with a mark for each of its parties and for everybody else who is named."""
    spans = [span for party in (item.source, item.target) if (span := _span(item, party))]
    others = [m for m in mentions(item.text, "en") if all(m.end <= a or m.start >= b for a, b in spans)]
    return subject.masked(item.text, sorted([*others, *(Mention(a, b, "", NAME) for a, b in spans)]))


def _features(items: list[Item]) -> Iterator[dict[str, float]]:
    parsed: Iterable[Any] = parse(item.text for item in items) if model() else ([] for _ in items)
    for item, tokens in zip(items, parsed, strict=True):
        yield relation(tokens, _span(item, item.source), _span(item, item.target))


def _span(item: Item, party: str) -> tuple[int, int] | None:
    at = item.text.find(party) if party else -1
    return (at, at + len(party)) if at >= 0 else None


def _score(weights: dict[str, NDArray[Any]], found: dict[str, float]) -> NDArray[np.float64]:
    known = [(n, x) for name, x in found.items() if (n := _vocabulary().get(name)) is not None]
    total = weights["intercept"].astype(np.float64)
    if known:
        rows, values = zip(*known, strict=True)
        total = total + np.array(values) @ weights["words"][list(rows)].astype(np.float64)
    return total


@cache
def _card() -> dict[str, Any]:
    return dict(json.loads(files("comity.coding").joinpath("relation.json").read_text("utf-8")))


@cache
def _vocabulary() -> dict[str, int]:
    return {name: n for n, name in enumerate(_card()["features"])}


@cache
def _weights(which: str) -> dict[str, NDArray[Any]]:
    with as_file(files("comity.coding").joinpath("relation.npz")) as path, np.load(path, allow_pickle=False) as store:
        return {name.removeprefix(f"{which}_"): store[name] for name in store.files if name.startswith(which)}
