"""Soft-power surge of a rival."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import SHOCK, Asked, Assumed, Card, Push
from comity.scenarios.stake import at_stake, contact, partners
from comity.tables import Roles

CARD = Card(
    kind="soft_power",
    name="Soft-power surge of a rival",
    side=SHOCK,
    meaning="A rival multiplies scholarships, media, culture and visits in the partner.",
    size="a surge as strong as the user thinks likely; nothing measured",
    effects=("soft_power.contact",),
    limits=(
        "No identified estimate exists: the number is an assumption, to be moved by the user.",
        "It is assumed to draw contact away and to leave the hazard of a rupture as it is.",
    ),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """Contact shifts to the rival, by assumption only; nothing where it is the patron's."""
    if asked.actor == roles.patron:
        return
    for partner in partners(asked, roles):
        text = f"Assumed: {asked.actor} courts the public of {partner}."
        yield Assumed((asked.actor,), (partner,), "culture", "executed", 1, asked.size, text)
    yield from contact(asked, at_stake(asked, roles), "soft_power.contact", ("dialogue", "training"))
