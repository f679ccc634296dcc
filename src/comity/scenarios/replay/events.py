"""Past shocks, from the data bases that list them: who did it to whom, and in which month since year 0."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from comity.errors import UnknownState
from comity.rupture.chronicle import RUPTURE, chronicle
from comity.rupture.ends import sides
from comity.scenarios.replay.history import FILES, coded, series
from comity.scores import file_under
from comity.states import from_cow, is_state, region, resolve, successor

NEW, FIRST_RANK, LEAST_DEALS = 10, 0.2, 2  # years without a delivery; share of the recipient's deals; deals in the year
QUIET = 12  # months without such an event between the two before one counts
FORCE = 3  # hostility level of a display of force
CRISES = (("RUS", 2022 * 12 + 1), ("UKR", 2014 * 12 + 1), ("UKR", 2022 * 12 + 1), ("YUG", 1991 * 12 + 5))
ISOLATING = ("Reduce relations", "Reduce or break diplomatic relations", "Expel or withdraw")


class Event(NamedTuple):
    """One shock of the past."""

    kind: str
    actor: str
    target: str
    month: int


@cache
def events(kind: str, folder: Path) -> tuple[Event, ...]:
    """Every event of a kind; ``UsageError`` when the file that lists them is not under the folder."""
    return tuple(sorted(set(_KINDS[kind](folder)), key=lambda e: (e.month, e.target, e.actor)))


def _state(name: str) -> str:
    try:
        code = resolve(name)
    except UnknownState:
        return ""
    return successor(code)


def _coercion(folder: Path) -> Iterator[Event]:
    with file_under(folder, "GSDB_V3.csv").open(encoding="utf-8-sig", errors="replace") as file:
        for row in csv.DictReader(file):
            target = _state(row["sanctioned_state"])
            if is_state(target):
                sender = _state(row["sanctioning_state"]) or row["sanctioning_state"]
                yield Event("coercion", sender, target, int(row["begin"]) * 12)


def _isolation(folder: Path) -> Iterator[Event]:
    last: dict[tuple[str, str], int] = {}
    for actor, target, month in sorted(coded(file_under(folder, FILES["contacts"]), ISOLATING), key=lambda r: r[2]):
        if month - last.get((actor, target), -QUIET - 1) > QUIET:
            yield Event("isolation", actor, target, month)
        last[actor, target] = month


def _cow(number: float, year: int) -> str:
    code = from_cow(int(number), date(year, 7, 1))
    return successor(code) if code else ""


def _disputes(folder: Path, kind: str) -> Iterator[Event]:
    rows = pl.read_parquet(file_under(folder, "gml_mid_ddydisps.parquet")).filter(
        pl.col("gmlmidonset") == 1, pl.col("hostlev") >= FORCE, pl.col("year") >= 1950
    )
    for a, b, year, month in rows.select("ccode1", "ccode2", "year", "stmon").iter_rows():
        one, other = _cow(a, int(year)), _cow(b, int(year))
        if one and other and one != other:
            yield Event(kind, one, other, int(year) * 12 + int(month) - 1)
            yield Event(kind, other, one, int(year) * 12 + int(month) - 1)


def _leaders(folder: Path) -> Iterator[Event]:
    rows = pl.read_parquet(file_under(folder, "archigos.parquet")).filter(
        pl.col("exit").is_in(["Irregular", "Foreign"]), pl.col("enddate") >= "1950"
    )
    for number, day in rows.select("gwcode", "enddate").iter_rows():
        year, month = int(day[:4]), int(day[5:7])
        if code := _cow(number, year):
            yield Event("leader_change", code, code, year * 12 + month - 1)


def _crises(folder: Path) -> Iterator[Event]:
    yield from (Event("patron_crisis", successor(code), "", month) for code, month in CRISES)


def _entrants(folder: Path) -> Iterator[Event]:
    arms = series("deliveries", folder)
    total: dict[str, np.ndarray] = {}
    for (a, b), row in zip(arms.pairs, arms.counts, strict=True):
        for side in (a, b):
            total[side] = total.get(side, np.zeros_like(row)) + row
    for (a, b), row in zip(arms.pairs, arms.counts, strict=True):
        for y in range(NEW, row.size):
            if row[y] >= LEAST_DEALS and not row[y - NEW : y].any():
                for seller, buyer in ((a, b), (b, a)):
                    if row[y] >= FIRST_RANK * total[buyer][y] and total[seller][y] > total[buyer][y]:
                        yield Event("competing_sale", seller, buyer, arms.first + 12 * y)


def _pacts(folder: Path) -> Iterator[Event]:
    rows = pl.read_csv(file_under(folder, "atop5_1m.csv"), infer_schema_length=0).filter(
        pl.col("bilat") == "1", pl.col("yrent").cast(pl.Int64) >= 1950
    )
    for (_, year), members in rows.group_by("atopid", "yrent", maintain_order=True):
        codes = sorted({_cow(float(m), int(str(year))) for m in members["member"]} - {""})
        if len(codes) == 2:
            yield Event("alliance_shift", codes[0], codes[1], int(str(year)) * 12)
            yield Event("alliance_shift", codes[1], codes[0], int(str(year)) * 12)


def _disarmed(folder: Path) -> Iterator[Event]:
    """Ruptures of arms, which the chronicle lists and no file of the folder."""
    for row in chronicle():
        if row.kind == RUPTURE and row.between_states and "arms" in row.instruments:
            a, b = sides(row)
            yield Event("rupture", a, b, row.end.year * 12 + row.end.month - 1)


def _neighbours(folder: Path) -> Iterator[Event]:
    """Disputes within one region: the nearest there is to two partners of one patron."""
    return (e for e in _disputes(folder, "partner_friction") if region(e.actor) == region(e.target))


_KINDS: dict[str, Callable[[Path], Iterator[Event]]] = {
    "coercion": _coercion,
    "isolation": _isolation,
    "dispute": lambda folder: _disputes(folder, "dispute"),
    "partner_friction": _neighbours,
    "leader_change": _leaders,
    "patron_crisis": _crises,
    "competing_sale": _entrants,
    "alliance_shift": _pacts,
    "rupture of arms": _disarmed,
}
