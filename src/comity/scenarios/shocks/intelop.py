"""Intelligence operation exposed."""

from __future__ import annotations

from collections.abc import Iterator

from comity.scenarios.card import SHOCK, Asked, Assumed, Card, Push
from comity.scenarios.stake import at_stake, contact, hazard, own
from comity.tables import Roles

CARD = Card(
    kind="intelop",
    name="Intelligence operation exposed",
    side=SHOCK,
    meaning="An operation of one state in another comes to light: arrests, expulsions, accusations of spying.",
    size="an accusation of espionage between two states as event data code it",
    effects=(
        "intelop.own",
        "intelop.break",
    ),
    limits=(
        "Few cases, mostly between rivals; the effect on a tie between partners is carried over.",
        "Ties with third parties are assumed not to move.",
    ),
)


def strike(asked: Asked, roles: Roles) -> Iterator[Push | Assumed]:
    """Where the patron is actor or target its own ties are at stake; otherwise those of the two."""
    yield Assumed(
        (asked.actor,),
        (asked.target,),
        "intelop",
        "executed",
        -1,
        asked.size,
        f"Assumed: an operation of {asked.actor} in {asked.target} is exposed.",
    )
    mine = own(asked, roles) or at_stake(asked, roles)
    yield from contact(asked, mine, "intelop.own")
    yield from hazard(asked, mine, "intelop.break")
