"""Indicators: one function each, with its method card; every reading names the evidence that it rests on.

A module of this package with a ``CARD`` and a function ``read`` is an indicator; nothing is registered anywhere.
Recomputing a reading from the acts and measures in its ``used`` alone gives the same reading.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from importlib import import_module
from typing import NamedTuple

import polars as pl

from comity.errors import ComityError
from comity.indicators.card import Card
from comity.indicators.evidence import COVERED, Evidence, Reading
from comity.tables import NOT_COVERED, READING, SOURCE_FAILED, expect

__all__ = ["COVERED", "Card", "Evidence", "Indicator", "Reading", "catalogue", "measure_all"]

NUMBERED = re.compile(r"I[1-9]\d*")


class Indicator(NamedTuple):
    """An indicator: its card and its function."""

    card: Card
    read: Callable[[Evidence], Iterator[Reading]]


@cache
def catalogue() -> dict[str, Indicator]:
    """Every indicator by id, in the order of the ids. Raises ``ComityError`` for an id that two share: one would be lost."""
    modules = (import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))
    return by_id([Indicator(m.CARD, m.read) for m in modules if hasattr(m, "CARD")])


def by_id(found: list[Indicator]) -> dict[str, Indicator]:
    """Indicators by id; ``ComityError`` names an id that two share or that is no I and number."""
    free = f"the next free id is I{1 + max(int(i.card.id[1:]) for i in found if NUMBERED.fullmatch(i.card.id))}"
    if wrong := [i.card for i in found if not NUMBERED.fullmatch(i.card.id)]:
        raise ComityError(f"indicator {wrong[0].name}: {wrong[0].id!r} is no id; {free}")
    by = {i.card.id: i for i in sorted(found, key=lambda i: int(i.card.id[1:]))}
    if twice := [i.card for i in found if by[i.card.id] is not i]:
        raise ComityError(f"indicators {twice[0].name} and {by[twice[0].id].card.name} are both {twice[0].id}; {free}")
    return by


def measure_all(evidence: Evidence) -> pl.DataFrame:
    """Every reading of every indicator: table ``reading``."""
    if evidence.ties.is_empty():
        return READING.empty()
    days = _days(evidence)
    rows = [
        {
            "indicator": id,
            "date": evidence.as_of,
            "newest": max((days[used] for used in reading.used), default=None),
            **reading._asdict(),
        }
        for id, indicator in catalogue().items()
        for reading in (_explained(r, indicator.card, evidence) for r in indicator.read(evidence))
    ]
    return expect(READING.frame(rows), READING)


def _explained(reading: Reading, card: Card, evidence: Evidence) -> Reading:
    """The reading, or why there is none where a source that it cannot do without failed."""
    failed = next((source for source in card.sources if source in evidence.failed), None)
    if failed is None or reading.state != NOT_COVERED:
        return reading
    return reading._replace(state=SOURCE_FAILED, note=f"{reading.note}; {failed}: {evidence.failed[failed]}")


def _days(evidence: Evidence) -> dict[str, date]:
    """The last day of every act and measure that a reading may rest on."""
    acts = evidence.acts.select("act", "date_to").iter_rows()
    return {**dict(acts), **dict(evidence.measures.select("measure", "date").iter_rows())}
