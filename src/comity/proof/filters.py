"""The tie's own filter run over yearly counts, scored on the year ahead, and its numbers chosen by that score.

Before each year the filter holds a Gamma(alpha, beta) for a pair's rate; the counts of the year then have the mean
alpha / beta x m and a negative binomial spread of size 1 / (1 / alpha + 1 / K): the doubt about the rate and the bursts
within a year. The log probability of what happened, summed over pairs and years, is the prequential score (Dawid 1984).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp

from comity.negbin import log_mass
from comity.proof.crps import Array

GRID: Mapping[str, tuple[float, ...]] = {
    "half_life": (0.7, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 9.0, 14.0, 20.0),
    "temper": (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0),
    "spread": (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 1e6),
    "years": (0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0),
    "elasticity": (0.0, 0.25, 0.5, 0.75, 1.0),
}
STEPS = 400  # of the EM
SWEEPS = 10
DOUBT = {"half_life": 5, "temper": 5}  # of so many grid values around the best each second shares the doubt


class Hyper(NamedTuple):
    """The numbers of one filter."""

    half_life: float  # years
    temper: float  # counted acts that carry the information of one
    spread: float  # K: size of the bursts within a year; large is none
    years: float  # evidence-years that the prior is worth
    elasticity: float  # eta: how counts follow the exposure


START = Hyper(3.0, 2.0, 4.0, 1.0, 0.0)


class History(NamedTuple):
    """Yearly counts of some pairs, what is expected of each before any count, and how well each year was watched."""

    y: Array  # [years, pairs] acts
    mean: Array  # [pairs] prior mean, acts a year
    volume: Array  # [years, pairs] exposure relative to its mean, before the elasticity
    weight: Array  # [pairs] how many pairs a row stands for
    judged: int  # first year scored; those before only warm the filter up
    foreseen: bool = False  # whether a year's exposure is known before it, as search effort is and news is not


def ahead(history: History, hyper: Hyper) -> Iterator[tuple[int, Array, Array]]:
    """Before each year: its index, the mean of the counts, and the size of the negative binomial.

    The exposure of a year to come is that of the year before: nobody knows next year's news.
    """
    memory = 0.5 ** (1 / hyper.half_life)
    a0, b0 = hyper.years * history.mean, hyper.years
    alpha, beta = np.array(a0), np.full_like(a0, b0)
    m = history.volume**hyper.elasticity
    for t in range(len(history.y) + 1):
        mean = alpha / beta * m[min(t, len(m) - 1) if history.foreseen else max(0, t - 1)]
        yield t, mean, 1 / (1 / alpha + 1 / hyper.spread)
        if t < len(history.y):
            alpha = memory * alpha + (1 - memory) * a0 + history.y[t] / hyper.temper
            beta = memory * beta + (1 - memory) * b0 + m[t] / hyper.temper


def pair_scores(history: History, hyper: Hyper) -> Array:
    """Log probability of each pair's judged years, each given the years before it: [pairs]."""
    total = np.zeros(history.y.shape[1])
    for t, mean, size in ahead(history, hyper):
        if history.judged <= t < len(history.y):
            total += log_mass(history.y[t], np.maximum(mean, 1e-9), size)
    return total


def chosen(history: History, free: Sequence[str]) -> Hyper:
    """The grid's best numbers by prequential log score: one after the other, until none moves.

    Temper and the weight of the prior pull against each other, so they move together as well.
    """
    best, top = START, float(pair_scores(history, START) @ history.weight)
    moves = [{name: value} for name in free for value in GRID[name]]
    if {"temper", "years"} <= set(free):
        moves += [{"temper": p, "years": y} for p, y in product(GRID["temper"], GRID["years"])]
    for _ in range(SWEEPS):
        before = best
        for move in moves:
            tried = best._replace(**move)
            if tried != best and (found := float(pair_scores(history, tried) @ history.weight)) > top:
                best, top = tried, found
        if best == before:
            break
    return best


def profile(history: History, best: Hyper, name: str) -> list[tuple[float, float]]:
    """Score at each value of one number, the others at their best, against the best: [(value, difference <= 0)]."""
    top = float(pair_scores(history, best) @ history.weight)
    return [(v, float(pair_scores(history, best._replace(**{name: v})) @ history.weight) - top) for v in GRID[name]]


def population(history: History, best: Hyper) -> list[tuple[float, float, float]]:
    """How pairs differ in memory and temper: [(half_life, temper, share of pairs)] on a grid around the best.

    Shares are the maximum-likelihood mixing weights of the pairs' prequential scores (EM; Laird 1978). The posterior of
    one common number would be a spike, because history is long; what a single pair's interval must carry is how far its
    own numbers may lie from the common ones.
    """
    near = [_near(name, getattr(best, name)) for name in DOUBT]
    grid = [best._replace(half_life=h, temper=p) for h, p in product(*near)]
    scores, weight = np.stack([pair_scores(history, g) for g in grid]), history.weight
    log_share = np.full(len(grid), -np.log(len(grid)))
    for _ in range(STEPS):
        each = scores + log_share[:, None]
        each -= logsumexp(each, axis=0)
        log_share = np.log(np.exp(each) @ weight + 1e-12) - np.log(weight.sum())
    return [(g.half_life, g.temper, float(np.exp(s))) for g, s in zip(grid, log_share, strict=True)]


def _near(name: str, value: float) -> list[float]:
    values = GRID[name]
    spot, half = values.index(value), DOUBT[name] // 2
    first = min(max(0, spot - half), len(values) - DOUBT[name])
    return list(values[first : first + DOUBT[name] : 2])
