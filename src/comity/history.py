"""What the readings of a case were on earlier days: each is made only from what was known on its day.

A past reading is that of the picture of its day. Making one costs as much as weaving the case, so those of the last 15
years, one a quarter, are kept in the store; what they were made from is kept beside them, and only those days are made
anew of which something else is known today.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from comity import acts, mark
from comity.cases import Case
from comity.errors import StoreError
from comity.lake import Lake
from comity.tables import ACT, HISTORY, REPORT, identity
from comity.verdicts import judged, rulings
from comity.weaving import measured, seen

YEARS = 15
PATIENCE = 600.0  # seconds to wait for another process that makes the same
ORDER = ("date", "indicator", "subject")
Progress = Callable[[str, int, int], None]


class Given(NamedTuple):
    """A case's evidence as its sources gave it, and what analysts said of it."""

    reports: pl.DataFrame
    measures: pl.DataFrame
    coverage: pl.DataFrame
    verdicts: pl.DataFrame

    def by(self, day: date) -> Given:
        """What of it was known by a day."""
        reports, measures, coverage = (frame.filter(pl.col("known") <= day) for frame in self[:3])
        return Given(reports, measures, coverage, self.verdicts.filter(pl.col("when").dt.date() <= day))


def quarters(first: date | None, as_of: date) -> list[date]:
    """The last day of each quarter of the last 15 years, from the first day on which anything was known."""
    after = as_of + timedelta(days=1)
    oldest = date(after.year - YEARS, after.month, 1)
    starts = (date(year, month, 1) for year in range(oldest.year, after.year + 1) for month in (1, 4, 7, 10))
    ends = (start - timedelta(days=1) for start in starts if start <= after)
    return [end for end in ends if first and end >= max(first, oldest)]


def history(
    case: Case, lake: Lake | None, given: Given, as_of: date, progress: Progress = lambda what, done, total: None
) -> pl.DataFrame:
    """Table ``history``: every reading at the end of each quarter, as known then. Kept in the store where it can be written."""
    given = given.by(as_of)
    made_from = _marks(case, given, quarters(_first(given), as_of))
    wanted, there = _missing(case, lake, made_from)
    if not wanted:
        return there
    with ExitStack() as alone:
        if lake:
            with suppress(StoreError):  # where nobody may write, everybody makes it
                alone.enter_context(replace(lake, patience=PATIENCE).writing("history"))
                wanted, there = _missing(case, lake, made_from)  # another process may have made it meanwhile
        fresh = [there]
        for n, (day, done) in enumerate(_acts(given, wanted)):
            progress("readings of earlier days", n, len(wanted))
            known = given.by(day)
            readings = measured(case, day, done, known.measures, known.coverage, {}, bounds=False).readings
            fresh.append(readings.with_columns(made_from=pl.lit(made_from[day])).select(list(HISTORY.schema)))
        found = pl.concat(fresh).sort(ORDER)
        if lake and wanted:
            with suppress(StoreError):  # the disk is full or read-only: it can be made again
                others = lake.read(HISTORY, case.name).filter(~pl.col("date").is_in([*made_from])).collect()
                lake.replace(HISTORY, pl.concat([others, found]).sort(ORDER), case.name)
        return found


def _missing(case: Case, lake: Lake | None, made_from: dict[date, str]) -> tuple[list[date], pl.DataFrame]:
    """The days that are not in the store as they would be made, and the rows of the others."""
    kept = lake.read(HISTORY, case.name).filter(pl.col("made_from").is_in([*made_from.values()])) if lake else None
    there = HISTORY.empty() if kept is None else kept.collect().sort(ORDER)
    done = set(there["made_from"])
    return [day for day, mark in made_from.items() if mark not in done], there


def _first(given: Given) -> date | None:
    """The first day on which anything was known."""
    days = pl.concat([given.reports["known"], given.measures["known"]])
    return days.min()  # type: ignore[return-value]


def _marks(case: Case, given: Given, days: list[date]) -> dict[date, str]:
    """What the readings of each day are made from: while it is the same, so are they."""
    said = given.verdicts.select(known=pl.col("when").dt.date())["known"]
    rows = [(f.hash_rows(seed=1), known) for f, known in ((given.reports, given.reports["known"]), (given.measures, given.measures["known"]), (given.verdicts, said))]  # fmt: skip
    same = (case.digest, mark.code(), pl.__version__)
    return {
        day: identity(
            day,
            *same,
            *(hashes.filter(known <= day).sum() for hashes, known in rows),
            seen(given.coverage.filter(pl.col("known") <= day), day).hash_rows(seed=1).sum(),
        )
        for day in days
    }


def _acts(given: Given, days: list[date]) -> Iterator[tuple[date, pl.DataFrame]]:
    """The acts as known on each day, from those of the day before it."""
    done, before = ACT.empty(), date.min
    for day in days:
        known = given.by(day)
        if known.verdicts.is_empty():
            news = known.reports.filter(pl.col("known") > before)
            done = acts.merge_again(known.reports.lazy(), news, REPORT.empty(), done)
            before = day
            yield day, done
        else:
            yield day, acts.merge(judged(known.reports, known.verdicts).reports, rulings(known.verdicts))
