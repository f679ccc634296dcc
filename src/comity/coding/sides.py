"""Who acts in a sentence's main act, and with or upon whom, as the encoder sees each name."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from comity.coding.encoder import ROLES
from comity.coding.english import Event
from comity.coding.gazetteer import Mention
from comity.coding.roles import Parties

NONE, ACTOR, OTHER = range(len(ROLES))
BYSTANDER = 0.85  # a chance of having nothing to do with the act above which grammar is not believed (docs/coding.md)


def likeliest(found: list[Mention], roles: NDArray[np.float64]) -> Parties | None:
    """Everybody in the likeliest role (``roles``: logarithms of chances, one row a mention), with somebody on either side; None where fewer than two are named."""
    told = by_code(found, roles)
    if len(told) < 2:
        return None
    sides = {code: int(row.argmax()) for code, row in told.items()}
    for side in (ACTOR, OTHER):
        if side not in sides.values():
            free = [c for c in told if sides[c] == NONE or list(sides.values()).count(sides[c]) > 1]
            sides[max(free, key=lambda c: told[c][side] - told[c][sides[c]])] = side
    return Parties(*([code for code, one in sides.items() if one == side] for side in (ACTOR, OTHER)))


def without_bystanders(event: Event, found: list[Mention], roles: NDArray[np.float64]) -> Event:
    """The main act without parties that surely only stand by; a side that is emptied goes to those in the likeliest role."""
    likely = likeliest(found, roles)
    idle = {code for code, row in by_code(found, roles).items() if row[NONE] > np.log(BYSTANDER)}
    actors, recipients = (tuple(c for c in side if c not in idle) for side in (event.actors, event.recipients))
    if likely is None or (actors, recipients) == (event.actors, event.recipients):
        return event
    if not actors and not recipients:  # an act of another clause, which the encoder did not look at
        return event
    if event.actors and not actors:
        actors = tuple(c for c in likely.actors if c not in recipients) or event.actors
    if event.recipients and not recipients:
        recipients = tuple(c for c in likely.recipients if c not in actors) or event.recipients
    return replace(event, actors=actors, recipients=recipients, why=(*event.why, "without bystanders"))


def by_code(found: list[Mention], roles: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """The roles of each one named; of several names for one, those of the name that is most a party's."""
    told: dict[str, NDArray[np.float64]] = {}
    for m, row in zip(found, roles, strict=True):
        if m.code not in told or row[NONE] < told[m.code][NONE]:
            told[m.code] = row
    return told
