"""The answer on paper: a few pages to hand on, every act numbered like a footnote and every number with its interval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from comity.numerals import capital
from comity.pages.about import About, about, filled, says
from comity.pages.cells import Cell, searched
from comity.pages.claims import Claim
from comity.pages.overview import overview
from comity.pages.query import Query
from comity.pages.questions import Question
from comity.pages.risk import risk, with_partners
from comity.pages.told import Told, between, told
from comity.sources import card
from comity.tables import OBSERVED

if TYPE_CHECKING:
    from comity.flow import Picture

CHANGES, UNSEEN, PROOFS = 12, 8, 3  # the newest; all of them are on the pages


@dataclass(frozen=True)
class Held:
    """What ties one partner to the patron."""

    state: str = says("code of the partner")
    ties: list[Cell] = says("the patron's ties with evidence, strongest first")
    thin: list[str] = says("instruments for which somebody looked and nothing is reported, or nobody looked")


@dataclass(frozen=True)
class Line:
    """One act and its footnote."""

    act: Told = says("the act")
    note: int = says("number of its leading report among the notes")


@dataclass(frozen=True)
class Claimed:
    """One claim and the acts for and against it."""

    claim: str = says("the claim")
    verdict: str = says("supported, partly, contradicted or nothing found")
    why: str = says("what the verdict rests on")
    notes: list[int] = says("numbers of the newest acts for it and against it among the notes")


@dataclass(frozen=True)
class Note:
    """One footnote."""

    number: int = says("its number")
    report: str = says("id of the report; /evidence/{report} shows it whole")
    text: str = says("what the report says")
    publisher: str | None = says("who published it")
    known: date = says("day on which it was public")
    url: str | None = says("address of the page; null unless it is http or https")
    coded: str = says("by hand or by machine")


@dataclass(frozen=True)
class Forecast:
    """The chance that one of the patron's ties breaks within twelve months."""

    state: str = says("code of the partner")
    probability: float = says("0-1")
    low: float = says("5 % bound")
    high: float = says("95 % bound")
    base_rate: float = says("how often ties of its kind do")
    before: str | None = says("what broke already and whether the tie counts as at risk; null where nothing broke")


@dataclass(frozen=True)
class Credit:
    """One source that the brief rests on, and what its reader may do with the data."""

    attribution: str = says("how it asks to be named")
    licence: str = says("licence of the data")
    terms: str = says("what a user may do with the data, in plain words")
    may_redistribute: bool = says("whether the data may be passed on")


@dataclass(frozen=True)
class Brief:
    """The answer of a case on paper."""

    about: About = says("header")
    question: str = says("what the case asks")
    patron: str = says("code of the patron")
    sentences: list[str] = says("the answer in words, written by the program")
    questions: list[Question] = says("what the case is asked, and how far this release answers it")
    held: list[Held] = says("each partner and what ties it to the patron")
    since: date = says("first day of the changes")
    changes: list[Line] = says("the newest acts between patron or rivals and the partners since then")
    more: int = says("how many more there are")
    claims: list[Claimed] = says("what is said of the case, beside the evidence found")
    unseen: list[Line] = says("the newest deals that were announced or signed and not seen carried out")
    promised: int = says("how many were announced or signed at all")
    forecasts: list[Forecast] = says(
        "the patron's ties with partners, the likeliest to break first; empty when nothing can be said"
    )
    ended: list[Line] = says("acts that broke one of these ties after the last day that the chances know, newest first")
    worth: str = says("what the backtest says of such forecasts, or why there are none")
    unknowns: list[str] = says("what is not known")
    notes: list[Note] = says("every report that is cited, in the order of citation")
    sources: list[Credit] = says("whose data this rests on, and on what terms")


def brief(picture: Picture, query: Query) -> Brief:
    """The answer as known on one day; raises ``UsageError`` for codes that the case does not have."""
    page, roles = overview(picture, query), picture.case.roles
    notes: dict[str, Note] = {}
    chances = risk(picture, Query())
    later = picture.acts.filter(pl.col("act").is_in([one.id for one in chances.since]))
    since = between(later, [roles.patron], roles.held).sort("date_to", "act", descending=True)
    return Brief(
        about=about(picture, query),
        question=picture.case.question,
        patron=page.patron,
        sentences=[sentence.text for sentence in page.sentences],
        questions=page.questions,
        held=[_held(row.state, [c for c in row.ties if c.with_ == roles.patron]) for row in page.partners],
        since=page.since,
        changes=[_line(act, notes) for act in page.changes[:CHANGES]],
        more=max(0, len(page.changes) - CHANGES),
        claims=[_claimed(claim, notes) for claim in page.claims],
        unseen=[_line(promise.act, notes) for promise in page.unseen[: -UNSEEN - 1 : -1]],
        promised=page.promised,
        forecasts=[
            Forecast(
                ({tie.a, tie.b} - {roles.patron}).pop(), c.probability, c.low, c.high, c.base_rate, tie.before.text
            )
            for tie in with_partners(chances.ties, roles)
            for c in tie.chances
            if c.months == 12
        ],
        ended=[_line(act, notes) for act in told(since, picture.reports)],
        worth=_sentence(chances.why_not or chances.worth),
        unknowns=[gap.text for gap in page.unknowns],
        notes=list(notes.values()),
        sources=[
            Credit(c.attribution, c.licence, c.terms, c.may_redistribute)
            for name in sorted(set(picture.reports["source"]) | set(picture.measures["source"]))
            for c in [card(name).of(picture.case.built_in)]
        ],
    )


def _held(state: str, cells: list[Cell]) -> Held:
    seen = sorted((c for c in cells if c.state == OBSERVED), key=lambda c: (not searched(c), -c.strength))
    return Held(state, seen, [c.instrument for c in cells if c.state != OBSERVED])


def _line(act: Told, notes: dict[str, Note]) -> Line:
    return Line(act, _noted([act], notes)[0])


def _claimed(claim: Claim, notes: dict[str, Note]) -> Claimed:
    shown = [*claim.for_[:PROOFS], *claim.against[:PROOFS]]
    return Claimed(claim.claim, claim.verdict, claim.why, _noted(shown, notes))


def _noted(acts: Iterable[Told], notes: dict[str, Note]) -> list[int]:
    """The numbers of some acts' leading reports; one not cited before gets the next."""
    for act in acts:
        if act.report not in notes:
            notes[act.report] = filled(Note, act, number=len(notes) + 1)
    return [notes[act.report].number for act in acts]


def _sentence(words: str) -> str:
    return capital(words) + ("" if words.endswith(".") else ".")
