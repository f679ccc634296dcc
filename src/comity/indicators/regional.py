"""I16: how many patrons does a partner have, and does it clash with its neighbours?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from scipy.special import gammaincinv

from comity.acts import pairs
from comity.indicators.card import Card
from comity.indicators.evidence import COVERED, Evidence, Reading, gap, observed, pair
from comity.tables import identity
from comity.ties import DRAWS, exposure, month_ends
from comity.vocabulary import Modality

CLASH = "frictions"
YEARS = 5
VAGUE = 0.5  # Jeffreys weight of a rate before any clash
CARD = Card(
    "I16",
    "Regional balance and cleavage",
    "The effective number of patrons that a partner has among patron and rivals, and the yearly rate of clashes with its neighbours.",
    "patrons = 1 / sum of (C of a patron / sum of C) squared, per draw, over patrons watched; "
    f"clashes = Gamma({VAGUE} + belief in clashes of {YEARS} years, years watched)",
    "patrons, 1 and up; clashes, acts a year",
    "few patrons, none of them ours, is exposed; so is a high rate of clashes",
    (
        "Patrons that were hardly watched are left out and named, so the number is a lower bound.",
        "Kinship across borders is not in it.",
        "Clashes among neighbours were searched less than ties with patrons.",
    ),
    "Inverse Herfindahl index; Gamma-Poisson rate with Jeffreys prior",
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """Two readings a partner."""
    for partner in evidence.roles.held:
        yield _patrons(evidence, partner)
        yield _clashes(evidence, partner)


def _patrons(evidence: Evidence, partner: str) -> Reading:
    watched = {p: evidence.covered(partner, p) for p in evidence.roles.patrons}
    kept = [p for p, c in watched.items() if c >= COVERED]
    dropped = [p for p in watched if p not in kept]
    coverage = float(np.mean(list(watched.values())))
    if len(kept) < 2:
        return gap(partner, coverage, "fewer than two patrons were watched")
    strength = np.array([evidence.composite(partner, p) for p in kept])
    number = 1 / np.square(strength / strength.sum(axis=0)).sum(axis=0)
    used = evidence.used((partner, p) for p in kept)
    return observed(partner, number, coverage, used, f"without {', '.join(dropped)}" if dropped else None)


def _clashes(evidence: Evidence, partner: str) -> Reading:
    neighbours = [q for q in evidence.roles.held if q != partner]
    mine = sorted(pair(partner, q) for q in neighbours)
    subject = f"{partner}:clashes"
    ends = month_ends(evidence.as_of)[-12 * YEARS :]
    years = float(exposure(evidence.coverage, mine, ends, (CLASH,)).mean(axis=1).sum()) if mine else 0.0
    if years < COVERED * YEARS:
        return gap(subject, years / YEARS, "clashes among the partners were hardly watched")
    happened = evidence.acts.filter(
        pl.col("instrument") == CLASH,
        pl.col("polarity") == -1,
        pl.col("modality") == Modality.ACTUAL,
        pl.col("date_to") > ends[0],
    )
    found = [row for row in happened.iter_rows(named=True) if {p[:2] for p in pairs(row)} & set(mine)]
    order = np.random.default_rng(int(identity("clashes", partner), 16)).permutation(DRAWS)
    rates = gammaincinv(VAGUE + sum(row["belief"] for row in found), (order + 0.5) / DRAWS) / years
    return observed(subject, np.asarray(rates), min(1.0, years / YEARS), sorted(row["act"] for row in found))
