"""The whole answer on one page: who holds which partner by what, what changed, where it is thin, what is not known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from comity.indicators.evidence import last_years
from comity.pages.about import About, about, says
from comity.pages.cells import THIN, Row, asked_for, rows
from comity.pages.claims import Claim, checked
from comity.pages.compare import Compared, compared
from comity.pages.map import Arc, arcs
from comity.pages.promises import Promise, promises
from comity.pages.query import Query
from comity.pages.questions import Question, questions
from comity.pages.timeline import Bin, quarters, shown_from
from comity.pages.told import Cited, Told, between, cited, in_period, told
from comity.pages.unknowns import Unknown, unknowns
from comity.pages.words import Said, lead
from comity.tables import OBSERVED

if TYPE_CHECKING:
    from comity.flow import Picture


@dataclass(frozen=True)
class Thin:
    """A tie of the patron that is half assumption or more."""

    state: str = says("code of the partner")
    instrument: str = says("a word of the vocabulary")
    prior_share: float = says("weight of the prior in the strength, 0-1: prior years over all evidence-years")
    acts: int = says("number of acts behind it")
    state_of_evidence: str = says("observed, none reported or not covered")
    opens: str = says("id under which /evidence/ shows every weight")


@dataclass(frozen=True)
class Overview:
    """The answer."""

    about: About = says("header")
    patron: str = says("code of the patron")
    view: str = says("presence or bilateral")
    sentences: list[Said] = says("the answer in words, written by the program")
    questions: list[Question] = says("what the case is asked, and how far this release answers it")
    partners: list[Row] = says("each partner and who holds it by what")
    arcs: list[Arc] = says("each patron and partner with all instruments together, strongest first")
    compared: list[Compared] = says("patron beside each rival, partner by partner and instrument by instrument")
    first: date = says("first day of the time axis")
    bins: list[Bin] = says("acts by quarter and patron, for the time axis; see the timeline")
    since: date = says("first day of the changes shown")
    changes: list[Told] = says("what happened between patron or rivals and the partners since then, newest first")
    thin: list[Thin] = says("ties of the patron that are half assumption or more, thinnest first")
    unseen: list[Promise] = says(
        "announced or signed, and neither carried out nor ended as far as is known, oldest first"
    )
    promised: int = says("how many arms, production and basing deals were announced or signed at all")
    claims: list[Claim] = says("what is said of the case, beside the evidence found")
    unknowns: list[Unknown] = says("what is not known, and why")
    evidence: list[Cited] = says("every report whose id stands on this page, newest first")


def overview(picture: Picture, query: Query) -> Overview:
    """The answer to a case as known on one day; raises ``UsageError`` for codes that the case does not have."""
    patrons, partners, _ = asked_for(picture, query)
    table = rows(picture, query)
    sides = compared(picture, query)
    last = query.end or picture.as_of
    since = query.start or last_years(last, 1)
    near = between(picture.acts, patrons, partners)
    if query.instruments:
        near = near.filter(pl.col("instrument").is_in(query.instruments))
    recent = in_period(near, since, last).sort("date_to", "act", descending=True)
    deals = promises(picture, near, patrons[0], partners)
    unseen = [p for p in deals if p.seen is None and p.ended is None]
    over = sum(p.seen is None and p.ended is not None for p in deals)
    shown = {r for row in table for c in row.ties for r in c.evidence}
    named = picture.acts.filter(pl.col("reports").list.eval(pl.element().is_in(list(shown))).list.any())
    return Overview(
        about=about(picture, query),
        patron=patrons[0],
        view=query.view,
        sentences=lead(picture, query, table, sides, len(unseen), len(deals), over),
        questions=questions(picture, table, near),
        partners=table,
        arcs=arcs(picture, query),
        compared=sides,
        first=shown_from(picture),
        bins=quarters(picture, query),
        since=since,
        changes=told(recent, picture.reports),
        thin=_thin(table, patrons[0]),
        unseen=unseen,
        promised=len(deals),
        claims=checked(picture),
        unknowns=unknowns(picture, table),
        evidence=cited(pl.concat([named, recent]).unique("act"), picture.reports),
    )


def _thin(table: list[Row], patron: str) -> list[Thin]:
    found = [
        Thin(row.state, c.instrument, c.prior_share, c.acts, c.state, c.opens)
        for row in table
        for c in row.ties
        if c.with_ == patron and (c.prior_share >= THIN or c.state != OBSERVED)
    ]
    return sorted(found, key=lambda t: (-t.prior_share, t.acts, t.state, t.instrument))
