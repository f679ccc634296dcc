"""Bureaucratic delay."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import SHOCK, Asked, Card, Push
from comity.scenarios.stake import at_stake, contact
from comity.tables import Roles

CARD = Card(
    kind="bureaucratic_delay",
    name="Bureaucratic delay",
    side=SHOCK,
    meaning="What was signed is carried out late: different rules, staffs and budgets on the two sides.",
    size="half of what would be carried out within the time slips beyond it",
    effects=("bureaucratic_delay.acts",),
    limits=(
        "Nobody has measured it across states: an assumption, to be moved by the user.",
        "Delay postpones acts; it is assumed to leave the hazard of a rupture as it is.",
    ),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push]:
    """Fewer acts of the actor's ties fall within the time looked at, by assumption only; nothing where it is a rival."""
    if asked.actor not in {roles.patron, *roles.held}:
        return
    yield from contact(
        asked,
        at_stake(asked if asked.actor == roles.patron else asked._replace(target=roles.patron), roles),
        "bureaucratic_delay.acts",
        ("arms", "industry", "training", "border", "intelligence", "exercise"),
    )
