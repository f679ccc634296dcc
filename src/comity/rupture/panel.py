"""What a forecaster learns from and is asked about: cases with features, answers, and the years in which answers are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.str_]
SHRINK = 20.0  # at-risk years by which somebody's own rate is drawn to the rate of all
OWN_RATE = "patron's own rate"  # the name of that feature
BEFORE = (1.0, 5.0)  # events and at-risk years that the rate of all begins with


class Panel(NamedTuple):
    """Cases, one row each. An answer of year t is known at the origin of year t + ``horizon``."""

    names: tuple[str, ...]  # of the features
    x: Array  # [rows, names]
    y: Array  # 1 if it happened
    pair: Ints
    year: Ints  # of the origin
    whose: Codes  # the supplier or patron
    region: Codes  # in which the recipient lies
    kind: Codes  # of the tie: the base rate is that of its kind
    horizon: int  # years

    def only(self, *names: str) -> Panel:
        """The same cases with some features."""
        return self._replace(names=names, x=self.x[:, [self.names.index(name) for name in names]])

    def without(self, name: str) -> Panel:
        """The same cases without one feature."""
        return self.only(*(n for n in self.names if n != name))

    def told(self, year: int) -> Mask:
        """The cases whose answer was known at an origin."""
        return np.asarray(self.year <= year - self.horizon)


Forecaster = Callable[[Panel, Mask, Mask], Array]  # the cases, those that may be learnt from, those asked about


def own_rate(panel: Panel, shrink: float = SHRINK, before: tuple[float, float] = BEFORE) -> Array:
    """Log odds of how often it happened to the same patron's cases with a known answer, shrunk to the rate of all by then."""
    rate = np.empty(len(panel.y))
    who, n = np.unique(panel.whose, return_inverse=True)[1], len(np.unique(panel.whose))
    for year in np.unique(panel.year):
        told, now = panel.told(year), panel.year == year
        happened, cases = (
            np.bincount(who[told], w, n).astype(float) for w in (panel.y[told], np.ones(int(told.sum())))
        )
        rate[now] = shrunk(happened, cases, shrink, before)[who[now]]
    return rate


def shrunk(happened: Array, cases: Array, shrink: float, before: tuple[float, float]) -> Array:
    """Log odds of each one's rate, drawn to the rate of all as if it had ``shrink`` more cases of that rate."""
    overall = (happened.sum() + before[0]) / (cases.sum() + before[1])
    rate = (happened + shrink * overall) / (cases + shrink)
    return np.asarray(np.log(rate / (1 - rate)))


def kind_rate(panel: Panel, told: Mask) -> dict[str, float]:
    """How often it happened to cases of each kind; of a kind without cases, to all. The registered baseline of skill: 0 where it has not happened yet."""
    overall = float(panel.y[told].mean())
    kinds = ((str(kind), told & (panel.kind == kind)) for kind in np.unique(panel.kind))
    return {kind: float(panel.y[mine].mean()) if mine.any() else overall for kind, mine in kinds}


def pooled_rate(panel: Panel, told: Mask, rate: float) -> dict[str, float]:
    """How often it happens to cases of each kind, drawn to the rate of all as by one event more: (events + 1) / (cases + 1 / rate).

    The mean of a Gamma posterior whose prior has the rate of all as its mean and says as little else as it can (shape 1). So a
    kind that has seen no event has a small rate and never 0, and one that has seen many keeps its own.
    """
    kinds = ((str(kind), told & (panel.kind == kind)) for kind in np.unique(panel.kind))
    return {kind: float((panel.y[mine].sum() + 1) / (mine.sum() + 1 / rate)) for kind, mine in kinds}
