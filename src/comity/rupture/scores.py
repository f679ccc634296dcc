"""Scores of probabilities, each with an interval over resamples of whole clusters.

Weights stand for how often a row was drawn, so that a thousand resamples need no copy of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.special import expit, logit

from comity.rupture.panel import Array, Ints
from comity.scores import Interval, redrawn, widest

TOP = 0.05  # the share of rows that lift looks at
NEWTON_STEPS, ENOUGH = 12, 1e-7


class Rows(NamedTuple):
    """What was forecast and what happened, one row a case."""

    p: Array  # forecast, 0-1
    y: Array  # 1 if it happened
    base: Array  # base rate known when it was forecast, 0-1
    w: Array  # how often the row counts


Score = Callable[[Rows], float]
Resampled = Callable[
    [Rows, Ints, Array], Array
]  # a score in each resample: clusters of the rows, [resamples, clusters] how often each was drawn


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
    return _lifted(y, w, float(w.sum()), float(w @ y))


def _lifted(y: Array, w: Array, total: float, happened: float) -> float:
    """The same of rows that come with the highest forecast first; those behind the first 5 % of the total weight may be missing."""
    weight = w.cumsum()
    top = int(np.searchsorted(weight, TOP * total, side="right"))
    if not top or not weight[top - 1] or not happened:
        return float("nan")
    return float(w[:top] @ y[:top] / weight[top - 1] / (happened / total))


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


def _aucs(rows: Rows, ids: Ints, times: Array) -> Array:
    """What lies below each case that happened is counted once, by cluster."""
    order = np.argsort(rows.p, kind="stable")
    p, y, w, ids = rows.p[order], rows.y[order], rows.w[order], ids[order]
    clusters, no, happened = times.shape[1], w * (1 - y), np.flatnonzero(y)
    ends = (np.searchsorted(p, p[happened], side) for side in ("left", "right"))
    below, seen, last = np.zeros((len(happened), clusters)), np.zeros(clusters), 0
    for row, (first, after) in enumerate(zip(*ends, strict=True)):
        seen += np.bincount(ids[last:first], no[last:first], clusters)
        below[row] = seen + np.bincount(ids[first:after], no[first:after], clusters) / 2
        last = first
    won = (times @ below.T * times[:, ids[happened]]) @ w[happened]
    total = np.prod([times @ np.bincount(ids, one, clusters) for one in (w * y, no)], axis=0)
    return np.asarray(np.divide(won, total, out=np.full(len(times), np.nan), where=total > 0))


def _skills(rows: Rows, ids: Ints, times: Array) -> Array:
    """Squared errors are summed once, by cluster."""
    mine, base = (times @ np.bincount(ids, rows.w * (q - rows.y) ** 2, times.shape[1]) for q in (rows.p, rows.base))
    return np.asarray(1 - mine / base)


def _lifts(rows: Rows, ids: Ints, times: Array) -> Array:
    """Rows are sorted once, and those behind the first fifth left out where they cannot matter."""
    order = np.argsort(-rows.p, kind="stable")
    y, w, ids, fifth = rows.y[order], rows.w[order], ids[order], len(order) // 5
    totals = (times @ np.bincount(ids, one, times.shape[1]) for one in (w, w * y))
    found = []
    for n, total, happened in zip(times, *totals, strict=True):
        first = w[:fifth] * n[ids[:fifth]]
        found.append(_lifted(y, first if first.sum() > TOP * total else w * n[ids], total, happened))
    return np.array(found)


def _regressed(form: Callable[[Rows], Fitted]) -> Resampled:
    """The last coefficient, one Newton step from that of all rows."""

    def drawn(rows: Rows, ids: Ints, times: Array) -> Array:
        asked = form(rows)
        b = _solved(rows, asked)
        gradient, curvature = _slopes(rows, asked, b)
        sums = np.zeros((times.shape[1], len(b)))
        bends = np.zeros((times.shape[1], len(b), len(b)))
        np.add.at(sums, ids, rows.w[:, None] * gradient)
        np.add.at(bends, ids, rows.w[:, None, None] * curvature)
        hessian = np.tensordot(times, bends, 1) + 1e-9 * np.eye(len(b))
        return np.asarray(b[-1] + np.linalg.solve(hessian, (times @ sums)[..., None])[:, -1, 0])

    return drawn


SCORES: Mapping[str, Score] = {"auc": auc, "skill": skill, "lift": lift, "slope": slope, "intercept": intercept}
RESAMPLED: Mapping[Score, Resampled] = {auc: _aucs, skill: _skills, lift: _lifts, slope: _regressed(_line), intercept: _regressed(_level)}  # fmt: skip


def scored(score: Score, rows: Rows, clusters: Sequence[Ints]) -> Interval:
    """A score with the widest of the intervals that resampling each kind of cluster gives (pairs, years)."""
    rng = np.random.default_rng(1)
    resamples = []
    for ids in clusters:
        times = np.array(list(redrawn(ids, rng)), dtype=float)
        resamples.append(RESAMPLED[score](rows, ids, times))
    return widest(score(rows), resamples)
