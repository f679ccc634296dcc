"""The peace scale of Diehl, Goertz and Gallegos, by pair and year."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from comity.columns import frame, header
from comity.errors import SourceError
from comity.lake import Batch, RawFile
from comity.measures import OLDEST, SINCE, a_year_later, coded, cow, dated, gone, measured, numbers, pair, sifted

COLUMNS = {"dyad", "yearmonth", "peacelevel"}  # the column of years is called yearmonth in the published file
THOUSAND = 1000  # a dyad is the first number times a thousand, plus the second
WRONG = (936.0, 937.0)  # two pairs of Vanuatu (935) in version 3.1 have these numbers, which no list of states knows
STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)


def layout(path: Path) -> str | None:
    """``years`` by the names of the columns."""
    return "years" if header(path) >= COLUMNS else None


def read(raw: RawFile, layout: str) -> Batch:
    """Measures ``peace_level`` by pair and year."""
    rows = dated(numbers(frame(raw.path), ["dyad", "peacelevel"], raw), raw, OLDEST, "yearmonth")
    recent, skipped = sifted(
        rows.sort("dyad", "yearmonth").with_columns(untold=_untold()),
        (f"before {SINCE}", pl.col("yearmonth") < SINCE),
        ("could not be told", pl.col("untold") | pl.col("peacelevel").is_null()),
        ("no pair", pl.col("dyad").is_null()),
    )
    if len(wrong := recent.filter(pl.col("peacelevel") < 0)):
        raise SourceError(
            f"{raw.path.name}, row {wrong['row'][0]}: level {wrong['peacelevel'][0]} is none; fetch it again"
        )
    both = recent.with_columns(one=pl.col("dyad") // THOUSAND, other=pl.col("dyad") % THOUSAND)
    numbered, mistyped = sifted(both, ("a number of no state", pl.col("other").is_in(WRONG)))
    kept, ended = sifted(coded(numbered, ["one", "other"], cow, raw), gone("one", "other"))
    table = kept.with_columns(
        subject=pair("one", "other", directed=False),
        name=pl.lit("peace_level"),
        value="peacelevel",
        known=a_year_later(7, 1),
    )
    return Batch(
        {"measure": measured(table, "peace", raw)}, layout, len(rows), len(kept), dict(skipped + mistyped + ended)
    )


def _untold() -> pl.Expr:
    """Years with months of level 9, "could not be told", which the published means of months take for a number.

    Eleven months of 0.25 and one of 9 make 0.98, a security community: such a year stands beside one above 1.
    """
    level = pl.col("peacelevel")
    beside = pl.max_horizontal(level.shift(1).over("dyad"), level.shift(-1).over("dyad")) > 1
    return (level > 1) | (beside & ~level.is_in(STEPS)).fill_null(value=False)
