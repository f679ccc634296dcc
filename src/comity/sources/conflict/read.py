"""Rivalries by Thompson, Sakuwa and Suhas, and UCDP's armed conflicts, as peacesciencer bundles them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from comity.columns import frame, layout_of
from comity.lake import Batch, RawFile
from comity.measures import (
    OLDEST,
    SINCE,
    Found,
    a_year_later,
    coded,
    cow,
    dated,
    gleditsch_ward,
    gone,
    measured,
    numbers,
    of_the_world,
    pair,
    sifted,
    year_end,
)

LAYOUTS = {
    "rivalries": {"tssr_id", "ccode1", "ccode2", "start", "end"},
    "conflicts": {"conflict_id", "year", "gwno_a", "gwno_b", "intensity_level", "type_of_conflict"},
}
BETWEEN, INSIDE = ("interstate",), ("intrastate", "II")  # II: internal, with troops of other states


def layout(path: Path) -> str | None:
    """``rivalries`` or ``conflicts`` by the names of the columns."""
    return layout_of(path, LAYOUTS)


def read(raw: RawFile, layout: str) -> Batch:
    """Measures by pair or state and year, and the world's totals."""
    table, skipped, rows, kept = (_rivalries if layout == "rivalries" else _conflicts)(raw)
    whole = of_the_world(table.with_columns(known=a_year_later(7, 1)))
    return Batch({"measure": measured(whole, "conflict", raw)}, layout, rows, kept, dict(skipped))


def _rivalries(raw: RawFile) -> Found:
    """A row a rivalry; it holds in every year from its first to its last."""
    rows = numbers(frame(raw.path), ["ccode1", "ccode2", "start", "end"], raw)
    dated(rows, raw, OLDEST, "start")
    recent, skipped = sifted(dated(rows, raw, OLDEST, "end"), (f"ended before {SINCE}", pl.col("end") < SINCE))
    first = pl.max_horizontal(pl.col("start"), pl.lit(SINCE)).cast(pl.Int32)
    years = recent.with_columns(year=pl.int_ranges(first, pl.col("end") + 1)).explode("year")
    states = coded(years.with_columns(date=year_end("year")), ["ccode1", "ccode2"], cow, raw)
    kept, _ = sifted(states, gone("ccode1", "ccode2"))
    table = kept.select(
        "row", "date", subject=pair("ccode1", "ccode2", directed=False), name=pl.lit("rivalry"), value=1.0
    )
    return table.unique(["subject", "date"], keep="first", maintain_order=True), skipped, len(rows), len(recent)


def _conflicts(raw: RawFile) -> Found:
    """A row a conflict and year; of several in a year the worst counts."""
    rows = dated(numbers(frame(raw.path), ["gwno_a", "gwno_b", "intensity_level"], raw), raw, OLDEST)
    kept, skipped = sifted(
        rows,
        (f"before {SINCE}", pl.col("year") < SINCE),
        ("colonial war", ~pl.col("type_of_conflict").is_in([*BETWEEN, *INSIDE])),
        ("no state or level", pl.any_horizontal(pl.col("gwno_a", "intensity_level").is_null())),
        ("one side unnamed", pl.col("type_of_conflict").is_in(BETWEEN) & pl.col("gwno_b").is_null()),
    )
    states = coded(kept, ["gwno_a", "gwno_b"], gleditsch_ward, raw)
    between = pl.col("type_of_conflict").is_in(BETWEEN)
    table = (
        states.with_columns(
            subject=pl.when(between).then(pair("gwno_a", "gwno_b", directed=False)).otherwise("gwno_a"),
            name=pl.when(between).then(pl.lit("interstate_conflict")).otherwise(pl.lit("internal_conflict")),
        )
        .group_by("subject", "name", "date", maintain_order=True)
        .agg(pl.col("row").min(), value=pl.col("intensity_level").max())
    )
    return table, skipped, len(rows), len(kept)
