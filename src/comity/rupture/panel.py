"""What a forecaster learns from and is asked about: cases with features, answers, and the years in which answers are known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
SHRINK = 20.0  # at-risk years by which somebody's own rate is drawn to the rate of all


class Panel(NamedTuple):
    """Cases, one row each. An answer of year t is known at the origin of year t + ``horizon``."""

    names: tuple[str, ...]  # of the features
    x: Array  # [rows, names]
    y: Array  # 1 if it happened
    pair: Ints
    year: Ints  # of the origin
    whose: npt.NDArray[np.str_]  # the supplier or patron
    region: npt.NDArray[np.str_]  # in which the recipient lies
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


def own_rate(panel: Panel) -> Array:
    """Log odds of how often it happened to the same patron's cases with a known answer, shrunk to the rate of all by then."""
    rate = np.empty(len(panel.y))
    for year in np.unique(panel.year):
        told, now = panel.told(year), panel.year == year
        overall = (panel.y[told].sum() + 1) / (told.sum() + 5)
        for name in np.unique(panel.whose[now]):
            his = told & (panel.whose == name)
            rate[now & (panel.whose == name)] = (panel.y[his].sum() + SHRINK * overall) / (his.sum() + SHRINK)
    return np.asarray(np.log(rate / (1 - rate)))
