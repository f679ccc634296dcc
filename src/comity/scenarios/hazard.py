"""How likely each tie is to break when nothing is assumed: the world's rate, put right by the tie's own record.

A tie's yearly rate is the base rate times a frailty. Frailty is Gamma(k, k) before anything is known of the tie; with n
ruptures of its own in ten years it is Gamma(k + n, k + 10 base). Where forecasts of the rupture model were made for the
case, those stand instead, with their interval.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache

import numpy as np
from scipy.special import gammaincinv

from comity.rupture.chronicle import RUPTURE, chronicle
from comity.rupture.risk import Risk
from comity.scenarios.effects import Array, drawn, library
from comity.states import successor
from comity.tables import identity

YEARS = 10  # of a tie's own record
YEAR = 12  # months


def yearly(
    pairs: Sequence[tuple[str, str]], as_of: date, draws: int, seed: int, forecasts: Iterable[Risk] = ()
) -> Array:
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


def base_rate(months: int) -> float:
    """The chance that the average tie sees a rupture within some months."""
    return float(-np.expm1(-np.exp(library()["base.rate"].mean) * months / YEAR))


def _own(as_of: date) -> Counter[tuple[str, str]]:
    rows = (r for r in chronicle() if r.kind == RUPTURE and r.between_states and r.end <= as_of)
    recent = (r for r in rows if (as_of - r.end).days <= 365.25 * YEARS)
    sides = (sorted((successor(r.state_a), successor(r.state_b))) for r in recent)
    return Counter((a, b) for a, b in sides)


def _frailty(pair: tuple[str, str], n: int, k: float, base: float, draws: int, seed: int) -> Array:
    rng = np.random.default_rng([seed, int(identity("frailty", *pair), 16)])
    return np.asarray(rng.permutation(_quantiles(k + n, draws)) / (k + YEARS * base))


@lru_cache(maxsize=64)
def _quantiles(shape: float, draws: int) -> Array:
    """Even quantiles of Gamma(shape, 1) with its mean: ties of one record differ in order only, not by the luck of the draw."""
    even = gammaincinv(shape, (np.arange(draws) + 0.5) / draws)
    return np.asarray(even * shape / even.mean())


def _forecast(risk: Risk, draws: int, seed: int) -> Array:
    """A lognormal rate with the forecast as its median and its interval as its 5 and 95 % quantiles."""
    rng = np.random.default_rng([seed, int(identity("forecast", risk.pair), 16)])
    low, p, high = (-np.log1p(-min(x, 0.99)) for x in (max(risk.low, 1e-6), risk.probability, risk.high))
    spread = max(np.log(high / low) / (2 * 1.645), 1e-6)
    return np.asarray(np.exp(np.log(p) + spread * rng.standard_normal(draws)))
