"""What the next months should bring: the predictive count of each tie, beside two naive ones, and how all three did before.

The posterior of a tie's yearly rate is Gamma(alpha, beta); watched with exposure m, the acts on record in the horizon are
negative binomial with mean c m alpha / beta and variance mean + mean^2 (1 / alpha + 1 / K). The posterior counts an act by its
belief and the record counts it as one: c is the acts on record for each act believed, by instrument, until that day. K is the
frozen size of the bursts of the instrument's acts, as in the forecasts of ``proof``. Naive are the tie's own mean over the six
years before and its last year, each as a Poisson and for as much watching as lies ahead; neither foretells more acts a year than
it counted, because months that hardly anybody watched do not tell how many were missed. All are scored by CRPS over every
quarter of the last ten years whose horizon has passed::

    CRPS = sum over k of (F(k) - 1{k >= y})^2        in acts; 0 is perfect

Source: Gneiting and Raftery 2007; Czado, Gneiting and Held 2009 for counts.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.acts import counted, pairwise
from comity.negbin import at_most, most, poisson_at_most, quantiles
from comity.tables import Roles, pair_of
from comity.ties import PRESENCE, exposure, month_ends, priors
from comity.vocabulary import TIES
from comity.watch.worth import Array, Past, Scored, judged, nothing, together

Places = npt.NDArray[np.int64] | int
HORIZONS = (3, 12, 24)  # months
OWN_YEARS = 6  # of a tie's own mean
BACK = (12 * OWN_YEARS, 12)  # months that the two naive ways look back
JUDGED_YEARS = 10
MODEL, OWN, LAST = WAYS = ("model", "own mean", "last year")
TAKEN_PLACE = 0.5  # belief from which an act counts as one
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
LEAST_MEAN = 0.02  # acts: a naive mean of nothing is not certain that nothing will come


class Ahead(NamedTuple):
    """The acts that one tie should bring within some months, if it is watched as it was last."""

    months: int
    mean: float
    quantiles: tuple[float, ...]  # at QUANTILES
    own: float  # mean of the tie's own years
    last: float  # what the last year would bring


class Fan(NamedTuple):
    """One tie ahead."""

    a: str
    b: str
    instrument: str
    year: int  # acts on record in the last twelve months
    rate: float  # acts a year: the strength of the tie
    told: float  # acts on record for each act believed, by this instrument
    watched: float  # exposure a year, 0-1; the mean of each horizon is rate * told * watched * months / 12
    size: float  # of the negative binomial around it: the doubt about the rate, and the bursts of acts
    ahead: list[Ahead]


class Grid(NamedTuple):
    """Counts and exposure of every pair, month by month, and the posterior at each quarter."""

    pairs: list[tuple[str, str]]
    ends: list[date]
    counts: Array  # [months, pairs, instruments]
    years: Array  # exposure, the same
    kept: npt.NDArray[np.int64]  # months at whose end there is a posterior
    alpha: Array  # [kept, pairs, instruments]
    beta: Array
    told: Array  # [kept, instruments] acts on record until then for each act believed


def grid(acts: pl.DataFrame, coverage: pl.DataFrame, ties: pl.DataFrame, roles: Roles, as_of: date) -> Grid:
    """What the outlook is made of, for the ties of the patron and its rivals with everybody held."""
    held = {*roles.held}
    pairs = sorted({pair_of(x, y) for x in roles.patrons for y in held if x != y})
    ends = month_ends(as_of)
    place, kind = {p: i for i, p in enumerate(pairs)}, {k: i for i, k in enumerate(TIES)}
    when = {(e.year, e.month): t for t, e in enumerate(ends)}
    counts = np.zeros((len(ends), len(pairs), len(TIES)))
    believed = np.zeros((len(ends), len(TIES)))
    seen = pairwise(counted(acts.filter(pl.col("known") <= as_of)))
    for a, b, k, day, belief in seen.select("a", "b", "instrument", "date_to", "belief").iter_rows():
        t = when.get((day.year, day.month))
        if (a, b) in place and t is not None:
            counts[t, place[a, b], kind[k]] += belief >= TAKEN_PLACE
            believed[t, kind[k]] += belief
    mine = ties.filter(pl.col("view") == PRESENCE)
    months = sorted(mine["month"].unique())
    kept = np.array([when[m.year, m.month] for m in months], dtype=np.int64)
    row = {m: i for i, m in enumerate(months)}
    alpha, beta = np.full((2, len(months), len(pairs), len(TIES)), np.nan)
    for a, b, k, m, x, y in mine.select("a", "b", "instrument", "month", "alpha", "beta").iter_rows():
        if (a, b) in place:
            alpha[row[m], place[a, b], kind[k]], beta[row[m], place[a, b], kind[k]] = x, y
    told = (counts.sum(axis=1).cumsum(axis=0) + 1) / (believed.cumsum(axis=0) + 1)
    return Grid(pairs, ends, counts, exposure(coverage, pairs, ends), kept, alpha, beta, told[kept])


def fans(g: Grid) -> list[Fan]:
    """Every tie that ever had an act on record, ahead of today."""
    if not len(g.kept):
        return []
    looked = _watched_as_now(g)
    out = []
    for p, k in np.argwhere((g.counts.sum(axis=0) > 0) & np.isfinite(g.alpha[-1]) & (looked > 0)).tolist():
        rate, told, watched = float(g.alpha[-1, p, k] / g.beta[-1, p, k]), float(g.told[-1, k]), float(looked[p, k])
        size = float(_size(g.alpha[-1, p, k], k))
        ahead = [_ahead(g, p, k, months, rate * told, size, watched) for months in HORIZONS]
        out.append(Fan(*g.pairs[p], TIES[k], int(g.counts[-12:, p, k].sum()), rate, told, watched, size, ahead))
    return out


def past(g: Grid) -> list[Past]:
    """Scores of each horizon over all ties and instruments, and by instrument."""
    found = []
    for months in HORIZONS:
        scores = _scores(g, months)
        found.append(judged(None, months, scores, WAYS))
        for k, name in enumerate(TIES):
            mine = scores.of % len(TIES) == k
            if mine.any():
                found.append(judged(name, months, scores.only(mine), WAYS))
    return found


def _watched_as_now(g: Grid) -> Array:
    """Exposure a year, by the last twelve months in which a tie was watched at all."""
    out = np.zeros(g.years.shape[1:])
    for p, k in np.ndindex(*out.shape):
        seen = g.years[:, p, k]
        last = seen[seen > 0][-12:]
        out[p, k] = last.mean() * 12 if len(last) else 0.0
    return out


def _ahead(g: Grid, p: int, k: int, months: int, rate: float, size: float, looked: float) -> Ahead:
    mean = rate * looked * months / 12
    t = len(g.ends) - 1
    own, last = (_naive(g, p, k, t, back, looked * months / 12, months).item() for back in BACK)
    return Ahead(months, mean, tuple(float(q) for q in quantiles(QUANTILES, mean, size)), own, last)


def _size(alpha: Array, k: Places) -> Array:
    """Size of the negative binomial: the doubt about the rate and the bursts of acts."""
    return np.asarray(1 / (1 / alpha + 1 / np.array([priors()[name].spread for name in TIES])[k]))


def _naive(g: Grid, p: Places, k: Places, t: int, back: int, looked: Array | float, months: int) -> Array:
    """Acts that ties would bring in some months by the months before, for as much watching as lies ahead."""
    span = slice(max(0, t + 1 - back), t + 1)
    counted, seen = g.counts[span, p, k].sum(axis=0), g.years[span, p, k].sum(axis=0)
    scaled = counted * looked / np.maximum(seen, 1e-9)
    return np.asarray(np.maximum(np.minimum(scaled, counted * months / 12), LEAST_MEAN))


def _scores(g: Grid, months: int) -> Scored:
    """Every tie at every quarter whose horizon lies in months that were watched."""
    watched = np.flatnonzero(g.years.sum(axis=(1, 2)) > 0)
    end = int(watched[-1]) if len(watched) else -1
    every = [nothing(WAYS)]
    for i, t in enumerate(g.kept.tolist()):
        if t + months <= end and t >= len(g.ends) - 12 * JUDGED_YEARS:
            every.append(_at(g, i, t, months))
    return together(every)


def _at(g: Grid, i: int, t: int, months: int) -> Scored:
    ahead = slice(t + 1, t + 1 + months)
    looked, seen = g.years[ahead].sum(axis=0), g.counts[ahead].sum(axis=0)
    p, k = np.nonzero((looked > 0) & np.isfinite(g.alpha[i]))
    alpha, y = g.alpha[i, p, k], seen[p, k]
    mean = alpha / g.beta[i, p, k] * g.told[i, k] * looked[p, k]
    size = _size(alpha, k)
    own, last = (_naive(g, p, k, t, back, looked[p, k], months) for back in BACK)
    poisson = np.full_like(own, np.inf)
    end = max(int(y.max(initial=0)), most(mean, size), most(own, poisson), most(last, poisson))
    top = np.arange(end + 1)[:, None]
    curves = (at_most(top, mean, size), poisson_at_most(top, own), poisson_at_most(top, last))
    crps = np.array([((curve - (top >= y)) ** 2).sum(axis=0) for curve in curves])
    here, below = at_most(y, mean, size), at_most(y - 1, mean, size)
    return Scored(p * len(TIES) + k, crps, (here >= QUANTILES[0]) & (below < QUANTILES[-1]))
