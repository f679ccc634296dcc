"""Synthetic control: a supplier in a crisis beside the mix of other suppliers that moved with it before.

Weights are those of Abadie, Diamond and Hainmueller (2010): nought or more, adding up to one, fitted to the years before on
deliveries as shares of their own mean. Placebo: every other supplier is treated as if it had the crisis.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import nnls

from comity.scenarios.effects import Array
from comity.scenarios.replay.study import Found, as_far

YEARS_BEFORE, YEARS_AFTER = 12, 2
SUM_WEIGHT = 100.0  # of the row that makes the weights add up to one
LEAST_DELIVERIES = 3.0  # a year before, for a supplier to count
FIT = 0.35  # root mean square misfit before, of the mean, above which a placebo is left out


def gap(total: dict[str, Array], who: str, year: int, out: Sequence[str] = ()) -> tuple[float, float] | None:
    """Mean log of actual over synthetic in the two years after, and the misfit before; None without enough data."""
    start = year - YEARS_BEFORE
    if start < 0 or year + YEARS_AFTER >= len(total[who]) or total[who][start:year].mean() < LEAST_DELIVERIES:
        return None
    donors = [s for s, row in total.items() if s != who and s not in out and row[start:year].mean() >= LEAST_DELIVERIES]
    scaled = np.array([total[s] / total[s][start:year].mean() for s in donors])
    mine = total[who] / total[who][start:year].mean()
    a = np.vstack([scaled[:, start:year].T, np.full(len(donors), SUM_WEIGHT)])
    weights, _ = nnls(a, np.append(mine[start:year], SUM_WEIGHT))
    made = weights @ scaled
    misfit = float(np.sqrt(np.mean((mine[start:year] - made[start:year]) ** 2)))
    after = slice(year + 1, year + 1 + YEARS_AFTER)
    return float(np.log((mine[after].mean() + 0.02) / (made[after].mean() + 0.02))), misfit


def pooled(total: dict[str, Array], first: int, crises: Sequence[tuple[str, int]]) -> Found | None:
    """Mean gap over crises (a state and a month since year 0), with the spread of placebos drawn one a crisis.

    ``total`` are deliveries a year by supplier, from the year ``first`` on.
    """
    hit = [who for who, _ in crises]
    mine, pools = [], []
    for who, month in crises:
        year = month // 12 - first
        found = gap(total, who, year, hit) if who in total else None
        if found is None:
            continue
        others = [gap(total, s, year, hit) for s in total if s not in hit]
        mine.append(found[0])
        pools.append(np.array([g for g in others if g and g[1] <= FIT] or [(0.0, 0.0)])[:, 0])
    if not mine:
        return None
    rng = np.random.default_rng(1)
    drawn = np.mean([pool[rng.integers(len(pool), size=2000)] for pool in pools], axis=0)
    mean = float(np.mean(mine))
    return Found(mean - float(drawn.mean()), float(drawn.std()), len(mine), as_far(drawn, mean), None)
