"""The chronicle's rows about two states as arrays: what ended or nearly did, and from which day on that counts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from comity.rupture.chronicle import COMPETING, REPAIR, RUPTURE, SCARE, Row
from comity.rupture.panel import Array, Ints, Mask
from comity.states import successor
from comity.tables import pair_of


class Ends(NamedTuple):
    """Ruptures, scares and repairs, one an entry. Days are ordinals."""

    a: Ints  # places among the world's states, a < b
    b: Ints
    end: Ints  # day from which the row counts
    settled: Array  # day from which it is known to be no rupture; infinite for one
    ruptured: Mask
    scared: Mask
    severity: Ints
    struck: Ints  # place of the side with which the other began it; -1 where a third did or nobody is named


def ends(rows: Iterable[Row], states: Sequence[str]) -> Ends:
    """Ruptures, scares and repairs between two states of the world."""
    place = {code: i for i, code in enumerate(states)}
    kept = []
    for row in rows:
        a, b = sides(row)
        if row.between_states and row.kind in {RUPTURE, SCARE, REPAIR} and a in place and b in place and a != b:
            struck = {a: place[b], b: place[a]}.get(successor(row.initiator), -1)
            settled = row.settled.toordinal() if row.settled else math.inf
            kinds = (row.kind == RUPTURE, row.kind == SCARE)
            kept.append((place[a], place[b], row.end.toordinal(), settled, *kinds, int(row.severity), struck))
    types = (int, int, int, float, bool, bool, int, int)
    columns = zip(*kept, strict=True) if kept else [()] * len(types)
    return Ends(*(np.array(column, dtype=of) for column, of in zip(columns, types, strict=True)))


def sides(row: Row) -> tuple[str, str]:
    """The two states of a row as they are called today, in alphabetical order."""
    return pair_of(successor(row.state_a), successor(row.state_b))


def parties(rows: Iterable[Row]) -> set[str]:
    """The states that the chronicle's rows between two states name."""
    return {code for row in rows if row.between_states for code in sides(row)}


def ended_otherwise(rows: Iterable[Row], states: Sequence[str]) -> int:
    """How many ties of two states ended otherwise than by rupture: completed, superseded, wound down by both."""
    found = (sides(r) for r in rows if r.kind == COMPETING and r.between_states)
    return sum(a in states and b in states and a != b for a, b in found)
