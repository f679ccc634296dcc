"""Counts of what two states did together, over decades and the whole world, from files of others that are read and never shipped.

deliveries  arms deals delivered, a year      SIPRI's register            1950-2024
contacts    days with a cooperative event     ICEWS as cut for research   2005-2015, monthly
warm        days with a net friendly balance  GDELT by pair and day       2018-2024, monthly
drills      exercises with both               MME                         1980-2010, yearly
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl

from comity.acts import counted
from comity.scenarios.effects import Array
from comity.scores import file_under
from comity.sources import tables_of
from comity.states import from_icews, is_state, successor
from comity.tables import Pair, pair_of

COOPERATIVE = (
    "Consult", "Make a visit", "Host a visit", "Engage in negotiation", "Meet at a 'third' location",
    "Discuss by telephone", "Sign formal agreement", "Engage in diplomatic cooperation", "Cooperate economically",
    "Cooperate militarily", "Engage in material cooperation", "Provide military aid", "Provide aid",
    "Provide economic aid", "Share intelligence or information", "Engage in judicial cooperation",
)  # fmt: skip
FILES = {
    "deliveries": "trade-register_all_1950-2024*.csv",
    "contacts": "icews05_15_named.parquet",
    "warm": "gdelt_dyad_day_2018_2024.parquet",
    "drills": "mme_v7.csv",
}


@dataclass(frozen=True, eq=False)
class Series:
    """One kind of count of every pair of states; two are the same only if they are one, so that what is worked out of it is kept."""

    name: str
    instrument: str  # the instrument of the vocabulary that it stands for
    step: int  # months a period: 1 or 12
    first: int  # months since year 0 of the first period
    pairs: list[Pair]
    counts: Array  # [pairs, periods]

    @cached_property
    def place(self) -> dict[Pair, int]:
        """Row of each pair."""
        return {p: i for i, p in enumerate(self.pairs)}

    def at(self, month: int) -> int:
        """The period that a month, counted from year 0, lies in."""
        return (month - self.first) // self.step


@cache
def series(name: str, folder: Path) -> Series:
    """One series, from the file of it anywhere under a folder; ``UsageError`` when it is not there."""
    return _READ[name](file_under(folder, FILES[name]))


def _table(name: str, instrument: str, step: int, rows: Iterable[tuple[str, str, int, float]]) -> Series:
    """A series from rows of two states, a period since year 0, and a count."""
    total: defaultdict[tuple[str, str, int], float] = defaultdict(float)
    for a, b, period, n in rows:
        one, other = pair_of(successor(a), successor(b))
        if one != other:
            total[one, other, period] += n
    pairs = sorted({key[:2] for key in total})
    first, last = min(key[2] for key in total), max(key[2] for key in total)
    place = {p: i for i, p in enumerate(pairs)}
    counts = np.zeros((len(pairs), last - first + 1))
    for (a, b, period), n in total.items():
        counts[place[a, b], period - first] = n
    return Series(name, instrument, step, first * step, pairs, counts)


def _deliveries(path: Path) -> Series:
    return _table("deliveries", "arms", 12, ((a, b, y, 1.0) for a, b, y in _register(path)))


def _register(path: Path) -> list[tuple[str, str, int]]:
    rows = tables_of("sipri", path)["measure"].select("subject", pl.col("date").dt.year())
    return [(*subject.split(">"), year) for subject, year in rows.iter_rows()]


def suppliers(folder: Path) -> tuple[dict[str, Array], int]:
    """Deals delivered a year by each supplier, and the first year."""
    rows = _register(file_under(folder, FILES["deliveries"]))
    first, last = min(y for *_, y in rows), max(y for *_, y in rows)
    total: defaultdict[str, Array] = defaultdict(lambda: np.zeros(last - first + 1))
    for seller, _, year in rows:
        total[successor(seller)][year - first] += 1
    return dict(total), first


def licensed(folder: Path) -> set[tuple[str, str, int]]:
    """Pairs that ordered arms to be made under licence, with the year of the order."""
    reports = tables_of("sipri", file_under(folder, FILES["deliveries"]))["report"]
    rows = counted(reports).filter(pl.col("instrument") == "industry")
    return {
        (*pair_of(successor(a[0]), successor(b[0])), day.year)
        for a, b, day in rows.select("actors", "recipients", "date_from").iter_rows()
    }


def _contacts(path: Path) -> Series:
    rows = pl.read_parquet(path).filter(pl.col("relation").is_in(COOPERATIVE))
    return _table("contacts", "dialogue", 1, ((a, b, m, 1.0) for a, b, m in _days(rows)))


def coded(path: Path, relations: Iterable[str]) -> list[tuple[str, str, int]]:
    """Actor, recipient and month since year 0 of every coded event of some kinds between two states."""
    rows = pl.read_parquet(path).filter(pl.col("relation").is_in(list(relations)))
    return sorted({(a, b, d.year * 12 + d.month - 1) for a, b, d in _states(rows)})


def _days(rows: pl.DataFrame) -> Iterable[tuple[str, str, int]]:
    seen = {(*pair_of(a, b), d) for a, b, d in _states(rows)}
    return ((a, b, d.year * 12 + d.month - 1) for a, b, d in sorted(seen))


def _states(rows: pl.DataFrame) -> Iterable[tuple[str, str, date]]:
    for actor, recipient, day in rows.select("subject", "object", "date").iter_rows():
        a, b = from_icews(actor), from_icews(recipient)
        if a and b and a != b:
            yield a, b, day


def _warm(path: Path) -> Series:
    rows = (
        pl.read_parquet(path)
        .filter(pl.col("edge") > 0)
        .with_columns(
            pl.col("a", "b").cast(pl.String),
            period=pl.col("date").dt.year().cast(pl.Int64) * 12 + pl.col("date").dt.month() - 1,
        )
        .group_by("a", "b", "period")
        .len()
    )
    kept = ((a, b, p, float(n)) for a, b, p, n in rows.iter_rows() if is_state(a) and is_state(b))
    return _table("warm", "dialogue", 1, kept)


def _drills(path: Path) -> Series:
    return _table("drills", "exercise", 12, _held(path, 2))


def shared_drills(folder: Path) -> set[tuple[str, str, int]]:
    """Pairs that took part in a drill of three or more, with the year."""
    held = _held(file_under(folder, FILES["drills"]), 3)
    return {(*pair_of(successor(a), successor(b)), year) for a, b, year, _ in held}


def _held(path: Path, least: int) -> Iterable[tuple[str, str, int, float]]:
    rows = tables_of("exercises", path)["report"].select("actors", "recipients", pl.col("date_from").dt.year())
    for actors, recipients, year in rows.iter_rows():
        there = sorted({*(actors or ()), *(recipients or ())})
        if len(there) >= least:
            yield from (
                (a, b, year, 1.0)
                for a, b in combinations(there, 2)
                if is_state(successor(a)) and is_state(successor(b))
            )


_READ: dict[str, Callable[[Path], Series]] = {
    "deliveries": _deliveries,
    "contacts": _contacts,
    "warm": _warm,
    "drills": _drills,
}
