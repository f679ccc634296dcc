"""Tone shifts of a case's pairs in the stream of the world: written down by a pass, because the world is not in a case."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl

from comity.lake import Lake
from comity.numerals import capital
from comity.states import called
from comity.tables import MEASURE, Roles
from comity.watch import tone
from comity.watch.alert import TONE, Alert, frame
from comity.watch.hard import concerns

PAIR_WEEKS = 400  # for one alarm: a pair cries wolf once in eight years


def every(found: pl.DataFrame, lake: Lake, roles: Roles, as_of: date) -> pl.DataFrame:
    """A case's alerts and those of its pairs in the stream of the world, newest first; the same without the stream."""
    rows = lake.read(MEASURE).filter(pl.col("name").is_in(tone.NAMES), pl.col("known") <= as_of).collect()
    if rows.is_empty():
        return found
    return (
        pl.concat([found, frame(list(_shifts(tone.world(rows), roles)))])
        .unique("alert", maintain_order=True)
        .sort("raised", "alert", descending=True)
    )


def _shifts(w: tone.World, roles: Roles) -> Iterator[Alert]:
    for s in tone.shifts(w, PAIR_WEEKS):
        if concerns(*s.pair, roles):
            a, b = s.pair
            since = w.weeks[s.since] - timedelta(days=6)
            what = "a burst of conflict" if s.chart == "conflict" else "a burst of attention"
            yield Alert(
                TONE, s.chart, "pair", f"{a}-{b}", w.weeks[s.week] + timedelta(days=1), since, s.height, "height of the chart over its threshold",
                f"{capital(called(a))} and {called(b)}: {what} in the news beyond what both have with others, since the week of {since}.",
                [], 52 / PAIR_WEEKS, False,
            )  # fmt: skip
