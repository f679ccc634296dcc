"""EUvsDisinfo's cases: who was told what untrue story about whom."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from comity.columns import frame, header
from comity.errors import SourceError, UnknownState
from comity.lake import Batch, RawFile
from comity.measures import measured, sifted
from comity.sources import card, common, covered, whole_years
from comity.states import resolve
from comity.tables import COVERAGE, REPORT, WORLD, identity, pair_of
from comity.vocabulary import Stage

COLUMNS = {"date", "id", "title", "countries", "keywords", "outlets"}
WHO = "RUS"
FIRST = date(2014, 1, 1)
REGIONS: dict[str, tuple[str, ...]] = {
    "Baltic states": ("EST", "LTU", "LVA"),
    "Georgian region of South Ossetia": ("GEO",),
    "Georgian region of Abkhazia": ("GEO",),
    **dict.fromkeys(("Middle East", "Europe", "Africa", "Middle East and Africa", "CEE", "Congo"), ()),
}


def layout(path: Path) -> str | None:
    """``cases`` by the names of the columns."""
    return "cases" if header(path) >= COLUMNS else None


def read(raw: RawFile, layout: str) -> Batch:
    """One report a case that names a state besides Russia; how many a quarter; coverage of Russia with each state of the file."""
    rows = frame(raw.path)
    kept, skipped = sifted(
        _named(rows, raw),
        ("told before", ~pl.col("id").is_first_distinct()),
        ("no web address", ~pl.col("id").str.contains(r"^https://").fill_null(value=False)),
        ("names no state but Russia", pl.col("states").list.len() == 0),
    )
    tables = {
        "report": REPORT.frame([_report(row, raw) for row in kept.iter_rows(named=True)]),
        "measure": _quarterly(kept, raw),
        "coverage": _coverage(kept, raw),
    }
    return Batch(tables, layout, len(rows), len(kept), dict(skipped))


def _named(rows: pl.DataFrame, raw: RawFile) -> pl.DataFrame:
    days = rows.with_columns(day=pl.col("date").str.to_date("%Y-%m-%d", strict=False))
    if len(wrong := days.filter(pl.col("day").is_null() | (pl.col("day") < FIRST))):
        raise SourceError(
            f"{raw.path.name}, row {wrong['row'][0]}: {wrong['date'][0]!r} is no day; fetch the file again"
        )
    states = [_states(text, f"{raw.path.name}, row {row}") for row, text in rows.select("row", "countries").iter_rows()]
    return days.with_columns(states=pl.Series(states, dtype=pl.List(pl.String)))


def _states(text: str | None, where: str) -> list[str]:
    found = {code for name in (text or "").split("+") if name.strip() for code in _codes(name.strip(), where)}
    return sorted(found - {WHO})


def _codes(name: str, where: str) -> tuple[str, ...]:
    try:
        return _resolved(name)
    except UnknownState as error:
        raise UnknownState(
            f"{where}: {error}; name the region in this source, or the state in knowledge/names.csv"
        ) from None


@cache
def _resolved(name: str) -> tuple[str, ...]:
    return REGIONS[name] if name in REGIONS else (resolve(name),)


def _report(row: dict[str, Any], raw: RawFile) -> dict[str, Any]:
    title = re.sub(r"\s+", " ", row["title"] or "").strip()
    outlets = (row["outlets"] or "an outlet not named").replace("+", ", ")
    return {
        "report": identity("disinfo", row["id"]),
        **common(card("disinfo"), raw),
        "url": row["id"],
        "publisher": "EUvsDisinfo",
        "published": row["day"],
        "position": f"row {row['row']}",
        "coder": "euvsdisinfo",
        "coder_version": "cases",
        "credibility": 3,
        "date_from": row["day"],
        "date_to": row["day"],
        "known": row["day"],
        "actors": [WHO],
        "recipients": row["states"],
        "instrument": "disinformation",
        "stage": str(Stage.EXECUTED),
        "polarity": -1,
        "belief": card("disinfo").beliefs["case"],
        "text": f"EUvsDisinfo lists as disinformation a story of {outlets}: “{title}”.",
    }


def _quarterly(kept: pl.DataFrame, raw: RawFile) -> pl.DataFrame:
    """``disinformation_cases`` by RUS>STATE and quarter, and under ``*`` all that name a state; the last quarter only if whole."""
    quarters = kept.with_columns(date=pl.col("day").dt.truncate("1q").dt.offset_by("1q").dt.offset_by("-1d"))
    whole = quarters.filter(pl.col("date") <= kept["day"].max()) if len(kept) else quarters
    named = whole.explode("states").group_by("date", "states").agg(value=pl.len().cast(pl.Float64))
    every = whole.group_by("date").agg(value=pl.len().cast(pl.Float64)).with_columns(subject=pl.lit(WORLD))
    told = named.with_columns(subject=pl.lit(f"{WHO}>") + pl.col("states"))
    table = pl.concat([told.select("date", "subject", "value"), every.select("date", "subject", "value")])
    return measured(
        table.with_columns(
            row=pl.lit(0),
            part=pl.col("subject") + pl.col("date").cast(pl.String),
            name=pl.lit("disinformation_cases"),
            known=pl.col("date"),
        ),
        "disinfo",
        raw,
    )


def _coverage(kept: pl.DataFrame, raw: RawFile) -> pl.DataFrame:
    """Russia with each state that the file has a case of, year by year to the day of its newest case that is kept."""
    counts, days = Counter(kept["states"].explode(empty_as_null=False)), sorted(kept["day"])
    years = whole_years(days[0].year, days[-1].year) if days else []
    spans = [(first, min(last, days[-1]), min(last, days[-1])) for first, last, _ in years]
    found = [
        covered(card("disinfo"), raw, spans, f"{counts[state]} cases in all", sides=pair_of(state, WHO))
        for state in sorted(counts)
    ]
    return pl.concat([COVERAGE.empty(), *found])
