"""How pages tell of acts and cite reports."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

import polars as pl

from comity.acts import BARE, READER, leading, pairs, parties, with_party
from comity.errors import UsageError
from comity.indicators.evidence import last_years
from comity.pages.about import filled, says
from comity.pages.query import Query
from comity.tables import pair_of
from comity.verdicts import KINDS, ruled
from comity.verdicts import read as verdict_said
from comity.vocabulary import BROKEN, TO_COME, Modality, Stage

HAND, MACHINE, CONFIRMED, REJECTED = "by hand", "by machine", "by machine, confirmed", "rejected"
LINE = ("report", "instrument", "belief", "known", "coder", "publisher", "url")  # what a line tells of a report
MACHINES = BARE | {READER, "icews", "polecat"}


@dataclass(frozen=True)
class Told:
    """One act in one line."""

    act: str = says("id of the act; /evidence/{act} has all its reports")
    date_from: date = says("first day on which it may have happened")
    date_to: date = says("last day on which it may have happened")
    known: date = says("day on which it was public")
    instrument: str = says("what kind of act")
    also: list[str] = says("other kinds as which reports tell of it, as a rupture where one says what was ended")
    stage: str = says("how far it got")
    polarity: int = says("+1 cooperation, -1 pressure, 0 neither")
    modality: str = says("how the reports speak of it: actual, planned ...")
    parties: list[str] = says("codes of everybody who took part, sorted")
    forum: str | None = says("multilateral frame")
    platform: str | None = says("weapon, vehicle or system")
    text: str = says("what happened, in one sentence of the leading report")
    belief: float = says("probability that it took place, 0-1")
    reports: int = says("number of reports that tell of it")
    publishers: int = says("number of independent publishers among them")
    coded: str = says(
        "who turned the leading report into columns: by hand, by machine, or by machine and confirmed by an analyst"
    )
    publisher: str | None = says("publisher of the leading report")
    url: str | None = says("address of the leading report; null unless it is http or https")
    report: str = says("id of the leading report")


def how(act: Told) -> list[str]:
    """What keeps an act from being cooperation or pressure that took place: a stage that only promises or ends, and how it is told.

    What is announced is planned: the one word says both.
    """
    untold = (Modality.ACTUAL, *((Modality.PLANNED,) if act.stage == Stage.ANNOUNCED else ()))
    return [word for word, said in ((act.stage, act.stage in (*TO_COME, *BROKEN)), (act.modality, act.modality not in untold)) if said]  # fmt: skip


@dataclass(frozen=True)
class Given:
    """One analyst's verdict on a report, or on whether it tells of the same act as others."""

    kind: str = says("accept, reject or recode, merge or split; the last one holds")
    author: str = says("who judged")
    when: datetime = says("when")
    why: str | None = says("the reason")
    was: str | None = says("how the report was coded when it was judged; null for a merge or split")
    now: str | None = says("how it is coded by the verdict; null when it was rejected, and for a merge or split")
    others: list[str] = says("of a merge or split: the reports with which it tells of one act, or of another")


@dataclass(frozen=True)
class Cited:
    """One report behind a number."""

    id: str = says("id of the report; /evidence/{id} shows it whole")
    url: str | None = says("address of the page that states it; null unless it is http or https")
    publisher: str | None = says("who published that page")
    published: date | None = says("when; null when the page does not say")
    text: str | None = says("the claim in one sentence")
    act: str = says("id of the act that it tells of")


def told(acts: pl.DataFrame, reports: pl.DataFrame) -> list[Told]:
    """Acts as pages tell them, in the order given; the leading report is the one that speaks for the act."""
    if acts.is_empty():
        return []
    behind: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for report in _behind(acts, reports.select(LINE)).iter_rows(named=True):
        behind[report["act"]].append(report)
    return [_line(row, leading(behind[row["act"]])) for row in acts.iter_rows(named=True)]


def cited(acts: pl.DataFrame, reports: pl.DataFrame) -> list[Cited]:
    """Every report of some acts, newest first."""
    rows = _behind(acts, reports).sort("known", "report", descending=True)
    return [
        Cited(r["report"], safe_url(r["url"]), r["publisher"], r["published"], r["text"], r["act"])
        for r in rows.iter_rows(named=True)
    ]


def with_pair(acts: pl.DataFrame, a: str, b: str) -> pl.DataFrame:
    """The acts that tie two states or set them against each other."""
    both = acts.filter(with_party(a), with_party(b))
    ties = [pair_of(a, b) in {p[:2] for p in pairs(row)} for row in both.rows(named=True)]
    return both.filter(pl.Series(ties, dtype=pl.Boolean))


def between(acts: pl.DataFrame, some: Iterable[str], others: Iterable[str]) -> pl.DataFrame:
    """The acts in which somebody of one group deals with somebody of another."""
    left, right = set(some), set(others)
    near = acts.filter(_has_any(left) & _has_any(right))
    sides = near.select("actors", "recipients", "instrument").iter_rows(named=True)
    return near.filter(pl.Series([joins(row, left, right) for row in sides], dtype=pl.Boolean))


def joins(row: dict[str, Any], some: set[str], others: set[str]) -> bool:
    """Whether an act ties somebody of one group with somebody of another."""
    return any((p.a in some and p.b in others) or (p.b in some and p.a in others) for p in pairs(row))


def in_period(acts: pl.DataFrame, start: date | None, end: date | None) -> pl.DataFrame:
    """The acts that may have happened between two days."""
    if start:
        acts = acts.filter(pl.col("date_to") >= start)
    return acts.filter(pl.col("date_from") <= end) if end else acts


def period(query: Query, as_of: date) -> tuple[date, date]:
    """The days asked for, or twelve months; ``UsageError`` where they begin after they end."""
    end = query.end or as_of
    start = query.start or last_years(end, 1)
    if start > end:
        raise UsageError(f"the period begins on {start}, after it ends on {end}: ask from an earlier day")
    return start, end


def safe_url(url: str | None) -> str | None:
    """An address that may become a link: http or https only, because evidence is written by strangers."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme in {"http", "https"} and parts.netloc else None


def coded(coder: str) -> str:
    """Whether a person or a program turned a claim into columns, and whether an analyst confirmed or rejected it."""
    name, _, judged = coder.partition(", ")
    if judged.startswith("rejected by "):
        return REJECTED
    if name in MACHINES:
        return CONFIRMED if judged else MACHINE
    return HAND


def _has_any(codes: set[str]) -> pl.Expr:
    wanted = sorted(codes)
    return (
        pl.col("actors").list.set_intersection(wanted).list.len().fill_null(0)
        + pl.col("recipients").list.set_intersection(wanted).list.len().fill_null(0)
        > 0
    )


def _behind(acts: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    """The reports of some acts, a row each, with the act's id."""
    links = acts.select("act", report="reports").explode("report")
    return reports.join(links, on="report")


def _line(row: dict[str, Any], reports: list[dict[str, Any]]) -> Told:
    lead = reports[0]
    return filled(
        Told,
        row,
        also=sorted({report["instrument"] for report in reports} - {row["instrument"]}),
        parties=list(parties(row)),
        text=row["text"] or "",
        reports=len(row["reports"]),
        publishers=len(row["publishers"]),
        coded=coded(lead["coder"]),
        publisher=lead["publisher"],
        url=safe_url(lead["url"]),
        report=lead["report"],
    )


def given(verdicts: pl.DataFrame, report: str) -> list[Given]:
    """The verdicts on one report, newest first."""
    told = []
    for row in verdicts.filter(pl.col("target") == report, pl.col("kind").is_in(KINDS)).iter_rows(named=True):
        was, now = verdict_said(row["said"])
        told.append(_given(row, _coding(was), _coding(now)))
    for row, (one, other) in ruled(verdicts):
        if report in one or report in other:
            told.append(_given(row, None, None, other if report in one else one))
    return sorted(told, key=lambda found: found.when, reverse=True)


def _given(row: dict[str, Any], was: str | None, now: str | None, others: Sequence[str] = ()) -> Given:
    return Given(row["kind"], row["author"], row["when"], row["why"] or None, was, now, list(others))


def _coding(columns: dict[str, Any]) -> str | None:
    """How a report is coded, in a line."""
    if not columns:
        return None
    who = " with ".join(" ".join(columns[side] or ()) for side in ("actors", "recipients") if columns[side])
    days = f"{columns['date_from']} to {columns['date_to']}"
    return (
        f"{who}: {columns['instrument']}, {columns['stage']}, {columns['modality']}, {columns['polarity']:+d}, {days}"
    )
