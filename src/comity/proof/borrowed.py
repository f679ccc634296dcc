"""A forecast of act counts that lets a pair borrow strength: from its other direction, from other kinds of act, from both states.

Two forms of the same idea, pooled with equal weight, each a negative binomial whose size depends on its mean:

* **sum**: mean = (sum of w x discounted counts + e^(g + g1 log out + g2 log in)) x e^(momentum). It is the posterior mean of
  the tie's filter with several memories at once, and a prior from how active both states are;
* **product**: log mean = a linear function of the logarithms of the same counts, with a ridge on its slopes.

Both are fitted by likelihood on earlier years only. Discounted counts are weighted means over all past years with weights
0.5 ^ (age / half-life).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from comity.negbin import log_mass
from comity.proof.counts import Array, Counts
from comity.proof.crps import Part

Mask = npt.NDArray[np.bool_]
OWN, BACK = (0.7, 2.0, 8.0), (1.0, 5.0)  # half-lives in years: of a pair's own counts, and of the other direction's
OTHER = {"material": "verbal", "verbal": "material"}
RIDGE, MOMENTUM_RIDGE, WEIGHT_RIDGE, SIZE_RIDGE = 50.0, 5.0, 0.05, 0.1
PRECISION = 1e-7  # relative gain in likelihood at which the fit ends
Forecast = Callable[["Rows"], tuple[Array, Array]]


class Rows(NamedTuple):
    """What may be known of some pairs before a year, and what then happened."""

    counts: Array  # discounted counts: own by three memories, back by two, the other kind, everything else
    active: Array  # log of how much the one directs at anybody, and the other receives
    momentum: Array  # how much each is above its long mean, in logs
    y: Array  # acts in the year
    weight: Array  # how many pairs a row stands for


def rows(counts: Counts, kind: str, year: int, asked: Mask, weight: Array | None = None) -> Rows:
    """The pairs ``asked`` as they looked before a year; ``y`` is empty when the counts end before it."""
    past = counts.until(year)
    mine, other = past.of[kind], past.of[OTHER[kind]]
    rest = remaining(past)
    both = rest + _back(rest)
    seen = [
        *(discounted(mine, h) for h in OWN),
        *(discounted(_back(mine), h) for h in BACK),
        discounted(other + _back(other), 2.0),
        discounted(both, 1.5),
    ]
    short, long = discounted(mine, 1.0), discounted(mine, 8.0)
    ends = [(short.sum(1)[:, None], long.sum(1)[:, None]), (short.sum(0)[None], long.sum(0)[None])]
    wide = [(np.broadcast_to(s, asked.shape), np.broadcast_to(v, asked.shape)) for s, v in ends]
    t = year - counts.first
    happened = counts.of[kind][t][asked] if t < len(counts.of[kind]) else np.empty(0)
    return Rows(
        np.stack([s[asked] for s in seen], axis=1),
        np.stack([np.log(s[asked] + 0.5) for s, _ in wide], axis=1),
        np.stack([np.log(s[asked] + 1) - np.log(v[asked] + 1) for s, v in wide], axis=1),
        happened,
        np.ones(int(asked.sum())) if weight is None else weight[asked],
    )


def remaining(counts: Counts) -> Array:
    """Events of every kind but cooperation: [years, from, to]."""
    return np.asarray(np.sum([t for k, t in counts.of.items() if k not in OTHER], axis=0))


def discounted(table: Array, half_life: float) -> Array:
    """Weighted mean over past years, the last the heaviest: [from, to]."""
    weight = 0.5 ** (np.arange(len(table))[::-1] / half_life)
    return np.asarray(np.tensordot(weight, table, 1) / weight.sum())


def forecast(learnt: Sequence[Rows], asked: Rows) -> list[Part]:
    """The pooled forecast of the rows asked about, from rows whose answers are known."""
    known = Rows(*(np.concatenate(column) for column in zip(*learnt, strict=True)))
    return [Part(0.5, *fit(known)(asked)) for fit in (_sum, _product)]


def _back(table: Array) -> Array:
    return np.swapaxes(table, -1, -2)


def _sum(known: Rows) -> Forecast:
    weights = known.counts.shape[1]

    def moments(p: Array, r: Rows) -> tuple[Array, Array]:
        prior = np.exp(np.clip(p[weights] + r.active @ p[weights + 1 : weights + 3], -15, 6))
        momentum = np.exp(np.clip(r.momentum @ p[weights + 3 : weights + 5], -2, 2))
        mean = np.maximum((r.counts @ np.exp(p[:weights]) + prior) * momentum, 1e-6)
        return mean, _size(p[weights + 5 :], np.log(mean))

    start = np.array([*([-3.0] * weights), -3.0, 0.3, 0.3, 0.0, 0.0, -0.5, 0.4, 0.0])
    start[1] = -1.0

    def penalty(p: Array) -> float:
        return float(
            WEIGHT_RIDGE * np.square(p[:weights] + 3).sum()
            + MOMENTUM_RIDGE * np.square(p[weights + 3 : weights + 5]).sum()
        )

    return _fitted(moments, penalty, start, known)


def _product(known: Rows) -> Forecast:
    raw = _logs(known)
    centre, spread = raw.mean(axis=0), raw.std(axis=0) + 1e-9

    def moments(p: Array, r: Rows) -> tuple[Array, Array]:
        eta = np.clip(p[0] + ((_logs(r) - centre) / spread) @ p[1 : raw.shape[1] + 1], -12, 9)
        return np.exp(eta), _size(p[raw.shape[1] + 1 :], eta)

    start = np.zeros(raw.shape[1] + 4)
    start[0] = np.log(np.average(known.y, weights=known.weight) + 0.01)

    def penalty(p: Array) -> float:
        return float(RIDGE * np.square(p[1 : raw.shape[1] + 1]).sum() + SIZE_RIDGE * np.square(p[-3:]).sum())

    return _fitted(moments, penalty, start, known)


def _logs(r: Rows) -> Array:
    own = np.log(r.counts + 0.1)
    return np.column_stack([own, r.active, r.momentum, own[:, 1] ** 2])


def _size(p: Array, log_mean: Array) -> Array:
    return np.asarray(np.exp(np.clip(p[0] + p[1] * log_mean + 0.1 * p[2] * log_mean**2, -6, 9)))


def _fitted(
    moments: Callable[[Array, Rows], tuple[Array, Array]], penalty: Callable[[Array], float], start: Array, known: Rows
) -> Forecast:
    def loss(p: Array) -> float:
        return float(-(known.weight @ log_mass(known.y, *moments(p, known))) + penalty(p))

    best = minimize(loss, start, method="L-BFGS-B", options={"maxiter": 400, "ftol": PRECISION}).x
    return lambda asked: moments(best, asked)
