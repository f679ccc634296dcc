"""I3: how much of it happens in company?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import polars as pl
from scipy.special import betaincinv

from comity.acts import parties
from comity.indicators.card import SHARE, Card
from comity.indicators.evidence import COVERED, Evidence, Reading, gap, last_years, observed
from comity.tables import subject_of
from comity.ties import shuffled

YEARS = 10
CARD = Card(
    "I3",
    "Multilateral share",
    "The share of acts between patron and partner in which three or more take part.",
    f"Beta(1 + sum of belief in acts of three or more, 1 + sum of belief in acts of two), acts of the last {YEARS} years",
    "share, 0 to 1",
    "low is exposed: a quarrel of two ends it",
    (
        "An act counts once, whatever its weight; talks count as drills do.",
        "A meeting of two at the edge of a summit is counted as the source tells it.",
    ),
    "Beta-binomial with a uniform prior",
    ranges={"": SHARE},
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """One reading a partner, and one for the patron over all partners."""
    patron, held = evidence.roles.patron, evidence.roles.held
    for partner in held:
        yield _share(evidence, subject_of(patron, partner), [partner])
    yield _share(evidence, patron, held)


def _share(evidence: Evidence, subject: str, partners: Iterable[str]) -> Reading:
    patron, partners = evidence.roles.patron, list(partners)
    coverage = float(np.mean([evidence.covered(patron, partner) for partner in partners]))
    if coverage < COVERED:
        return gap(subject, coverage, "too little of it was watched")
    used = evidence.used((patron, partner) for partner in partners)
    start = last_years(evidence.as_of, YEARS)
    rows = evidence.counted.filter(pl.col("act").is_in(used), pl.col("date_to") >= start)
    many, two = multilateral(rows)
    note = f"{many:.1f} of {many + two:.1f} acts, counted by belief"
    return observed(subject, betaincinv(1 + many, 1 + two, shuffled(subject)), coverage, sorted(rows["act"]), note)


def multilateral(acts: pl.DataFrame) -> tuple[float, float]:
    """The belief in acts of three parties or more, and in acts of two."""
    sizes = [(len(parties(row)), row["belief"]) for row in acts.iter_rows(named=True)]
    return sum(p for n, p in sizes if n > 2), sum(p for n, p in sizes if n <= 2)
