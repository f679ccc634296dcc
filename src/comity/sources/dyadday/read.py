"""Daily signed sums of GDELT between states, put together by week."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from comity.columns import frame, header
from comity.errors import SourceError, UnknownState
from comity.lake import Batch, RawFile
from comity.measures import measured, numbers, pair, sifted
from comity.states import is_state
from comity.tables import WORLD

COLUMNS = {"date", "a", "b", "edge"}
WEEK = pl.col("date").dt.truncate("1w") + pl.duration(days=6)  # its Sunday


def layout(path: Path) -> str | None:
    """``days`` by the names of the columns."""
    return "days" if header(path) >= COLUMNS else None


def read(raw: RawFile, layout: str) -> Batch:
    """Measures ``gdelt_tone`` and ``gdelt_against`` by pair and week, and ``gdelt_days`` by week."""
    rows = _days(frame(raw.path), raw)
    kept, skipped = sifted(
        rows,
        ("a state with itself", pl.col("a") == pl.col("b")),
        ("no value", pl.any_horizontal(pl.col("a", "b", "edge").is_null())),
    )
    states = pl.Enum(pl.concat([kept["a"], kept["b"].rename("a")]).unique().sort())
    a, b = (pl.col(c).cast(states) for c in ("a", "b"))
    weeks = kept.group_by(a=pl.min_horizontal(a, b), b=pl.max_horizontal(a, b), date=WEEK).agg(
        gdelt_tone=pl.col("edge").sum().round(3),
        gdelt_against=(0.0 - pl.col("edge").clip(upper_bound=0)).sum().round(3),
    )
    tone = weeks.select("date", "gdelt_tone", "gdelt_against", subject=pair("a", "b", directed=False)).unpivot(
        index=["date", "subject"], variable_name="name", value_name="value"
    )
    tone = tone.filter((pl.col("name") == "gdelt_tone") | (pl.col("value") > 0))
    seen = _seen(rows["date"].unique().sort())
    whole = pl.concat(
        [tone.select("date", "subject", "value", "name"), seen.select("date", "subject", "value", "name")]
    )
    table = whole.with_columns(
        row=(pl.col("date") - date(1970, 1, 4)).dt.total_days() // 7,  # the week's number, so that ids of a pair differ
        part="subject",
        position=pl.lit("days of the week"),
        known=pl.col("date").dt.offset_by("1d"),
    )
    return Batch({"measure": measured(table, "dyadday", raw)}, layout, len(rows), len(kept), dict(skipped))


def _days(rows: pl.DataFrame, raw: RawFile) -> pl.DataFrame:
    """The rows with days as dates and names as text; a code that is no state's, or no day, names its row."""
    text = rows.with_columns(pl.col("a", "b").cast(pl.String))
    day = pl.col("date") if rows.schema["date"] == pl.Date else pl.col("date").cast(pl.String).str.to_date("%Y-%m-%d", strict=False)  # fmt: skip
    done = numbers(text.with_columns(date=day), ["edge"], raw)
    if len(wrong := done.filter(~pl.col("date").is_between(date(1979, 1, 1), date(2100, 1, 1)).fill_null(value=False))):
        raise SourceError(f"{raw.path.name}, row {wrong['row'][0]}: no day; fetch the file again")
    strange = {code for c in ("a", "b") for code in done[c].unique() if code and not is_state(code)}
    if strange:
        row, a, b = done.filter(pl.any_horizontal(pl.col("a", "b").is_in(strange))).select("row", "a", "b").row(0)
        raise UnknownState(f"{raw.path.name}, row {row}: {a if a in strange else b!r} is no state's code")
    return done


def _seen(days: pl.Series) -> pl.DataFrame:
    """On how many days of each week there is anything, weeks without one included."""
    span = pl.date_range(pl.col("date").min(), pl.col("date").max())
    every = days.to_frame("date").select(span) if len(days) else days.to_frame("date")
    counted = every.with_columns(seen=pl.col("date").is_in(days.implode())).group_by(date=WEEK)
    return counted.agg(value=pl.col("seen").sum().cast(pl.Float64)).with_columns(
        subject=pl.lit(WORLD), name=pl.lit("gdelt_days")
    )
