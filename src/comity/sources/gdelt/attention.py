"""GDELT's Global Knowledge Graph 2.1: how many articles name two states and the military in one breath.

It says what is written about, not what happened: a measure of attention, never a report.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from comity.lake import Batch, Lake, RawFile
from comity.measures import pair, sifted
from comity.states import from_fips
from comity.tables import ATTENTION, MEASURE, WORLD, identity

COLUMNS = 27
READ = (1, 7, 10, 15)  # date; themes; enhanced locations; tone
# Themes of armed forces, arms deals and peacekeeping. Those of weapons are left out: most of them are of crime.
MILITARY = r"(?:^|;)(?:MILITARY|MILITARY_COOPERATION|MIL_\w+|PEACEKEEPING|ACT_FORCEPOSTURE)(?:;|$)"
COUNTRY = r"(?:^|;)\d#[^#;]*#(\w\w)#"  # a place is type#name#country#...
MOST = 5  # states of one article: one that names more is a list
ARTICLES, TONE = "gkg_defence_articles", "gkg_defence_tone"


def read(rows: pl.DataFrame, raw: RawFile, found: Batch) -> Batch:
    """The articles of a file about two to five states and the military, summed by pair and day; and all it holds, under ``*``."""
    fips = pl.col("column_11").str.extract_all(COUNTRY).list.eval(pl.element().str.extract(COUNTRY)).list.unique()
    table = rows.with_row_index("article").with_columns(
        date=pl.col("column_2").str.slice(0, 8).str.to_date("%Y%m%d", strict=False),
        tone=pl.col("column_16").str.extract(r"^([^,]*)").cast(pl.Float64, strict=False),
        states=_states(rows.select(fips.alias("fips"))["fips"]),
    )
    named = pl.col("states").list.len()
    kept, skipped = sifted(
        table,
        ("impossible day", pl.col("date").is_null()),
        ("not about the military", ~pl.col("column_8").str.contains(MILITARY).fill_null(value=False)),
        ("fewer than two states", named < 2),
        (f"more than {MOST} states", named > MOST),
    )
    sides = kept.select("article", "date", "tone", one="states").explode("one")
    pairs = sides.join(sides.select("article", other="one"), on="article").filter(pl.col("one") < pl.col("other"))
    every = table.filter(pl.col("date").is_not_null()).select("date", "tone", one=pl.lit(WORLD), other=pl.lit(WORLD))
    summed = (
        pl.concat([pairs.select(every.columns), every])
        .group_by(a="one", b="other", date="date")
        .agg(articles=pl.len().cast(pl.Int32), tone=pl.col("tone").filter(pl.col("tone").is_finite()).mean())
        .sort("date", "a", "b")
        .with_columns(source=pl.lit("gdelt"), raw=pl.lit(raw.sha256))
    )
    tables = {"attention": ATTENTION.of(summed)}
    return found._replace(tables=tables, layout="gkg", kept=len(kept), skipped=found.skipped | skipped)


def _states(codes: pl.Series) -> pl.Series:
    """The states of lists of country codes; a place that is of none is left out."""
    known = {code: from_fips(code) for code in codes.explode().drop_nulls().unique()}
    state = pl.element().replace_strict(known, default=None, return_dtype=pl.String)
    return (
        codes.list.eval(state.drop_nulls().unique().sort()) if known else codes.list.eval(pl.element().cast(pl.String))
    )


def monthly(lake: Lake, states: Iterable[str]) -> pl.DataFrame:
    """Table MEASURE: articles and their mean tone by pair of some states and month, and under ``*`` all articles read in it.

    A month is known the day after the last of its days that was read: as of an earlier day it is not there yet.
    """
    chosen = [WORLD, *sorted(states)]
    month = (
        lake.read(ATTENTION)
        .filter(pl.col("a").is_in(chosen), pl.col("b").is_in(chosen))
        .group_by("a", "b", date=pl.col("date").dt.month_end())
        .agg(
            pl.col("articles").sum().cast(pl.Float64),
            tone=(pl.col("tone") * pl.col("articles")).sum()
            / pl.col("articles").filter(pl.col("tone").is_not_null()).sum(),
            last=pl.col("date").max(),
            raw=pl.col("raw").min(),
        )
    )
    last = pl.col("last").max().over("date") + pl.duration(days=1)
    subject = pl.when(pl.col("a") == WORLD).then(pl.lit(WORLD)).otherwise(pair("a", "b", directed=False))
    rows = month.with_columns(known=last, subject=subject).collect().sort("date", "subject")
    table = pl.concat(
        rows.select("subject", "date", "known", "raw", name=pl.lit(name), value=pl.col(column).cast(pl.Float64))
        for name, column in ((ARTICLES, "articles"), (TONE, "tone"))
    ).filter(pl.col("value").is_finite())
    ids = [identity("gdelt", *one) for one in table.select("name", "subject", "date").iter_rows()]
    return MEASURE.of(
        table.with_columns(
            measure=pl.Series(ids, dtype=pl.String),
            source=pl.lit("gdelt"),
            position=pl.lit("all articles of the month"),
        )
    )
