"""How far a pair's other instruments tell of one: the weight and floor of ``ties.borrowed``, chosen by the score of the year ahead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from comity.negbin import log_mass
from comity.proof.crps import Array
from comity.proof.filters import History, Hyper
from comity.ties import borrowed

WEIGHTS = (0.0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 1.0)
FLOORS = (0.1, 0.3, 1.0, 3.0, 10.0)  # independent acts


class Lent(NamedTuple):
    """The log score of every weight and floor on one history, less that of borrowing nothing."""

    what: str
    n: int  # pairs, instruments and years scored
    gains: Mapping[tuple[float, float], float]  # (weight, floor) -> gain


def lent(what: str, histories: Mapping[str, tuple[History, Hyper]], first: int, last: int) -> Lent:
    """Score each weight and floor over the years ``first`` to ``last`` (indices) of some instruments of the same pairs."""
    states = [_states(history, hyper) for history, hyper in histories.values()]
    mean = np.stack([history.mean for history, _ in histories.values()], axis=-1)
    years = np.array([hyper.years for _, hyper in histories.values()])
    spread = np.array([hyper.spread for _, hyper in histories.values()])
    weight = next(iter(histories.values()))[0].weight[:, None]
    found = dict.fromkeys(((w, f) for w in WEIGHTS for f in FLOORS), 0.0)
    n = 0
    for t in range(first, last + 1):
        shape, rate = (np.stack([s[part][t] for s in states], axis=-1) for part in (0, 1))
        y = np.stack([history.y[t] for history, _ in histories.values()], axis=-1)
        m = np.stack([history.volume[t if history.foreseen else t - 1] ** hyper.elasticity for history, hyper in histories.values()], axis=-1)  # fmt: skip
        seen = m > 1e-6
        n += int((weight * seen).sum())
        for w, f in found:
            alpha = years * mean * borrowed(shape, rate, mean, w, f) + shape
            mass = log_mass(y, np.maximum(alpha / (years + rate) * m, 1e-9), 1 / (1 / alpha + 1 / spread))
            found[w, f] += float((weight * np.where(seen, mass, 0.0)).sum())
    nothing = found[WEIGHTS[0], FLOORS[0]]
    return Lent(what, n, {key: value - nothing for key, value in found.items()})


def _states(history: History, hyper: Hyper) -> tuple[list[Array], list[Array]]:
    """Sums of weights and of exposure before each year, the prior apart."""
    memory = 0.5 ** (1 / hyper.half_life)
    shape, rate = np.zeros((2, history.y.shape[1]))
    m = history.volume**hyper.elasticity
    shapes, rates = [shape], [rate]
    for t in range(len(history.y)):
        shape = memory * shape + history.y[t] / hyper.temper
        rate = memory * rate + m[t] / hyper.temper
        shapes.append(shape)
        rates.append(rate)
    return shapes, rates
