"""Alliance shift."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import SHOCK, Asked, Assumed, Card, Push
from comity.scenarios.stake import at_stake, hazard, partners, supply
from comity.tables import Roles

CARD = Card(
    kind="alliance_shift",
    name="Alliance shift",
    side=SHOCK,
    meaning="The target joins an alliance with the actor, or moves towards it in the world's votes.",
    size="a new defence or consultation pact of the target with the actor",
    effects=("alliance_shift.supply", "alliance_shift.break"),
    limits=("Pacts are recorded to 2018; what followed them for other suppliers is an association.",),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """A pact with the actor is assumed; the patron's supply and hazard move as those of others did after such pacts; nothing where it is the patron's."""
    if asked.actor == roles.patron:
        return
    for partner in partners(asked, roles):
        text = f"Assumed: {partner} enters a pact with {asked.actor}."
        yield Assumed((asked.actor, partner), (), "agreement", "signed", 1, asked.size, text)
    yield from supply(asked, at_stake(asked, roles), "alliance_shift.supply")
    yield from hazard(asked, at_stake(asked, roles), "alliance_shift.break")
