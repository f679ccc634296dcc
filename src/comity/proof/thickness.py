"""How much of each year's acts a collection from web pages can show, from the ages of the pages that it found.

A row tells of an act of year d by a page of year p. Rows are fewer for old years because old pages are gone or hard to
find, and for the running year because pages are not found yet; counting them would read the web's memory as the world's
intensity. With n(d, p) rows ::

    log E n(d, p) = lambda(d) + g(p - d) + f(p)

lambda is how much happened, g how pages look back (same year, one year, two to five, six and more: alike), f how well
pages of a year are found, a logistic rise with a drop in the running year. Without more, a steady trend in f could be
told as one in lambda (age, period and cohort cannot all be free): that a tale of an act six or more years old is as likely
at ten years as at thirty settles it, and lambda moves by about 20 % a year at most. What is seen of year d is then

    seen(d) = sum over p of e^(g(p - d) + f(p)), relative to its largest value.

Right truncation of reports by date: as for reporting delays in epidemiology (Kalbfleisch and Lawless, JASA 1989).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from comity.sources.casebook.read import Seen

Array = npt.NDArray[np.float64]
AGES = ((0, 0), (1, 1), (2, 5), (6, 999))  # years between act and page that are alike
MOVE, LESS, MORE = 0.2, 0.1, 0.3  # how much lambda may move in a year, in logs: as shipped, and for the bounds
RESAMPLES = 20
# Where the search for the rise begins, in five years from the middle: it has several ends.
RISES = (-1.0, 0.0, 1.0, 2.0)


def seen(pages: list[tuple[int, int]], seed: int = 1, resamples: int = RESAMPLES) -> list[Seen]:
    """From (year of the act, year of the page) of every dated row. Bounds hold chance and the freedom of lambda."""
    first, last = min(d for d, _ in pages), max(p for _, p in pages)
    n = np.zeros((last - first + 1, last - first + 1))
    for d, p in pages:
        if p >= d:
            n[d - first, p - first] += 1
    rng = np.random.default_rng(seed)
    tries = [_seen(n, MOVE), _seen(n, LESS), _seen(n, MORE)]
    tries += [_seen(rng.poisson(n).astype(float), MOVE) for _ in range(resamples)]
    low, high = np.quantile(tries, 0.05, axis=0), np.quantile(tries, 0.95, axis=0)
    low, high = np.minimum(low, np.min(tries[:3], axis=0)), np.maximum(high, np.max(tries[:3], axis=0))
    return [
        Seen(year=first + i, rows=int(n[i].sum()), seen=float(tries[0][i]), low=float(low[i]), high=float(high[i]))
        for i in range(len(n))
    ]


def _seen(n: Array, move: float) -> Array:
    years = len(n)
    age = np.arange(years)[None] - np.arange(years)[:, None]
    kind = np.select([(age >= a) & (age <= b) for a, b in AGES], range(len(AGES)), -1)
    shown = kind >= 0

    def parts(p: Array) -> tuple[Array, Array]:
        looks = np.concatenate([[0.0], p[years : years + 3]])[np.maximum(kind, 0)]
        found = -np.logaddexp(0, -(np.arange(years) - years / 2 - 5 * p[-3]) / np.exp(p[-2]))
        found[-1] += p[-1]
        return looks + found[None], p[:years, None]

    def loss(p: Array) -> float:
        found, happened = parts(p)
        eta = np.clip(found + happened, -30, 8)[shown]
        fit = n[shown] @ eta - np.exp(eta).sum()
        return float(-fit + np.square(np.diff(p[:years])).sum() / 2 / move**2 + (p[-2] - 1) ** 2 / 2)

    start = np.zeros(years + 6)
    start[years : years + 3] = -2, -3, -4
    start[-2] = 1
    tries = []
    for rise in RISES:
        start[-3] = rise
        tries.append(minimize(loss, start, method="L-BFGS-B", options={"maxiter": 3000, "maxfun": 10**6}))
    best = min(tries, key=lambda t: float(t.fun)).x
    part = np.where(shown, np.exp(parts(best)[0]), 0).sum(axis=1)
    return np.asarray(np.minimum(1.0, part / part[:-1].max()))
