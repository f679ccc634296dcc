"""Patron's own crisis."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import ALL, SHOCK, Asked, Card, Push
from comity.scenarios.stake import contact, hazard, own, supply
from comity.tables import Roles

CARD = Card(
    kind="patron_crisis",
    name="Patron's own crisis",
    side=SHOCK,
    meaning="The actor is drawn into a war or crisis of its own and has less to give to everybody.",
    size="a war like Russia's since February 2022",
    effects=("patron_crisis.supply", "patron_crisis.contact", "patron_crisis.break"),
    limits=(
        "Four crises carry it, one of them most of it.",
        "The actor may be a rival: then its own ties with the partners move, and the patron's do not.",
    ),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push]:
    """All ties of the actor with the partners of the case move."""
    mine = own(asked._replace(target=ALL), roles)
    yield from supply(asked, mine, "patron_crisis.supply")
    yield from contact(asked, mine, "patron_crisis.contact")
    yield from hazard(asked, mine, "patron_crisis.break")
