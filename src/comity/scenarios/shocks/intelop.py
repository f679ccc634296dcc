"""Intelligence operation exposed."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import SHOCK, Asked, Assumed, Card, Push
from comity.scenarios.stake import contact, hazard, own
from comity.tables import Roles

CARD = Card(
    kind="intelop",
    name="Intelligence operation exposed",
    side=SHOCK,
    meaning="An operation of one state in another comes to light: arrests, expulsions, accusations of spying.",
    size="an exposure as grave as the user thinks likely; nothing measured",
    effects=("intelop.own", "intelop.break"),
    limits=(
        "Eleven accusations of espionage between states were found in the events at hand: too few to estimate, so both numbers are assumed.",
        "Only the tie of the two moves; a rival's operation in a partner is assumed to leave the patron's tie as it is.",
    ),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """The tie of actor and target moves; towards all partners, the actor's with each."""
    text = f"Assumed: an operation of {asked.actor} in {asked.target} is exposed."
    yield Assumed((asked.actor,), (asked.target,), "intelop", "executed", -1, asked.size, text)
    yield from contact(asked, own(asked, roles), "intelop.own")
    yield from hazard(asked, own(asked, roles), "intelop.break")
