"""Kinne's defence cooperation agreements by pair and year."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from comity.columns import header
from comity.errors import SourceError
from comity.lake import Batch, RawFile
from comity.measures import a_year_later, cow_years, measured, of_the_world, pair, unpivoted

PAIR = ("ccode1", "ccode2")
KINDS = {
    "dcaGeneralV1": "defence_agreement_general",
    "dcaSectorV1": "defence_agreement_sector",
    "dcaAnyV1": "defence_agreement",
    "dcaAnyV2": "defence_agreement_broad",
}
MISSING = (-88, -99)


def layout(path: Path) -> str | None:
    """``pair years`` by the names of the columns."""
    return "pair years" if header(path) >= {*PAIR, "year", *KINDS} else None


def read(raw: RawFile, layout: str) -> Batch:
    """Measures of agreements by pair and year; both directions of a pair are one."""
    rows, skipped, found = cow_years(raw, list(KINDS), PAIR, missing=MISSING)
    if len(wrong := rows.filter(pl.any_horizontal(pl.col(list(KINDS)) < 0))):
        raise SourceError(
            f"{raw.path.name}, row {wrong['row'][0]}: a code below zero that is not {MISSING}; say what it is"
        )
    pairs = (
        rows.with_columns(subject=pair(*PAIR, directed=False), known=a_year_later(7, 1))
        .group_by("subject", "date", "known", maintain_order=True)
        .agg(pl.col("row").min(), (pl.col(list(KINDS)).max() > 0).cast(pl.Float64))
    )
    table = of_the_world(unpivoted(pairs, KINDS).filter(pl.col("value") > 0))
    return Batch({"measure": measured(table, "agreements", raw)}, layout, found, len(rows), dict(skipped))
