"""Claims: what is said of a case, set beside the evidence by one general rule that knows no case.

A row of ``claims.csv`` says who, by what, since when, in which words, how far it must have got, in whose company, and in
how many different years. An act speaks *for* the claim when it meets all of that; it comes *near* when it is of the same
parties, instrument and words and falls short in stage or company; it speaks *against* when an act of the instrument and
words was refused, suspended, cancelled, ended or denied, or a rupture names them. What is only thought of speaks neither
for nor against; what ends something against it only where it happened and is believed. A later rupture that does not name
the claim is said and decides nothing.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Literal, NamedTuple

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, field_validator

from comity import byhand
from comity.acts import parties
from comity.cases import Case
from comity.errors import CaseError
from comity.states import known
from comity.tables import WORLD
from comity.vocabulary import BROKEN, CARRIED_OUT, DONE, INSTRUMENTS, Modality, Stage

SUPPORTED, PARTLY, CONTRADICTED, NOTHING = VERDICTS = ("supported", "partly", "contradicted", "nothing found")
LOOKED = 0.3  # with a lower chance of showing an act, finding nothing says nothing
BELIEVED = 0.5  # an act less believed than this makes no claim true
ENOUGH: dict[str, tuple[Stage, ...]] = {"agreed": DONE, "done": CARRIED_OUT, "delivered": (Stage.DELIVERED,)}
Row = dict[str, Any]


class Claim(BaseModel):
    """One row of ``claims.csv``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    claim: str
    parties: tuple[str, ...]  # all of them take part
    instruments: tuple[str, ...]  # any of them
    since: date
    words: str = ""  # a regular expression that the act's words must match; empty matches all
    asks: Literal["agreed", "done", "delivered"]
    company: Literal["two", "three", "any"]  # two: nobody else; three: three parties or more
    years: int = Field(ge=1)  # in at least so many different years

    @field_validator("parties", "instruments", mode="before")
    @classmethod
    def _split(cls, text: str) -> tuple[str, ...]:
        return tuple(text.split(";"))

    @field_validator("instruments")
    @classmethod
    def _instruments(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if strange := set(names) - set(INSTRUMENTS):
            raise ValueError(f"{', '.join(sorted(strange))}: no instrument; choose from {', '.join(INSTRUMENTS)}")
        return names

    @field_validator("words")
    @classmethod
    def _words(cls, words: str) -> str:
        try:
            re.compile(words)
        except re.error as error:
            raise ValueError(f"{words!r} is no regular expression: {error}") from error
        return words


class Checked(NamedTuple):
    """A claim beside the acts found; each list is newest first."""

    claim: Claim
    verdict: str  # one of VERDICTS
    why: str
    support: list[str]  # acts for it
    against: list[str]
    near: list[str]  # acts that fall short of it
    related: list[
        str
    ]  # acts of the same parties by the same instrument or in the same words, not both; what decides nothing; later ruptures


def claims(case: Case) -> list[Claim]:
    """The claims of a case; none without a ``claims.csv``. Raises ``CaseError`` naming the line that is wrong."""
    path = case.folder / "claims.csv"
    if not path.is_file():
        return []
    found: dict[str, Claim] = {}
    for where, claim in byhand.table(path, Claim, CaseError):
        for code in claim.parties:
            known(code, where)
        if claim.id in found:
            raise CaseError(f"{where}: {claim.id} is given twice; give each claim an id of its own")
        found[claim.id] = claim
    return list(found.values())


def check(claim: Claim, acts: pl.DataFrame, coverage: pl.DataFrame) -> Checked:
    """The evidence for and against a claim, and what follows from it."""
    against, support, near, related, broke, doubted = (list[Row]() for _ in range(6))
    for row in _about(claim, acts).sort("date_to", "act", descending=True).iter_rows(named=True):
        by, worded = row["instrument"] in claim.instruments, _worded(claim, row)
        if _against(claim, row):
            (against if _happened(row) else doubted).append(row)
        elif row["modality"] == Modality.HYPOTHETICAL and by and worded:
            doubted.append(row)
        elif row["polarity"] >= 0 and by and worded:
            (near if _short(claim, row) else support).append(row)
        elif row["polarity"] >= 0 and (by or (claim.words and worded)):
            related.append(row)
        elif row["instrument"] == "rupture":
            broke.append(row)
    broke = [row for row in broke if support and row["date_to"] > support[0]["date_to"]]
    verdict, why = _verdict(claim, support, against, near)
    if broke:
        why += f", then {len(broke)} {'rupture' if len(broke) == 1 else 'ruptures'} between them that may end it"
    if doubted:
        why += f"; beside that {_acts(doubted)} only planned, only thought of or hardly believed, which decide{'s' if len(doubted) == 1 else ''} nothing"
    if verdict == NOTHING and _looked(claim, coverage) < LOOKED:
        why += "; hardly anybody looked"
    ids = [[row["act"] for row in rows] for rows in (support, against, near, [*broke, *doubted, *related])]
    return Checked(claim, verdict, why, *ids)


def _about(claim: Claim, acts: pl.DataFrame) -> pl.DataFrame:
    """The acts in which all parties of a claim took part since its day."""
    named = pl.concat_list(pl.col("actors", "recipients").fill_null([])).list.set_intersection(list(claim.parties))
    return acts.filter(named.list.len() == len(set(claim.parties)), pl.col("date_to") >= claim.since)


def _worded(claim: Claim, row: Row) -> bool:
    return re.search(claim.words, _words(row), re.IGNORECASE) is not None


def _words(row: Row) -> str:
    return " ".join(row[c] or "" for c in ("text", "platform", "place", "forum"))


def _against(claim: Claim, row: Row) -> bool:
    if row["instrument"] == "rupture":
        return re.search(claim.words or "|".join(claim.instruments), _words(row), re.IGNORECASE) is not None
    broken = row["stage"] in BROKEN or row["modality"] == Modality.NEGATED
    return broken and row["instrument"] in claim.instruments and _worded(claim, row)


def _happened(row: Row) -> bool:
    """Whether what speaks against a claim took place, or the denial was made, and is believed as much as what speaks for one has to be."""
    thought = row["modality"] in {Modality.PLANNED, Modality.HYPOTHETICAL}
    return not thought and (row["belief"] or 0.0) >= BELIEVED


def _short(claim: Claim, row: Row) -> list[str]:
    """In what an act falls short of the claim; empty when it does not."""
    size, happened = len(parties(row)), row["modality"] == Modality.ACTUAL
    falls = {
        f"only {row['stage'] if happened else row['modality']}": not happened or row["stage"] not in ENOUGH[claim.asks],
        "only in company": claim.company == "two" and size != len(claim.parties),
        "only between two": claim.company == "three" and size < 3,
        "hardly believed": (row["belief"] or 0.0) < BELIEVED,
    }
    return [how for how, so in falls.items() if so]


def _verdict(claim: Claim, support: list[Row], against: list[Row], near: list[Row]) -> tuple[str, str]:
    years = {row["date_to"].year for row in support}
    last = max((row["date_to"] for row in support), default=date.min)
    later = [row for row in against if row["date_to"] > last]
    found = f"{_acts(support)} for it" + (f" in {len(years)} years" if len(years) > 1 else "")
    if support and later:
        return CONTRADICTED, f"{found}, then {_acts(later)} against it"
    if len(years) >= claim.years:
        return SUPPORTED, found
    reasons = sorted({reason for row in near for reason in _short(claim, row)})
    if support:
        return PARTLY, f"{found}; the claim needs {claim.years} different years"
    if near:
        return PARTLY, f"nothing whole; {_acts(near)} near it: {', '.join(reasons)}"
    return (CONTRADICTED, f"{_acts(against)} against it, none for it") if against else (NOTHING, "no act for it")


def _acts(rows: list[Row]) -> str:
    return f"{len(rows)} {'act' if len(rows) == 1 else 'acts'}"


def _looked(claim: Claim, coverage: pl.DataFrame) -> float:
    """The best chance of any source to show an act of the claim between its first two parties."""
    ends = [*claim.parties[:2], WORLD]
    rows = coverage.filter(
        pl.col("a").is_in(ends), pl.col("b").is_in(ends), pl.col("instrument").is_in(claim.instruments)
    )
    return max(rows["detection"], default=0.0)
