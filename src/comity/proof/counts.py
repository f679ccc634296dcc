"""Counts of acts of a kind between ordered pairs of states in each year, from ICEWS event files."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.scores import file_under
from comity.states import from_icews

Array = npt.NDArray[np.float64]
EVENTS, CODES = "icews05_15_named.parquet", "cameo-codes.csv"
# CAMEO roots by kind. RETREAT (08) is material cooperation in PLOVER; statements (01) and appeals (02) are neither.
KINDS = {
    "material": ("06", "07", "08"),
    "verbal": ("03", "04", "05"),
    "said": ("01", "02"),
    "verbal conflict": ("09", "10", "11", "12", "13"),
    "material conflict": ("14", "15", "16", "17", "18", "19", "20"),
}


class Counts(NamedTuple):
    """Events between states by year."""

    first: int  # the year of row 0
    states: list[str]
    of: Mapping[str, Array]  # kind -> [years, from, to]

    def until(self, year: int) -> Counts:
        """The same before a year: what a forecast of that year may look at."""
        return self._replace(of={kind: table[: year - self.first] for kind, table in self.of.items()})


def read(folder: Path) -> Counts:
    """ICEWS 2005-15 under a folder; raises ``UsageError`` when one of its two files is not there.

    A row counts when both its names end in a state in brackets, or are one; persons without a state in their name and
    organisations are left out.
    """
    return counted(events(folder))


def events(folder: Path, name: str = EVENTS) -> pl.DataFrame:
    """Events between two states: columns ``a b code year len``, code being CAMEO's."""
    with file_under(folder, CODES).open(encoding="utf-8", errors="replace", newline="") as stream:
        code = {row["name"].lower(): row["code"] for row in csv.DictReader(stream)}
    table = (
        pl.scan_parquet(file_under(folder, name))
        .with_columns(year=pl.col("date").dt.year(), name=pl.col("relation").str.to_lowercase())
        .group_by("subject", "object", "name", "year")
        .len()
        .collect()
    )
    names = pl.concat([table["subject"], table["object"]]).unique()
    placed = pl.DataFrame(
        {"name": names, "code": [from_icews(n) for n in names]}, schema={"name": pl.String, "code": pl.String}
    )
    return (
        table.with_columns(code=pl.col("name").replace_strict(code, default=None))
        .join(placed.rename({"name": "subject", "code": "a"}), on="subject")
        .join(placed.rename({"name": "object", "code": "b"}), on="object")
        .filter(pl.col("a") != pl.col("b"))
        .select("a", "b", "code", "year", "len")
    )


def counted(rows: pl.DataFrame) -> Counts:
    """Rows ``a b code year len`` as counts by kind."""
    codes = sorted({*rows["a"], *rows["b"]})
    first, last = int(rows["year"].min()), int(rows["year"].max())  # type: ignore[arg-type]
    spot = {code: i for i, code in enumerate(codes)}
    tables = {}
    for kind, roots in KINDS.items():
        mine = rows.filter(pl.col("code").str.slice(0, 2).is_in(roots))
        table = np.zeros((last - first + 1, len(codes), len(codes)))
        where = (
            mine["year"].to_numpy() - first,
            np.array([spot[c] for c in mine["a"]], dtype=int),
            np.array([spot[c] for c in mine["b"]], dtype=int),
        )
        np.add.at(table, where, mine["len"].to_numpy())
        tables[kind] = table
    return Counts(first, codes, tables)
