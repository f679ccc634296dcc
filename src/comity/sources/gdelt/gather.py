"""Events between some states and the articles that tell of them, gathered so that an update costs what is new.

Mentions are nine tenths of GDELT, and nearly all of them tell of other events. Those of a case are kept with the case, beside
the list of data files they were taken from: the next update looks into new files only, and for an event that is new itself
also into older ones whose ids span its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw
import polars as pl

from comity.engine import collect, put, scan
from comity.lake import Lake
from comity.sources import card
from comity.tables import EVENT, MENTION, SEEN, identity

Gathered = tuple[pl.DataFrame, pl.DataFrame]  # tables EVENT and MENTION


def gathered(lake: Lake, states: frozenset[str], engine: str, case: str | None = None) -> Gathered:
    """The events between some states and every mention of them; what a ``case`` keeps is used and renewed."""
    if case is None:
        events = _between(lake.files(EVENT), states, engine)
        return events, _in(lake.files(MENTION), events, engine)
    key = identity("gdelt", card("gdelt").reader, *sorted(states))
    rows = lake.read(SEEN, case).filter(pl.col("source") == "gdelt", pl.col("key") == key).collect()
    seen, spans = frozenset(rows["path"]), lake.spans(MENTION, "event")
    known = lake.read(EVENT, case).collect() if seen else EVENT.empty()
    paths = lake.files(EVENT)
    found = _between([path for path in paths if path not in seen], states, engine)
    events = pl.concat([known, found]).unique(["event", "raw", "position"]).sort("event", "raw", "position")
    fresh = events.join(known, on="event", how="anti")
    mentions = _renewed(
        lake.read(MENTION, case).collect() if seen else MENTION.empty(), events, fresh, spans, seen, engine
    )
    lake.replace(MENTION, mentions, case)
    lake.replace(EVENT, events, case)
    lake.replace(
        SEEN, SEEN.frame([{"source": "gdelt", "key": key, "path": path} for path in sorted({*paths, *spans})]), case
    )
    return events, mentions


def _renewed(
    kept: pl.DataFrame,
    events: pl.DataFrame,
    fresh: pl.DataFrame,
    spans: dict[str, tuple[int, int] | None],
    seen: frozenset[str],
    engine: str,
) -> pl.DataFrame:
    """The mentions that the case kept, those in files not seen before, and those of new events in files seen before."""
    found = [kept, _in([path for path in spans if path not in seen], events, engine)]
    if len(fresh):
        low, high = fresh["event"].min(), fresh["event"].max()
        again = [p for p, span in spans.items() if p in seen and (not span or (span[0] <= high and span[1] >= low))]  # type: ignore[operator]
        found.append(_in(again, fresh, engine))
    return pl.concat(found).unique(["event", "raw", "position"]).sort("event", "raw", "position")


def _between(paths: Sequence[str], states: frozenset[str], engine: str) -> pl.DataFrame:
    return collect(between(scan(EVENT, paths, engine), sorted(states))) if paths else EVENT.empty()


def _in(paths: Sequence[str], events: pl.DataFrame, engine: str) -> pl.DataFrame:
    """Mentions of some events in some files."""
    if not paths or events.is_empty():
        return MENTION.empty()
    return collect(of(scan(MENTION, paths, engine), put(events.select("event"), engine)))


def between(events: nw.LazyFrame[Any], states: Sequence[str]) -> nw.LazyFrame[Any]:
    """GDELT's events between some states, on whatever engine the table is."""
    return events.filter(nw.col("actor").is_in(states), nw.col("recipient").is_in(states), nw.col("source") == "gdelt")


def of(mentions: nw.LazyFrame[Any], events: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The mentions of some events, on whatever engine the tables are."""
    return mentions.join(events.select("event"), on="event", how="semi")
