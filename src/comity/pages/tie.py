"""One tie, whole: strength by instrument and its history, the acts behind it, pressure, measures, who looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from comity.errors import UsageError
from comity.numerals import percent
from comity.pages.about import About, about, filled, says
from comity.pages.cells import THIN, covered, state_of, summed, today
from comity.pages.evidence import Measured, Weight, newest, weighed
from comity.pages.query import Query
from comity.pages.risk import Broken, Chance, of_tie
from comity.pages.told import Told, between, in_period, told, with_pair
from comity.states import known
from comity.tables import NONE_REPORTED, NOT_COVERED, OBSERVED, WORLD, pair_of, subject_of
from comity.threads import ORDER, PLEDGED, VISIBLE, Deals, breaks, broken_off, ridden, seen, threads
from comity.ties import VIEWS
from comity.vocabulary import CARRIED_OUT, CONTEXT, INSTRUMENTS, TIES, Modality, Stage

if TYPE_CHECKING:
    from comity.flow import Picture


@dataclass(frozen=True)
class Strength:
    """One instrument of the tie today, in one view."""

    instrument: str = says("a word of the vocabulary")
    view: str = says("presence or bilateral; never to be mixed")
    strength: float = says("expected acts in the next 12 months")
    low: float = says("5 % bound")
    high: float = says("95 % bound")
    prior_share: float = says("weight of the prior in the strength, 0-1: prior years over all evidence-years")
    exposure: float = says("evidence-years of full coverage behind it")
    state: str = says("observed, none reported or not covered")
    acts: int = says("number of acts that enter it")
    reports: int = says("number of reports of those acts")
    opens: str = says("id under which /evidence/ shows every weight")


@dataclass(frozen=True)
class Total:
    """All instruments together, in one view."""

    view: str = says("presence or bilateral")
    strength: float = says("expected acts in the next 12 months")
    low: float = says("5 % bound, from the draws of the instruments")
    high: float = says("95 % bound")


@dataclass(frozen=True)
class Point:
    """Strength of one instrument at one past date, in the view asked for."""

    instrument: str = says("a word of the vocabulary")
    month: date = says("as at the end of this month")
    strength: float = says("expected acts in the 12 months after")
    low: float = says("5 % bound")
    high: float = says("95 % bound")


@dataclass(frozen=True)
class Looked:
    """How one source looked at this pair by one instrument."""

    source: str = says("name of the source")
    instrument: str = says("a word of the vocabulary")
    state: str = says("observed, none reported or not covered")
    date_from: date | None = says("first day covered")
    date_to: date | None = says("last day covered")
    detection: float | None = says("probability that the source shows an act that happened, 0-1; the latest")
    reports: int = says("reports of this source about the pair and instrument")
    basis: str | None = says("where the probability comes from")


@dataclass(frozen=True)
class Deal:
    """One deal of the pair, stage by stage."""

    thread: str = says("id of the thread: that of its first-known act")
    instrument: str = says("a word of the vocabulary")
    open: bool = says("whether nothing is known that carried it out, broke it off, or might have")
    perhaps: str | None = says(
        "id of the first later act of its kind that may have carried it out, where none is linked"
    )
    ended: str | None = says(
        "id of the first later act by which the two ended something of its kind, where none is known that carried it out"
    )
    stages: list[Told] = says("its acts in order of time")
    why: list[str] = says("in what they are alike, link by link")


@dataclass(frozen=True)
class Tie:
    """The dossier of one pair of states."""

    about: About = says("header")
    a: str = says("first state in alphabetical order of the codes")
    b: str = says("second state")
    view: str = says("the view asked for: presence or bilateral")
    totals: list[Total] = says("all instruments together, once a view; empty when the case does not measure this pair")
    caution: str | None = says(
        "what to know before the numbers, in the view asked for: that nobody looked at the pair, or that they are more assumption than evidence; null otherwise"
    )
    breaks: Chance | None = says("the chance of a rupture within a year; null where none is foretold")
    broke: str | None = says(
        "what broke of it already by the chronicle, and whether it counts as at risk; null where nothing did"
    )
    since: list[Broken] = says("acts that broke it after the last day that the chance knows, newest first")
    strengths: list[Strength] = says("each instrument today, once a view")
    history: list[Point] = says("each instrument quarter by quarter, in the view asked for")
    weights: list[Weight] = says(
        "what each act of any instrument adds to today's number of its own, which `opens` names; heaviest first"
    )
    acts: list[Told] = says("all cooperation of the period asked for, newest first, whether it counts yet or not")
    deals: list[Deal] = says(
        "acts that are stages of one deal, and promises of which no later stage was seen; newest first, in the period asked for"
    )
    context: list[Told] = says("economy, culture and communication: never added to the strength")
    pressure: list[Told] = says("pressure between the two, newest first")
    measures: list[Measured] = says("slow numbers about the pair, the newest of each kind")
    coverage: list[Looked] = says("who looked at this pair, by source and instrument")


def tie(picture: Picture, a: str, b: str, query: Query) -> Tie:
    """The dossier of two states in either order; ``UsageError`` when they are one, ``UnknownState`` for no code."""
    for code in (a, b):
        known(code, "the tie asked for")
    if a == b:
        raise UsageError(f"a tie has two ends; {a} is given twice")
    a, b = pair_of(a, b)
    acts = with_pair(picture.acts, a, b)
    listed = in_period(acts, query.start, query.end).sort("date_to", "act", descending=True)
    if query.instruments:
        listed = listed.filter(pl.col("instrument").is_in(query.instruments))
    mine = picture.ties.filter(pl.col("a") == a, pl.col("b") == b)
    works = pl.col("polarity") >= 0
    aside = pl.col("instrument").is_in(CONTEXT)
    weights = weighed(picture, (pl.col("a") == a) & (pl.col("b") == b), query.view)
    strengths = _strengths(picture, a, b, weights)
    chance, broke, since = of_tie(picture, a, b)
    return Tie(
        about=about(picture, query),
        a=a,
        b=b,
        view=query.view,
        totals=[Total(v, *summed(now)) for v in VIEWS if len(now := _now(picture, v, a, b))],
        caution=_caution([s for s in strengths if s.view == query.view]),
        breaks=chance,
        broke=broke,
        since=since,
        strengths=strengths,
        history=_history(mine.filter(pl.col("view") == query.view)),
        weights=weights,
        acts=told(listed.filter(works & ~aside), picture.reports),
        deals=_deals(picture, listed, {a, b}),
        context=told(listed.filter(works & aside), picture.reports),
        pressure=told(listed.filter(~works), picture.reports),
        measures=newest(picture, pl.col("subject").is_in([f"{a}>{b}", f"{b}>{a}", f"{a}-{b}", f"{b}-{a}"])),
        coverage=_coverage(picture, acts, a, b),
    )


def _now(picture: Picture, view: str, a: str, b: str) -> pl.DataFrame:
    return today(picture, view).filter(pl.col("a") == a, pl.col("b") == b)


def _strengths(picture: Picture, a: str, b: str, weights: list[Weight]) -> list[Strength]:
    reports = dict(picture.acts.select("act", pl.col("reports").list.len()).iter_rows())
    found = []
    for view in VIEWS:
        for r in _now(picture, view, a, b).iter_rows(named=True):
            acts = {w.act for w in weights if w.opens == subject_of(a, b, r["instrument"])}
            told, opens = sum(reports[act] for act in acts), subject_of(a, b, r["instrument"])
            state = state_of(len(acts), covered(r))
            found.append(filled(Strength, r, state=state, acts=len(acts), reports=told, opens=opens))
    return sorted(found, key=lambda s: (VIEWS.index(s.view), TIES.index(s.instrument)))


def _caution(strengths: list[Strength]) -> str | None:
    """Whether the number of the whole tie is assumption alone, or more of it than evidence: the mean over instruments by their strength."""
    if strengths and all(s.state == NOT_COVERED for s in strengths):
        return "Nobody looked at this pair: what follows is assumption alone, what is usual of such pairs."
    whole = sum(s.strength for s in strengths)
    share = sum(s.prior_share * s.strength for s in strengths) / whole if whole else 0.0
    if share < THIN:
        return None
    seen = ", and each act on record stands for many unseen" if any(s.acts for s in strengths) else ""
    return f"Hardly anybody looked at this pair: {percent(share)} of what follows is assumption{seen}."


def _deals(picture: Picture, acts: pl.DataFrame, pair: set[str]) -> list[Deal]:
    """The threads that some acts belong to, but those that are one act which promised nothing that could be seen."""
    every = threads(picture.acts, pair)
    mine = every.filter(pl.col("act").is_in(acts["act"].implode()))["thread"].unique()
    links = every.filter(pl.col("thread").is_in(mine.implode()))
    rank = pl.col("stage").replace_strict(
        ORDER, return_dtype=pl.Int8
    )  # a register dates order and delivery to one year
    rows = picture.acts.join(links, on="act").sort("date_from", "date_to", rank, "act")
    carried = pl.col("stage").is_in(CARRIED_OUT) & (pl.col("modality") == Modality.ACTUAL) & (pl.col("polarity") == 1)
    a, b = pair
    done = between(picture.acts, [a], [b]).filter(carried).sort("date_to", "act").rows(named=True)
    ends = breaks(picture.acts)
    deals = Deals.linked(every, picture.acts)
    found, riding = [], ridden(rows.iter_rows(named=True))
    for (name,), group in rows.group_by("thread", maintain_order=True):
        if riding.issuperset(group["act"]):
            continue
        promised = max(ORDER[Stage(stage)] for stage in group["stage"]) in PLEDGED
        waits = promised and group["instrument"][0] in VISIBLE
        if len(group) > 1 or waits:
            deal = group.row(0, named=True)
            perhaps = seen(deal, pair, done, deals) if waits else None
            ended = broken_off(deal, pair, ends, deals) if waits and not perhaps else None
            stages = told(group.select(picture.acts.columns), picture.reports)
            why = [w for w in group["why"] if w]
            found.append(
                Deal(
                    str(name), group["instrument"][0], waits and not perhaps and not ended, perhaps, ended, stages, why
                )
            )
    return sorted(found, key=lambda d: (d.stages[-1].date_to, d.thread), reverse=True)


def _history(ties: pl.DataFrame) -> list[Point]:
    rows = ties.sort("instrument", "month").select("instrument", "month", "strength", "low", "high")
    return [Point(*row) for row in rows.iter_rows()]


def _coverage(picture: Picture, acts: pl.DataFrame, a: str, b: str) -> list[Looked]:
    """A row a source and instrument that the source covers anywhere, also where it does not cover this pair."""
    told_by = (
        picture.reports.select("report", "source", "instrument")
        .join(acts.select(report="reports").explode("report"), on="report")
        .group_by("source", "instrument")
        .len()
    )
    counts = {(source, instrument): n for source, instrument, n in told_by.iter_rows()}
    ends = (WORLD, a, b)
    here = picture.coverage.filter(pl.col("a").is_in(ends), pl.col("b").is_in(ends))
    spans = (
        here.sort("date_to")
        .group_by("source", "instrument")
        .agg(pl.col("date_from").min(), pl.col("date_to").max(), pl.col("detection", "basis").last())
    )
    covered = {(r["source"], r["instrument"]): r for r in spans.iter_rows(named=True)}
    every = set(picture.coverage.select("source", "instrument").iter_rows()) | set(counts)
    order = list(INSTRUMENTS)
    return [
        _looked(key, covered.get(key), counts.get(key, 0))
        for key in sorted(every, key=lambda k: (k[0], order.index(k[1])))
    ]


def _looked(key: tuple[str, str], row: dict[str, object] | None, reports: int) -> Looked:
    state = OBSERVED if reports else NONE_REPORTED if row else NOT_COVERED
    span = row or dict.fromkeys(("date_from", "date_to", "detection", "basis"))
    return Looked(*key, state, span["date_from"], span["date_to"], span["detection"], reports, span["basis"])  # type: ignore[arg-type]
