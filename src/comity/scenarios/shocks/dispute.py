"""Militarised dispute."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import FROM_NEWS, SHOCK, Asked, Assumed, Card, Push
from comity.scenarios.stake import contact, hazard, own, supply, third
from comity.tables import Roles

CARD = Card(
    kind="dispute",
    name="Militarised dispute",
    side=SHOCK,
    meaning="Actor and target threaten, display or use force against each other.",
    size="a dispute in which force was displayed or used",
    effects=("dispute.supply", "dispute.contact", "dispute.break", "dispute.own", "dispute.own_break"),
    limits=(
        "Disputes are recorded to 2010.",
        "The state attacked may be armed more or shunned: both are in the average.",
        FROM_NEWS,
    ),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """The target's ties with the patron move as those with third states did; the tie of the two themselves as theirs did."""
    text = f"Assumed: a militarised dispute between {asked.actor} and {asked.target}."
    yield Assumed((asked.actor, asked.target), (), "frictions", "executed", -1, asked.size, text)
    yield from supply(asked, third(asked, roles), "dispute.supply")
    yield from contact(asked, third(asked, roles), "dispute.contact")
    yield from hazard(asked, third(asked, roles), "dispute.break")
    yield from supply(asked, own(asked, roles), "dispute.own")
    yield from hazard(asked, own(asked, roles), "dispute.own_break")
