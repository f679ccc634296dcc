"""Credit or trade deal."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import HOLD, Asked, Assumed, Card, Push
from comity.scenarios.stake import at_stake, hazard, partners
from comity.tables import Roles

CARD = Card(
    kind="credit_deal",
    name="Credit or trade deal",
    side=HOLD,
    meaning="A loan or a trade agreement makes the two depend on each other.",
    size="a deal worth one per cent of the partner's output",
    effects=("credit_deal.break",),
    limits=(
        "Effect on defence ties assumed; trade and ties grow together for many reasons.",
        "Partners who take it are those who meant to stay: selection is severe, and the number is read as intention to treat at best.",
    ),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """An economic act is assumed, and a lower hazard with it."""
    for partner in partners(asked, roles):
        yield Assumed(
            (roles.patron, partner),
            (),
            "economy",
            "signed",
            1,
            asked.size,
            f"Assumed: credit or trade deal of {roles.patron} and {partner}.",
        )
    yield from hazard(asked, at_stake(asked, roles), "credit_deal.break")
