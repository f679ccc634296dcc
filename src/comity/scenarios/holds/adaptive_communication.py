"""Adaptive communication."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import HOLD, Asked, Assumed, Card, Push
from comity.scenarios.stake import at_stake, contact, hazard, partners
from comity.tables import Roles

CARD = Card(
    kind="adaptive_communication",
    name="Adaptive communication",
    side=HOLD,
    meaning="High-level contact within days of any trouble.",
    size="a hot line that is used",
    effects=(
        "adaptive_communication.contact",
        "adaptive_communication.break",
    ),
    limits=(
        "Effect assumed.",
        "Partners who take it are those who meant to stay: selection is severe, and the number is read as intention to treat at best.",
    ),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """Talks rise and the hazard falls, by assumption only."""
    for partner in partners(asked, roles):
        yield Assumed(
            (roles.patron, partner),
            (),
            "dialogue",
            "talks",
            1,
            asked.size,
            f"Assumed: adaptive communication of {roles.patron} and {partner}.",
        )
    yield from contact(asked, at_stake(asked, roles), "adaptive_communication.contact", ("dialogue",))
    yield from hazard(asked, at_stake(asked, roles), "adaptive_communication.break")
