"""What is watched: acts a month at four levels, by the month in which they became known.

Counting by the day on which an act was *known* is what makes an alarm stand: evidence that appears later enters later
months. An act known more than three months after it may have happened is history, not news, and is left out; so is one of which
only the year is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.acts import counted, pairs
from comity.tables import WORLD, Pair, Roles, pair_of
from comity.ties import month_ends
from comity.vocabulary import PRESSURE as AGAINST
from comity.vocabulary import TIES, Modality
from comity.watch.looks import Before, Look, Told, Watched

REGION, PATRON, PAIR, INSTRUMENT = LEVELS = ("region", "patron", "pair", "instrument")
PRESSURE = "pressure"
NEWS = 92  # days after which an act that becomes known is history
AHEAD = 366  # days before
FIRST = date(2005, 1, 1)  # earlier months are not looked at: a window that moved with the day would move old alarms


class Stream(NamedTuple):
    """One count a month."""

    subject: str  # *, TUR, KAZ-TUR, KAZ-TUR:arms; acts of pressure have :pressure behind it
    level: str
    parent: str | None  # subject one level up
    counts: npt.NDArray[np.int64]  # acts that became known in each month
    exposure: npt.NDArray[np.floating]  # how well each month was watched, years; the unit cancels out
    acts: Mapping[int, list[str]]  # ids by month
    look: Look  # how well those who told of its acts look
    before: Before  # how well they had looked


def ends(as_of: date) -> list[date]:
    """The last day of each month watched. The running month is not over: it would alarm anew every day."""
    return [end for end in month_ends(as_of) if end >= FIRST and (end + timedelta(days=1)).day == 1]


def streams(
    acts: pl.DataFrame, reports: pl.DataFrame, coverage: pl.DataFrame, roles: Roles, as_of: date
) -> list[Stream]:
    """Every stream of a case that ever had an act, region first."""
    months = ends(as_of)
    if not months:
        return []
    place = {(end.year, end.month): t for t, end in enumerate(months)}
    found: defaultdict[str, defaultdict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    told: defaultdict[str, list[Told]] = defaultdict(list)
    said = {report: rest for report, *rest in reports.select("report", "source", "known", "instrument").iter_rows()}
    for row in _news(acts, as_of).iter_rows(named=True):
        t = place.get((row["known"].year, row["known"].month))
        if t is None:
            continue
        by_then = [s for s in (said[report] for report in row["reports"] if report in said) if s[1] <= months[t]]
        tellers = frozenset(name for name, *_ in by_then)
        kinds = [kind for *_, kind in by_then] or [row["instrument"]]
        kind = row["instrument"] if row["instrument"] in kinds else kinds[0]  # what was ended may be told later
        entered: defaultdict[str, list[Pair]] = defaultdict(list)
        for pair in pairs(row):
            for subject in _subjects(pair.a, pair.b, row, roles):
                entered[subject].append((pair.a, pair.b))
        for subject, mine in entered.items():
            told[subject] += (Told(t, pair, kind, tellers, 1 / len(mine)) for pair in mine)
            found[subject][t].append(row["act"])
    cells = {subject: _cells(subject, roles) for subject in found}
    watched = Watched(coverage, sorted({pair for mine, _ in cells.values() for pair in mine}), months)
    made = []
    for subject in found:
        exposure, tales = watched.exposure(*cells[subject]), told[subject]
        made.append(_stream(subject, found[subject], exposure, watched.look(tales), watched.before(tales, exposure)))
    return sorted(made, key=lambda s: (LEVELS.index(s.level), s.subject))


def parent(subject: str) -> str | None:
    """The subject one level up.

    >>> parent("KAZ-TUR:arms"), parent("KAZ-TUR"), parent("TUR"), parent("*"), parent("KAZ-TUR:pressure")
    ('KAZ-TUR', None, '*', None, None)
    """
    head, _, tail = subject.partition(":")
    if tail and tail != PRESSURE:
        return head
    return WORLD + subject.removeprefix(head) if "-" not in head and head != WORLD else None


def timely() -> pl.Expr:
    """Whether an act or report is of its month: known at most three months after the first day on which it may have happened.

    What is known to the year only, as registers tell it on one day of the next, says of no month that anything changed.
    """
    first, last = ((pl.col("known") - pl.col(day)).dt.total_days() for day in ("date_from", "date_to"))
    return (first <= NEWS) & (last >= -AHEAD)


def _news(acts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Cooperation that counts and pressure that happened, known in time."""
    fresh = acts.filter(pl.col("known") <= as_of, timely())
    against = fresh.filter(pl.col("polarity") == -1, pl.col("modality") == Modality.ACTUAL)
    return pl.concat([counted(fresh), against]).sort("known", "act")


def _subjects(a: str, b: str, row: Mapping[str, object], roles: Roles) -> list[str]:
    """The streams that a pair's act enters: those of the region are of somebody who holds with somebody held."""
    courting, held = {roles.patron, *roles.rivals}, set(roles.held)
    holder = next((x for x, y in ((a, b), (b, a)) if x in courting and y in held), None)
    if holder is None and not {a, b} <= held and not (roles.patron in {a, b} and {a, b} <= courting):
        return []
    tail = f":{PRESSURE}" if row["polarity"] == -1 else ""
    found = [f"{a}-{b}{tail}"] + ([f"{a}-{b}:{row['instrument']}"] if not tail else [])
    return found + ([f"{holder}{tail}", f"{WORLD}{tail}"] if holder else [])


def _cells(subject: str, roles: Roles) -> tuple[set[Pair], tuple[str, ...]]:
    """The pairs and instruments whose acts could enter a stream."""
    head, _, tail = subject.partition(":")
    instruments = AGAINST if tail == PRESSURE else (tail,) if tail else TIES
    if "-" in head:
        a, b = head.split("-")
        return {(a, b)}, instruments
    courting = roles.patrons if head == WORLD else (head,)
    return {pair_of(x, y) for x in courting for y in roles.held if x != y}, instruments


def _stream(
    subject: str, found: Mapping[int, list[str]], exposure: npt.NDArray[np.floating], look: Look, before: Before
) -> Stream:
    counts = np.zeros(len(exposure), dtype=np.int64)
    for t, ids in found.items():
        counts[t] = len(ids)
    head, _, tail = subject.partition(":")
    level = INSTRUMENT if tail in TIES else PAIR if "-" in head else REGION if head == WORLD else PATRON
    return Stream(subject, level, parent(subject), counts, exposure, dict(found), look, before)
