"""Forecasts of counts, and scores of them that do not overflow.

A forecast is a mixture of negative binomials, each with a mean and a size r (variance mean + mean^2 / r; a huge r is a
Poisson). Scores come from its distribution over whole numbers, term by term, because closed forms fail at large means:
scoringrules 0.10 gives infinity for a Poisson of mean 150 and nothing at 200.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from comity import negbin
from comity.negbin import TAIL, log_mass

Array = npt.NDArray[np.float64]
POISSON = 1e7  # a size at which a negative binomial is a Poisson
OUTSIDE = (1 - 0.9) / 2  # of a distribution, on either side of the middle nine tenths
BLOCK = 200  # rows of much the same magnitude are scored together


class Part(NamedTuple):
    """One component of the forecasts of all rows."""

    weight: float
    mean: Array
    size: Array


def poisson(mean: Array, weight: float = 1.0) -> Part:
    """A Poisson; a mean of zero stays all but zero, so that its logarithm exists."""
    return Part(weight, np.maximum(mean, 1e-9), np.full(len(mean), POISSON))


def crps(parts: Sequence[Part], y: Array) -> Array:
    """Continuous ranked probability score of each row; 0 is perfect, in acts."""
    found = np.empty(len(y))
    for rows, below in _distribution(parts, y):
        found[rows] = negbin.crps(below, y[rows])
    return found


def log_score(parts: Sequence[Part], y: Array) -> Array:
    """Minus the log probability of what happened: 0 is perfect."""
    mass = sum(p.weight * np.exp(log_mass(y, p.mean, p.size)) for p in parts)
    return np.asarray(-np.log(np.maximum(mass, 1e-300)))


def covered(parts: Sequence[Part], y: Array) -> Array:
    """Chance that the randomised probability integral value of each row lies in the middle nine tenths, 0-1."""
    found = np.empty(len(y))
    for rows, below in _distribution(parts, y):
        upper, lower = _at(below, y[rows])
        inside = np.minimum(upper, 1 - OUTSIDE) - np.maximum(lower, OUTSIDE)
        found[rows] = np.clip(inside, 0, None) / np.maximum(upper - lower, 1e-12)
    return np.clip(found, 0, 1)


def covered_whole(parts: Sequence[Part], y: Array) -> Array:
    """Whether each count lies in the interval of whole numbers between its two quantiles; covers more by construction."""
    found = np.empty(len(y))
    for rows, below in _distribution(parts, y):
        upper, lower = _at(below, y[rows])
        found[rows] = (upper >= OUTSIDE) & (lower < 1 - OUTSIDE)
    return found


def _at(below: Array, y: Array) -> tuple[Array, Array]:
    """P(Y <= y) and P(Y < y)."""
    spot = y.astype(int)[:, None]
    upper = np.take_along_axis(below, spot, axis=1)[:, 0]
    lower = np.where(y > 0, np.take_along_axis(below, np.maximum(spot - 1, 0), axis=1)[:, 0], 0.0)
    return upper, lower


def _distribution(parts: Sequence[Part], y: Array) -> Iterator[tuple[npt.NDArray[np.int64], Array]]:
    """Rows in blocks of alike magnitude, with P(Y <= k) for k from 0 to beyond any doubt."""
    top = np.max([p.mean + TAIL * np.sqrt(p.mean + p.mean**2 / p.size) + 30 for p in parts], axis=0)
    top = np.maximum(top, y + 5)
    order = np.argsort(top)
    for rows in np.array_split(order, max(1, len(y) // BLOCK)):
        k = np.arange(int(top[rows].max()) + 1, dtype=float)[None]
        mass = sum(p.weight * np.exp(log_mass(k, p.mean[rows, None], p.size[rows, None])) for p in parts)
        yield rows, np.cumsum(mass, axis=1)
