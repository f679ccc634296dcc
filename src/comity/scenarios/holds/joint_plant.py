"""Joint plant."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import HOLD, Asked, Assumed, Card, Push
from comity.scenarios.stake import at_stake, hazard, partners
from comity.tables import Roles

CARD = Card(
    kind="joint_plant",
    name="Joint plant",
    side=HOLD,
    meaning="Arms are made or repaired in the partner's country under licence.",
    size="one production line",
    effects=("joint_plant.break",),
    limits=(
        "Partners who take it are those who meant to stay: selection is severe, and the number is read as intention to treat at best.",
        "Estimated on licensed production of major arms.",
    ),
    less="Ties with licensed production broke no less often in the past: the estimate lies above nought, and its interval spans it. That it holds has not been shown.",
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """Industry is assumed, and the hazard falls by what ties with licensed production had beside those without."""
    for partner in partners(asked, roles):
        yield Assumed(
            (roles.patron, partner),
            (),
            "industry",
            "signed",
            1,
            asked.size,
            f"Assumed: joint plant of {roles.patron} and {partner}.",
        )
    yield from hazard(asked, at_stake(asked, roles), "joint_plant.break")
