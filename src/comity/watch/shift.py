"""Rate shifts of every stream of a case, from the region down to one instrument of one pair."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple

import numpy as np
import polars as pl

from comity.numerals import capital
from comity.states import called
from comity.tables import WORLD, Roles
from comity.watch.alert import RATE, Alert
from comity.watch.feed import Volume, grown, trusted, vetoed, volumes
from comity.watch.looks import looking
from comity.watch.rate import BUDGET, FALL, HALF, RISE, SHIFTS, THIN, Alarm, Charted, alarms, e_bh, lean, standing
from comity.watch.streams import LEVELS, PRESSURE, Stream, ends, streams, timely

WITHIN = 6  # months between an alarm and that of its parent of which it is a part
FEW = "fewer than a quarter of an act a month"
YOUNG = "too few watched months learnt yet, or since its last alarm"
WORDS = {FALL: "fell", HALF: "fell", RISE: "rose"}


class Silent(NamedTuple):
    """A stream of which a silence says nothing."""

    subject: str
    rate: float | None  # acts that its charts expect in a usual month; null while too little was learnt
    why: str  # how those who told of its acts look today, too few acts, or too little learnt
    seen: float  # chance that those who told of its acts would see such acts today, 0-1
    told: float  # part of its acts that they would tell again today, 0-1


def shifts(
    acts: pl.DataFrame, reports: pl.DataFrame, coverage: pl.DataFrame, roles: Roles, as_of: date
) -> Iterator[Alert]:
    """Every alarm of every stream; those of one month that survive e-BH at a false-discovery rate of 10 % are sure.

    A rise is none of them where its sources told more of everything, so that it may be theirs; it says so.
    """
    months, every = ends(as_of), streams(acts, reports, coverage, roles, as_of)
    fed = volumes(reports, months)
    found = _found(every, fed, coverage, months)
    sure = _sure(found, every)
    told = _told(acts, reports)
    made: dict[tuple[str, str], list[Alert]] = {}
    order = sorted(
        zip(found, sure, strict=True), key=lambda f: (LEVELS.index(f[0][0].level), f[0][0].subject, f[0][1].month)
    )
    for (stream, alarm), is_sure in order:
        alert = _alert(stream, alarm, months, is_sure)
        if alarm.kind == RISE:
            reported = chain.from_iterable(told.get(act, ()) for act in alert.evidence)
            own = Counter(source for source, known in reported if known <= alert.raised)
            alert = _doubted(alert, alarm, grown(fed, own, alarm.start, alarm.month))
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
    raised = (
        a
        for s, a in _found(mine, volumes(reports, months), coverage, months)
        if _alert(s, a, months, sure=False).id == alert
    )
    return [(months[m.month], m) for a in raised for m in a.run]


def silent(
    acts: pl.DataFrame,
    reports: pl.DataFrame,
    coverage: pl.DataFrame,
    roles: Roles,
    as_of: date,
    raised: pl.DataFrame,
) -> list[Silent]:
    """Streams of cooperation that cannot be monitored by absence, by what their charts remember after the alerts raised.

    Nobody looks as they were looked at, they bring too little, or too little was learnt of them yet.
    """
    months = ends(as_of)
    ill = vetoed(_within(volumes(reports, months), coverage, months))
    shifts = raised.filter(pl.col("channel") == RATE).sort("raised")
    last = dict(shifts.select("subject", "since").iter_rows())
    found = []
    for s in streams(acts, reports, coverage, roles, as_of):
        if s.subject.endswith(PRESSURE):
            continue
        since = next((t for t, end in enumerate(months) if s.subject in last and end >= last[s.subject]), None)
        learnt, rate = standing(s.counts.tolist(), s.exposure.tolist(), ill, since)
        today = s.look.at(learnt, -1)
        blind = today.blind if s.look.remembers(learnt) else None  # where nothing is remembered nobody looks less
        why = blind or (YOUNG if rate is None else FEW if rate < THIN else None)
        if why:
            found.append(Silent(s.subject, rate, why, *today))
    return found


def streamed(subject: str) -> str:
    """A stream in words.

    >>> streamed("KAZ-TUR:arms"), streamed("*:pressure"), streamed("TUR")
    ('arms between Kazakhstan and Türkiye', 'pressure in the region', 'cooperation of Türkiye with the partners')
    >>> streamed("TUR:pressure")  # whoever presses whom
    'pressure between Türkiye and the partners'
    """
    head, _, kind = subject.partition(":")
    what = kind.replace("_", " ") or "cooperation"
    if head == WORLD:
        return f"{what} in the region"
    if "-" in head:
        *ones, other = map(called, head.split("-"))
        return f"{what} between {', '.join(ones)} and {other}"
    return f"{what} {'between' if kind else 'of'} {called(head)} {'and' if kind else 'with'} the partners"


def _found(
    every: Sequence[Stream], volumes: Sequence[Volume], coverage: pl.DataFrame, months: Sequence[date]
) -> list[tuple[Stream, Alarm]]:
    """Every alarm of some streams. A feed is ill only while it says that it looks: of one that has ended the streams know."""
    fed = _within(volumes, coverage, months)
    ill, well = vetoed(fed), trusted(fed)
    return [
        (s, alarm)
        for s in every
        for alarm in alarms(s.counts.tolist(), s.exposure.tolist(), ill, well, s.look.speaks, s.before.alike)
    ]


def _within(volumes: Sequence[Volume], coverage: pl.DataFrame, months: Sequence[date]) -> list[Volume]:
    """What is expected of each source, in the months in which it says that it looks."""
    looks, never = looking(coverage, months), np.zeros(len(months), dtype=bool)
    return [v.within(looks.get(v.source, never)) for v in volumes]


def _told(acts: pl.DataFrame, reports: pl.DataFrame) -> dict[str, list[tuple[str, date]]]:
    """Of each act, who told of it in time, report by report, and when."""
    source = {
        report: (name, known)
        for report, name, known in reports.filter(timely()).select("report", "source", "known").iter_rows()
    }
    return {act: [source[r] for r in by if r in source] for act, by in acts.select("act", "reports").iter_rows()}


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
    counted = sum(int(stream.counts[m.month]) for m in alarm.run)
    alike = f", {alarm.seen:.1f} of them as those who told looked before," if alarm.seen < counted - 0.05 else ""
    words = (
        f"{capital(streamed(stream.subject))} {WORDS[alarm.kind]}: "
        f"{counted} acts since {since:%B %Y}{alike} where {alarm.expected:.1f} were expected."
    )
    return Alert(
        RATE, alarm.kind, stream.level, stream.subject, months[alarm.month], since, alarm.ratio,
        "acts seen over expected", words, ids, 1 / BUDGET, sure,
    )  # fmt: skip


def _doubted(alert: Alert, alarm: Alarm, beside: float) -> Alert:
    """The alert of a rise, which says so where it does not stand out of all else that its sources told."""
    if beside <= 1 or alarm.ratio > lean(SHIFTS[RISE]) * beside:
        return alert
    words = f" All else that its sources told was {beside:.1f} times what was expected: whether this is more than wider looking cannot be told."
    return alert._replace(text=alert.text + words, sure=False)
