"""What forecasts were worth: the mean error of a model and of naive ways, and what the model saves of the better one's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]
RESAMPLES = 500
FEW = 30  # forecasts: fewer, and no verdict is given
TINY = 1e-12  # of a resample in which nothing moved


class Gain(NamedTuple):
    """How much of the naive error the model saves."""

    over: str  # the better of the naive ways
    value: float  # 1 - CRPS / CRPS of that way
    low: float
    high: float


class Past(NamedTuple):
    """How forecasts of one horizon did."""

    of: str | None  # instrument, or kind of reading; null: all
    months: int
    n: int  # ties or readings, and origins
    crps: dict[str, float]  # by way, mean
    covered: float  # share of what happened inside the model's 5 to 95 %
    gain: Gain | None  # over the better naive one; null with too few, or where nothing ever moved


class Scored(NamedTuple):
    """Forecasts of one horizon, a row a tie or reading and origin."""

    of: npt.NDArray[np.int64]  # [rows] which tie or reading, as a number
    crps: Array  # [ways, rows], the model's first
    inside: npt.NDArray[np.bool_]

    def only(self, which: npt.NDArray[np.bool_]) -> Scored:
        """Some of the rows."""
        return Scored(self.of[which], self.crps[:, which], self.inside[which])


def nothing(ways: Sequence[str]) -> Scored:
    """No forecast."""
    return Scored(np.zeros(0, dtype=np.int64), np.zeros((len(ways), 0)), np.zeros(0, dtype=bool))


def together(parts: Sequence[Scored]) -> Scored:
    """The forecasts of all parts."""
    return Scored(*(np.concatenate(part, axis=-1) for part in zip(*parts, strict=True)))


def judged(of: str | None, months: int, scores: Scored, ways: Sequence[str]) -> Past:
    """What some forecasts were worth."""
    n = len(scores.of)
    mean = {name: float(row.mean()) if n else 0.0 for name, row in zip(ways, scores.crps, strict=True)}
    gain = _gain(scores, ways) if n >= FEW else None
    return Past(of, months, n, mean, float(scores.inside.mean()) if n else 0.0, gain)


def _gain(scores: Scored, ways: Sequence[str]) -> Gain | None:
    """1 - CRPS / that of the better naive way, and its 5 to 95 % over resamples of ties or readings."""
    ids = np.unique(scores.of, return_inverse=True)[1]
    sums = np.array([np.bincount(ids, row) for row in scores.crps])
    best = 1 + int(sums[1:].sum(axis=1).argmin())
    if not sums[best].any():
        return None
    kinds = sums.shape[1]
    drawn = np.random.default_rng(1).multinomial(kinds, [1 / kinds] * kinds, RESAMPLES) @ sums[[0, best]].T
    value = float(1 - sums[0].sum() / sums[best].sum())
    low, high = np.quantile(1 - drawn[:, 0] / np.maximum(drawn[:, 1], TINY), [0.05, 0.95])
    return Gain(ways[best], value, min(float(low), value), max(float(high), value))
