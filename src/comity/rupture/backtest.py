"""Rolling-origin backtests: at each origin a model is fitted on what was known, and asked about what was not.

Every score stands beside five baselines, with intervals from resampling pairs and years, and beside the goal that was
registered before the first run (``targets.toml``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from comity.errors import UsageError
from comity.lake import Lake
from comity.rupture import arms, atrisk
from comity.rupture import lapse as supply
from comity.rupture.challengers import boosting, chances, forest, frailty, mixture
from comity.rupture.chronicle import Row, chronicle
from comity.rupture.ends import ended_otherwise, ends, parties
from comity.rupture.lapse import HORIZON, REGISTER, Register, register
from comity.rupture.logit import fitted
from comity.rupture.panel import OWN_RATE, Array, Forecaster, Ints, Mask, Panel, kind_rate
from comity.rupture.risk import YEAR, over
from comity.rupture.scores import SCORES, Rows, scored
from comity.rupture.tuned import put_right
from comity.rupture.world import NEEDED, World, of_lake
from comity.scores import Score, promises, score
from comity.tables import MEASURE

VOTES = "ideal_point"
MODEL, BASE = "model", "base rate"


class Asked(NamedTuple):
    """What was said of the cases that are scored, and what happened."""

    p: dict[str, Array]  # by way: the model, the base rate, naive ones
    y: Array  # 1 if it happened
    pair: Ints
    year: Ints  # of the origin

    def only(self, kept: Mask) -> Asked:
        """Some of them."""
        return Asked({name: p[kept] for name, p in self.p.items()}, self.y[kept], self.pair[kept], self.year[kept])


def catalogue() -> dict[str, Callable[[Lake], Iterator[Score]]]:
    """Every target by name."""
    return {
        "lapse": lambda lake: lapse(register(_measures(lake, REGISTER))),
        "rupture": lambda lake: rupture(whole_world(lake)),
        "rupture_3m": lambda lake: horizon("rupture_3m", whole_world(lake)),
        "rupture_24m": lambda lake: horizon("rupture_24m", whole_world(lake)),
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
    yield from _scored("rupture", found, shipped, ways, OWN_RATE, said["late"])


def horizon(target: str, world: World) -> Iterator[Score]:
    """The chances of the same model over other months: all, the years that no choice saw, and ties in years whose answer is known.

    Over less than a year they are asked for at each quarter.
    """
    said, rows = targets()[target], chronicle()
    months, last = said["horizon_months"], said["origins"][1]
    days = [date(last, month, 1) for month in range(1, YEAR + 1, months)]
    asked = _joined([_over(months, world, rows, day, said["origins"]) for day in days])
    block = max(1, months // YEAR)
    yield from _judged(target, asked, block=block)
    yield from _judged(target, asked.only(asked.year >= said["late"]), "_late", block)
    if months < YEAR:
        vague = ends((row for row in rows if row.date_precision == "year"), world.states)
        unknown = atrisk.broke(asked.pair, asked.year, vague, len(world.states), days[0])
        yield from _judged(target, asked.only(unknown == 0), "_dated")


def _over(months: int, world: World, rows: list[Row], day: date, origins: tuple[int, int]) -> Asked:
    """Chances over some months from this day of each year, each way's turned from its chance within a year as the product's is."""

    def turned(way: Forecaster) -> Forecaster:
        def chance(found: Panel, told: Mask, asked: Mask) -> Array:
            origin = day.replace(year=int(found.year[asked][0]))
            otherwise = ended_otherwise((r for r in rows if r.end <= origin), world.states) / told.sum()
            return np.array([over(p, months, otherwise) for p in way(found, told, asked)])

        return chance

    every = {MODEL: shipped, BASE: _base_rate, **NAIVE}
    asked = _asked(atrisk.panel(world, rows, day), *origins, {name: turned(way) for name, way in every.items()})
    past = ends(rows, world.states)
    return asked._replace(y=atrisk.broke(asked.pair, asked.year, past, len(world.states), day, months))


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


def _scored(
    target: str, found: Panel, model: Forecaster, ways: Mapping[str, Forecaster], own: str, late: int | None = None
) -> Iterator[Score]:
    """Every score of a model beside its baselines, of all years and from a late one on; then with each region held out.

    There the patrons' own rates are left out: they would carry answers out of the region held apart.
    """
    first, last = targets()[target]["origins"]
    asked = _asked(found, first, last, {MODEL: model, BASE: _base_rate, **ways})
    yield from _judged(target, asked)
    if late is not None:
        yield from _judged(target, asked.only(asked.year >= late), "_late")
    apart = _asked(found.without(own), first, last, {MODEL: _elsewhere(model)})
    rows = Rows(apart.p[MODEL], apart.y, asked.p[BASE], np.ones(len(apart.y)))
    for name in ("auc", "skill"):
        yield score(__package__, target, f"{name}_region", scored(SCORES[name], rows, _clusters(apart)), len(apart.y))


def _asked(found: Panel, first: int, last: int, ways: Mapping[str, Forecaster]) -> Asked:
    """What each way says of the cases from one year to another."""
    known = (found.year >= first) & (found.year <= last)
    p = {name: _rolled(found, known, way) for name, way in ways.items()}
    return Asked(p, found.y[known], found.pair[known], found.year[known])


def _joined(parts: list[Asked]) -> Asked:
    p = {name: np.concatenate([part.p[name] for part in parts]) for name in parts[0].p}
    return Asked(p, *(np.concatenate(columns) for columns in list(zip(*parts, strict=True))[1:]))


def _clusters(asked: Asked, block: int = 1) -> list[Ints]:
    """Pairs, and blocks of so many years."""
    return [np.unique(ids, return_inverse=True)[1] for ids in (asked.pair, (asked.year - asked.year.min()) // block)]


def _judged(target: str, asked: Asked, suffix: str = "", block: int = 1) -> Iterator[Score]:
    """Every score of the model beside those of the other ways."""
    n, clusters = len(asked.y), _clusters(asked, block)
    rows = {name: Rows(p, asked.y, asked.p[BASE], np.ones(n)) for name, p in asked.p.items()}
    for name, how in SCORES.items():
        values = {way: scored(how, r, clusters) for way, r in rows.items()}
        mine = values.pop(MODEL)
        yield score(__package__, target, f"{name}{suffix}", mine, n, values)


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
