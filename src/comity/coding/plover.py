"""What PLOVER calls an act: the event that its instrument and stage say, or another of the same sign by which labelled sentences call such acts.

A linear model over the encoder's vectors of the sentence and the two parties, and over the act as it was read. It names and does not
judge: parties, instrument, stage and sign stay as they are. ``bench/coding/train_plover.py`` makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.coding import encoder, shipped
from comity.coding.article import Act
from comity.coding.gazetteer import Mention
from comity.vocabulary import PLOVER_EVENTS, Quad

LEARNED_WITH = ("acts", "classes", "governors")  # tables that the features rest on: change one, and train anew
ONE_YIELD = {"RETREAT": "YIELD", "CONCEDE": "YIELD"}  # labelled sentences have one class for both
OWN = 1.0  # what the event that instrument and stage say adds to the logarithm of its chance
_COOPERATION = {Quad.VERBAL_COOPERATION, Quad.MATERIAL_COOPERATION}


class Features(NamedTuple):
    """What the model sees of an act: how it was read, by name, and the encoder's vectors (``encoder.pooled``)."""

    names: list[str]
    vectors: NDArray[np.float64]


def sign(event: str) -> int:
    """+1 cooperation, -1 conflict, 0 a request."""
    if event == "REQUEST":
        return 0
    return 1 if PLOVER_EVENTS[event].quad in _COOPERATION else -1


def called(act: Act, found: list[Mention], told: encoder.Told) -> str:
    """The event of an act: the likeliest of its sign. ``found`` are those named in its sentence, ``told`` is what the encoder told of it."""
    seen, arrays = features(act, found, told), _weights()
    known = [n for name in seen.names if (n := shipped.vocabulary("plover").get(name)) is not None]
    scores = arrays["intercept"] + arrays["names"][known].sum(axis=0) + seen.vectors @ arrays["vectors"]
    by_class = dict(zip(shipped.card("plover")["classes"], scores, strict=True))
    best = likeliest(act.plover, by_class)
    return act.plover if best == one_yield(act.plover) else "CONCEDE" if best == "YIELD" else best


def likeliest(event: str, scores: Mapping[str, float]) -> str:
    """Of the classes of the event's sign the likeliest, its own by a margin; ``scores`` are logarithms of chances by class."""
    own = one_yield(event)
    return max(
        (name for name in scores if class_sign(name) == sign(event)),
        key=lambda name: scores[name] + OWN * (name == own),
    )


def one_yield(event: str) -> str:
    """An event as labelled sentences call it."""
    return ONE_YIELD.get(event, event)


def class_sign(name: str) -> int:
    """The sign of a class of labelled sentences, as ``sign``."""
    return sign("CONCEDE" if name == "YIELD" else name)


def features(act: Act, found: list[Mention], told: encoder.Told) -> Features:
    """What the model sees of an act whose ``plover`` is still the one that its instrument and stage say."""
    own, rule = one_yield(act.plover), act.why[0].split("+")[0].strip()
    how = "guess" if rule.startswith("guess") else "grammar"
    names = [f"event {own}", f"event {own} by {how}", f"instrument {act.instrument}", f"stage {act.instrument} {act.stage}", f"modality {act.modality}", f"rule {rule}"]  # fmt: skip
    marks = [_first(found, told.tokens.marks, side) for side in (act.actors, act.recipients)]
    return Features(names, encoder.pooled(told.vectors, marks))


def _first(found: list[Mention], marks: list[int | None], codes: list[str]) -> int | None:
    """The token of the first name of one of them."""
    return next((at for m, at in zip(found, marks, strict=True) if m.code in codes and at is not None), None)


@cache
def _weights() -> dict[str, NDArray[np.float64]]:
    return {name: array.astype(np.float64) for name, array in shipped.arrays("plover").items()}
