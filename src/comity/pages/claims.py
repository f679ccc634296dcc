"""What is said, and is it so? Each claim beside the evidence found for and against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from comity.cases.claims import VERDICTS, Checked, check
from comity.cases.claims import claims as of_case
from comity.pages.about import About, about, filled, says
from comity.pages.query import Query
from comity.pages.told import Told, told

if TYPE_CHECKING:
    from comity.flow import Picture

SHOWN_RELATED = 12


@dataclass(frozen=True)
class Claim:
    """One claim and its evidence."""

    id: str = says("id of the claim")
    claim: str = says("the claim")
    parties: list[str] = says("codes of those it is about")
    instruments: list[str] = says("the instruments it is about")
    since: date = says("acts before this day are not asked for")
    verdict: str = says("supported, partly, contradicted or nothing found")
    why: str = says("what the verdict rests on, in words")
    asks: str = says("how far an act must have got: agreed, done or delivered")
    company: str = says("two: nobody else takes part; three: three or more; any")
    years: int = says("in how many different years the claim must hold")
    words: str = says("regular expression that an act's words must match; empty when any do")
    for_: list[Told] = says("acts for it, newest first")
    against: list[Told] = says("acts against it")
    near: list[Told] = says("acts of the same parties, instrument and words that fall short")
    related: list[Told] = says(
        "acts of the same parties by the instrument or in the words, not both, and later ruptures between them; the newest"
    )


@dataclass(frozen=True)
class Claims:
    """All claims of the case."""

    about: About = says("header")
    counts: dict[str, int] = says("claims by verdict, the supported first")
    claims: list[Claim] = says("in the order of the case's file")


def claims(picture: Picture, query: Query) -> Claims:
    """Every claim of the case, checked."""
    found = checked(picture)
    said = Counter(claim.verdict for claim in found)
    return Claims(about(picture, query), {v: said[v] for v in VERDICTS if said[v]}, found)


def checked(picture: Picture) -> list[Claim]:
    """Every claim of the case beside its evidence, as known on the picture's day."""
    return [_claim(picture, check(claim, picture.acts, picture.coverage)) for claim in of_case(picture.case)]


def _claim(picture: Picture, found: Checked) -> Claim:
    return filled(
        Claim,
        found.claim,
        parties=list(found.claim.parties),
        instruments=list(found.claim.instruments),
        verdict=found.verdict,
        why=found.why,
        for_=_told(picture, found.support),
        against=_told(picture, found.against),
        near=_told(picture, found.near),
        related=_told(picture, found.related[:SHOWN_RELATED]),
    )


def _told(picture: Picture, acts: Sequence[str]) -> list[Told]:
    rows = picture.acts.filter(pl.col("act").is_in(list(acts))).sort("date_to", "act", descending=True)
    return told(rows, picture.reports)
