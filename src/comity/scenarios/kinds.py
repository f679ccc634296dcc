"""The catalogue: every shock and hold by kind. A module with a card and a function is a shock; nothing is registered."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import NamedTuple

from comity.scenarios import shocks
from comity.scenarios.card import Asked, Assumed, Card, Push
from comity.scenarios.holds import HOLDS
from comity.tables import Roles


class Kind(NamedTuple):
    """A shock or a hold: its card and its function."""

    card: Card
    strike: Callable[[Asked, Roles], Iterator[Push | Assumed]]


MOVES = {  # what an effect of the library moves, by the last part of its key
    "supply": "arms, production and aid",
    "contact": "talks and agreements",
    "acts": "acts",
    "break": "chance of a rupture",
    "own": "talks and agreements of the two themselves",
    "own_break": "chance of a rupture of the two themselves",
}
BASE = {
    "base.rate": "How often ties break in a year",
    "base.frailty": "How far ties differ in that",
    "base.spread": "What one rupture of a patron does to its other ties",
    "base.kept": "What is kept of deliveries after a rupture",
}


@cache
def catalogue() -> dict[str, Kind]:
    """Every shock, then every hold, by kind in alphabetical order."""
    found = [import_module(f"{shocks.__name__}.{m.name}") for m in pkgutil.iter_modules(shocks.__path__)]
    return {m.CARD.kind: Kind(m.CARD, m.strike) for m in found} | {h.card.kind: Kind(h.card, h.strike) for h in HOLDS}


def title(effect: str) -> str:
    """An effect of the library in plain words, from its key.

    >>> title("coercion.own_break"), title("base.rate")
    ('Economic coercion: chance of a rupture of the two themselves', 'How often ties break in a year')
    """
    kind, _, moves = effect.partition(".")
    return BASE.get(effect) or f"{catalogue()[kind].card.name}: {MOVES[moves]}"


def struck(asked: Asked, roles: Roles) -> tuple[list[Push], list[Assumed]]:
    """The pushes of a shock or hold and the acts it assumes; nothing for a size of 0."""
    every = list(catalogue()[asked.kind].strike(asked, roles)) if asked.size else []
    return [p for p in every if isinstance(p, Push)], [a for a in every if isinstance(a, Assumed)]
