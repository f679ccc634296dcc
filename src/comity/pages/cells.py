"""Who holds whom by what: one cell a patron, partner and instrument, cut from the tie table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from comity.indicators.evidence import COVERED
from comity.pages.about import filled, says
from comity.pages.query import Query, wanted
from comity.scores import Interval, around
from comity.tables import NONE_REPORTED, NOT_COVERED, OBSERVED, pair_of, subject_of
from comity.ties import drawn, priors
from comity.vocabulary import TIES

if TYPE_CHECKING:
    from comity.flow import Picture
    from comity.pages.map import Arc

THIN = 0.5  # a tie that is half prior or more is drawn hollow and listed as thin
PATRON, RIVAL = "patron", "rival"


@dataclass(frozen=True)
class Cell:
    """The tie of one patron with one partner by one instrument."""

    with_: str = says("code of the patron or rival")
    role: str = says("patron or rival")
    instrument: str = says("a word of the vocabulary")
    strength: float = says("expected acts in the next 12 months")
    low: float = says("5 % bound of the strength")
    high: float = says("95 % bound of the strength")
    prior_share: float = says("weight of the prior in the strength, 0-1: prior years over all evidence-years")
    exposure: float = says("evidence-years of full coverage behind it")
    covered: float = says("part of its memory that was watched, 0-1; below 0.3 no ranking and no comparison counts it")
    state: str = says("observed, none reported (looked at, no act) or not covered (nobody looked, or hardly)")
    acts: int = says("number of acts that enter the strength")
    reports: int = says("number of reports of those acts")
    evidence: list[str] = says("ids of those reports")
    opens: str = says("id under which /evidence/ shows every weight of the strength")


@dataclass(frozen=True)
class Row:
    """One partner and who holds it."""

    state: str = says("code of the partner")
    beside: bool = says("true for a state shown beside the partners and not counted among them")
    ties: list[Cell] = says("its ties with the patron and the rivals, by instrument")


def asked_for(picture: Picture, query: Query) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Patrons, partners and tie instruments that a question is about; ``UsageError`` for codes the case does not have."""
    roles = picture.case.roles
    partners = wanted(query.partners, roles.held, "partners")
    rivals = wanted(query.rivals, roles.rivals, "rivals")
    instruments = tuple(k for k in TIES if k in query.instruments) or (TIES if not query.instruments else ())
    return (roles.patron, *rivals), partners, instruments


def today(picture: Picture, view: str) -> pl.DataFrame:
    """The tie table at its last month in one view."""
    return picture.ties.filter(pl.col("view") == view, pl.col("month") == pl.col("month").max())


def by_tie(picture: Picture, view: str) -> dict[tuple[str, str, str], dict[str, Any]]:
    """The rows of ``today`` by pair and instrument."""
    return {(r["a"], r["b"], r["instrument"]): r for r in today(picture, view).iter_rows(named=True)}


def covered(tie: Mapping[str, Any]) -> float:
    """The part of a tie's memory that was watched, 0-1, by its row in the table."""
    return float(min(1.0, tie["exposure"] / priors()[tie["instrument"]].span))


def searched(one: Cell | Arc) -> bool:
    """Whether somebody looked well enough for a ranking to count it; without that its strength is what is usual of such pairs."""
    return one.covered >= COVERED


def state_of(acts: int, covered: float) -> str:
    """Whether a tie was observed: an act stands behind it, somebody looked and saw none, or nobody looked, or hardly."""
    if acts:
        return OBSERVED
    return NONE_REPORTED if covered >= COVERED else NOT_COVERED


def rows(picture: Picture, query: Query) -> list[Row]:
    """Every partner asked for with its cells, patrons in the order of the case."""
    patrons, partners, instruments = asked_for(picture, query)
    strengths = by_tie(picture, query.view)
    behind = _behind(picture)
    return [
        Row(
            partner,
            partner in picture.case.roles.beside,
            [
                _cell(strengths[key], who, picture.case.roles.patron, behind[key])
                for who in patrons
                if who != partner
                for instrument in instruments
                if (key := (*pair_of(who, partner), instrument)) in strengths
            ],
        )
        for partner in partners
    ]


def summed(ties: pl.DataFrame) -> Interval:
    """Strength of several ties together with its 5 % and 95 % bound, from their draws; acts a year.

    Instruments are taken as independent, so the interval is that of a sum of independent Gamma rates.
    """
    total = np.zeros(1)
    for r in ties.sort("a", "b", "instrument").iter_rows(named=True):
        total = total + drawn(r)
    return around(float(ties["strength"].sum()), total)


def _behind(picture: Picture) -> defaultdict[tuple[str, str, str], list[list[str]]]:
    """The acts that enter each tie, each as the ids of its reports."""
    reports = dict(picture.acts.select("act", "reports").iter_rows())
    found: defaultdict[tuple[str, str, str], list[list[str]]] = defaultdict(list)
    for act, a, b, instrument in picture.weights.select("act", "a", "b", "instrument").iter_rows():
        found[a, b, instrument].append(reports[act])
    return found


def _cell(tie: dict[str, Any], who: str, patron: str, acts: list[list[str]]) -> Cell:
    evidence = [report for act in acts for report in act]
    return filled(
        Cell,
        tie,
        with_=who,
        role=PATRON if who == patron else RIVAL,
        covered=covered(tie),
        state=state_of(len(acts), covered(tie)),
        acts=len(acts),
        reports=len(evidence),
        evidence=evidence,
        opens=subject_of(tie["a"], tie["b"], tie["instrument"]),
    )
