"""Training pipeline."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import HOLD, Asked, Assumed, Card, Push
from comity.scenarios.stake import at_stake, contact, hazard, partners
from comity.tables import Roles

CARD = Card(
    kind="training_pipeline",
    name="Training pipeline",
    side=HOLD,
    meaning="Cadets and staff of the partner pass through the patron's schools every year.",
    size="one yearly course",
    effects=(
        "training_pipeline.contact",
        "training_pipeline.break",
    ),
    limits=(
        "Effect assumed.",
        "Partners who take it are those who meant to stay: selection is severe, and the number is read as intention to treat at best.",
    ),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """Training rises and the hazard falls, by assumption only."""
    for partner in partners(asked, roles):
        yield Assumed(
            (roles.patron, partner),
            (),
            "training",
            "executed",
            1,
            asked.size,
            f"Assumed: training pipeline of {roles.patron} and {partner}.",
        )
    yield from contact(asked, at_stake(asked, roles), "training_pipeline.contact", ("training",))
    yield from hazard(asked, at_stake(asked, roles), "training_pipeline.break")
