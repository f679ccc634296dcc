"""Ties that carry major arms, year by year: what was public on 1 January, and whether a rupture followed within the year.

Deliveries and votes of the year before are not out on that day, so the panel looks two years back for them. Ruptures,
scares and repairs count from the end of their period. The patron of a tie is the side that delivered more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.rupture.chronicle import FIRST_YEAR, REPAIR, RUPTURE, SCARE, Row
from comity.rupture.ends import sides
from comity.rupture.lapse import WINDOW, Register
from comity.rupture.panel import OWN_RATE, Array, Codes, Ints, Panel, own_rate
from comity.states import region, successor
from comity.tables import pair_of

LAG = 2  # years between the last year of deliveries seen and the origin
HALF_LIFE = 3.0  # years in which a rupture weighs half
NAMES = (
    "log TIV of 5 years", "active years of 5", "trend within 5 years", "log years since first delivery",
    "log TIV of the patron", "patron's share of the recipient", "log suppliers of the recipient",
    "ruptures of this tie", "scares and repairs of this tie", "ruptures of the recipient with others",
    "ruptures by the patron with others", "ruptures in the world", "distance in the UN",
    "distance in the UN, change in 3 years", OWN_RATE,
)  # fmt: skip


class Trade(NamedTuple):
    """Ties of two states with their deliveries in either direction."""

    pairs: list[tuple[str, str]]  # codes in alphabetical order
    years: Ints
    forth: Array  # [pairs, years] TIV from the first to the second
    back: Array


def trade(deliveries: Register) -> Trade:
    """The directed register as ties of two states."""
    pairs = sorted({pair_of(*p) for p in deliveries.pairs})
    place = {pair: i for i, pair in enumerate(pairs)}
    forth, back = np.zeros((2, len(pairs), len(deliveries.years)))
    for (a, b), tiv in zip(deliveries.pairs, deliveries.tiv, strict=True):
        (forth if a < b else back)[place[pair_of(a, b)]] += tiv
    return Trade(pairs, deliveries.years, forth, back)


class Ends(NamedTuple):
    """Rows of the chronicle as arrays: the tie or -1, both sides, who did it, and when, in years.

    A scare looks like a rupture from ``when`` to ``settled``; a repair is settled at once, a rupture never.
    """

    tie: Ints
    a: list[str]
    b: list[str]
    by: list[str]
    when: Array
    settled: Array
    ruptured: Ints  # the year of a rupture, 0 for other rows


def panel(trade: Trade, rows: Iterable[Row], votes: pl.DataFrame, last: int) -> Panel:
    """Every tie at risk on 1 January of each year from 1990 to ``last``; ``votes`` are ideal points by state and year.

    The answer of a year that the chronicle does not hold whole is nought: score only years that it does.
    """
    ends = _ends(trade, [row for row in rows if row.between_states and row.kind in {RUPTURE, SCARE, REPAIR}])
    seen = votes.filter(pl.col("name") == "ideal_point").select("subject", pl.col("date").dt.year(), "value")
    points = {(state, year): point for state, year, point in seen.iter_rows()}
    years = [_year(trade, ends, points, year) for year in range(FIRST_YEAR, last + 1)]
    x, y, tie, year, patron, client = (np.concatenate(part) for part in zip(*years, strict=True))
    regions = np.array([region(code) for code in client])
    found = Panel(NAMES[:-1], x, y, tie, year, patron, regions, np.full(len(y), "arms"), horizon=1)
    return found._replace(names=NAMES, x=np.column_stack([x, own_rate(found)]))


def _ends(trade: Trade, rows: list[Row]) -> Ends:
    place = {pair: i for i, pair in enumerate(trade.pairs)}
    named = [sides(r) for r in rows]
    return Ends(
        np.array([place.get(pair, -1) for pair in named], dtype=np.int64),
        [a for a, _ in named],
        [b for _, b in named],
        [successor(r.initiator) for r in rows],
        np.array([_years(r.end) for r in rows]),
        np.array([_years(r.settled) if r.settled else np.inf for r in rows]),
        np.array([r.end.year if r.kind == RUPTURE else 0 for r in rows], dtype=np.int64),
    )


def _years(day: date) -> float:
    return day.year + (day - date(day.year, 1, 1)).days / 365.25


def _year(trade: Trade, ends: Ends, points: dict[tuple[str, int], float], year: int) -> tuple[npt.NDArray[Any], ...]:
    """Features, answers, ties, year, patron and client of the ties at risk at an origin."""
    end = year - LAG - int(trade.years[0]) + 1
    forth, back = trade.forth[:, :end], trade.back[:, :end]
    recent = (forth + back)[:, -WINDOW:]
    mine = np.flatnonzero((recent > 0).any(axis=1))
    gives = forth[mine].sum(axis=1) >= back[mine].sum(axis=1)
    pairs = [trade.pairs[i] for i in mine]
    patron = np.array([a if g else b for (a, b), g in zip(pairs, gives, strict=True)])
    client = np.array([b if g else a for (a, b), g in zip(pairs, gives, strict=True)])
    x = np.column_stack(
        [
            *_supply(trade, mine, end, patron, client),
            *_past(ends, mine, patron, client, float(year)),
            *_distance(points, patron, client, year),
        ]
    )
    y = np.isin(mine, ends.tie[ends.ruptured == year]).astype(float)
    return x, y, mine, np.full(len(mine), year), patron, client


def _supply(trade: Trade, mine: Ints, end: int, patron: Codes, client: Codes) -> Iterator[Array]:
    """The first seven of ``NAMES``."""
    both = (trade.forth + trade.back)[:, :end]
    own, active = both[mine], both[mine] > 0
    now = own[:, -WINDOW:].sum(axis=1)
    yield np.log1p(now)
    yield active[:, -WINDOW:].sum(axis=1).astype(float)
    yield np.log1p(own[:, -2:].sum(axis=1)) - np.log1p(own[:, -WINDOW : -WINDOW + 2].sum(axis=1))
    yield np.log1p(end - np.argmax(active, axis=1)).astype(float)
    given, taken, suppliers = _traded(trade, end)
    yield np.log1p(np.array([given.get(code, 0.0) for code in patron]))
    yield now / np.maximum(now, [taken.get(code, 0.0) for code in client])
    yield np.log1p(np.array([suppliers.get(code, 0) for code in client]))


def _traded(trade: Trade, end: int) -> tuple[dict[str, float], dict[str, float], dict[str, int]]:
    """TIV given and taken in five years, and the number of suppliers, by state."""
    given, taken, suppliers = dict[str, float](), dict[str, float](), dict[str, int]()
    for way, turned in ((trade.forth, False), (trade.back, True)):
        for (a, b), tiv in zip(trade.pairs, way[:, end - WINDOW : end].sum(axis=1), strict=True):
            giver, taker = (b, a) if turned else (a, b)
            if tiv > 0:
                given[giver] = given.get(giver, 0.0) + tiv
                taken[taker] = taken.get(taker, 0.0) + tiv
                suppliers[taker] = suppliers.get(taker, 0) + 1
    return given, taken, suppliers


def _past(ends: Ends, mine: Ints, patron: Codes, client: Codes, now: float) -> Iterator[Array]:
    """What had broken before: sums of weights that halve in three years; of this tie at most 1, of others ``log(1 + sum)``."""
    every = np.where(ends.when < now, 0.5 ** ((now - ends.when) / HALF_LIFE), 0.0)
    weight, mild = np.where(ends.settled < now, 0.0, every), np.where(ends.settled < now, every, 0.0)
    placed = ends.tie >= 0
    own, near = (
        np.bincount(ends.tie[placed], w[placed], minlength=int(mine.max(initial=-1)) + 1)[mine] for w in (weight, mild)
    )
    side, by = dict[str, float](), dict[str, float]()
    for a, b, who, w in zip(ends.a, ends.b, ends.by, weight, strict=True):
        side[a], side[b] = side.get(a, 0.0) + w, side.get(b, 0.0) + w
        by[who] = by.get(who, 0.0) + w
    yield np.minimum(own, 1.0)  # a second break of the same tie tells little beyond the first
    yield np.minimum(near, 1.0)
    yield np.log1p(np.maximum(0.0, np.array([side.get(code, 0.0) for code in client]) - own))
    yield np.log1p(np.maximum(0.0, np.array([by.get(code, 0.0) for code in patron]) - own))
    yield np.full(len(mine), np.log1p(weight.sum()))


def _distance(points: dict[tuple[str, int], float], patron: Codes, client: Codes, year: int) -> Iterator[Array]:
    """How far apart the two vote, and the change in three years; the mean of that year's ties where one does not vote."""

    def apart(of: int) -> Array:
        far = [
            abs(points[p, of] - points[c, of]) if (p, of) in points and (c, of) in points else np.nan
            for p, c in zip(patron, client, strict=True)
        ]
        return np.array(far)

    now, before = apart(year - LAG), apart(year - LAG - 3)
    change = now - before
    for column in (now, change):
        yield np.where(np.isnan(column), np.nanmean(column) if not np.isnan(column).all() else 0.0, column)
