"""What changed? Every alert with its evidence, size, false-alarm rate and what an analyst said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from comity.pages.about import About, about, filled, says
from comity.pages.query import Query
from comity.pages.told import period
from comity.tables import WORLD
from comity.watch.alert import CHANNELS, DUE, HARD, HEALTH, NEWS, RATE, TONE
from comity.watch.ledger import CLOSED, SEEN, Status, statuses
from comity.watch.rate import BUDGET, FDR, THIN
from comity.watch.shift import charted, streamed
from comity.watch.streams import LEVELS

if TYPE_CHECKING:
    from comity.flow import Picture


class Kind(NamedTuple):
    """One question that alerts answer, and what a person does with one."""

    title: str
    channels: tuple[str, ...]
    doing: str


KINDS = (  # what needs an answer first
    Kind(
        "Broken by a single act",
        (HARD,),
        "Open the evidence and ask whoever holds the file whether it stands; the tie page shows what else the two still have.",
    ),
    Kind(
        "Due and not seen",
        (DUE,),
        "Announced, and nothing of its kind was seen carried out by the time that signatures usually take (I7). Not seen is not "
        "broken: if it was carried out quietly, enter the report; if it was dropped, close the alert with a note.",
    ),
    Kind(
        "Rates that shifted",
        (RATE, TONE),
        "Sure ones first, then from the region down; a part stands under the wider change that it belongs to. See that no feed "
        "was ill, then read the acts: a rate says that something changed, never why.",
    ),
    Kind(
        "Somebody new",
        (NEWS,),
        "News, not measurement: a rival's first offer in two years, a forum, a leader. Compare with what the patron has offered.",
    ),
    Kind(
        "How well the feeds are",
        (HEALTH,),
        "Read no silence of an ill feed as a fall: update it, or find out what its publisher changed.",
    ),
)


@dataclass(frozen=True)
class Noticed:
    """One alert."""

    id: str = says("id of the alert: the same change has the same id")
    channel: str = says(
        "how it was noticed: hard act, rate shift, tone shift, data health, due and not seen, new actor"
    )
    level: str = says("region, patron, pair, instrument or feed")
    subject: str = says("what it is about: * (the region), a state, a pair, a pair and instrument, or a source")
    named: str = says("the subject in words")
    raised: date = says("first day on which what was known said so")
    since: date = says("first day of the change, as far as can be told")
    size: float = says("how large it is, in its unit")
    unit: str = says("unit of the size, in words")
    text: str = says("the change in one sentence")
    evidence: list[str] = says("ids of the acts and measures that it rests on; /evidence/{id} opens each")
    false_alarm_rate: float | None = says(
        "false alarms a year of one unchanged stream (rate and tone shifts); chance that the act did not take place (hard acts)"
    )
    sure: bool = says("whether it survives the false-discovery rate over everything watched that month")
    status: str = says("new, seen or closed")
    note: str | None = says("the analyst's last note")
    author: str | None = says("who wrote it")
    parts: list[str] = says("ids of alerts one level down that are part of it")
    within: str | None = says("id of the alert one level up that it is part of")


@dataclass(frozen=True)
class Group:
    """The alerts of one kind that are part of no wider one."""

    title: str = says("what happened, in words")
    channels: list[str] = says("the channels that notice it")
    doing: str = says("what to do with such an alert")
    open: list[str] = says("ids of those that nobody closed: new before seen, then the most important, then the newest")
    closed: list[str] = says("ids of those that somebody closed, newest first")


@dataclass(frozen=True)
class Mute:
    """One stream whose silence says nothing."""

    subject: str = says("what it is about")
    named: str = says("the same in words")
    rate: float | None = says("acts that its charts expect in a usual month; none while too little was learnt of it")
    why: str = says(
        "why: who told of its acts has stopped looking, looks less than before, or hardly looks; too few acts; or too few months learnt"
    )
    seen: float = says("chance that those who told of its acts would see such acts in the last whole month, 0-1")
    told: float = says("part of its acts that they would tell again in that month, 0-1")


@dataclass(frozen=True)
class Expected:
    """One month of a rate that shifted: expected = exposure x acts / watched."""

    month: date = says("its last day")
    seen: float = says("acts that became known in it; of a rise, as many as had been told by looking as before")
    expected: float = says("acts that were expected in it, from the months before")
    exposure: float = says(
        "how well it was watched, in years of full coverage; of a fall no better than the months before, of a rise as these"
    )
    acts: float = says(
        "acts remembered of the months before it, of a rise those whose sources still look, half an act to begin with; memory halves in three years"
    )
    watched: float = says("years watched, remembered in the same way")


@dataclass(frozen=True)
class Alerts:
    """Every alert raised in a period."""

    about: About = says("header")
    start: date = says("first day of the period")
    end: date = says("last day of the period")
    channels: dict[str, int] = says("how many alerts of each channel were raised in the period")
    before: int = says("how many that the query asks for were raised before it; parts of wider ones are not counted")
    alerts: list[Noticed] = says("the alerts, newest first")
    groups: list[Group] = says("the same by kind, what needs an answer first; kinds without any are left out")
    quiet: list[str] = says("kinds without any in the period")
    mute: list[Mute] = says(
        "streams that cannot be monitored by absence: those who told of them look no longer as they did, or there are too few acts"
    )
    thin: float = says("acts a month below which a stream cannot be")
    budget: float = says("years without a change for one false alarm of a rate stream")
    fdr: float = says("false-discovery rate of what is marked sure")


def alerts(picture: Picture, query: Query) -> Alerts:
    """Alerts of the last twelve months, or of the period asked for."""
    start, end = period(query, picture.as_of)
    said = statuses(picture.remarks, picture.called)
    rows = raised(picture, query, start, end).rows(named=True)
    parts: dict[str, list[str]] = {}
    for row in rows:
        parts.setdefault(row["within"] or "", []).append(row["alert"])
    every = [_noticed(row, said.get(row["alert"], Status()), parts.get(row["alert"], [])) for row in rows]
    groups = [_group(kind, every) for kind in KINDS]
    earlier = raised(picture, query, date.min, start - timedelta(days=1))
    return Alerts(
        about(picture, query),
        start,
        end,
        {c: sum(r["channel"] == c for r in rows) for c in CHANNELS},
        len(widest(earlier)),
        every,
        [g for g in groups if g.open or g.closed],
        [g.title for g in groups if not g.open and not g.closed],
        [Mute(s.subject, streamed(s.subject), *s[1:]) for s in picture.mute],
        THIN,
        BUDGET,
        FDR,
    )


def raised(picture: Picture, query: Query, start: date, end: date) -> pl.DataFrame:
    """The alerts of a period that the query asks for, newest first."""
    shown = picture.alerts.filter(pl.col("raised").is_between(start, end))
    if query.partners:
        named = (pl.col("subject").str.contains(code, literal=True) for code in query.partners)
        shown = shown.filter(pl.any_horizontal(named))
    if query.instruments:
        shown = shown.filter(pl.col("subject").str.split(":").list.last().is_in(list(query.instruments)))
    return shown


def widest(alerts: pl.DataFrame) -> pl.DataFrame:
    """Those that are part of no wider one among them."""
    return alerts.filter(pl.col("within").is_null() | ~pl.col("within").is_in(alerts["alert"].implode()))


def months(picture: Picture, alert: str, subject: str) -> list[Expected]:
    """What an alert counts and expects, month by month; empty for one that is no rate shift of the case."""
    case = picture.acts, picture.reports, picture.coverage, picture.case.roles, picture.as_of
    return [Expected(day, m.seen, m.expected, *m[2:]) for day, m in charted(alert, *case, subject)]


def _group(kind: Kind, every: list[Noticed]) -> Group:
    ids = {a.id for a in every}
    tops = [a for a in every if a.channel in kind.channels and a.within not in ids]
    return Group(
        kind.title,
        list(kind.channels),
        kind.doing,
        [a.id for a in sorted((a for a in tops if a.status != CLOSED), key=_rank)],
        [a.id for a in tops if a.status == CLOSED],
    )


def _rank(alert: Noticed) -> tuple[bool, bool, int]:
    """Where an open alert stands among its kind: those given are the newest first, and stay so among equals."""
    return (alert.status == SEEN, not alert.sure, LEVELS.index(alert.level) if alert.channel in {RATE, TONE} else 0)


def _noticed(row: dict[str, Any], said: Status, parts: list[str]) -> Noticed:
    named = row["subject"]
    if row["level"] != "feed":
        named = "the region" if named == WORLD else streamed(named)
    marked = {"status": said.status, "note": said.note, "author": said.author}
    return filled(Noticed, row, id=row["alert"], named=named, parts=parts, **marked)
