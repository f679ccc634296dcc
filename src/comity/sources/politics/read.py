"""Leaders from Archigos and ethnic fractionalisation from HIEF, as peacesciencer bundles them."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from comity.columns import frame, layout_of
from comity.errors import SourceError
from comity.lake import Batch, RawFile
from comity.measures import (
    SINCE,
    Found,
    a_year_later,
    coded,
    cow_years,
    gleditsch_ward,
    measured,
    numbers,
    of_the_world,
    sifted,
    year_end,
)

LAYOUTS = {
    "leaders": {"obsid", "gwcode", "leader", "startdate", "enddate", "entry"},
    "fractionalisation": {"ccode", "year", "efindex"},
}
IRREGULAR = ("Irregular", "Foreign Imposition")


def layout(path: Path) -> str | None:
    """``leaders`` or ``fractionalisation`` by the names of the columns."""
    return layout_of(path, LAYOUTS)


def read(raw: RawFile, layout: str) -> Batch:
    """Measures by state and day, or by state and year."""
    table, skipped, rows, kept = (_leaders if layout == "leaders" else _fractions)(raw)
    return Batch({"measure": measured(table, "politics", raw)}, layout, rows, kept, dict(skipped))


def _fractions(raw: RawFile) -> Found:
    rows, skipped, found = cow_years(raw, ["efindex"])
    # The last is of the state of the year's end.
    years = rows.unique(["ccode", "date"], keep="last", maintain_order=True)
    if twice := len(rows) - len(years):
        skipped["a second row of the year"] = twice
    table = years.with_columns(
        subject="ccode", name=pl.lit("ethnic_fractionalisation"), value="efindex", known=a_year_later(7, 1)
    )
    return table, skipped, found, len(years)


def _leaders(raw: RawFile) -> Found:
    """A row a leader; his first day in office is a change unless he is his state's first."""
    rows = numbers(frame(raw.path), ["gwcode"], raw)
    days = rows.with_columns(date=pl.col("startdate").cast(pl.String).str.to_date("%Y-%m-%d", strict=False))
    if len(wrong := days.filter(pl.any_horizontal(pl.col("date", "gwcode").is_null()))):
        raise SourceError(f"{raw.path.name}, row {wrong['row'][0]}: no state or first day; fetch the file again")
    first = pl.col("date") == pl.col("date").min().over("gwcode")
    kept, skipped = sifted(
        days, ("first leader of his state", first), (f"before {SINCE}", pl.col("date").dt.year() < SINCE)
    )
    changes = (
        coded(kept, ["gwcode"], gleditsch_ward, raw)
        .group_by("gwcode", "date", maintain_order=True)
        .agg(pl.col("row").min(), irregular=pl.col("entry").is_in(IRREGULAR).any())
    )
    every = changes.select("row", "date", subject="gwcode", name=pl.lit("leader_change"), value=1.0, known="date")
    broken = changes.filter("irregular").select("row", "date", subject="gwcode", name=pl.lit("leader_change_irregular"), value=1.0, known="date")  # fmt: skip
    both = pl.concat([every, broken])
    return pl.concat([both, _totals(both)]), skipped, len(rows), len(kept)


def _totals(changes: pl.DataFrame) -> pl.DataFrame:
    """The world's changes of each year, known on its last day."""
    years = changes.with_columns(date=year_end(pl.col("date").dt.year())).with_columns(known="date")
    return of_the_world(years).filter(pl.col("row") == 0).select(changes.columns)
