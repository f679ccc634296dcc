"""Diplomatic isolation."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import FROM_NEWS, SHOCK, Asked, Assumed, Card, Push
from comity.scenarios.stake import at_stake, contact, hazard, own, third
from comity.tables import Roles

CARD = Card(
    kind="isolation",
    name="Diplomatic isolation",
    side=SHOCK,
    meaning="Expulsion, recall, boycott or a break of relations by one state against another.",
    size="a reduction or break of relations as event data code it",
    effects=("isolation.contact", "isolation.own", "isolation.break"),
    limits=(
        "Estimated on coded events of 2005 to 2015; a coded break is often a recall that is soon undone.",
        "What happens to ties with third parties is an association: crises isolate states and move their friends.",
        "Between patron and partner themselves the hazard was not estimated and moves as with third states.",
        FROM_NEWS,
    ),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """The target's contact with the patron moves as that of isolated states with third parties did; that of the two themselves as theirs did."""
    text = f"Assumed: {asked.actor} cuts relations with {asked.target}."
    yield Assumed((asked.actor,), (asked.target,), "isolation", "executed", -1, asked.size, text)
    yield from contact(asked, third(asked, roles), "isolation.contact")
    yield from hazard(asked, at_stake(asked, roles), "isolation.break")
    yield from contact(asked, own(asked, roles), "isolation.own")
