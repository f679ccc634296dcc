"""Competing arms sale."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import SHOCK, Asked, Assumed, Card, Push
from comity.scenarios.stake import at_stake, hazard, partners, supply
from comity.tables import Roles

CARD = Card(
    kind="competing_sale",
    name="Competing arms sale",
    side=SHOCK,
    meaning="A rival arms the partner: an order large enough to bring it into the first rank of its suppliers.",
    size="one such order",
    effects=("competing_sale.supply", "competing_sale.break"),
    limits=(
        "A rival's sale and the patron's lapse may have a common cause; what is estimated is what followed such entries, not what they caused.",
        "That a rival's sale displaces the patron has not been shown; the interval says how much of it the data still allow.",
    ),
    less="Ruptures were no more frequent after a rival's entry in the past: the estimate lies a little below nought, and its interval spans it.",
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """The sale is assumed as an act of the rival; the patron's supply and hazard move by what followed such entries elsewhere; nothing where it is the patron's."""
    if asked.actor == roles.patron:
        return
    for partner in partners(asked, roles):
        text = f"Assumed: {asked.actor} sells arms to {partner}."
        yield Assumed((asked.actor,), (partner,), "arms", "signed", 1, asked.size, text)
    yield from supply(asked, at_stake(asked, roles), "competing_sale.supply")
    yield from hazard(asked, at_stake(asked, roles), "competing_sale.break")
