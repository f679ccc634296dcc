"""Events of machine-coded streams that name no article become reports: what ICEWS and POLECAT share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import polars as pl

from comity.lake import Lake
from comity.states import name_of
from comity.tables import EVENT, FILE, REPORT, identity
from comity.vocabulary import Modality


class Stream(NamedTuple):
    """A stream of events: the source's name, what to call it, its page and its grade."""

    source: str
    publisher: str
    url: str
    reliability: str


def number(row: str, sha256: str) -> pl.Expr:
    """An id for events that have none of their own: the file's hash and the row's number."""
    return pl.lit(int(sha256[:7], 16) * 10**7, pl.Int64) + pl.col(row).cast(pl.Int64)


def reports(lake: Lake, stream: Stream, states: Iterable[str], meanings: pl.DataFrame) -> pl.DataFrame:
    """One report an act told of between some states on a day, however many rows of the stream tell of it.

    ``meanings`` has a row a code: ``code``, ``instrument``, ``stage``, ``polarity``, ``belief`` and ``meaning``.
    """
    chosen = sorted(states)
    told = lake.read(EVENT).filter(
        pl.col("source") == stream.source, pl.col("actor").is_in(chosen), pl.col("recipient").is_in(chosen)
    )
    one = ["date", "actor", "recipient", "code"]
    events = told.collect().sort(*one, "known", "raw", "position").unique(one, keep="first", maintain_order=True)
    retrieved = lake.read(FILE).filter(pl.col("source") == stream.source).select("raw", "retrieved").unique("raw")
    rows = events.join(meanings, on="code", maintain_order="left").join(retrieved.collect(), on="raw", how="left", maintain_order="left")  # fmt: skip
    return REPORT.frame([_report(row, stream) for row in rows.iter_rows(named=True)])


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
