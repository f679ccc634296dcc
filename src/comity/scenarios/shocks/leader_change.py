"""Leader change."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import ALL, FROM_NEWS, SHOCK, Asked, Card, Push
from comity.scenarios.stake import contact, hazard, own, supply
from comity.tables import Roles

CARD = Card(
    kind="leader_change",
    name="Leader change",
    side=SHOCK,
    meaning="The actor's leader goes irregularly: a coup, a revolt, a killing.",
    size="an irregular exit of a leader",
    effects=("leader_change.supply", "leader_change.contact", "leader_change.break"),
    limits=(
        "Regular successions were not looked at; most of the region's are regular.",
        "Irregular exits are recorded to 2015.",
        FROM_NEWS,
    ),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push]:
    """The actor's ties move: a partner's with the patron; those of the patron or a rival with all partners."""
    to = roles.patron if asked.actor in roles.held else ALL
    mine = own(asked._replace(target=to), roles)
    yield from supply(asked, mine, "leader_change.supply")
    yield from contact(asked, mine, "leader_change.contact")
    yield from hazard(asked, mine, "leader_change.break")
