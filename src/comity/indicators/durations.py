"""How long it takes until something follows: weighted cumulative incidence with competing ends and censoring."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from comity.tables import identity
from comity.ties import DRAWS, Array

Ints = npt.NDArray[np.int64]
FOLLOWED, OTHERWISE, CENSORED = 1, 2, 0
DAYS_A_MONTH = 365.25 / 12
ENDLESS = 0.05  # of the draws: where more of them have no median, there is none
Curve = tuple[Array, Array]  # days in order, and the probability of having been followed by each of them


class Spell(NamedTuple):
    """One wait: the days between which it began, those between which it may have ended each way, the last day watched."""

    start: tuple[int, int]  # first and last day, as ordinals
    followed: list[tuple[int, int]]  # what was waited for
    otherwise: list[tuple[int, int]]  # what made it impossible
    watched: int


def days(act: dict[str, Any]) -> tuple[int, int]:
    """First and last day on which an act may have happened, as ordinals."""
    return act["date_from"].toordinal(), act["date_to"].toordinal()


def waits(spells: list[Spell], key: str) -> tuple[Array, Ints, Array]:
    """200 draws of every wait: days [draws, spells], how it ended, and the weight of each spell (Bayesian bootstrap).

    A date known to the month or the year is drawn evenly within it; the first thing that follows in that draw counts.
    """
    rng = np.random.default_rng(int(identity("waits", key), 16))
    waited, ends = np.empty((DRAWS, len(spells))), np.zeros((DRAWS, len(spells)), dtype=np.int64)
    for i, spell in enumerate(spells):
        start = _drawn([spell.start], rng)[:, 0]
        done, gone = (_first(_drawn(found, rng), start) for found in (spell.followed, spell.otherwise))
        stop = np.maximum(spell.watched, start)
        waited[:, i] = np.minimum(np.minimum(done, gone), stop) - start
        ends[:, i] = np.where(done <= np.minimum(gone, stop), FOLLOWED, np.where(gone <= stop, OTHERWISE, CENSORED))
    return waited, ends, rng.standard_exponential((DRAWS, len(spells)))


def incidence(days: Array, ends: Ints, weight: Array) -> Curve:
    """Aalen-Johansen estimate of having been followed: the days in order, and the probability by each of them.

    The last axis is that of waits. With S the Kaplan-Meier survival from both kinds of end, F(t) = sum over t_i <= t of S(t_i-) w_i / (weight at risk).
    """
    order = np.lexsort((-ends, days), axis=-1)  # at the same day ends before censoring
    t, w = (np.take_along_axis(part, order, axis=-1) for part in (days, weight))
    kind = np.take_along_axis(ends, order, axis=-1)
    at_risk = np.cumsum(w[..., ::-1], axis=-1)[..., ::-1]
    fall = np.where(kind != CENSORED, w / at_risk, 0.0)
    left = np.cumprod(1 - fall, axis=-1)
    before = np.concatenate([np.ones_like(left[..., :1]), left[..., :-1]], axis=-1)
    return t, np.cumsum(np.where(kind == FOLLOWED, before * fall, 0.0), axis=-1)


def by(day: float, curve: Curve) -> float:
    """The probability of having been followed by a day."""
    t, p = curve
    i = int(np.searchsorted(t, day, side="right"))
    return float(p[i - 1]) if i else 0.0


def median(curve: Curve) -> float:
    """The first day by which half were followed; infinite when fewer ever were."""
    return reached(curve, 0.5)


def reached(curve: Curve, share: float) -> float:
    """The first day by which this share, 0-1, were followed; infinite when fewer ever were."""
    t, p = curve
    there = np.flatnonzero(p >= share - 1e-12)
    return float(t[there[0]]) if len(there) else np.inf


def curves(spells: list[Spell], key: str) -> list[Curve]:
    """The incidence of having been followed, in each of 200 draws of every wait."""
    return list(zip(*incidence(*waits(spells, key)), strict=True))


def medians(found: list[Curve]) -> Array | None:
    """The median wait of each draw that has one, in days; None where more than one draw in twenty has none."""
    days = np.array([median(curve) for curve in found])
    return None if np.isinf(days).mean() > ENDLESS else days[np.isfinite(days)]


def _drawn(dates: list[tuple[int, int]], rng: np.random.Generator) -> Array:
    """Days drawn evenly within their bounds: [draws, dates]."""
    if not dates:
        return np.full((DRAWS, 1), np.inf)
    low, high = np.array(dates, dtype=float).T
    return np.asarray(np.floor(low + rng.random((DRAWS, len(dates))) * (high - low + 1)))


def _first(drawn: Array, start: Array) -> Array:
    """The first of some days that is not before the start, draw by draw."""
    return np.asarray(np.where(drawn >= start[:, None], drawn, np.inf).min(axis=1))
