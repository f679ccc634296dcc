"""Ideal points of states in the General Assembly, from the authors' Stata or CSV file; how alike states vote, from unvotes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Set
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from comity import rfile
from comity.columns import frame, header
from comity.errors import LayoutError, SourceError
from comity.lake import Batch, RawFile
from comity.measures import MISSING, SINCE, a_year_later, measured, sifted, year_end
from comity.sources.unga.votes import dated_votes, kappas, roll_calls
from comity.states import from_cow, is_state
from comity.tables import MEASURE, WORLD, identity


class Names(NamedTuple):
    """What one edition calls its columns; the bounds are absent in some."""

    number: str
    year: str
    point: str
    low: str
    high: str


EDITIONS = (
    Names("ccode", "year", "idealpointall", "q5all", "q95all"),
    Names("ccode", "year", "IdealPointAll", "Q5%All", "Q95%All"),
    Names("ccode", "session", "IdealPointAll", "Q5%All", "Q95%All"),
)
LAYOUTS = {".dta": "stata", ".csv": "csv"}
FIRST = 1946
FIRST_SESSION = 1945  # session n sits in the autumn of 1945 + n


def layout(path: Path) -> str | None:
    """``stata`` or ``csv`` when the file has a country number, a year and an ideal point for all votes.

    ``votes`` and ``roll calls`` are files of the R package unvotes, told by their names.
    """
    if rfile.holds(path, "un_votes", "un_roll_calls"):
        return "votes" if path.stem == "un_votes" else "roll calls"
    if path.suffix.lower() in LAYOUTS and _edition(header(path)):
        return LAYOUTS[path.suffix.lower()]
    return None


def read(raw: RawFile, layout: str) -> Batch:
    """Measures ``ideal_point`` by state and year; a row without an estimate or a state is left out."""
    if layout in {"votes", "roll calls"}:
        return (_votes if layout == "votes" else _calls)(raw)
    rows = frame(raw.path)
    names = _edition(set(rows.columns))
    if names is None:
        raise LayoutError(
            f"{raw.path.name}: no columns ccode, year and ideal point of all votes; fetch the yearly file again"
        )
    skipped: Counter[str] = Counter()
    found = list(_measures(rows, names, raw, skipped))
    return Batch({"measure": MEASURE.frame(found)}, layout, len(rows), len(found), dict(skipped))


def _votes(raw: RawFile) -> Batch:
    """Measures ``un_kappa`` by pair and year."""
    cast, rows = dated_votes(raw.path)
    found = pl.concat(
        [pl.DataFrame(schema={"subject": pl.String, "year": pl.Int32, "value": pl.Float64}), *kappas(cast)]
    )
    table = _by_year(found.with_columns(row="year", name=pl.lit("un_kappa"), part="subject"))
    skipped = {f"before {SINCE}, or of no dated roll call": rows - len(cast)} if rows > len(cast) else {}
    return Batch({"measure": measured(table, "unga", raw)}, "votes", rows, len(cast), skipped)


def _calls(raw: RawFile) -> Batch:
    """Measures ``un_roll_calls`` under ``*``: how many roll calls a year had."""
    calls = roll_calls(raw.path)
    kept, skipped = sifted(calls, ("no day", pl.col("year").is_null()), (f"before {SINCE}", pl.col("year") < SINCE))
    years = kept.group_by("year", maintain_order=True).agg(pl.col("row").min(), value=pl.len().cast(pl.Float64))
    table = _by_year(years.with_columns(subject=pl.lit(WORLD), name=pl.lit("un_roll_calls")))
    return Batch({"measure": measured(table, "unga", raw)}, "roll calls", len(calls), len(kept), dict(skipped))


def _by_year(table: pl.DataFrame) -> pl.DataFrame:
    dated = table.with_columns(date=year_end("year"), position=pl.format("roll calls of {}", "year"))
    return dated.with_columns(known=a_year_later(7, 1))


def _edition(names: Set[str]) -> Names | None:
    return next((n for n in EDITIONS if {n.number, n.year, n.point} <= names), None)


def _measures(rows: pl.DataFrame, names: Names, raw: RawFile, skipped: Counter[str]) -> Iterator[dict[str, Any]]:
    for row in rows.iter_rows(named=True):
        position = row["row"]
        try:
            point, low, high = (
                None if row.get(c) in {None, *MISSING} else float(row[c]) for c in (names.point, names.low, names.high)
            )
            number = row[names.number]
            code, year = int(float(number)), int(float(row[names.year])) + FIRST_SESSION * (names.year == "session")
        except (ValueError, TypeError, OverflowError) as error:
            raise SourceError(f"{raw.path.name}, row {position}: {error}; fetch the file again") from error
        if point is None or point != point:  # noqa: PLR0124 - not a number is not itself
            skipped["no estimate"] += 1
            continue
        if not FIRST <= year <= 2100:
            raise SourceError(f"{raw.path.name}, row {position}: year {year} is impossible; fetch the file again")
        state = from_cow(code, date(year, 12, 31))
        if state is None or not is_state(state):
            skipped["no state of today"] += 1
            continue
        yield {
            "measure": identity("unga", raw.sha256, number, year),
            "subject": state,
            "name": "ideal_point",
            "date": date(year, 12, 31),
            "value": point,
            "low": low,
            "high": high,
            "known": date(year + 1, 7, 1),
            "vintage": None,
            "source": "unga",
            "raw": raw.sha256,
            "position": f"row {position}",
        }
