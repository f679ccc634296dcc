"""The wider target's model: logistic regression with an L2 penalty on standardised features, solved by Newton steps.

Written out because a forecast should need no more than numpy; a test finds the same coefficients in scikit-learn. Where
events are rare, a solver that stops at a small slope of the mean loss stops too early; Newton's does not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from comity.rupture.panel import Array, Ints

PENALTY = 0.05  # inverse strength (scikit-learn's C), chosen on forecasts of 2000 to 2012
STEPS, ENOUGH = 50, 1e-9


class Logit(NamedTuple):
    """log odds = intercept + sum of coefficient * (feature - mean) / sd."""

    mean: Array
    sd: Array
    intercept: float
    coefficient: Array

    def probability(self, x: Array) -> Array:
        """That it happens, one a case."""
        return np.asarray(expit(self.intercept + (x - self.mean) / self.sd @ self.coefficient))


def fitted(x: Array, y: Array) -> Logit:
    """The model of some cases. A feature that never varies gets no coefficient."""
    mean, sd = x.mean(axis=0), x.std(axis=0)
    sd = np.where(sd > 0, sd, 1.0)
    z = np.column_stack([np.ones(len(y)), (x - mean) / sd])
    penalty = np.diag([0.0, *np.full(x.shape[1], 1 / PENALTY)])
    rate = (y.sum() + 1) / (len(y) + 2)
    b = np.array([np.log(rate / (1 - rate)), *np.zeros(x.shape[1])])

    def loss(b: Array) -> float:
        return float(np.logaddexp(0, z @ b).sum() - y @ (z @ b) + b @ penalty @ b / 2)

    for _ in range(STEPS):
        p = expit(z @ b)
        step = np.linalg.solve((z * (p * (1 - p))[:, None]).T @ z + penalty, z.T @ (y - p) - penalty @ b)
        now = loss(b)
        while loss(b + step) > now and np.abs(step).max() > ENOUGH:
            step = step / 2  # a full step may overshoot where events are rare
        b = b + step
        if np.abs(step).max() < ENOUGH:
            break
    return Logit(mean, sd, float(b[0]), b[1:])


def uncertainty(model: Logit, x: Array, y: Array, clusters: Sequence[Ints]) -> Array:
    """Covariance of intercept and coefficients, robust to each kind of cluster: [1 + features, 1 + features].

    The penalised sandwich H^-1 S H^-1, with S of the first kind plus S of the second less S of single cases (Cameron,
    Gelbach and Miller 2011); where that has a negative direction, it is taken as nought.
    """
    z = np.column_stack([np.ones(len(y)), (x - model.mean) / model.sd])
    p = model.probability(x)
    penalty = np.diag([0.0, *np.full(x.shape[1], 1 / PENALTY)])
    bread = np.linalg.inv((z * (p * (1 - p))[:, None]).T @ z + penalty)
    score = z * (y - p)[:, None]
    meat = -(score.T @ score) * (len(clusters) - 1)
    for ids in clusters:
        sums = np.zeros((int(ids.max()) + 1, z.shape[1]))
        np.add.at(sums, ids, score)
        meat += sums.T @ sums
    value, vector = np.linalg.eigh(bread @ meat @ bread)
    return np.asarray((vector * np.maximum(value, 0)) @ vector.T)
