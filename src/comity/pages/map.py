"""Where are the ties? One arc a pair, as wide as its ties are strong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from comity.numerals import capital, number
from comity.pages.about import About, about, says
from comity.pages.cells import PATRON, RIVAL, THIN, asked_for, covered, searched, summed, today
from comity.pages.query import Query
from comity.pages.words import Part, Said, counted, owned, said
from comity.states import called
from comity.tables import pair_of

if TYPE_CHECKING:
    from comity.flow import Picture


@dataclass(frozen=True)
class Arc:
    """All ties of one patron with one partner, by the instruments asked for."""

    patron: str = says("code of the patron or rival")
    role: str = says("patron or rival")
    partner: str = says("code of the partner")
    strength: float = says("expected acts in the next 12 months, instruments together")
    low: float = says("5 % bound, from the draws of the instruments")
    high: float = says("95 % bound")
    prior_share: float = says(
        "weight of the prior in the strength, 0-1: prior years over all evidence-years, mean over instruments by their strength"
    )
    acts: int = says("number of acts behind it")
    covered: float = says(
        "part of the memory of these ties that was watched, 0-1, mean over instruments; below 0.3 it is in no ranking"
    )


@dataclass(frozen=True)
class Map:
    """The ties of the patron and the rivals with the partners, in space."""

    about: About = says("header")
    view: str = says("presence or bilateral")
    instruments: list[str] = says("the instruments added up")
    answer: Said | None = says("the answer in words; null without an act")
    arcs: list[Arc] = says(
        "one a patron and partner: those that somebody looked at, strongest first, then those hardly looked at"
    )


def map(picture: Picture, query: Query) -> Map:
    """One arc a patron or rival and partner; raises ``UsageError`` for codes that the case does not have."""
    found = arcs(picture, query)
    return Map(about(picture, query), query.view, list(asked_for(picture, query)[2]), _answer(found), found)


def _answer(found: Sequence[Arc]) -> Said | None:
    """Where the patron's ties are strongest and weakest, and the strongest of a rival; what is mostly assumed is not ranked."""
    known = [a for a in found if a.acts]
    mine, rivals = ([a for a in known if a.role == role and _ranked(a)] for role in (PATRON, RIVAL))
    if not known:
        return None
    parts: list[str | Part] = []
    if mine:
        first, last = mine[0], mine[-1]
        if first is last:
            parts += [f"Of {owned(first.patron)} ties only that with ", *_much(first), " can be ranked"]
        else:
            parts += [f"{capital(owned(first.patron))} ties are strongest with ", *_much(first)]
            parts += [" and weakest with ", *_much(last)]
    else:
        parts += ["The patron's ties were hardly looked at, so that none is called the strongest"]
    if rivals:
        parts += [f"; of the rivals' the strongest is {owned(rivals[0].patron)} with ", *_much(rivals[0])]
    parts += [". Who was searched less shows less." if mine or rivals else "."]
    if mine or rivals:
        apart = sum(not _ranked(a) for a in known)
        rest = f" {capital(counted(apart, 'pair'))} with acts {'was' if apart == 1 else 'were'} hardly looked at and {'is' if apart == 1 else 'are'} not ranked."
        parts += [rest] if apart else []
    return said(*parts)


def _ranked(arc: Arc) -> bool:
    """Whether an arc may be called strong or weak: somebody looked, and evidence has more weight in it than assumption."""
    return searched(arc) and arc.prior_share < THIN


def _much(arc: Arc) -> tuple[Part, str]:
    pair = "-".join(pair_of(arc.patron, arc.partner))
    return Part(
        called(arc.partner), f"/tie/{pair}"
    ), f" ({number(arc.strength)} acts a year, {number(arc.low)} to {number(arc.high)})"


def arcs(picture: Picture, query: Query) -> list[Arc]:
    """Patrons with partners, all instruments asked for together, strongest first; those that hardly anybody looked at are set apart behind."""
    patrons, partners, instruments = asked_for(picture, query)
    ties = {(a, b): rows for (a, b), rows in _chosen(today(picture, query.view), instruments).group_by("a", "b")}
    behind = _chosen(picture.weights, instruments).group_by("a", "b").agg(pl.col("act").n_unique())
    acts = {(a, b): n for a, b, n in behind.iter_rows()}
    found = [
        _arc(ties[pair], who, partner, picture.case.roles.patron, acts.get(pair, 0))
        for who in patrons
        for partner in partners
        if (pair := pair_of(who, partner)) in ties
    ]
    return sorted(found, key=lambda arc: (not searched(arc), -arc.strength, arc.patron, arc.partner))


def _chosen(table: pl.DataFrame, instruments: Sequence[str]) -> pl.DataFrame:
    return table.filter(pl.col("instrument").is_in(instruments))


def _arc(ties: pl.DataFrame, who: str, partner: str, patron: str, acts: int) -> Arc:
    share = ties.select((pl.col("prior_share") * pl.col("strength")).sum() / pl.col("strength").sum()).item()
    looked = float(np.mean([covered(r) for r in ties.iter_rows(named=True)]))
    return Arc(who, PATRON if who == patron else RIVAL, partner, *summed(ties), share, acts, looked)
