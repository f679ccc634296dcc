"""Disinformation."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import SHOCK, Asked, Assumed, Card, Push
from comity.scenarios.stake import at_stake, contact, hazard
from comity.tables import Roles

CARD = Card(
    kind="disinformation",
    name="Disinformation",
    side=SHOCK,
    meaning="A campaign of hostile or false narratives against the tie.",
    size="a campaign as strong as the user thinks likely; nothing measured",
    effects=("disinformation.contact", "disinformation.break"),
    limits=(
        "No identified estimate of its effect on defence ties exists anywhere: both numbers are assumptions, to be moved by the user.",
    ),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """Contact falls and the hazard rises, by assumption only."""
    text = f"Assumed: {asked.actor} spreads hostile narratives in {asked.target}."
    yield Assumed((asked.actor,), (asked.target,), "disinformation", "executed", -1, asked.size, text)
    yield from contact(asked, at_stake(asked, roles), "disinformation.contact", ("dialogue", "training", "exercise"))
    yield from hazard(asked, at_stake(asked, roles), "disinformation.break")
