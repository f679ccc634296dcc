"""The model: logistic regression with an L2 penalty on standardised features and, if wanted, a ceiling, solved by Fisher's steps.

No forecast passes the ceiling: features that are each high multiply, and a tie on which all are high would be given a
chance that no tie ever had. It also stands for ruptures that happen and that no chronicle holds. Written out because a
forecast should need no more than numpy; with a ceiling of 1 a test finds the same coefficients in scikit-learn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from comity.rupture.panel import Array, Ints

PENALTY = 0.05  # of the shipped forecast: inverse strength (scikit-learn's C), chosen on forecasts of 2000 to 2012
CEILING = 0.15  # of the same, for a year's chance, chosen on the same
PLAIN = 1.0  # penalty where events are many; the ceiling of a plain logit
STEPS, ENOUGH = 100, 1e-9
LEAST = 1e-300


class Logit(NamedTuple):
    """p = ceiling / (1 + exp(-z)), z = intercept + sum of coefficient * (feature - mean) / sd."""

    mean: Array
    sd: Array
    intercept: float
    coefficient: Array
    penalty: float = PLAIN
    ceiling: float = PLAIN

    def probability(self, x: Array) -> Array:
        """That it happens, one a case."""
        return chance(self.intercept + (x - self.mean) / self.sd @ self.coefficient, self.ceiling)


def chance(z: Array, ceiling: float) -> Array:
    """Probability at a linear predictor."""
    return np.asarray(ceiling * expit(z))


def fitted(x: Array, y: Array, penalty: float = PLAIN, ceiling: float = PLAIN) -> Logit:
    """The model of some cases, without a ceiling unless one is given. A feature that never varies gets no coefficient."""
    mean, sd = x.mean(axis=0), x.std(axis=0)
    sd = np.where(sd > 0, sd, 1.0)
    z = np.column_stack([np.ones(len(y)), (x - mean) / sd])
    ridge = _ridge(x.shape[1], penalty)
    rate = (y.sum() + 1) / (len(y) + 2) / ceiling
    b = np.array([np.log(rate / (1 - rate)) if rate < 1 else 0.0, *np.zeros(x.shape[1])])

    def loss(b: Array) -> float:
        eta = z @ b
        happened = np.log(ceiling) - np.logaddexp(0, -eta)
        not_so = np.log(np.maximum(1 - chance(eta, ceiling), LEAST)) if ceiling < 1 else -np.logaddexp(0, eta)
        return float(-(y @ happened + (1 - y) @ not_so) + b @ ridge @ b / 2)

    now = loss(b)
    for _ in range(STEPS):
        score, weight = _slope(z @ b, y, ceiling)
        step = np.linalg.solve((z * weight[:, None]).T @ z + ridge, z.T @ score - ridge @ b)
        while (then := loss(b + step)) > now and np.abs(step).max() > ENOUGH:
            step = step / 2  # a full step may overshoot where events are rare
        b, now = b + step, then
        if np.abs(step).max() < ENOUGH:
            break
    return Logit(mean, sd, float(b[0]), b[1:], penalty, ceiling)


def _ridge(features: int, penalty: float) -> Array:
    return np.diag([0.0, *np.full(features, 1 / penalty)])


def _slope(eta: Array, y: Array, ceiling: float) -> tuple[Array, Array]:
    """Of each case, the slope of its log likelihood in the linear predictor, and what is expected of its square."""
    share = expit(eta)
    p = ceiling * share
    rest = (1 - share) / (1 - p) if ceiling < 1 else np.ones_like(p)
    return (y - p) * rest, p * (1 - share) * rest


def uncertainty(model: Logit, x: Array, y: Array, clusters: Sequence[Ints]) -> Array:
    """Covariance of intercept and coefficients, robust to each kind of cluster: [1 + features, 1 + features].

    The penalised sandwich H^-1 S H^-1, with S of the first kind plus S of the second less S of single cases (Cameron,
    Gelbach and Miller 2011); where that has a negative direction, it is taken as nought.
    """
    z = np.column_stack([np.ones(len(y)), (x - model.mean) / model.sd])
    slope, weight = _slope(z @ np.array([model.intercept, *model.coefficient]), y, model.ceiling)
    bread = np.linalg.inv((z * weight[:, None]).T @ z + _ridge(x.shape[1], model.penalty))
    score = z * slope[:, None]
    meat = -(score.T @ score) * (len(clusters) - 1)
    for ids in clusters:
        sums = np.zeros((int(ids.max()) + 1, z.shape[1]))
        np.add.at(sums, ids, score)
        meat += sums.T @ sums
    value, vector = np.linalg.eigh(bread @ meat @ bread)
    return np.asarray((vector * np.maximum(value, 0)) @ vector.T)
