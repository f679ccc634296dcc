"""The forecast that ties show, made of yearly counts so that it can be scored: the filter, its prior mean, what it borrows.

    expected = (mean x borrowed x years + sum of w x count / temper) / (years + sum of w / temper),  w = 0.5 ^ (age / half-life)

as in ``ties``, whose own function ``borrowed`` is called. Two things differ, because the counts do: the prior mean is
e^level x (what both states do with everybody, out x in / all)^power in place of gravity, for a benchmark of frequent names leaves
out states at will; and the pair's "other instruments" are the other direction and the other kind of cooperation both ways. A
year's count is a negative binomial of size 1 / (1 / alpha + 1 / spread). All numbers are chosen by likelihood on earlier years.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from comity.negbin import log_mass
from comity.proof.borrowed import OTHER, Mask
from comity.proof.counts import Array, Counts
from comity.proof.crps import Part
from comity.ties import borrowed

HALF_LIVES = (1.5, 2.0, 3.0, 4.0, 6.0)
ACTIVE = 8.0  # half-life in years of what states do with everybody
FAINT = 1e-4  # acts a year of two states that never did anything
RIDGE = 0.05
FAR = 6.0  # no logarithm of a number is tried beyond e^-6 to e^6
START = (0.7, 0.0, 1.0, 0.0, 1.0, 0.0, 0.5)  # logs of temper, years, spread; level, power; log of the floor, weight


class Seen(NamedTuple):
    """What may be known of some ordered pairs before a year, and what then happened."""

    sums: Array  # [half-lives, rows, series] discounted counts: own, and the three that are borrowed from
    years: Array  # [half-lives, rows] discounted years
    mean: Array  # [rows, series] acts a year by how active both states are
    y: Array  # [rows] acts in the year
    weight: Array  # [rows] how many pairs a row stands for


def seen(counts: Counts, kind: str, year: int, asked: Mask, weight: Array | None = None) -> Seen:
    """The pairs ``asked`` as they looked before a year; ``y`` is empty when the counts end before it."""
    past = counts.until(year)
    tables = [t for k in (kind, OTHER[kind]) for t in (past.of[k], np.swapaxes(past.of[k], 1, 2))]
    ages = np.arange(year - counts.first)[::-1]
    weights = [0.5 ** (ages / h) for h in HALF_LIVES]
    sums = [np.stack([np.tensordot(w, t, 1)[asked] for t in tables], axis=-1) for w in weights]
    now = year - counts.first
    return Seen(
        np.stack(sums),
        np.stack([np.full(int(asked.sum()), w.sum()) for w in weights]),
        np.stack([_active(t, 0.5 ** (ages / ACTIVE))[asked] for t in tables], axis=-1),
        counts.of[kind][now][asked] if now < len(counts.of[kind]) else np.empty(0),
        np.ones(int(asked.sum())) if weight is None else weight[asked],
    )


def shown(learnt: Sequence[Seen], asked: Seen, lend: bool = True) -> Part:
    """The forecast of the pairs asked about, its numbers from pairs whose answers are known; borrowing nothing unless ``lend``."""
    columns = zip(zip(*learnt, strict=True), (1, 1, 0, 0, 0), strict=True)
    known = Seen(*(np.concatenate(column, axis=axis) for column, axis in columns))
    _, forecast = max((_chosen(known, h, lend) for h in range(len(HALF_LIVES))), key=lambda found: found[0])
    return Part(1.0, *forecast(asked))


def _chosen(known: Seen, half_life: int, lend: bool) -> tuple[float, Callable[[Seen], tuple[Array, Array]]]:
    """The likelihood of the best numbers beside one half-life, and their forecast."""

    def loss(p: Array) -> float:
        mass = log_mass(known.y, *_moments(p, known, half_life, lend))
        return float(-(known.weight @ mass) + RIDGE * np.square(p).sum())

    far, steps = [(-FAR, FAR)] * len(START), {"maxiter": 200, "ftol": 1e-7}
    found = minimize(loss, START, method="L-BFGS-B", bounds=far, options=steps)
    return -float(found.fun), lambda asked: _moments(found.x, asked, half_life, lend)


def _moments(p: Array, rows: Seen, half_life: int, lend: bool) -> tuple[Array, Array]:
    temper, years, spread = np.exp(p[:3])
    shape, rate = rows.sums[half_life] / temper, rows.years[half_life] / temper
    mean = np.exp(p[3]) * rows.mean[:, 0] ** p[4]
    factor = borrowed(shape, rate[:, None], rows.mean, float(p[6]), float(np.exp(p[5])))[:, 0] if lend else 1.0
    alpha = mean * factor * years + shape[:, 0]
    return np.maximum(alpha / (years + rate), 1e-6), 1 / (1 / alpha + 1 / spread)


def _active(table: Array, weight: Array) -> Array:
    """Acts a year that two states would direct at each other if each chose by how active the others are: [from, to]."""
    mean = np.tensordot(weight, table, 1) / weight.sum()
    return np.asarray(mean.sum(axis=1)[:, None] * mean.sum(axis=0)[None] / max(1e-9, float(mean.sum())) + FAINT)
