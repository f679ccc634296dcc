"""How likely a count is: the negative binomial by its mean and size, and the Poisson.

A size r gives the variance mean + mean^2 / r. Written with ``scipy.special`` alone: importing ``scipy.stats`` costs every command
a third of a second.

>>> float(at_most(0, 1.0, 1.0)), float(mass(1, 1.0, 1.0)), float(poisson_at_most(0, 0.0))
(0.5, 0.25, 1.0)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, gammaln, pdtr, xlogy

Array = npt.NDArray[np.float64]
Numbers = npt.ArrayLike
TAIL = 12.0  # standard deviations above the mean: no count beyond is asked for


def log_mass(count: Numbers, mean: Numbers, size: Numbers) -> Array:
    """Log probability of a count, finite at any mean above 0."""
    y, m, r = np.asarray(count), np.asarray(mean), np.asarray(size)
    whole = gammaln(y + r) - gammaln(r) - gammaln(y + 1)
    return np.asarray(whole - r * np.log1p(m / r) + xlogy(y, m / (r + m)))


def mass(count: Numbers, mean: Numbers, size: Numbers) -> Array:
    """Probability of a count."""
    return np.exp(log_mass(count, mean, size))


def at_most(count: Numbers, mean: Numbers, size: Numbers) -> Array:
    """Probability of a count or fewer, 0 below nought."""
    y, m, r = np.asarray(count), np.asarray(mean), np.asarray(size)
    return np.asarray(np.where(y < 0, 0.0, betainc(r, np.maximum(y, 0) + 1.0, r / (r + m))))


def poisson_at_most(count: Numbers, mean: Numbers) -> Array:
    """The same of a Poisson."""
    return np.asarray(pdtr(count, mean))


def most(mean: Numbers, size: Numbers) -> int:
    """A count that none of some forecasts passes: 12 standard deviations above each mean, and ten more."""
    m, r = np.asarray(mean, dtype=float), np.asarray(size, dtype=float)
    return int(np.max(m + TAIL * np.sqrt(m + m**2 / r), initial=0.0)) + 10


def crps(below: Array, count: Numbers) -> Array:
    """Continuous ranked probability score of counts under P(Y <= k), k from 0 up along the last axis to beyond any doubt.

    The sum over k of (P(Y <= k) - [k >= count])^2: 0 is perfect, in the unit of the count.
    """
    step = np.arange(below.shape[-1]) >= np.asarray(count)[..., None]
    return np.asarray(np.square(below - step).sum(axis=-1))


def quantiles(levels: Numbers, mean: float, size: float) -> npt.NDArray[np.int64]:
    """The smallest count at or below which a forecast lies with each of some probabilities."""
    return np.searchsorted(at_most(np.arange(most(mean, size) + 1), mean, size), np.asarray(levels))
