"""Militarised dispute."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import FROM_NEWS, SHOCK, Asked, Assumed, Card, Push
from comity.scenarios.stake import at_stake, contact, hazard, own, supply
from comity.tables import Roles

CARD = Card(
    kind="dispute",
    name="Militarised dispute",
    side=SHOCK,
    meaning="Actor and target threaten, display or use force against each other.",
    size="a dispute in which force was displayed or used",
    effects=(
        "dispute.supply",
        "dispute.contact",
        "dispute.break",
        "dispute.own",
        "dispute.own_break",
    ),
    limits=(
        "Disputes are recorded to 2010.",
        "The state attacked may be armed more or shunned: both are in the average.",
        FROM_NEWS,
    ),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """A dispute with a third state moves the target's ties with the patron; one of the two sides being the patron, its own tie."""
    yield Assumed(
        (asked.actor, asked.target),
        (),
        "frictions",
        "executed",
        -1,
        asked.size,
        f"Assumed: a militarised dispute between {asked.actor} and {asked.target}.",
    )
    inside = {asked.actor, asked.target} <= {roles.patron, *roles.held} and roles.patron in {asked.actor, asked.target}
    if inside:
        yield from supply(asked, at_stake(asked, roles), "dispute.own")
        yield from hazard(asked, at_stake(asked, roles), "dispute.own_break")
        return
    yield from supply(asked, at_stake(asked, roles), "dispute.supply")
    yield from contact(asked, at_stake(asked, roles), "dispute.contact")
    yield from hazard(asked, at_stake(asked, roles), "dispute.break")
    yield from supply(asked, own(asked, roles), "dispute.own")
    yield from hazard(asked, own(asked, roles), "dispute.own_break")
