"""All instruments in one number: a labelled, weighted view beside the vector, with its doubt about the weights."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from comity.indicators.evidence import COVERED, Evidence, strong
from comity.tables import pair_of
from comity.ties import BILATERAL, Array
from comity.vocabulary import TIES

EVEN = 0.5  # least coverage over most; below it two patrons were looked at unevenly and are not compared
LEAST_PAIRS = 20  # fewer, and no factor is fitted
ONE_FACTOR = 0.6  # with a smaller omega the instruments do not measure one thing, and the number is shown grey


class Holder(NamedTuple):
    """One patron's composite with a partner."""

    patron: str
    value: float  # C of the strengths and mean weights, as a reader adds it up
    low: float  # 5 % of its draws
    high: float  # 95 %, weights drawn as well
    first: float  # probability that it is the largest of those compared


def holders(evidence: Evidence, partner: str) -> list[Holder]:
    """Patron and rivals that were watched well and evenly enough to be compared, the likeliest first."""
    watched = {p: evidence.covered(p, partner) for p in evidence.roles.patrons}
    seen = [p for p, c in watched.items() if c >= max(COVERED, EVEN * max(watched.values()))]
    if not seen:
        return []
    drawn = np.array([evidence.composite(partner, p) for p in seen])
    firsts = np.bincount(drawn.argmax(axis=0), minlength=len(seen)) / drawn.shape[1]
    value = np.array([evidence.whole(partner, p) for p in seen])
    low, high = np.quantile(drawn, [0.05, 0.95], axis=1)
    low, high = np.minimum(low, value), np.maximum(high, value)
    found = [Holder(p, *map(float, row)) for p, *row in zip(seen, value, low, high, firsts, strict=True)]
    return sorted(found, key=lambda h: (-h.first, -h.value))


def omega(evidence: Evidence) -> float | None:
    """McDonald's omega of one factor behind the ten instruments over all pairs with an act: (sum l)^2 / ((sum l)^2 + sum (1 - l^2)).

    None with fewer than 20 pairs. Loadings l by principal axes; an instrument that never varies is left out.
    """
    pairs = sorted({(a, b) for a, b, _ in evidence.behind if (BILATERAL, *pair_of(a, b), TIES[0]) in evidence.today})
    if len(pairs) < LEAST_PAIRS:
        return None
    table = np.array(
        [[np.log1p(evidence.today[BILATERAL, a, b, k]["strength"] / strong(k)) for k in TIES] for a, b in pairs]
    )
    loadings = _loadings(np.corrcoef(table[:, table.std(axis=0) > 0], rowvar=False))
    total = loadings.sum() ** 2
    return float(total / (total + (1 - loadings**2).sum()))


def _loadings(correlation: Array) -> Array:
    """Loadings on the first factor, its sign such that most are positive."""
    reduced = correlation.copy()
    loading = np.zeros(len(correlation))
    np.fill_diagonal(reduced, np.abs(correlation - np.eye(len(correlation))).max(axis=0))
    for _ in range(100):
        values, vectors = np.linalg.eigh(reduced)
        loading = np.clip(vectors[:, -1] * np.sqrt(max(values[-1], 0.0)), -1, 1)
        np.fill_diagonal(reduced, loading**2)
    return np.asarray(loading * np.sign(loading.sum() or 1.0))
