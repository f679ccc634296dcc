"""How well acts of the next year are forecast: a rolling origin over five years, beside four baselines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from comity.proof.borrowed import Mask, forecast, rows
from comity.proof.counts import Array, Counts
from comity.proof.crps import Part, covered, covered_whole, crps, log_score, poisson
from comity.proof.shown import seen, shown
from comity.scores import Ids, Interval, Score, average, promises, resampled, score

MEMORY = 6  # years of own history that a baseline sees, and in which a pair must have acted
OWN, THREE, LAST, MODEL = "own-history mixture", "mean of 3", "last count", "model"
# The model without its other instruments; a richer form that ties do not show.
ALONE, REGRESSION = ("without borrowing", "pooled regression")
THINNED = 25
WARM = 2  # years before the first whose answer the model may learn from
Scorer = Callable[[Sequence[Part], Array], Array]


class Year(NamedTuple):
    """What was forecast for one year and what happened."""

    year: int
    pair: Ids  # place of each row among all ordered pairs
    y: Array
    parts: Mapping[str, list[Part]]  # the forecast of each way


def scored(counts: Counts) -> Iterator[Score]:
    """Every score of the registered years, material then verbal."""
    first, last = promises(__package__)["acts"]["origins"]
    for kind in ("material", "verbal"):
        yield from _kind(kind, [forecasts(counts, kind, year) for year in range(first, last + 1)])
        everybody = [forecasts(counts, kind, year, everybody=True) for year in range(first, last + 1)]
        yield _gain(f"crps_gain_all_{kind}", everybody, crps)


def forecasts(counts: Counts, kind: str, year: int, everybody: bool = False) -> Year:
    """Each way's forecast of one year, from the years before it alone; of all pairs, or of those that acted lately."""
    past = counts.until(year)
    every = ~np.eye(len(counts.states), dtype=bool)
    asked = every if everybody else acted(past.of[kind])
    history = past.of[kind][-MEMORY:][:, asked]
    learnt = [
        seen(past, kind, earlier, *_learnt(past, kind, earlier, everybody))
        for earlier in range(counts.first + WARM - 1, year)
    ]
    here = seen(counts, kind, year, asked)
    parts = {
        MODEL: [shown(learnt, here)],
        OWN: [poisson(h, 1 / len(history)) for h in history],
        THREE: [poisson(history[-3:].mean(axis=0))],
        LAST: [poisson(history[-1])],
    }
    if not everybody:
        before = [rows(past, kind, y, *_learnt(past, kind, y)) for y in range(counts.first + WARM - 1, year)]
        parts[ALONE] = [shown(learnt, here, lend=False)]
        parts[REGRESSION] = forecast(before, rows(counts, kind, year, asked))
    return Year(year, np.flatnonzero(asked), here.y, parts)


def _learnt(past: Counts, kind: str, year: int, everybody: bool = False) -> tuple[Mask, Array]:
    """Pairs whose answer is known; of those that never acted only each 25th, which then stands for 25."""
    lately = acted(past.until(year).of[kind])
    if not everybody:
        return lately, np.ones(lately.shape)
    thin = (np.arange(lately.size).reshape(lately.shape) % THINNED == 0) & ~np.eye(len(lately), dtype=bool)
    return lately | thin, np.where(lately, 1.0, THINNED)


def acted(past: Array) -> Mask:
    """The pairs with at least one act of the kind in the last six years."""
    return np.asarray(past[-MEMORY:].sum(axis=0) > 0)


def _kind(kind: str, years: list[Year]) -> Iterator[Score]:
    yield _gain(f"crps_gain_{kind}", years, crps)
    yield _gain(f"log_gain_{kind}", years, log_score)
    for name, how in (("crps", crps), ("log", log_score)):
        yield _mean(f"{name}_{kind}", years, dict.fromkeys(years[0].parts, how))
    yield _mean(f"coverage_{kind}", years, dict.fromkeys((MODEL, ALONE, REGRESSION, OWN), covered))
    yield _mean(f"coverage_whole_{kind}", years, dict.fromkeys((MODEL, ALONE, REGRESSION, OWN), covered_whole))


def _clusters(years: list[Year]) -> tuple[int, list[Ids]]:
    pair = np.unique(np.concatenate([y.pair for y in years]), return_inverse=True)[1]
    year = np.concatenate([np.full(len(y.y), i) for i, y in enumerate(years)])
    return len(year), [pair, year]


def _gain(name: str, years: list[Year], how: Scorer) -> Score:
    """1 - the model's score / the baseline's, summed over all rows; each other way's own gain stands beside it."""
    n, clusters = _clusters(years)
    of = {way: np.concatenate([how(y.parts[way], y.y) for y in years]) for way in years[0].parts}
    found = {way: resampled(partial(_ratio, of[way], of[OWN]), n, clusters) for way in of if way != OWN}
    return score(__package__, "acts", name, found.pop(MODEL), n, {OWN: Interval(0.0, 0.0, 0.0), **found})


def _ratio(mine: Array, base: Array, w: Array) -> float:
    return float(1 - (w @ mine) / (w @ base))


def _mean(name: str, years: list[Year], ways: Mapping[str, Scorer]) -> Score:
    n, clusters = _clusters(years)
    found: dict[str, Interval] = {}
    for way, how in ways.items():
        each = np.concatenate([how(y.parts[way], y.y) for y in years])
        found[way] = resampled(partial(average, each), n, clusters)
    return score(__package__, "acts", name, found.pop(MODEL), n, found)
