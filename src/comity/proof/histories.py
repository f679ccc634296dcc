"""World histories of acts by instrument, from real files: what the numbers of the filter are fitted on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from comity.acts import counted, pairs
from comity.attention import of_pairs, relative
from comity.proof.counts import EVENTS, Array, events
from comity.scores import file_under
from comity.sources import tables_of
from comity.states import countries
from comity.tables import pair_of

ARMS = "trade-register_all*.csv"
EXERCISES = "mme_v7.csv"
HEARD = (2005, 2015)  # first and last year of the ICEWS events
SMALL = 0.5  # share of the largest exercises that count: at most three parties


class World(NamedTuple):
    """Acts of one instrument between every pair of the world's states, by year."""

    instrument: str
    what: str  # the data, years, and what counts
    files: tuple[str, ...]  # names of the files read
    first: int
    pairs: list[tuple[str, str]]
    y: Array  # [years, pairs] acts
    level: Array  # [pairs] bilateral-equivalent acts a year over the last ten years
    volume: Array  # [years, pairs] news of both states relative to their means; 1 where there is none


def everything(folder: Path) -> dict[str, World]:
    """The histories that files under a folder give; ``UsageError`` names a file that is missing."""
    heard = events(folder)
    volume = _volume(heard)
    register = tables_of("sipri", file_under(folder, ARMS))["report"]
    return {
        "arms": registered(register, "arms", "orders and deliveries as the product counts them", folder),
        "industry": registered(register, "industry", "production under licence", folder),
        "exercise": exercises(folder),
        **{name: _heard(heard, volume, name) for name in CODES},
    }


# CAMEO codes as the names of ICEWS have them; visits, talks and meetings are coded once from either side.
CODES: Mapping[str, Callable[[pl.Expr], pl.Expr]] = {
    "dialogue": lambda code: code.str.starts_with("04"),
    "agreement": lambda code: code == "057",
    "aid": lambda code: code.str.starts_with("07"),
    "material": lambda code: code.str.slice(0, 2).is_in(["06", "07", "08"]),
}


def registered(register: pl.DataFrame, instrument: str, what: str, folder: Path) -> World:
    """A history of what the register says was ordered, delivered or licensed; what was only selected is none of it."""
    return _world(
        instrument,
        f"SIPRI register, {what}, 1990-2024",
        counted(register).filter(pl.col("instrument") == instrument),
        (1990, 2024),
        0.0,
        (file_under(folder, ARMS).name,),
    )


def exercises(folder: Path, name: str = EXERCISES, years: tuple[int, int] = (1985, 2010)) -> World:
    """Exercises of two or three states in one of the lists."""
    reports = tables_of("exercises", file_under(folder, name))["report"]
    what = f"{name[:3].upper()}, exercises of two or three states, {years[0]}-{years[1]}"
    return _world("exercise", what, reports, years, SMALL, (name,))


def every_pair() -> list[tuple[str, str]]:
    """All pairs of the states whose size is known, in alphabetical order."""
    return list(combinations(sorted(countries()), 2))


def _world(
    instrument: str, what: str, reports: pl.DataFrame, years: tuple[int, int], least: float, names: tuple[str, ...]
) -> World:
    """Reports as acts of a year; of each those pairs whose share is at least so much."""
    everybody = every_pair()
    spot = {pair: i for i, pair in enumerate(everybody)}
    y, level = np.zeros((2, years[1] - years[0] + 1, len(everybody)))
    for row in reports.iter_rows(named=True):
        year = row["date_from"].year
        if not years[0] <= year <= years[1]:
            continue
        for a, b, share in pairs(row):
            if (a, b) in spot:
                y[year - years[0], spot[a, b]] += share >= least
                level[year - years[0], spot[a, b]] += share
    return World(instrument, what, names, years[0], everybody, y, level[-10:].mean(axis=0), np.ones_like(y))


def _heard(rows: pl.DataFrame, volume: Array, instrument: str) -> World:
    """ICEWS events of one instrument between two states."""
    first, last = HEARD
    table = rows.filter(CODES[instrument](pl.col("code"))).group_by("a", "b", "year").agg(pl.col("len").sum())
    everybody = every_pair()
    spot = {pair: i for i, pair in enumerate(everybody)}
    y = np.zeros((2, last - first + 1, len(everybody)))
    for a, b, year, n in table.iter_rows():
        if (place := spot.get(pair_of(a, b))) is not None:
            y[int(a > b), year - first, place] += n
    both = y.max(axis=0)  # one visit is coded from the visitor and from the host
    what = f"ICEWS 2005-15, the larger of both directions, CAMEO {WORDS[instrument]}"
    return World(instrument, what, (EVENTS,), first, everybody, both, both.mean(axis=0), volume)


def _volume(rows: pl.DataFrame) -> Array:
    """How much news both states of each pair made outside cooperation: [years, pairs]."""
    first, last = HEARD
    other = rows.filter(~pl.col("code").str.slice(0, 2).is_in(["03", "04", "05", "06", "07", "08"]))
    codes = sorted(countries())
    place = {code: i for i, code in enumerate(codes)}
    heard = np.zeros((last - first + 1, len(codes)))
    for side in ("a", "b"):
        for code, year, n in other.group_by(side, "year").agg(pl.col("len").sum()).iter_rows():
            if code in place:
                heard[year - first, place[code]] += n
    a, b = np.array([[place[x], place[z]] for x, z in every_pair()]).T
    return of_pairs(relative(heard), a, b)


WORDS = {
    "dialogue": "04 (consult, visit, negotiate)",
    "agreement": "057 (sign formal agreement)",
    "aid": "07 (provide aid)",
    "material": "06-08 (material cooperation)",
}
