"""Counts of two years ahead, as a distribution: the filter's posterior, spread over draws, with noise of its own.

The filter is that of ``ties``; its memory, temper, prior, noise and elasticity are chosen per series by log score on pairs that
are never scored. Counts are negative binomial around each draw's expected number, with size K. The elasticity says how counts of
a tie follow the world's: all that is counted may thin out, because a source does, and what the last twelve months held is known.
"""

from __future__ import annotations

import zlib
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv

from comity import negbin
from comity.negbin import at_most, mass
from comity.rupture.risk import YEAR
from comity.scenarios.effects import Array
from comity.scenarios.replay.history import Series
from comity.scenarios.replay.study import AFTER, BEFORE
from comity.tables import Pair
from comity.ties import Prior, filtered

HALF_LIVES, TEMPERS, YEARS = (1.0, 2.0, 4.0, 8.0), (1.0, 2.0), (0.03, 0.1, 0.3, 1.0)
SIZES, ELASTICITIES = (1.0, 2.0, 4.0, 8.0, 16.0, 64.0), (0.0, 0.5, 1.0)
QUANTILES = 100
COARSE = slice(2, None, 5)  # one in five, evenly: enough to choose by
PLACEBOS = 1500  # ties and times for tuning, and again for judging
LEAST_BACK = {"warm": 24}  # months seen before the first forecast, where 36 are not to be had


class Tuned(NamedTuple):
    """A series with its filter."""

    data: Series
    prior: Prior  # half-life in years
    mean: float  # of all its pairs, acts a year
    size: float  # K of the negative binomial
    alpha: Array  # [pairs, periods] state at the end of each period
    beta: Array
    volume: Array  # [periods] what the world's counts of the last twelve months do to a tie's, 1 on average


def tuned(data: Series, taken: frozenset[tuple[Pair, int]]) -> Tuned:
    """The filter of a series, chosen on even pairs away from the cases in ``taken``: the elasticity last, the rest together."""
    rows, periods = placebos(data, taken, 0)
    y, mean = after(data, rows, periods), float(data.counts.mean() * YEAR / data.step)

    def tried(half_life: float, temper: float, years: float, elasticity: float) -> tuple[float, Tuned]:
        found = _filter(data, Prior(half_life, years, temper, SIZES[-1], elasticity, strong=mean), mean)
        expected = means(found, rows, periods)[:, COARSE]
        scores = {k: float(np.mean(np.log(np.maximum(_pmf(y, expected, k), 1e-12)))) for k in SIZES}
        size = max(scores, key=lambda k: scores[k])
        return scores[size], found._replace(size=size)

    still = [tried(h, t, years, 0.0) for h, t, years in product(HALF_LIVES, TEMPERS, YEARS)]
    best = max(still, key=lambda f: f[0])[1].prior
    moved = [tried(best.half_life, best.temper, best.years, e) for e in ELASTICITIES]
    return max(moved, key=lambda f: f[0])[1]


def _filter(data: Series, prior: Prior, mean: float) -> Tuned:
    y = data.counts.T[:, :, None]
    volume = _volume(data) ** prior.elasticity
    m = (volume * data.step / YEAR)[:, None, None]
    scaled = prior._replace(half_life=prior.half_life / data.step)
    found = filtered(y, m, [[scaled]], np.arange(y.shape[0]), np.array([[mean]]))
    alpha, beta = found.alpha[:, 0, :, 0].T, np.broadcast_to(found.beta[:, 0, :, 0].T, data.counts.shape)
    return Tuned(data, prior, mean, SIZES[0], alpha, beta, volume)


def _volume(data: Series) -> Array:
    """All counts of the twelve months to each period, beside those of an average year."""
    n = YEAR // data.step
    total = np.concatenate([[0.0], np.cumsum(data.counts.sum(axis=0))])
    ends = np.arange(1, len(total))
    starts = np.maximum(0, ends - n)
    yearly = (total[ends] - total[starts]) / (ends - starts)
    return np.asarray(np.maximum(yearly, 1e-9) / yearly.mean())


def state(found: Tuned, row: int, period: int) -> tuple[float, float, float, float]:
    """A tie as a shock in a period finds it: alpha and beta of the period before, a period on; and the prior's mean and years.

    All at the volume of the period before.
    """
    left, volume = found.prior.memory**found.data.step, float(found.volume[period - 1])
    a, b, years = found.alpha[row, period - 1], found.beta[row, period - 1], found.prior.years
    alpha, beta = left * a + (1 - left) * found.mean * years, left * b + (1 - left) * years
    return float(alpha), float(beta / volume), found.mean * volume, years / volume


def means(found: Tuned, rows: npt.NDArray[np.int64], periods: npt.NDArray[np.int64]) -> Array:
    """Expected counts of the two years after, in even quantiles of the posterior halfway: [cases, quantiles]."""
    left = found.prior.memory ** (found.data.step + AFTER / 2)
    years = found.prior.years
    a = left * found.alpha[rows, periods - 1] + (1 - left) * found.mean * years
    b = (left * found.beta[rows, periods - 1] + (1 - left) * years) / found.volume[periods - 1]
    return np.asarray(gammaincinv(a[:, None], (np.arange(QUANTILES) + 0.5) / QUANTILES) / b[:, None] * AFTER / YEAR)


def after(data: Series, rows: npt.NDArray[np.int64], periods: npt.NDArray[np.int64]) -> Array:
    """Counts of the two years after."""
    n = AFTER // data.step
    return np.array([data.counts[r, p + 1 : p + 1 + n].sum() for r, p in zip(rows, periods, strict=True)])


def reaches(data: Series, period: int) -> bool:
    """Whether a series reaches far enough back and on."""
    back = LEAST_BACK.get(data.name, BEFORE) // data.step
    return back <= period and period + AFTER // data.step < data.counts.shape[1]


def placebos(
    data: Series, taken: frozenset[tuple[Pair, int]], odd: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Ties with a count before, at times when nothing happened to them that is a case: rows and periods."""
    rng = np.random.default_rng([7, odd])
    last = data.counts.shape[1]
    periods = [p for p in range(last) if reaches(data, p)]
    mine = np.array([i for i, p in enumerate(data.pairs) if parity(p) == odd])
    near = {
        (*pair, data.at(month) + shift)
        for pair, month in taken
        for shift in range(-AFTER // data.step, AFTER // data.step + 1)
    }
    rows: list[int] = []
    at: list[int] = []
    while len(rows) < PLACEBOS:
        r, p = int(rng.choice(mine)), int(rng.choice(periods))
        back = LEAST_BACK.get(data.name, BEFORE) // data.step
        if data.counts[r, p - back : p].any() and (*data.pairs[r], p) not in near:
            rows.append(r)
            at.append(p)
    return np.array(rows), np.array(at)


def parity(pair: Pair) -> int:
    """0 or 1 by the hash of a pair's names."""
    return zlib.crc32("-".join(pair).encode()) % 2


def _pmf(y: Array, expected: Array, size: float) -> Array:
    return np.asarray(mass(y[:, None], expected, size).mean(axis=1))


def log_score(y: float, expected: Array, size: float) -> float:
    """Log of the probability of what happened; higher is better."""
    return float(np.log(max(_pmf(np.array([y]), expected[None], size)[0], 1e-12)))


def crps(y: float, expected: Array, size: float) -> float:
    """Continuous ranked probability score of a count; lower is better, exact."""
    top = int(max(y, 3 * float(np.quantile(expected, 0.999)))) + 20
    return float(negbin.crps(at_most(np.arange(top + 1)[:, None], expected[None], size).mean(axis=1), y))


def pit(y: float, expected: Array, size: float, luck: float) -> float:
    """Randomised probability integral: even on 0-1 for a forecast that is right."""
    below = float(at_most(y - 1, expected, size).mean())
    return below + luck * (float(at_most(y, expected, size).mean()) - below)
