"""I14: would a break cost both of them?"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

import numpy as np

from comity.indicators.card import AMOUNT, Card
from comity.indicators.coercion import DOLLARS, HORIZON, dependence, lacking
from comity.indicators.evidence import VAGUE, Evidence, Point, Reading, gap, observed, often
from comity.tables import identity, subject_of
from comity.ties import DRAWS

YEARS, TREND = 5, 5
CARD = Card(
    "I14",
    "Economic cushion",
    "How much the less dependent of the two depends on trade with the other, how that moved over five years, and how "
    "often they agreed on something economic.",
    "cushion = min over both of (exports + imports with the other) / own GDP; trend = slope of its logarithm over "
    f"{TREND} years; acts = Gamma({VAGUE} + belief in economic acts of {YEARS} years, years watched)",
    "share of GDP, 0 and up",
    "low is exposed: a break costs one of them little",
    (
        "Investment, energy contracts and remittances are not in it.",
        "Cushion and trend need trade between both and both GDPs: the ITPD file ends with 2016, so that it gives values to 2019. For "
        "later ones give files of UN Comtrade (CSV of yearly totals of goods by reporter and partner; docs/measures.md) with `comity "
        "update CASE --from DIR`; GDP at market rates comes with `comity update`.",
        "A small state's dependence on a large one is no cushion, which is why the smaller number counts.",
    ),
    "Mutual dependence: Hirschman 1945; Oneal and Russett's lower-dependence rule, ISQ 1997",
    f"trade and GDP at most {HORIZON} years beyond the last whole year",
    sources=("trade", "economy"),
    parts=(("trend", "change of its logarithm a year"), ("economy", "acts a year")),
    ranges={"": AMOUNT, "trend": (-inf, inf)},
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """Three readings a partner."""
    patron, why = evidence.roles.patron, lacking(evidence)
    for partner in evidence.roles.held:
        yield _cushion(evidence, patron, partner, why)
        yield _trend(evidence, patron, partner)
        yield often(evidence, f"{subject_of(patron, partner)}:economy", "economy", [patron], [partner], YEARS)


def _cushion(evidence: Evidence, patron: str, partner: str, why: str) -> Reading:
    both = [dependence(evidence, patron, partner), dependence(evidence, partner, patron)]
    found = [b for b in both if b is not None]
    if len(found) < 2:
        return gap(subject_of(patron, partner), 0.0, why)
    mine, theirs = found
    used = sorted({*mine.used, *theirs.used})
    return observed(subject_of(patron, partner), np.minimum(mine.drawn, theirs.drawn), 1.0, used)


def _trend(evidence: Evidence, patron: str, partner: str) -> Reading:
    """The slope of the logarithm over the last years that are known for both, from resampled years."""
    subject = f"{subject_of(patron, partner)}:trend"
    series, gdps = next(
        (found for found in (_by_year(evidence, patron, partner, *kind) for kind in DOLLARS) if all(map(any, found))),
        ([{}], [{}]),
    )
    years = sorted(set.intersection(*(set(s) for s in (*series, *gdps))))[-TREND - 1 :]
    fresh = [y for y in years if evidence.as_of.year - 1 - years[-1] <= HORIZON]
    if len(fresh) <= TREND:
        why = f"fewer than {TREND + 1} years of trade and GDP within the horizon"
        return gap(subject, len(fresh) / (TREND + 1), why)
    share = [np.log(min((series[0][y].value + series[1][y].value) / g[y].value for g in gdps)) for y in years]
    rng = np.random.default_rng(int(identity("trend", subject), 16))
    weights = rng.dirichlet(np.ones(len(years)), size=DRAWS)
    x = np.array(years, dtype=float)
    middle = weights @ x
    slope = ((x - middle[:, None]) * weights * (np.array(share) - (weights @ share)[:, None])).sum(axis=1)
    slope /= np.maximum((weights * (x - middle[:, None]) ** 2).sum(axis=1), 1e-9)
    used = sorted({s[y].measure for s in (*series, *gdps) for y in years})
    return observed(subject, slope, 1.0, used, f"{years[0]}-{years[-1]}")


def _by_year(
    evidence: Evidence, patron: str, partner: str, trade: str, gdp: str
) -> tuple[list[dict[int, Point]], list[dict[int, Point]]]:
    """Trade either way, and the GDP of both, by year."""
    ways = [(trade, f"{patron}>{partner}"), (trade, f"{partner}>{patron}")]
    found = [{p.year: p for p in evidence.points.get(key, [])} for key in (*ways, (gdp, patron), (gdp, partner))]
    return found[:2], found[2:]
