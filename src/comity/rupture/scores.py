"""Scores of probabilities, each with an interval over resamples of whole clusters.

Weights stand for how often a row was drawn, so that a thousand resamples need no copy of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit

from comity import scores
from comity.rupture.panel import Array, Ints
from comity.scores import Interval, widest

TOP = 0.05  # the share of rows that lift looks at
NEWTON_STEPS, ENOUGH = 12, 1e-7


class Rows(NamedTuple):
    """What was forecast and what happened, one row a case."""

    p: Array  # forecast, 0-1
    y: Array  # 1 if it happened
    base: Array  # base rate known when it was forecast, 0-1
    w: Array  # how often the row counts


Score = Callable[[Rows], float]


def auc(rows: Rows) -> float:
    """Chance that a case that happened was given more than one that did not, ties half; 0.5 knows nothing."""
    order = np.argsort(rows.p, kind="stable")
    p, y, w = rows.p[order], rows.y[order], rows.w[order]
    _, start = np.unique(p, return_index=True)
    yes, no = np.add.reduceat(w * y, start), np.add.reduceat(w * (1 - y), start)
    below = np.cumsum(no) - no
    total = yes.sum() * no.sum()
    return float((yes * (below + no / 2)).sum() / total) if total else float("nan")


def skill(rows: Rows) -> float:
    """Brier skill: 1 - Brier of the forecast / Brier of the base rate; 0 is no better, 1 is perfect."""
    mine, base = (rows.w @ (q - rows.y) ** 2 for q in (rows.p, rows.base))
    return float(1 - mine / base)


def lift(rows: Rows) -> float:
    """How many times more often it happened among the 5 % of rows with the highest forecast than among all."""
    order = np.argsort(-rows.p, kind="stable")
    y, w = rows.y[order], rows.w[order]
    top = np.cumsum(w) <= TOP * w.sum()
    return float((w[top] @ y[top]) / w[top].sum() / ((w @ y) / w.sum())) if w[top].sum() and w @ y else float("nan")


def slope(rows: Rows) -> float:
    """Calibration slope: b of logit(happened) = a + b logit(forecast); 1 is right, below 1 too extreme (Cox 1958)."""
    return float(_solved(rows, _line(rows))[1])


def intercept(rows: Rows) -> float:
    """Calibration in the large: a of logit(happened) = a + logit(forecast); above 0 it happened more often than said."""
    return float(_solved(rows, _level(rows))[0])


class Fitted(NamedTuple):
    """A calibration regression: its columns, what is added unfitted, and where its search begins."""

    x: Array  # [rows, coefficients]
    fixed: Array
    start: Array


def _logit(rows: Rows) -> Array:
    return np.asarray(logit(np.clip(rows.p, 1e-6, 1 - 1e-6)))


def _line(rows: Rows) -> Fitted:
    return Fitted(np.column_stack([np.ones_like(rows.p), _logit(rows)]), np.zeros_like(rows.p), np.array([0.0, 1.0]))


def _level(rows: Rows) -> Fitted:
    return Fitted(np.ones((len(rows.p), 1)), _logit(rows), np.array([0.0]))


def _slopes(rows: Rows, asked: Fitted, b: Array) -> tuple[Array, Array]:
    """Of each row, gradient and curvature of the log likelihood at b."""
    q = expit(asked.x @ b + asked.fixed)
    return asked.x * (rows.y - q)[:, None], np.einsum("i,ij,ik->ijk", q * (1 - q), asked.x, asked.x)


def _solved(rows: Rows, asked: Fitted) -> Array:
    b = asked.start
    for _ in range(NEWTON_STEPS):
        gradient, curvature = _slopes(rows, asked, b)
        hessian = np.tensordot(rows.w, curvature, 1) + 1e-9 * np.eye(len(b))
        step = np.linalg.solve(hessian, rows.w @ gradient)
        b = b + step
        if np.abs(step).max() < ENOUGH:
            break
    return b


def _redrawn(rows: Rows, asked: Fitted, ids: Ints, times: Array) -> Array:
    """The last coefficient in each resample of clusters, one Newton step from that of all rows: times is [resamples, clusters]."""
    b = _solved(rows, asked)
    gradient, curvature = _slopes(rows, asked, b)
    sums = np.zeros((times.shape[1], len(b)))
    bends = np.zeros((times.shape[1], len(b), len(b)))
    np.add.at(sums, ids, gradient)
    np.add.at(bends, ids, curvature)
    hessian = np.tensordot(times, bends, 1) + 1e-9 * np.eye(len(b))
    return np.asarray(b[-1] + np.linalg.solve(hessian, (times @ sums)[..., None])[:, -1, 0])


REGRESSIONS: Mapping[Score, Callable[[Rows], Fitted]] = {slope: _line, intercept: _level}
SCORES: Mapping[str, Score] = {"auc": auc, "skill": skill, "lift": lift, "slope": slope, "intercept": intercept}


def scored(score: Score, rows: Rows, clusters: Sequence[Ints], seed: int = 1) -> Interval:
    """A score with the widest of the intervals that resampling each kind of cluster gives (pairs, years)."""
    value = score(rows)
    rng = np.random.default_rng(seed)
    order = np.argsort(rows.p, kind="stable")  # what is sorted once is sorted fast in every resample
    rows = Rows(*(column[order] for column in rows))
    resamples = []
    for ids in (cluster[order] for cluster in clusters):
        kinds = int(ids.max()) + 1
        times = rng.multinomial(kinds, [1 / kinds] * kinds, scores.RESAMPLES).astype(float)
        if regression := REGRESSIONS.get(score):
            drawn = _redrawn(rows, regression(rows), ids, times)
        else:
            drawn = np.array([score(rows._replace(w=rows.w * n[ids])) for n in times])
        resamples.append(drawn)
    return widest(value, resamples)
