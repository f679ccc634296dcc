"""Leader change."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import FROM_NEWS, SHOCK, Asked, Card, Push
from comity.scenarios.stake import at_stake, contact, hazard, supply
from comity.tables import Roles

CARD = Card(
    kind="leader_change",
    name="Leader change",
    side=SHOCK,
    meaning="The actor's leader goes irregularly: a coup, a revolt, a killing.",
    size="an irregular exit of a leader",
    effects=(
        "leader_change.supply",
        "leader_change.contact",
        "leader_change.break",
    ),
    limits=(
        "Regular successions were not looked at; most of the region's are regular.",
        "Irregular exits are recorded to 2015.",
        FROM_NEWS,
    ),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push]:
    """The actor's ties move: one partner's tie with the patron, or all of them where the actor is the patron."""
    mine = at_stake(asked._replace(target=roles.patron), roles)
    yield from supply(asked, mine, "leader_change.supply")
    yield from contact(asked, mine, "leader_change.contact")
    yield from hazard(asked, mine, "leader_change.break")
