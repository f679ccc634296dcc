"""How did it come about? Cooperation above, pressure below, on one time axis; the acts of the period chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from comity.pages.about import About, about, says
from comity.pages.cells import asked_for
from comity.pages.query import Query
from comity.pages.told import Told, between, in_period, joins, told
from comity.ties import SHOWN_YEARS
from comity.vocabulary import DONE, PRESSURE, TIES, Modality, Stage

if TYPE_CHECKING:
    from comity.flow import Picture


@dataclass(frozen=True)
class Bin:
    """One quarter of one patron."""

    start: date = says("first day of the quarter")
    end: date = says("last day of the quarter")
    who: str = says("code of the patron or rival")
    cooperation: float = says(
        "acts that strengthen its ties with the partners; one dated to a longer span counts in parts"
    )
    pressure: float = says("acts of pressure between it and the partners; in parts likewise")


@dataclass(frozen=True)
class Timeline:
    """Acts in time."""

    about: About = says("header")
    start: date = says("first day of the period chosen")
    end: date = says("last day of the period chosen")
    first: date = says("first day that can be chosen")
    last: date = says("last day that can be chosen")
    instruments: list[str] = says("the instruments counted")
    bins: list[Bin] = says("quarters in order, patrons in the order of the case; quarters without acts are absent")
    acts: list[Told] = says("acts of the period chosen, newest first")


def timeline(picture: Picture, query: Query) -> Timeline:
    """Quarterly acts since the case's first day, of the last 15 years at most, and the acts of the period that the query chooses."""
    first, last = shown_from(picture), picture.as_of
    start, end = max(query.start or first, first), min(query.end or last, last)
    listed = in_period(_acts(picture, query), start, end).sort("date_to", "act", descending=True)
    bins, acts = quarters(picture, query), told(listed, picture.reports)
    return Timeline(about(picture, query), start, end, first, last, list(_chosen(query)), bins, acts)


def shown_from(picture: Picture) -> date:
    """The first day of the time axis: the one that the case names, or that of the first year shown where it is later or yet to come."""
    first, named = date(picture.as_of.year - SHOWN_YEARS + 1, 1, 1), picture.case.since
    return max(first, named) if named < picture.as_of else first


def quarters(picture: Picture, query: Query) -> list[Bin]:
    """The acts that the query asks for, by quarter and patron."""
    patrons, partners, _ = asked_for(picture, query)
    return bins(_acts(picture, query), patrons, partners, shown_from(picture))


def _chosen(query: Query) -> tuple[str, ...]:
    return query.instruments or (*TIES, *PRESSURE)


def _acts(picture: Picture, query: Query) -> pl.DataFrame:
    patrons, partners, _ = asked_for(picture, query)
    some = picture.acts.filter(pl.col("instrument").is_in(_chosen(query)))
    return in_period(between(some, patrons, partners), shown_from(picture), picture.as_of)


def bins(acts: pl.DataFrame, patrons: Iterable[str], partners: Iterable[str], first: date) -> list[Bin]:
    """Acts counted by quarter and patron; an act dated to a longer span counts in equal parts in its quarters."""
    held, order = set(partners), list(patrons)
    happened = acts.filter(pl.col("modality") == Modality.ACTUAL).select(
        "polarity", "stage", "instrument", "actors", "recipients", "date_from", "date_to"
    )
    rows = []
    for row in happened.iter_rows(named=True):
        if row["polarity"] != -1 and not (row["polarity"] == 1 and row["stage"] in (*DONE, Stage.TALKS)):
            continue
        quarters = _quarters(row["date_from"], row["date_to"])
        for who in order:
            if joins(row, {who}, held):
                rows += [(who, row["polarity"], quarter, 1 / len(quarters)) for quarter in quarters]
    table = pl.DataFrame(
        rows, schema={"who": pl.String, "sign": pl.Int8, "quarter": pl.Int64, "part": pl.Float64}, orient="row"
    )
    summed = table.group_by("quarter", "who").agg(
        cooperation=pl.col("part").filter(pl.col("sign") == 1).sum(),
        pressure=pl.col("part").filter(pl.col("sign") == -1).sum(),
    )
    found = [
        Bin(_first_day(q), _first_day(q + 1) - timedelta(days=1), who, up, down)
        for q, who, up, down in summed.iter_rows()
    ]
    return sorted((b for b in found if b.end >= first), key=lambda b: (b.start, order.index(b.who)))


def _quarters(start: date, end: date) -> range:
    """Quarters since year 0 that an interval touches."""
    return range(start.year * 4 + (start.month - 1) // 3, end.year * 4 + (end.month - 1) // 3 + 1)


def _first_day(quarter: int) -> date:
    return date(quarter // 4, quarter % 4 * 3 + 1, 1)
