"""How likely each tie is to break when nothing is assumed: the world's rate, put right by the tie's own record.

A tie's yearly rate is the base rate times a frailty. Frailty is Gamma(k, k) before anything is known of the tie; with n
ruptures of its own in ten years it is Gamma(k + n, k + 10 base). Where the rupture model forecasts a tie, its forecast
stands instead, with its interval.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

import numpy as np
from scipy.special import gammaincinv, ndtri

from comity.rupture.chronicle import RUPTURE, chronicle
from comity.rupture.ends import sides
from comity.rupture.risk import YEAR, Risk
from comity.scenarios.effects import Array, drawn, library
from comity.scores import NINETY
from comity.tables import Pair, identity

YEARS = 10  # of a tie's own record


def yearly(pairs: Sequence[tuple[str, str]], as_of: date, draws: int, seed: int, forecasts: Iterable[Risk]) -> Array:
    """Draws of the yearly hazard of each tie: [draws, pairs]. Only ruptures that had happened by ``as_of`` count."""
    base = np.exp(drawn(library()["base.rate"], draws, seed))
    k = float(np.exp(library()["base.frailty"].mean))
    own = _own(as_of)
    said = {tuple(f.pair.split("-")): f for f in forecasts if f.horizon_months == YEAR}
    columns = [
        _forecast(said[p], draws, seed) if p in said else base * _frailty(p, own[p], k, float(base.mean()), draws, seed)
        for p in pairs
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((draws, 0))


def base_rate(months: int, pairs: Iterable[tuple[str, str]] = (), forecasts: Iterable[Risk] = ()) -> float:
    """The chance that the average tie sees a rupture within some months: of the kinds of ``pairs`` that were forecast, else
    of ties that carry major arms.
    """
    wanted = {"-".join(p) for p in pairs}
    said = [f.base_rate for f in forecasts if f.horizon_months == YEAR and f.pair in wanted]
    yearly = -np.log1p(-float(np.mean(said))) if said else np.exp(library()["base.rate"].mean)
    return float(-np.expm1(-yearly * months / YEAR))


def any_of(chance: float, ties: int) -> float:
    """The chance that at least one of some ties breaks, each having the same.

    >>> round(any_of(0.01, 6), 4)
    0.0585
    """
    return float(1 - (1 - chance) ** ties)


def _own(as_of: date) -> Counter[Pair]:
    rows = (r for r in chronicle() if r.kind == RUPTURE and r.between_states and r.end <= as_of)
    recent = (r for r in rows if (as_of - r.end).days <= 365.25 * YEARS)
    return Counter(map(sides, recent))


def _frailty(pair: tuple[str, str], n: int, k: float, base: float, draws: int, seed: int) -> Array:
    rng = np.random.default_rng([seed, int(identity("frailty", *pair), 16)])
    return np.asarray(rng.permutation(_quantiles(k + n, draws)) / (k + YEARS * base))


@lru_cache(maxsize=64)
def _quantiles(shape: float, draws: int) -> Array:
    """Even quantiles of Gamma(shape, 1) with its mean: ties of one record differ in order only, not by the luck of the draw."""
    even = gammaincinv(shape, (np.arange(draws) + 0.5) / draws)
    return np.asarray(even * shape / even.mean())


def _forecast(risk: Risk, draws: int, seed: int) -> Array:
    """A lognormal rate with the forecast's interval as its 5 and 95 % quantiles; its mean is then the forecast.

    Even quantiles in an order of the tie's own, so that the luck of the draw moves no comparison.
    """
    rng = np.random.default_rng([seed, int(identity("forecast", risk.pair), 16)])
    low, high = (-np.log1p(-min(p, 0.99)) for p in (max(risk.low, 1e-9), risk.high))
    spread = max(np.log(high / low) / (2 * NINETY), 1e-6)
    made = np.exp(np.log(low * high) / 2 + spread * ndtri((rng.permutation(draws) + 0.5) / draws))
    return np.asarray(made * -np.log1p(-risk.probability) / made.mean())
