"""Multilateral forum."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import HOLD, Asked, Assumed, Card, Push
from comity.scenarios.stake import at_stake, contact, hazard, partners
from comity.tables import Roles

CARD = Card(
    kind="multilateral_forum",
    name="Multilateral forum",
    side=HOLD,
    meaning="The tie is carried by a forum of three or more with regular drills.",
    size="a standing forum with a yearly drill",
    effects=(
        "multilateral_forum.contact",
        "multilateral_forum.break",
    ),
    limits=(
        "Partners who take it are those who meant to stay: selection is severe, and the number is read as intention to treat at best.",
    ),
    less="Ties with shared multilateral drills broke more often in the past, not less: those who drill with many also quarrel with some. That it holds has not been shown.",
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """Drills and talks rise, and the hazard falls by what ties with shared multilateral drills had beside those without."""
    for partner in partners(asked, roles):
        yield Assumed(
            (roles.patron, partner),
            (),
            "exercise",
            "executed",
            1,
            asked.size,
            f"Assumed: multilateral forum of {roles.patron} and {partner}.",
        )
    yield from contact(asked, at_stake(asked, roles), "multilateral_forum.contact", ("exercise", "dialogue"))
    yield from hazard(asked, at_stake(asked, roles), "multilateral_forum.break")
