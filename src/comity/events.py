"""Events of machine-coded streams between some states, gathered so that an update costs what is new.

Nearly all that a stream tells is of other states. What is of a case is kept with the case, beside the list of data files that
it was taken from: the next update looks into new files only, and for an event that is new itself also into older files of
mentions whose ids span its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import narwhals as nw
import polars as pl

from comity.engine import POLARS, collect, put, scan
from comity.lake import Lake
from comity.states import name_of
from comity.tables import EVENT, MENTION, REPORT, identity
from comity.vocabulary import Modality

MENTIONED = ("gdelt",)  # streams whose articles stand in files of their own
ID = ["source", "event"]
ROW = [*ID, "raw", "position"]
SAID = ["source", "date", "actor", "recipient", "code"]  # the same in all rows of one event, where a stream has no ids


class Found(NamedTuple):
    """Events between some states, and the articles that tell of them."""

    events: pl.DataFrame  # table EVENT
    mentions: pl.DataFrame  # table MENTION

    def of(self, source: str) -> pl.DataFrame:
        """The events of one stream."""
        return self.events.filter(pl.col("source") == source)


NOTHING = Found(EVENT.empty(), MENTION.empty())


def renewed(lake: Lake, case: str, states: frozenset[str], seen: frozenset[str], engine: str = POLARS) -> Found:
    """All events between some states and every mention of them: from what the case keeps of the files ``seen``, and from
    all other files. The case keeps it.
    """
    kept = Found(*(lake.read(t, case).collect() for t in (EVENT, MENTION))) if seen else NOTHING
    fresh = _fresh(lake, states, kept.events.select(ID), seen, engine)
    whole = Found(*(pl.concat(both).unique(ROW).sort(ROW) for both in zip(kept, fresh, strict=True)))
    lake.replace(MENTION, whole.mentions, case)
    lake.replace(EVENT, whole.events, case)
    return whole


def added(lake: Lake, case: str, states: frozenset[str], seen: frozenset[str], engine: str = POLARS) -> Found:
    """What files not ``seen`` add to what the case keeps, with all that is known of the same events; the case keeps it."""
    fresh = _fresh(lake, states, lake.read(EVENT, case).select(ID).collect(), seen, engine)
    own = pl.col("source").is_in(MENTIONED)
    ids, others = pl.concat(rows.filter(own).select(ID) for rows in fresh).unique(), fresh.events.filter(~own)
    rows = lake.read(EVENT, case)
    said = rows.filter(~own).join(others.lazy(), on=SAID, how="semi", nulls_equal=True)
    kept = Found(pl.concat([_told(rows, ids), said.collect()]), _told(lake.read(MENTION, case), ids))
    new = Found(*(f.join(k, on=ROW, how="anti") for f, k in zip(fresh, kept, strict=True)))
    lake.append(MENTION, new.mentions, case)
    lake.append(EVENT, new.events, case)
    return Found(*(pl.concat(both) for both in zip(kept, new, strict=True)))


def _told(rows: pl.LazyFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Rows of some events, found by number first: so most of the other rows are not read."""
    numbered = rows.filter(pl.col("event").is_in(events["event"].implode()))
    return numbered.join(events.lazy(), on=ID, how="semi").collect()


def _fresh(lake: Lake, states: frozenset[str], kept: pl.DataFrame, seen: frozenset[str], engine: str) -> Found:
    """Events in files not seen before, their mentions everywhere, and those of the kept events in files not seen before."""
    events = _between([path for path in lake.files(EVENT) if path not in seen], states, engine)
    spans = lake.spans(MENTION, "event")
    every = pl.concat([kept, events.select(ID)]).filter(pl.col("source").is_in(MENTIONED))
    found = [_in([path for path in spans if path not in seen], every, engine)]
    own = events.filter(pl.col("source").is_in(MENTIONED)).join(kept, on=ID, how="anti")
    if len(own):
        low, high = own["event"].min(), own["event"].max()
        again = [p for p, span in spans.items() if p in seen and (not span or (span[0] <= high and span[1] >= low))]  # type: ignore[operator]
        found.append(_in(again, own, engine))
    return Found(events, pl.concat(found).unique(ROW))


def _between(paths: Sequence[str], states: frozenset[str], engine: str) -> pl.DataFrame:
    return collect(events_between(scan(EVENT, paths, engine), sorted(states))) if paths else EVENT.empty()


def _in(paths: Sequence[str], events: pl.DataFrame, engine: str) -> pl.DataFrame:
    """Mentions of some events in some files."""
    if not paths or events.is_empty():
        return MENTION.empty()
    return collect(mentions_of(scan(MENTION, paths, engine), put(events.select(ID), engine)))


def events_between(events: nw.LazyFrame[Any], states: Sequence[str]) -> nw.LazyFrame[Any]:
    """Events between some states, on whatever engine the table is."""
    return events.filter(nw.col("actor").is_in(states), nw.col("recipient").is_in(states))


def mentions_of(mentions: nw.LazyFrame[Any], events: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The mentions of some events, on whatever engine the tables are."""
    return mentions.join(events.select(*ID).unique(), on=ID, how="semi")


class Stream(NamedTuple):
    """A stream of events: the source's name, what to call it, its page and its grade."""

    source: str
    publisher: str
    url: str
    reliability: str


def id_of_row(row: str, sha256: str) -> pl.Expr:
    """An id for events that have none of their own: the file's hash and the row's number."""
    return pl.lit(int(sha256[:7], 16) * 10**7, pl.Int64) + pl.col(row).cast(pl.Int64)


def retrieved(lake: Lake, source: str) -> pl.DataFrame:
    """When each file of a source was fetched: columns ``raw retrieved``."""
    return (
        lake.ledger().filter(pl.col("source") == source).select("raw", "retrieved").unique("raw", maintain_order=True)
    )


def reports(lake: Lake, stream: Stream, told: pl.DataFrame, meanings: pl.DataFrame) -> pl.DataFrame:
    """One report an act told of on a day, however many rows of the stream tell of it.

    ``meanings`` has a row a code: ``code``, ``instrument``, ``stage``, ``polarity``, ``belief`` and ``meaning``.
    """
    if told.is_empty():
        return REPORT.empty()
    one = ["date", "actor", "recipient", "code"]
    events = told.sort(*one, "known", "raw", "position").unique(one, keep="first", maintain_order=True)
    rows = events.join(meanings, on="code", maintain_order="left")
    dated = rows.join(retrieved(lake, stream.source), on="raw", how="left", maintain_order="left")
    return REPORT.frame([_report(row, stream) for row in dated.iter_rows(named=True)])


def _report(row: dict[str, Any], stream: Stream) -> dict[str, object]:
    actor, recipient = name_of(row["actor"]), name_of(row["recipient"])
    return {
        "report": identity(stream.source, row["date"], row["actor"], row["recipient"], row["code"]),
        "source": stream.source,
        "url": stream.url,
        "publisher": stream.publisher,
        "published": row["known"],
        "retrieved": row["retrieved"],
        "raw": row["raw"],
        "position": f"event {row['event']}, row {row['position']}",
        "coder": stream.source,
        "coder_version": row["code"],
        "reliability": stream.reliability,
        "credibility": 6,
        "date_from": row["date"],
        "date_to": row["date"],
        "known": row["known"],
        "actors": [row["actor"]],
        "recipients": [row["recipient"]],
        "instrument": row["instrument"],
        "stage": row["stage"],
        "polarity": row["polarity"],
        "modality": str(Modality.ACTUAL),
        "belief": row["belief"],
        "place": row["place"],
        "text": f"{stream.publisher} codes {actor} towards {recipient} as {row['code']} ({row['meaning']}).",
    }
