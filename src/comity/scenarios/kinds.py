"""The catalogue: every shock and hold by kind. A module with a card and a function is a shock; nothing is registered."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Collection, Iterator
from functools import cache
from importlib import import_module
from typing import NamedTuple

from comity.errors import ComityError
from comity.scenarios import shocks
from comity.scenarios.card import Asked, Assumed, Card, Push
from comity.scenarios.effects import library
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
    """Every shock, then every hold, by kind in alphabetical order. Raises ``ComityError`` for a card whose effects have no number."""
    found = [import_module(f"{shocks.__name__}.{m.name}") for m in pkgutil.iter_modules(shocks.__path__)]
    kinds = [*(Kind(m.CARD, m.strike) for m in found), *(Kind(h.card, h.strike) for h in HOLDS)]
    for kind in kinds:
        checked(kind.card, library())
    return {kind.card.kind: kind for kind in kinds}


def checked(card: Card, effects: Collection[str]) -> None:
    """Nothing; ``ComityError`` that says what to write where, if the card calls on an effect that nobody has put a number to."""
    if nameless := [e for e in card.effects if e.partition(".")[2] not in MOVES]:
        raise ComityError(f"{card.side} {card.kind}: effect {nameless[0]} is to end in one of {', '.join(MOVES)}")
    if missing := [e for e in card.effects if e not in effects]:
        raise ComityError(
            f"{card.side} {card.kind}: nobody has put a number to {', '.join(missing)}; assume it in scenarios/assumed.toml, "
            "a table an effect as its neighbours (grade E), or have tools/effects.py estimate it"
        )


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
