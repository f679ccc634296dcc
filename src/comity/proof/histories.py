"""World histories of acts by instrument, from real files: what the numbers of the filter are fitted on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from comity.acts import pairs
from comity.attention import of_pairs, relative
from comity.proof.counts import Array, events
from comity.scores import file_under
from comity.sources import tables_of
from comity.states import countries
from comity.tables import pair_of

ARMS = "trade-register_all*.csv"
EXERCISES = "mme_v7.csv"
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
    heard = _Heard(events(folder))
    register = tables_of("sipri", file_under(folder, ARMS))["report"]
    return {
        "arms": _registered(register, "arms", "orders and deliveries as the product counts them", folder),
        "industry": _registered(register, "industry", "production under licence", folder),
        "exercise": exercises(folder),
        **{name: heard.of(name, codes) for name, codes in CODES.items()},
    }


# CAMEO codes as the names of ICEWS have them; visits, talks and meetings are coded once from either side.
CODES: Mapping[str, Callable[[pl.Expr], pl.Expr]] = {
    "dialogue": lambda code: code.str.starts_with("04"),
    "agreement": lambda code: code == "057",
    "aid": lambda code: code.str.starts_with("07"),
    "material": lambda code: code.str.slice(0, 2).is_in(["06", "07", "08"]),
}


def _registered(register: pl.DataFrame, instrument: str, what: str, folder: Path) -> World:
    return _world(
        instrument,
        f"SIPRI register, {what}, 1990-2024",
        register.filter(pl.col("instrument") == instrument),
        (1990, 2024),
        lambda share: np.ones_like(share, dtype=bool),
        (file_under(folder, ARMS).name,),
    )


def exercises(folder: Path, name: str = EXERCISES, years: tuple[int, int] = (1985, 2010)) -> World:
    """Exercises of two or three states in one of the lists."""
    reports = tables_of("exercises", file_under(folder, name))["report"]
    what = f"{name[:3].upper()}, exercises of two or three states, {years[0]}-{years[1]}"
    return _world("exercise", what, reports, years, lambda share: share >= SMALL, (name,))


def every_pair() -> list[tuple[str, str]]:
    """All pairs of the states whose size is known, in alphabetical order."""
    return list(combinations(sorted(countries()), 2))


def _world(
    instrument: str,
    what: str,
    reports: pl.DataFrame,
    years: tuple[int, int],
    counts: Callable[[Array], np.ndarray],
    names: tuple[str, ...],
) -> World:
    everybody = every_pair()
    spot = {pair: i for i, pair in enumerate(everybody)}
    y, level = np.zeros((2, years[1] - years[0] + 1, len(everybody)))
    for row in reports.iter_rows(named=True):
        year = row["date_from"].year
        if not years[0] <= year <= years[1]:
            continue
        for a, b, share in pairs(row):
            if (a, b) in spot:
                y[year - years[0], spot[a, b]] += bool(counts(np.array(share)))
                level[year - years[0], spot[a, b]] += share
    return World(instrument, what, names, years[0], everybody, y, level[-10:].mean(axis=0), np.ones_like(y))


class _Heard:
    """ICEWS events between two states, and how much news each state made outside cooperation."""

    def __init__(self, rows: pl.DataFrame) -> None:
        self.rows = rows
        self.first, self.last = 2005, 2015
        self.pairs = every_pair()
        self.spot = {pair: i for i, pair in enumerate(self.pairs)}
        self.volume = self._volume()

    def of(self, instrument: str, codes: Callable[[pl.Expr], pl.Expr]) -> World:
        table = self.rows.filter(codes(pl.col("code"))).group_by("a", "b", "year").agg(pl.col("len").sum())
        y = np.zeros((2, self.last - self.first + 1, len(self.pairs)))
        for a, b, year, n in table.iter_rows():
            if (place := self.spot.get(pair_of(a, b))) is not None:
                y[int(a > b), year - self.first, place] += n
        both = y.max(axis=0)  # one visit is coded from the visitor and from the host
        what = f"ICEWS 2005-15, the larger of both directions, {'CAMEO ' + WORDS[instrument]}"
        return World(
            instrument,
            what,
            ("icews05_15_named.parquet",),
            self.first,
            self.pairs,
            both,
            both.mean(axis=0),
            self.volume,
        )

    def _volume(self) -> Array:
        other = self.rows.filter(~pl.col("code").str.slice(0, 2).is_in(["03", "04", "05", "06", "07", "08"]))
        codes = sorted(countries())
        place = {code: i for i, code in enumerate(codes)}
        heard = np.zeros((self.last - self.first + 1, len(codes)))
        for side in ("a", "b"):
            for code, year, n in other.group_by(side, "year").agg(pl.col("len").sum()).iter_rows():
                if code in place:
                    heard[year - self.first, place[code]] += n
        a, b = np.array([[place[x], place[z]] for x, z in self.pairs]).T
        return of_pairs(relative(heard), a, b)


WORDS = {
    "dialogue": "04 (consult, visit, negotiate)",
    "agreement": "057 (sign formal agreement)",
    "aid": "07 (provide aid)",
    "material": "06-08 (material cooperation)",
}
