"""Partner-partner friction."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import ALL, SHOCK, Asked, Assumed, Card, Push
from comity.scenarios.stake import hazard, own, supply
from comity.tables import Roles, pair_of

CARD = Card(
    kind="partner_friction",
    name="Partner-partner friction",
    side=SHOCK,
    meaning="Two partners of the patron fall out: a border clash, an ethnic dispute.",
    size="a militarised dispute between two states that one supplier arms",
    effects=("partner_friction.supply", "partner_friction.break", "dispute.own", "dispute.own_break"),
    limits=("Disputes are recorded to 2010.", "Which of the two the patron leaves is not said: both ties move alike."),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """Both ties with the patron move, and the tie of the two with each other; nothing where they are not two others than the patron."""
    if asked.target == ALL or roles.patron in {asked.actor, asked.target}:
        return
    mine = tuple(pair_of(roles.patron, p) for p in (asked.actor, asked.target) if p in roles.held)
    text = f"Assumed: {asked.actor} and {asked.target} clash."
    yield Assumed((asked.actor, asked.target), (), "frictions", "executed", -1, asked.size, text)
    yield from supply(asked, mine, "partner_friction.supply")
    yield from hazard(asked, mine, "partner_friction.break")
    yield from supply(asked, own(asked, roles), "dispute.own")
    yield from hazard(asked, own(asked, roles), "dispute.own_break")
