"""The questions a case is asked, and how far this release answers them: what it cannot estimate it says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from comity.indicators.evidence import last_years
from comity.numerals import percent
from comity.pages.about import says
from comity.pages.cells import THIN, Row
from comity.pages.scenario import headline
from comity.pages.told import between, in_period
from comity.pages.verdicts import short
from comity.pages.words import Part, Said, counted, said
from comity.states import called, name_of
from comity.tables import OBSERVED
from comity.vocabulary import BROKEN, TIES, Modality

if TYPE_CHECKING:
    from comity.flow import Picture

YEARS = 5  # how far back "known so far" looks


@dataclass(frozen=True)
class Question:
    """One question."""

    question: str = says("the question")
    answered: bool = says("whether this release estimates an answer")
    missing: str | None = says("what an answer would need; null when it is answered")
    answer: Said | None = says("the answer under the assumptions of the case's first scenario; null without one")
    grade: str | None = says("worst grade on the path of the answer, A to E; null without one")
    known: Said = says("what is known so far; not a forecast")


def questions(picture: Picture, table: list[Row], acts: pl.DataFrame) -> list[Question]:
    """The four questions of every case: the answer under its first scenario, and what the last five years say."""
    patron, as_of = picture.case.roles.patron, picture.as_of
    partners = [row.state for row in table]
    happened = acts.filter(pl.col("modality") == Modality.ACTUAL)  # not what is planned, thought of or denied
    recent = in_period(happened, last_years(as_of, YEARS), as_of)
    known = {
        "Can it be disrupted?": _broken(recent, patron, partners),
        "Where first?": _thinnest(table, patron),
        "By whom?": _pressing(picture, recent, partners),
        "What would hold it?": _shared(picture),
    }
    found = headline(picture)
    if found is None:
        return [
            Question(q, False, "a scenario in the case's folder", None, None, so_far) for q, so_far in known.items()
        ]
    name, chosen, answer, before = found
    words = short(name, chosen, answer, picture.case.roles, before)
    return [
        Question(q, True, None, said_, answer.grade, so_far)
        for said_, (q, so_far) in zip(words, known.items(), strict=True)
    ]


def _broken(acts: pl.DataFrame, patron: str, partners: list[str]) -> Said:
    mine = between(acts, [patron], partners)
    broken = pl.col("instrument").is_in(TIES) & pl.col("stage").is_in(BROKEN)  # pressure that ended is none
    against = mine.filter((pl.col("polarity") == -1) | broken)
    return said(
        f"In {YEARS} years: ",
        Part(counted(len(against), "act"), f"/state/{patron}#pressure"),
        f" of pressure or breach between {called(patron)} and the partners, beside {len(mine) - len(against)} of cooperation.",
    )


def _thinnest(table: list[Row], patron: str) -> Said:
    seen = [(c.prior_share, r.state, c) for r in table for c in r.ties if c.with_ == patron and c.state == OBSERVED]
    if not seen:
        return said("No defence act of the patron is known.")
    share, state, cell = max(seen, key=lambda found: found[0])
    thin = sum(found[0] >= THIN for found in seen)
    under = "just under " if share < THIN <= round(share, 2) else ""  # or "50%" would be told beside "none is half"
    return said(
        "The thinnest tie with any act is ",
        Part(f"{cell.instrument} with {called(state)}", f"/evidence/{cell.opens}"),
        f" ({under}{percent(share)} assumption); {thin} of {len(seen)} such ties are half assumption or more. Thin is not weak.",
    )


def _pressing(picture: Picture, acts: pl.DataFrame, partners: list[str]) -> Said:
    against = acts.filter(pl.col("polarity") == -1)
    counts = {
        rival: len(
            between(against.filter(pl.col("actors").list.contains(rival)), [rival], partners)
        )  # not what a partner did to it
        for rival in picture.case.roles.rivals
    }
    top = [r for r in sorted(counts, key=lambda r: -counts[r]) if counts[r]][:3]
    if not top:
        return said(f"No pressure by a rival on a partner is known in {YEARS} years.")
    parts: list[str | Part] = [f"Pressure on partners in {YEARS} years: "]
    for i, rival in enumerate(top):
        parts += [", " if i else "", Part(f"{name_of(rival)} {counts[rival]}", f"/state/{rival}")]
    return said(*parts, ". Counts follow how hard each was searched; they do not rank.")


def _shared(picture: Picture) -> Said:
    patron = picture.case.roles.patron
    rows = picture.readings.filter(
        pl.col("indicator") == "I3", pl.col("subject") == patron, pl.col("value").is_not_null()
    )
    if rows.is_empty():
        return said("Not known. The share of acts in which three or more take part has not been measured.")
    r = rows.row(0, named=True)
    return said(
        "Multilateral acts are ",
        Part(percent(r["value"]), f"/evidence/I3:{patron}"),
        f" of the whole ({percent(r['low'])} to {percent(r['high'])}); what that holds is not known.",
    )
