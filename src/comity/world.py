"""The ties of the whole world as machine-coded streams show them: events -> acts -> monthly counts -> ties.

The cut of a case is small and is woven on one machine. The world is not: the steps that see every event are narwhals
expressions that run on Polars or on Spark, and only the monthly counts come back.

All records of one stream about one pair, instrument and day are one act, because one coder makes the same mistake in every
article that it reads; streams are independent of each other. It is the rule of ``acts`` for records without words of their
own, and a test holds the two together.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import polars as pl

from comity import ties
from comity.attention import of_pairs, relative
from comity.cameo import believed, rooted
from comity.engine import POLARS, collect, put, scan
from comity.events import NOTHING
from comity.lake import Lake
from comity.sources import catalogue
from comity.tables import COVERAGE, EVENT, TIE, WORLD, expect
from comity.ties import PRESENCE
from comity.vocabulary import DONE, TIES, Stage

YEAR = 12  # months over which attention is added up
SURE = 1 - 1e-9  # no act is believed more than this, because its logarithm is taken
COUNTED = [str(stage) for stage in (*DONE, Stage.TALKS)]  # as ``acts.counted`` has it
Events = nw.LazyFrame[Any]


def monthly(events: Events, meanings: Events, as_of: date) -> Events:
    """Acts a month by pair and instrument as known on a day: columns ``a b instrument t acts``, t = 12 year + month - 1.

    ``meanings`` has a row a source and code with the instrument it strengthens and the belief in it. The belief in a day's act is
    1 - prod(1 - p) over streams, p the surest record of each.
    """
    first, second = nw.col("actor"), nw.col("recipient")
    told = (
        events.filter(nw.col("known") <= as_of, first != second)
        .join(meanings, on=["source", "code"], how="inner")
        .with_columns(
            a=nw.when(first < second).then(first).otherwise(second),
            b=nw.when(first < second).then(second).otherwise(first),
        )
    )
    heard = told.group_by("a", "b", "instrument", "date", "source").agg(nw.col("belief").max())
    done = heard.with_columns(doubt=(1 - nw.col("belief")).log()).group_by("a", "b", "instrument", "date")
    acts = done.agg(nw.col("doubt").sum()).with_columns(
        act=1 - nw.col("doubt").exp(), t=nw.col("date").dt.year() * 12 + nw.col("date").dt.month() - 1
    )
    return acts.group_by("a", "b", "instrument", "t").agg(acts=nw.col("act").sum())


def counts(lake: Lake, as_of: date, engine: str = POLARS) -> pl.DataFrame:
    """``monthly`` of everything that the store holds, sorted."""
    events = scan(EVENT, lake.files(EVENT), engine)
    codes = collect(events.select("source", "code").unique())
    found = monthly(events, put(meanings(codes), engine), as_of)
    return collect(found).cast({"t": pl.Int64}).sort("a", "b", "instrument", "t")


def heard(lake: Lake, as_of: date, engine: str) -> pl.DataFrame:
    """What the streams say of each state a month apart from cooperation, done or intended: columns ``state t events``."""
    events = scan(EVENT, lake.files(EVENT), engine)
    codes = collect(events.select("source", "code").unique())
    others = codes.join(_cooperative(codes), on=["source", "code"], how="anti")
    told = events.filter(nw.col("known") <= as_of).join(put(others, engine), on=["source", "code"], how="inner")
    month = nw.col("date").dt.year() * 12 + nw.col("date").dt.month() - 1
    sides = [told.select(state=nw.col(side), t=month) for side in ("actor", "recipient")]
    counted = nw.concat(sides).group_by("state", "t").agg(events=nw.len())
    return collect(counted).cast({"t": pl.Int64, "events": pl.Float64}).sort("state", "t")


def woven(found: pl.DataFrame, coverage: pl.DataFrame, as_of: date, volume: pl.DataFrame | None = None) -> pl.DataFrame:
    """Table ``tie`` of every pair in some monthly counts, on the day itself, in the presence view; it names no acts.

    With ``volume`` (``heard``) exposure follows how much the news looked at both states.
    """
    if found.is_empty():
        return TIE.empty()
    ends = ties.month_ends(as_of)
    pairs = sorted(set(found.select("a", "b").iter_rows()))
    place = {pair: i for i, pair in enumerate(pairs)}
    origin = ends[0].year * 12 + ends[0].month - 1
    mine = found.filter(pl.col("t") >= origin)
    spots = np.array([place[pair] for pair in mine.select("a", "b").iter_rows()], dtype=int)
    kinds = mine["instrument"].replace_strict(list(TIES), list(range(len(TIES))), return_dtype=pl.Int64)
    y = np.zeros((len(ends), len(pairs), len(TIES)), dtype=np.float32)
    np.add.at(y, (mine["t"].to_numpy() - origin, spots, kinds.to_numpy()), mine["acts"].to_numpy())
    watched = ties.exposure(coverage, [(WORLD, WORLD)], ends).astype(np.float32)
    if volume is not None:
        watched = np.multiply(watched, _attention(volume, pairs, origin, watched.max(axis=(1, 2)) > 0))
    last = np.array([len(ends) - 1])
    table = ties.posterior(y, watched, ties.prior_means(pairs, as_of), PRESENCE, ends, last, pairs)
    whole = table.with_columns(pl.col(pl.Float32).cast(pl.Float64), acts=pl.lit([], pl.List(pl.String)))
    return expect(whole, TIE)


def _attention(
    volume: pl.DataFrame, pairs: list[tuple[str, str]], origin: int, watched: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float32]:
    """Attention to each pair in the twelve months to each one: [months, pairs, instruments]; 1 where nothing was watched."""
    codes = sorted({state for pair in pairs for state in pair})
    place = {code: i for i, code in enumerate(codes)}
    monthly = np.zeros((len(watched), len(codes)))
    for state, t, events in volume.filter(pl.col("t") >= origin).iter_rows():
        if state in place and t - origin < len(watched):
            monthly[t - origin, place[state]] += events
    seen = np.maximum(1, np.convolve(watched, np.ones(YEAR))[: len(watched)])
    yearly = YEAR * np.apply_along_axis(np.convolve, 0, monthly, np.ones(YEAR))[: len(watched)] / seen[:, None]
    spots = np.array([[place[a], place[b]] for a, b in pairs]).T
    known = relative(yearly, watched) if watched.any() else np.ones_like(yearly)
    of_one = np.where(watched[:, None], of_pairs(known, *spots), 1.0)
    powers = [ties.priors()[k].elasticity for k in TIES]
    return np.stack([of_one**power for power in powers], axis=-1).astype(np.float32)


def covered(lake: Lake) -> pl.DataFrame:
    """What the streams in the store cover of any pair."""
    told = set(collect(scan(EVENT, lake.files(EVENT)).select("source").unique())["source"])
    made = [s.derive(lake, NOTHING, frozenset()) for name, s in catalogue().items() if s.derive and name in told]
    every = [lake.read(COVERAGE).collect(), *(m["coverage"] for m in made if "coverage" in m)]
    whole = pl.concat(every).filter(pl.col("source").is_in(told), pl.col("a") == WORLD, pl.col("b") == WORLD)
    return whole.unique(["source", "instrument", "date_from", "date_to"], keep="first", maintain_order=True)


def meanings(codes: pl.DataFrame) -> pl.DataFrame:
    """What each code of each stream strengthens and how far it is believed; a code that strengthens no tie is left out."""
    counted = pl.col("instrument").is_in(TIES) & pl.col("stage").is_in(COUNTED)
    return _cooperative(codes).filter(counted).select("source", "code", "instrument", "belief")


def _cooperative(codes: pl.DataFrame) -> pl.DataFrame:
    """The codes that mean cooperation, done or only intended: ``source code instrument stage belief``."""
    walk = rooted(codes["code"])
    cards = {name: source.card for name, source in catalogue().items() if name in set(codes["source"])}
    schema = {"source": pl.String, "root": pl.String, "instrument": pl.String, "stage": pl.String, "belief": pl.Float64}
    listed = pl.concat(
        [pl.DataFrame(schema=schema)]
        + [
            believed(card.beliefs)
            .filter(pl.col("polarity") == 1)
            .select(
                pl.lit(name).alias("source"),
                pl.col("cameo").alias("root"),
                "instrument",
                "stage",
                pl.col("belief").clip(0, SURE),
            )
            for name, card in cards.items()
        ]
    )
    return (
        codes.with_columns(root=pl.col("code").replace_strict(walk, default=None, return_dtype=pl.String))
        .join(listed, on=["source", "root"])
        .drop("root")
    )


def strongest(table: pl.DataFrame, most: int) -> pl.DataFrame:
    """The strongest rows of a tie table: columns ``a b instrument strength low high prior_share``."""
    ranked = table.sort("strength", "a", "b", "instrument", descending=[True, False, False, False])
    return ranked.head(most).select("a", "b", "instrument", "strength", "low", "high", "prior_share")
