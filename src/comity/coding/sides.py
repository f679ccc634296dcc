"""Who acts in a sentence's main act, and with or upon whom, as the encoder sees each name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from comity import states
from comity.coding.encoder import ROLES
from comity.coding.english import Event
from comity.coding.gazetteer import LATEST, ORGANISATION, Mention
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


def framed(
    event: Event, found: list[Mention], name: str | None, on: date | None
) -> tuple[list[str], list[str], str | None]:
    """Parties without the organisation in whose frame two or more states acted; that organisation is the forum.

    Who joins or leaves an organisation does so with it, and one that stands alone against states that are none of its members is no
    frame ("the EU and the Central Asian states").
    """
    bodies = [m.code for m in found if m.kind == ORGANISATION or m.code in states.blocs()]
    actors, recipients = list(event.actors), [c for c in event.recipients if c not in event.actors]
    if not bodies or (name == "alliance_shift" and {*event.recipients} <= {*bodies}):
        return actors, recipients, None
    members = {c for c in (*actors, *recipients) if c not in bodies}
    if len(members) < 2:
        return actors, list(event.recipients), None if members else bodies[0]
    for side in (actors, recipients):
        if len(side) == 1 and side[0] in states.blocs() and not members & {*states.members(side[0], on or LATEST)}:
            return actors, recipients, None
    actors, recipients = ([c for c in side if c not in bodies] for side in (actors, recipients))
    return actors or recipients[:1], recipients if actors else recipients[1:], bodies[0]
