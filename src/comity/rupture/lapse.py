"""Lapse: a supplier that armed a state regularly delivers nothing for five years. What was to be seen beforehand, and whether it happened.

Deliveries only: the register of today lists many old orders because they were delivered later, so an order year would
tell the future. A delivery below 0.5 TIV is a delivery. Successors carry on their predecessors' ties.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from comity.errors import UsageError
from comity.rupture.panel import Array, Ints, Panel, own_rate
from comity.states import region, successor

REGISTER = "tiv_delivered"
SMALL = 0.25  # TIV of a delivery that SIPRI gives as between 0 and 0.5
WINDOW, HORIZON = 5, 5  # years looked back, years looked ahead
REGULAR = 3  # of the years looked back
FIRST_ORIGIN = 1960

FEATURES = (
    "active years of 5", "years since last delivery", "log TIV of the last year", "log TIV of 5 years",
    "log TIV of the 5 years before", "trend within 5 years", "log years since first delivery", "active years of 15",
    "log TIV of the supplier", "growth of the supplier", "log TIV of the recipient",
    "supplier's share of the recipient", "log other suppliers of the recipient", "supplier's own lapse rate",
)  # fmt: skip


class Register(NamedTuple):
    """Deliveries of the world."""

    pairs: list[tuple[str, str]]  # supplier, recipient
    years: Ints
    tiv: Array  # [pairs, years], 0 where nothing was delivered


def register(measures: pl.DataFrame) -> Register:
    """The deliveries of one ``edition``. Raises ``UsageError`` when none was read."""
    rows = measures.filter(pl.col("name") == REGISTER)
    if rows.is_empty():
        raise UsageError(
            "no arms register in the store; comity update turan --from DIR with SIPRI's trade register first"
        )
    parts = pl.col("subject").str.split(">")
    table = (
        edition(rows)
        .select(
            a=parts.list.get(0),
            b=parts.list.get(1),
            year=pl.col("date").dt.year(),
            tiv=pl.col("value").fill_null(SMALL),
        )
        .with_columns(
            pl.col("a", "b").replace({c: successor(c) for c in set(rows["subject"].str.split(">").explode())})
        )
        .filter(pl.col("a") != pl.col("b"))
        .group_by("a", "b", "year")
        .agg(pl.col("tiv").sum())
    )
    pairs = sorted(set(table.select("a", "b").iter_rows()))
    first, last = table.select(pl.col("year").min(), last=pl.col("year").max()).row(0)
    years = np.arange(first, last + 1)
    place = {pair: i for i, pair in enumerate(pairs)}
    tiv = np.zeros((len(pairs), len(years)))
    for a, b, year, worth in table.iter_rows():
        tiv[place[a, b], year - years[0]] += worth
    return Register(pairs, years, tiv)


def edition(measures: pl.DataFrame) -> pl.DataFrame:
    """The deliveries of one edition of the register: of the whole ones that reach back furthest the newest.

    One with fewer than half the lines of the largest is an export of some states: that a pair is not in it says nothing.
    """
    rows = measures.filter(pl.col("name") == REGISTER)
    if rows.is_empty():
        return rows
    editions = rows.group_by("raw").agg(pl.col("date").min(), pl.col("vintage").max(), pl.len())
    whole = editions.filter(pl.col("len") * 2 >= pl.col("len").max())
    chosen = whole.sort("date", "vintage", "len", descending=[False, True, True], nulls_last=True)["raw"][0]
    return rows.filter(pl.col("raw") == chosen)


def panel(register: Register) -> Panel:
    """Every pair at risk at the end of every year whose next five years are in the register."""
    last = int(register.years[-1])
    first = max(FIRST_ORIGIN, int(register.years[0]) + WINDOW)
    found = [_at(register, year) for year in range(first, last - HORIZON + 1)]
    x, y, pair, year = (np.concatenate(part) for part in zip(*found, strict=True))
    suppliers, recipients = (np.array([register.pairs[i][side] for i in pair]) for side in (0, 1))
    regions = np.array([region(code) for code in recipients])
    kind = np.full(len(y), "arms")
    whole = Panel(FEATURES[:-1], x, y, pair, year, suppliers, regions, kind, HORIZON)
    return whole._replace(names=FEATURES, x=np.column_stack([x, own_rate(whole)]))


def at_risk(register: Register, year: int) -> Ints:
    """The pairs that were regular at the end of a year."""
    end = year - int(register.years[0]) + 1
    return np.flatnonzero((register.tiv[:, end - WINDOW : end] > 0).sum(axis=1) >= REGULAR)


def _at(register: Register, year: int) -> tuple[Array, Array, Ints, Ints]:
    end = year - int(register.years[0]) + 1
    mine = at_risk(register, year)
    x = np.column_stack(list(_features(register, mine, end)))
    y = (register.tiv[mine, end : end + HORIZON] == 0).all(axis=1).astype(float)
    return x, y, mine, np.full(len(mine), year)


def _features(register: Register, mine: Ints, end: int) -> Iterator[Array]:
    """All but the last of ``FEATURES``, from deliveries before ``end`` only."""
    past = register.tiv[:, :end]
    own, active = past[mine], past[mine] > 0
    now, before = own[:, -WINDOW:].sum(axis=1), own[:, -2 * WINDOW : -WINDOW].sum(axis=1)
    yield active[:, -WINDOW:].sum(axis=1).astype(float)
    yield np.argmax(active[:, ::-1], axis=1).astype(float)
    yield np.log1p(own[:, -1])
    yield np.log1p(now)
    yield np.log1p(before)
    yield np.log1p(own[:, -2:].sum(axis=1)) - np.log1p(own[:, -WINDOW : -WINDOW + 2].sum(axis=1))
    yield np.log1p(end - np.argmax(active, axis=1)).astype(float)
    yield active[:, -15:].sum(axis=1).astype(float)
    givers, takers = (np.unique([p[i] for p in register.pairs], return_inverse=True)[1] for i in (0, 1))
    recent = past[:, -WINDOW:].sum(axis=1)
    given, given_before = (np.bincount(givers, s) for s in (recent, past[:, -2 * WINDOW : -WINDOW].sum(axis=1)))
    taken, suppliers = np.bincount(takers, recent), np.bincount(takers, recent > 0)
    yield np.log1p(given[givers[mine]])
    yield np.log1p(given[givers[mine]]) - np.log1p(given_before[givers[mine]])
    yield np.log1p(taken[takers[mine]])
    yield now / taken[takers[mine]]
    yield np.log(suppliers[takers[mine]])
