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


@cache
def catalogue() -> dict[str, Kind]:
    """Every shock, then every hold, by kind in alphabetical order."""
    found = [import_module(f"{shocks.__name__}.{m.name}") for m in pkgutil.iter_modules(shocks.__path__)]
    return {m.CARD.kind: Kind(m.CARD, m.strike) for m in found} | {h.card.kind: Kind(h.card, h.strike) for h in HOLDS}


def struck(asked: Asked, roles: Roles) -> tuple[list[Push], list[Assumed]]:
    """The pushes of a shock or hold and the acts it assumes; nothing for a size of 0."""
    every = list(catalogue()[asked.kind].strike(asked, roles)) if asked.size else []
    return [p for p in every if isinstance(p, Push)], [a for a in every if isinstance(a, Assumed)]
