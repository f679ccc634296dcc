"""Rolling-origin backtests: at each origin a model is fitted on what was known, and asked about what was not.

Every score stands beside five baselines, with intervals from resampling pairs and years, and beside the goal that was
registered before the first run (``targets.toml``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from comity.errors import UsageError
from comity.lake import Lake
from comity.rupture import arms, atrisk
from comity.rupture import lapse as supply
from comity.rupture.challengers import boosting, chances, forest, frailty, mixture
from comity.rupture.chronicle import chronicle
from comity.rupture.ends import parties
from comity.rupture.lapse import HORIZON, REGISTER, Register, register
from comity.rupture.logit import fitted
from comity.rupture.panel import OWN_RATE, Array, Forecaster, Ints, Mask, Panel, kind_rate
from comity.rupture.scores import SCORES, Rows, scored
from comity.rupture.tuned import put_right
from comity.rupture.world import NEEDED, World, of_lake
from comity.scores import Score, promises, score
from comity.tables import MEASURE

VOTES = "ideal_point"
__all__ = ["catalogue", "lapse", "rupture", "targets"]


def catalogue() -> dict[str, Callable[[Lake], Iterator[Score]]]:
    """Every target by name."""
    return {
        "lapse": lambda lake: lapse(register(_measures(lake, REGISTER))),
        "rupture": lambda lake: rupture(whole_world(lake)),
        "rupture_severe": lambda lake: severe(whole_world(lake)),
        "rupture_arms": lambda lake: rupture_arms(*evidence(lake)),
    }


def evidence(lake: Lake) -> tuple[Register, pl.DataFrame]:
    """Deliveries and votes of the world; ``UsageError`` when one of them was not read."""
    votes = _measures(lake, VOTES)
    if votes.is_empty():
        raise UsageError("no UN ideal points in the store; comity update turan --from DIR with their yearly file first")
    return register(_measures(lake, REGISTER)), votes


def _measures(lake: Lake, name: str) -> pl.DataFrame:
    return lake.read(MEASURE).filter(pl.col("name") == name).collect()


def targets() -> dict[str, Any]:
    """What was promised before the first run."""
    return promises(__package__)


def lapse(deliveries: Register) -> Iterator[Score]:
    """The lapse backtest: every score over all origins, then skill and AUC with each region held out of the training."""
    needed = targets()["lapse"]["origins"][0] - 2 * HORIZON
    if deliveries.years[0] > needed:
        raise UsageError(
            f"the arms register begins in {deliveries.years[0]}; this needs deliveries since {needed}: read the whole trade register"
        )
    ways = {
        "supplier's own rate": _only("supplier's own lapse rate"),
        "persistence": _only("active years of 5"),
        "last value": _only("log TIV of the last year"),
        "recency": _only("years since last delivery"),
    }
    yield from _scored("lapse", supply.panel(deliveries), plain, ways, "supplier's own lapse rate")


def whole_world(lake: Lake) -> World:
    """What the store holds of the world."""
    return complete(of_lake(lake, parties(chronicle())))


def complete(found: World) -> World:
    """The same world; ``UsageError`` names what was not read of it."""
    if found.missing:
        lacking = ", ".join(NEEDED[name] for name in found.missing)
        raise UsageError(f"the store lacks {lacking}; comity update turan --from DIR with their files first")
    return found


def rupture(world: World, challenged: bool = False) -> Iterator[Score]:
    """The rupture backtest on ties of every kind: all years, the years that no choice saw, and a region held out.

    ``challenged`` sets ``CHALLENGERS`` beside it, which takes some minutes more.
    """
    said = targets()["rupture"]
    found = atrisk.panel(world, chronicle(), date(said["origins"][1], 1, 1))
    ways = NAIVE | CHALLENGERS if challenged else NAIVE
    yield from _scored("rupture", found, shipped, ways, OWN_RATE)
    yield from _beside("rupture", found, shipped, NAIVE, said["late"], "_late")


def severe(world: World) -> Iterator[Score]:
    """The same forecast of graver ruptures."""
    last = date(targets()["rupture_severe"]["origins"][1], 1, 1)
    found = atrisk.panel(world, chronicle(), last, least_severity=2)
    yield from _scored("rupture_severe", found, shipped, NAIVE, OWN_RATE)


def rupture_arms(deliveries: Register, votes: pl.DataFrame) -> Iterator[Score]:
    """The first rupture backtest, on ties that carry major arms."""
    ways = {
        OWN_RATE: _only(OWN_RATE),
        "persistence": _only("ruptures of this tie", "scares and repairs of this tie"),
        "last value": _only("log TIV of 5 years"),
        "recency": _only("ruptures of the recipient with others", "ruptures by the patron with others"),
    }
    found = arms.panel(arms.trade(deliveries), chronicle(), votes, targets()["rupture_arms"]["origins"][1])
    yield from _scored("rupture_arms", found, put_right(), ways, OWN_RATE)


def _scored(target: str, found: Panel, model: Forecaster, ways: Mapping[str, Forecaster], own: str) -> Iterator[Score]:
    """Every score of a model beside its baselines; then with each region held out, without the patrons' own rates.

    Their own rates would carry answers out of the region held apart.
    """
    yield from _beside(target, found, model, ways, targets()[target]["origins"][0])
    known, clusters = _asked(target, found, targets()[target]["origins"][0])
    base, n = _rolled(found, known, _base_rate), int(known.sum())
    apart = Rows(_rolled(found.without(own), known, _elsewhere(model)), found.y[known], base, np.ones(n))
    for name in ("auc", "skill"):
        yield score(__package__, target, f"{name}_region", scored(SCORES[name], apart, clusters), n)


def _beside(
    target: str, found: Panel, model: Forecaster, ways: Mapping[str, Forecaster], first: int, suffix: str = ""
) -> Iterator[Score]:
    known, clusters = _asked(target, found, first)
    base, n = _rolled(found, known, _base_rate), int(known.sum())
    every = {"model": model, "base rate": _base_rate, **ways}
    rows = {name: Rows(_rolled(found, known, way), found.y[known], base, np.ones(n)) for name, way in every.items()}
    for name, how in SCORES.items():
        values = {way: scored(how, r, clusters) for way, r in rows.items()}
        mine = values.pop("model")
        yield score(__package__, target, f"{name}{suffix}", mine, n, values)


def _asked(target: str, found: Panel, first: int) -> tuple[Mask, list[Ints]]:
    """The cases scored from a year on, and their clusters: pairs and years."""
    known = (found.year >= first) & (found.year <= targets()[target]["origins"][1])
    return known, [np.unique(ids[known], return_inverse=True)[1] for ids in (found.pair, found.year)]


def _rolled(found: Panel, known: Mask, way: Forecaster) -> Array:
    """Forecasts of all scored cases; each origin learns only from cases whose answer was known by then."""
    p = np.empty(len(found.y))
    for year in np.unique(found.year[known]):
        asked = found.year == year
        p[asked] = way(found, found.told(year), asked)
    return p[known]


def plain(found: Panel, told: Mask, asked: Mask) -> Array:
    """The plain logit on all features."""
    return fitted(found.x[told], found.y[told]).probability(found.x[asked])


def _base_rate(found: Panel, told: Mask, asked: Mask) -> Array:
    rate = kind_rate(found, told)
    return np.array([rate[str(kind)] for kind in found.kind[asked]])


def shipped(found: Panel, told: Mask, asked: Mask) -> Array:
    """The model whose coefficients are shipped."""
    return chances(found, told)[asked]


def _only(*names: str) -> Forecaster:
    """The plain logit on some features only."""
    return lambda found, told, asked: plain(found.only(*names), told, asked)


NAIVE: dict[str, Forecaster] = {
    OWN_RATE: _only(OWN_RATE),
    "persistence": _only("ruptures of this tie"),
    "last value": _only("log TIV of 10 years"),
    "recency": _only("ruptures of the partner with others, 3 years"),
}


CHALLENGERS: dict[str, Forecaster] = {
    "boosting": boosting,
    "random forest": forest,
    "frailty": frailty,
    "mixture": mixture,
}


def _elsewhere(model: Forecaster) -> Forecaster:
    """A model asked about each region after learning from all other regions only."""

    def way(found: Panel, told: Mask, asked: Mask) -> Array:
        p = np.empty(len(found.y))
        for place in np.unique(found.region[asked]):
            here = asked & (found.region == place)
            p[here] = model(found, told & (found.region != place), here)
        return p[asked]

    return way
