"""Counts of what two states did together, over decades and the whole world, from files of others that are read and never shipped.

deliveries  arms deals delivered, a year      SIPRI's register            1950-2024
contacts    days with a cooperative event     ICEWS as cut for research   2005-2015, monthly
warm        days with a net friendly balance  GDELT by pair and day       2018-2024, monthly
drills      exercises with both               MME                         1980-2010, yearly
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from comity.errors import UnknownState, UsageError
from comity.lake import raw_file
from comity.scenarios.effects import Array
from comity.sources import catalogue
from comity.states import is_state, resolve, successor
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


class Series(NamedTuple):
    """One kind of count of every pair of states."""

    name: str
    instrument: str  # the instrument of the vocabulary that it stands for
    step: int  # months a period: 1 or 12
    first: int  # months since year 0 of the first period
    pairs: list[Pair]
    counts: Array  # [pairs, periods]

    @property
    def place(self) -> dict[Pair, int]:
        """Row of each pair."""
        return {p: i for i, p in enumerate(self.pairs)}

    def at(self, month: int) -> int:
        """The period that a month, counted from year 0, lies in."""
        return (month - self.first) // self.step


@cache
def series(name: str, folder: Path) -> Series:
    """One series, from the file of it anywhere under a folder; ``UsageError`` when it is not there."""
    found = sorted(folder.rglob(FILES[name]))
    if not found:
        raise UsageError(f"no {FILES[name]} under {folder}; replay reads {', '.join(FILES.values())}")
    return _READ[name](found[0])


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


@cache
def _register(path: Path) -> list[tuple[str, str, int]]:
    source = catalogue()["sipri"]
    batch = next(iter(source.read_many([raw_file(path)], str(source.layout(path)))))
    rows = batch.tables["measure"].select("subject", pl.col("date").dt.year())  # type: ignore[union-attr]
    return [(*subject.split(">"), year) for subject, year in rows.iter_rows()]


def suppliers(folder: Path) -> tuple[dict[str, Array], int]:
    """Deals delivered a year by each supplier, and the first year."""
    rows = _register(sorted(folder.rglob(FILES["deliveries"]))[0])
    first, last = min(y for *_, y in rows), max(y for *_, y in rows)
    total: defaultdict[str, Array] = defaultdict(lambda: np.zeros(last - first + 1))
    for seller, _, year in rows:
        total[successor(seller)][year - first] += 1
    return dict(total), first


def licensed(folder: Path) -> set[tuple[str, str, int]]:
    """Pairs that made arms under licence together, with the year of the order."""
    source = catalogue()["sipri"]
    path = sorted(folder.rglob(FILES["deliveries"]))[0]
    batch = next(iter(source.read_many([raw_file(path)], str(source.layout(path)))))
    rows = batch.tables["report"].filter(pl.col("instrument") == "industry")  # type: ignore[union-attr]
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
    names = {name: _state(name) for name in {*rows["subject"], *rows["object"]}}
    for a, b, day in rows.select("subject", "object", "date").iter_rows():
        if names[a] and names[b] and names[a] != names[b]:
            yield names[a], names[b], day  # type: ignore[misc]


def _state(actor: str) -> str | None:
    """The state of an actor as ICEWS names it, as in Police (Uganda); None for a person or an organisation."""
    inside = re.search(r"\(([^()]+)\)$", actor)
    try:
        code = resolve(inside[1] if inside else actor)
    except UnknownState:
        return None
    return code if is_state(code) else None


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
    path = sorted(folder.rglob(FILES["drills"]))[0]
    return {(*pair_of(successor(a), successor(b)), year) for a, b, year, _ in _held(path, 3)}


def _held(path: Path, least: int) -> Iterable[tuple[str, str, int, float]]:
    source = catalogue()["exercises"]
    batch = next(iter(source.read_many([raw_file(path)], str(source.layout(path)))))
    rows = batch.tables["report"].select("actors", "recipients", pl.col("date_from").dt.year())  # type: ignore[union-attr]
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
