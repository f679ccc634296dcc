"""Rolling-origin backtests: at each origin a model is fitted on what was known, and asked about what was not.

Every score stands beside five baselines, with intervals from resampling pairs and years, and beside the goal that was
registered before the first run (``targets.toml``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.errors import UsageError
from comity.lake import Lake
from comity.rupture.lapse import FEATURES, HORIZON, REGISTER, Cases, Register, cases, register
from comity.rupture.model import fitted, forecast
from comity.rupture.scores import RESAMPLES, SCORES, Interval, Rows, scored
from comity.states import region
from comity.tables import MEASURE

Array = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Forecaster = Callable[[Cases, Mask, Mask], Array]  # the cases, those that may be learnt from, those asked about
__all__ = ["RESAMPLES", "Result", "catalogue", "lapse", "targets"]


class Result(NamedTuple):
    """One score of one target."""

    target: str
    score: str
    value: float
    low: float
    high: float
    n: int  # cases scored
    baselines: dict[str, Interval]
    goal: float | None
    moonshot: float | None

    def to_json(self) -> dict[str, Any]:
        """The score as the command line prints it; what cannot be computed is null."""
        plain = {name: _plain(value) for name, value in self._asdict().items() if name != "baselines"}
        beside = {name: {k: _plain(v) for k, v in b._asdict().items()} for name, b in self.baselines.items()}
        return {**plain, "baselines": beside}


def catalogue() -> dict[str, Callable[[Lake], Iterator[Result]]]:
    """Every target by name."""
    return {"lapse": lambda lake: lapse(register(lake.read(MEASURE).filter(pl.col("name") == REGISTER).collect()))}


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not np.isfinite(value) else value


@cache
def targets() -> dict[str, Any]:
    """What was promised before the first run."""
    return tomllib.loads(files(__package__).joinpath("targets.toml").read_text("utf-8"))


def lapse(deliveries: Register) -> Iterator[Result]:
    """The lapse backtest: every score over all origins, then skill and AUC with each region held out of the training."""
    said = targets()["lapse"]
    needed = said["origins"][0] - 2 * HORIZON
    if deliveries.years[0] > needed:
        raise UsageError(
            f"the arms register begins in {deliveries.years[0]}; this needs deliveries since {needed}: read the whole trade register"
        )
    found = cases(deliveries)
    known = (found.year >= said["origins"][0]) & (found.year <= said["origins"][1])
    base = _rolled(found, known, _base_rate)
    clusters = [np.unique(ids[known], return_inverse=True)[1] for ids in (found.pair, found.year)]
    rows = {name: Rows(p, found.y[known], base, np.ones(len(p))) for name, p in _forecasts(found, known).items()}
    for score in SCORES:
        every = {name: scored(SCORES[score], r, clusters) for name, r in rows.items()}
        mine = every.pop("model")
        yield Result(
            "lapse", score, *mine, int(known.sum()), every, said["goal"].get(score), said["moonshot"].get(score)
        )
    apart = Rows(_rolled(found, known, _elsewhere(deliveries, found)), found.y[known], base, np.ones(int(known.sum())))
    for score in ("auc", "skill"):
        goal, moonshot = (said[kind].get(f"{score}_region") for kind in ("goal", "moonshot"))
        yield Result(
            "lapse", f"{score}_region", *scored(SCORES[score], apart, clusters), int(known.sum()), {}, goal, moonshot
        )


def _forecasts(found: Cases, known: Mask) -> dict[str, Array]:
    ways: Mapping[str, Forecaster] = {
        "model": _model,
        "base rate": _base_rate,
        "supplier's own rate": _columns("supplier's own lapse rate"),
        "persistence": _columns("active years of 5"),
        "last value": _columns("log TIV of the last year"),
        "recency": _columns("years since last delivery"),
    }
    return {name: _rolled(found, known, way) for name, way in ways.items()}


def _rolled(found: Cases, known: Mask, way: Forecaster) -> Array:
    """Forecasts of all scored cases; each origin learns only from origins whose answer was known by then."""
    p = np.empty(len(found.y))
    for year in np.unique(found.year[known]):
        asked = found.year == year
        p[asked] = way(found, found.year <= year - HORIZON, asked)
    return p[known]


def _model(found: Cases, told: Mask, asked: Mask) -> Array:
    return forecast(fitted(found.x[told], found.y[told]), found.x[asked])


def _base_rate(found: Cases, told: Mask, asked: Mask) -> Array:
    return np.full(int(asked.sum()), found.y[told].mean())


def _columns(*names: str) -> Forecaster:
    """The same regression on some features only."""
    chosen = [FEATURES.index(name) for name in names]

    def way(found: Cases, told: Mask, asked: Mask) -> Array:
        return forecast(fitted(found.x[told][:, chosen], found.y[told]), found.x[asked][:, chosen])

    return way


def _elsewhere(deliveries: Register, found: Cases) -> Forecaster:
    """The model, asked about each region's recipients after learning from all other regions only.

    Without the supplier's own rate, which would carry answers out of the region held apart.
    """
    places = np.array([region(deliveries.pairs[i][1]) for i in found.pair])
    apart = found._replace(x=np.delete(found.x, FEATURES.index("supplier's own lapse rate"), axis=1))

    def way(_: Cases, told: Mask, asked: Mask) -> Array:
        p = np.empty(len(apart.y))
        for place in np.unique(places[asked]):
            here = asked & (places == place)
            p[here] = _model(apart, told & (places != place), here)
        return p[asked]

    return way
