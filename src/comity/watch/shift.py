"""Rate shifts of every stream of a case, from the region down to one instrument of one pair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import polars as pl

from comity.states import name_of
from comity.tables import WORLD, Roles
from comity.watch.alert import RATE, Alert
from comity.watch.feed import trusted, vetoed, volumes
from comity.watch.rate import BUDGET, FALL, HALF, RISE, SHIFTS, THIN, Alarm, Charted, alarms, e_bh
from comity.watch.streams import LEVELS, PRESSURE, Stream, ends, streams

WITHIN = 6  # months between an alarm and that of its parent of which it is a part
FEW = "fewer than a quarter of an act a month"
WORDS = {FALL: "fell", HALF: "fell", RISE: "rose"}


class Silent(NamedTuple):
    """A stream of which a silence says nothing."""

    subject: str
    rate: float  # acts a month over the last three years
    why: str  # too few acts, or how those who told of them look today
    seen: float  # chance that those who told of its acts would see such acts today, 0-1
    told: float  # part of its acts that they would tell again today, 0-1


def shifts(
    acts: pl.DataFrame, reports: pl.DataFrame, coverage: pl.DataFrame, roles: Roles, as_of: date
) -> Iterator[Alert]:
    """Every alarm of every stream; those of one month that survive e-BH at a false-discovery rate of 10 % are sure."""
    months, every = ends(as_of), streams(acts, reports, coverage, roles, as_of)
    found = _found(every, reports, months)
    sure = _sure(found, every)
    made: dict[tuple[str, str], list[Alert]] = {}
    order = sorted(
        zip(found, sure, strict=True), key=lambda f: (LEVELS.index(f[0][0].level), f[0][0].subject, f[0][1].month)
    )
    for (stream, alarm), is_sure in order:
        alert = _alert(stream, alarm, months, is_sure)
        over = made.get((stream.parent or "", WORDS[alarm.kind]), [])
        above = next((a for a in over if abs((a.raised - alert.raised).days) <= WITHIN * 31), None)
        alert = alert._replace(within=above.id if above else None)
        made.setdefault((stream.subject, WORDS[alarm.kind]), []).append(alert)
        yield alert


def charted(
    alert: str,
    acts: pl.DataFrame,
    reports: pl.DataFrame,
    coverage: pl.DataFrame,
    roles: Roles,
    as_of: date,
    subject: str,
) -> list[tuple[date, Charted]]:
    """The months that the alert with this id is about, each as it was seen and expected; empty where no chart raised it."""
    months = ends(as_of)
    mine = [s for s in streams(acts, reports, coverage, roles, as_of) if s.subject == subject]
    raised = (a for s, a in _found(mine, reports, months) if _alert(s, a, months, sure=False).id == alert)
    return [(months[m.month], m) for a in raised for m in a.run]


def silent(
    acts: pl.DataFrame, reports: pl.DataFrame, coverage: pl.DataFrame, roles: Roles, as_of: date
) -> list[Silent]:
    """Streams of cooperation that cannot be monitored by absence: nobody looks as they were looked at, or they bring too little."""
    found = []
    for s in streams(acts, reports, coverage, roles, as_of):
        rate, today = float(s.counts[-36:].mean()), s.look.at(range(len(s.counts)), -1)
        if not s.subject.endswith(PRESSURE) and (today.blind or rate < THIN):
            found.append(Silent(s.subject, rate, today.blind or FEW, *today))
    return found


def called(subject: str) -> str:
    """A stream in words.

    >>> called("KAZ-TUR:arms"), called("*:pressure"), called("TUR")
    ('arms between Kazakhstan and Türkiye', 'pressure in the region', 'cooperation of Türkiye with all it holds')
    >>> called("TUR:pressure")  # whoever presses whom
    'pressure between Türkiye and all it holds'
    """
    head, _, kind = subject.partition(":")
    what = kind.replace("_", " ") or "cooperation"
    if head == WORLD:
        return f"{what} in the region"
    if "-" in head:
        *ones, other = map(name_of, head.split("-"))
        return f"{what} between {', '.join(ones)} and {other}"
    return f"{what} {'between' if kind else 'of'} {name_of(head)} {'and' if kind else 'with'} all it holds"


def _found(every: Sequence[Stream], reports: pl.DataFrame, months: Sequence[date]) -> list[tuple[Stream, Alarm]]:
    """Every alarm of some streams."""
    fed = volumes(reports, months)
    ill, well = vetoed(fed), trusted(fed)
    return [
        (s, alarm) for s in every for alarm in alarms(s.counts.tolist(), s.exposure.tolist(), ill, well, s.look.speaks)
    ]


def _sure(found: Sequence[tuple[Stream, Alarm]], every: Sequence[Stream]) -> list[bool]:
    """Of the alarms of each month those that survive e-BH over every chart of every stream that had an act by then."""
    begun = np.array([min(s.acts) for s in every])
    by_month: dict[int, list[int]] = {}
    for i, (_, alarm) in enumerate(found):
        by_month.setdefault(alarm.month, []).append(i)
    out = [False] * len(found)
    for month, spots in by_month.items():
        tested = int((begun <= month).sum()) * len(SHIFTS)
        for i, kept in zip(spots, e_bh([found[i][1].e for i in spots], tested), strict=True):
            out[i] = kept
    return out


def _alert(stream: Stream, alarm: Alarm, months: Sequence[date], sure: bool) -> Alert:
    since = months[alarm.start].replace(day=1)
    ids = [id for t in range(alarm.start, alarm.month + 1) for id in stream.acts.get(t, [])]
    words = (
        f"{_first_up(called(stream.subject))} {WORDS[alarm.kind]}: "
        f"{alarm.seen:.0f} acts since {since:%B %Y} where {alarm.expected:.1f} were expected."
    )
    return Alert(
        RATE, alarm.kind, stream.level, stream.subject, months[alarm.month], since, alarm.ratio,
        "acts seen over expected", words, ids, 1 / BUDGET, sure,
    )  # fmt: skip


def _first_up(words: str) -> str:
    return words[0].upper() + words[1:]
