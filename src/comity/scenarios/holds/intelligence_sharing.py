"""Intelligence-sharing agreement."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import HOLD, Asked, Assumed, Card, Push
from comity.scenarios.stake import at_stake, hazard, partners
from comity.tables import Roles

CARD = Card(
    kind="intelligence_sharing",
    name="Intelligence-sharing agreement",
    side=HOLD,
    meaning="The two sign and use a framework for classified information.",
    size="one agreement in force",
    effects=("intelligence_sharing.break",),
    limits=(
        "Intelligence is under-observed by nature (assumption A3): the effect is assumed.",
        "Partners who take it are those who meant to stay: selection is severe, and the number is read as intention to treat at best.",
    ),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """An agreement is assumed, and a lower hazard with it."""
    for partner in partners(asked, roles):
        yield Assumed(
            (roles.patron, partner),
            (),
            "intelligence",
            "signed",
            1,
            asked.size,
            f"Assumed: intelligence-sharing agreement of {roles.patron} and {partner}.",
        )
    yield from hazard(asked, at_stake(asked, roles), "intelligence_sharing.break")
