"""Economic coercion."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import FROM_NEWS, SHOCK, Asked, Assumed, Card, Push
from comity.scenarios.stake import at_stake, contact, hazard, own, supply, third
from comity.tables import Roles

CARD = Card(
    kind="coercion",
    name="Economic coercion",
    side=SHOCK,
    meaning="Sanction, trade barrier, energy or transit cut-off, or migration pressure by one state against another.",
    size="a sanction as the data base of sanctions records it: trade, financial, arms or military aid",
    effects=("coercion.supply", "coercion.contact", "coercion.break", "coercion.own"),
    limits=(
        "Only sanctions could be estimated; energy, transit and migration pressure borrow their effect.",
        "Threats that worked leave no sanction: those carried out are a selection.",
        "Dose is not modelled: a sanction by a neighbour on whom all trade depends counts like any other.",
        "Between patron and partner themselves only contact was estimated: deliveries stay as they are, and the hazard moves as with third states.",
        FROM_NEWS,
    ),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """The target's ties with the patron move as ties of sanctioned states with third parties did; the tie of the two themselves as theirs did."""
    text = f"Assumed: {asked.actor} puts economic pressure on {asked.target}."
    yield Assumed((asked.actor,), (asked.target,), "coercion", "executed", -1, asked.size, text)
    yield from supply(asked, third(asked, roles), "coercion.supply")
    yield from contact(asked, third(asked, roles), "coercion.contact")
    yield from hazard(asked, at_stake(asked, roles), "coercion.break")
    yield from contact(asked, own(asked, roles), "coercion.own")
