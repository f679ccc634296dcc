"""I5: could they operate together if they wanted to?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from comity.acts import parties
from comity.indicators.card import SHARE, Card
from comity.indicators.evidence import COVERED, Evidence, Reading, gap, lag
from comity.indicators.rival_supply import REGISTER, by_supplier, due, edition
from comity.states import members
from comity.stocks import TYPICAL, VAGUE, shares
from comity.tables import OBSERVED, subject_of
from comity.ties import DRAWS, Array, shuffled
from comity.vocabulary import CARRIED_OUT, Modality

STANDARD = "NATO"  # the one alliance whose standards are published and tested
LOGISTICS = "lpi"
YEARS, HORIZON, LEAST = 25, 4, 2
CARD = Card(
    "I5",
    "Infrastructure gap",
    "How far the two are from being able to operate and repair together: little equipment in common, poor logistics, no plant of the "
    "patron's in the partner. A declared proxy (assumption A5).",
    f"1 - mean of three: commonality = share of the partner's deliveries of {YEARS} years from the patron or, where the patron is in "
    f"{STANDARD}, from its members; logistics = (World Bank index - 1) / 4; plant = 1 - prod(1 - belief) over production or repair lines seen "
    f"working; interval from draws: Dirichlet({VAGUE} + TIV / {TYPICAL:g}) of the deliveries, one supplier not seen among them, and a plant that works or not",
    "0 to 1",
    "high is exposed",
    (
        "With one of the three missing it is the mean of two and the interval reaches from the one to the other; with two missing nothing is said.",
        "A plant counts as working from the first act that says so; nobody reports closures.",
        "Runways, railways, fuel and frequencies are not in it.",
    ),
    "No accepted measure exists; components: SIPRI register, World Bank Logistics Performance Index, coded acts",
    f"logistics at most {HORIZON} years beyond the last whole year, because the index comes every few years",
    sources=("sipri", "economy"),
    ranges={"": SHARE},
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """One reading a partner."""
    for partner in evidence.roles.held:
        parts = {
            "commonality": _commonality(evidence, partner),
            "logistics": _logistics(evidence, partner),
            "plant": _plant(evidence, partner),
        }
        yield _of(evidence, partner, {what: part for what, part in parts.items() if part is not None})


class Part(NamedTuple):
    """One component."""

    value: float
    drawn: Array  # 200 draws
    used: list[str]


def _of(evidence: Evidence, partner: str, parts: dict[str, Part]) -> Reading:
    subject, coverage = subject_of(evidence.roles.patron, partner), len(parts) / 3
    shown = ", ".join(f"{what} {part.value:.2f}" for what, part in parts.items())
    if len(parts) < LEAST:
        return gap(subject, coverage, f"{LEAST} of 3 components needed, read: {shown or 'none'}")
    value = 1 - float(np.mean([part.value for part in parts.values()]))
    low, high = np.quantile(1 - np.mean([part.drawn for part in parts.values()], axis=0), [0.05, 0.95])
    ends = [1 - part.value for part in parts.values()] if len(parts) == LEAST else [value]
    used = sorted({id for part in parts.values() for id in part.used})
    return Reading(subject, value, min(float(low), *ends), max(float(high), *ends), coverage, OBSERVED, shown, used)


def _commonality(evidence: Evidence, partner: str) -> Part | None:
    register = evidence.measures.filter(
        pl.col("name") == REGISTER, pl.col("value") > 0, pl.col("subject").str.ends_with(f">{partner}")
    )
    last = due(evidence.as_of)
    mine = edition(register, evidence.as_of).filter(pl.col("date").dt.year().is_between(last - YEARS + 1, last))
    if mine.is_empty():
        return None
    tiv, patron, allies = by_supplier(mine), evidence.roles.patron, members(STANDARD, evidence.as_of)
    alike = allies if patron in allies else (patron,)
    common = shares(tiv, partner)[:, [*(supplier in alike for supplier in tiv), False]]  # a supplier not seen is none
    value = sum(worth for supplier, worth in tiv.items() if supplier in alike) / sum(tiv.values())
    return Part(value, common.sum(axis=1), sorted(mine["measure"]))


def _logistics(evidence: Evidence, partner: str) -> Part | None:
    points = evidence.points.get((LOGISTICS, partner), [])
    if lag(points, evidence.as_of) > HORIZON:
        return None
    value = (points[-1].value - 1) / 4
    return Part(value, np.full(DRAWS, value), [points[-1].measure])


def _plant(evidence: Evidence, partner: str) -> Part | None:
    """Whether a line works, draw by draw; None where industry between the two was hardly watched and nothing was seen."""
    patron = evidence.roles.patron
    seen = evidence.acts.filter(
        pl.col("instrument") == "industry",
        pl.col("stage").is_in(CARRIED_OUT),
        pl.col("polarity") == 1,
        pl.col("modality") == Modality.ACTUAL,
    )
    rows = [r for r in seen.iter_rows(named=True) if {patron, partner} <= set(parties(r))]
    if not rows and evidence.covered(patron, partner, ["industry"]) < COVERED:
        return None
    works = 1 - float(np.prod([1 - r["belief"] for r in rows]))
    return Part(works, (shuffled(f"plant {partner}") < works).astype(float), sorted(r["act"] for r in rows))
