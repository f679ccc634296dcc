"""Maintenance and logistics link."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import HOLD, Asked, Assumed, Card, Push
from comity.scenarios.stake import at_stake, contact, hazard, partners
from comity.tables import Roles

CARD = Card(
    kind="maintenance_link",
    name="Maintenance and logistics link",
    side=HOLD,
    meaning="Repair, spares and transport are arranged for what was delivered.",
    size="one maintenance centre or agreed route",
    effects=(
        "maintenance_link.acts",
        "maintenance_link.break",
    ),
    limits=(
        "Effect assumed, after the infrastructure gaps of the case (assumption A5).",
        "Partners who take it are those who meant to stay: selection is severe, and the number is read as intention to treat at best.",
    ),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """Industry is assumed; more of what is planned is carried out."""
    for partner in partners(asked, roles):
        yield Assumed(
            (roles.patron, partner),
            (),
            "industry",
            "signed",
            1,
            asked.size,
            f"Assumed: maintenance and logistics link of {roles.patron} and {partner}.",
        )
    yield from contact(asked, at_stake(asked, roles), "maintenance_link.acts", ("arms", "industry", "exercise"))
    yield from hazard(asked, at_stake(asked, roles), "maintenance_link.break")
