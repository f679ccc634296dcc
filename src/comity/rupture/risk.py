"""How likely each tie that carries major arms is to see a rupture: one forecast, with what it rests on and what it is worth."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from sklearn.pipeline import Pipeline

from comity.errors import UsageError
from comity.rupture.backtest import FIRST_JUDGED, chosen, judged
from comity.rupture.chronicle import chronicle
from comity.rupture.hazard import panel, ties
from comity.rupture.lapse import Register
from comity.rupture.model import fitted, forecast, recalibrated, refitted, weights
from comity.rupture.panel import SHRINK, Array, Mask, Panel

HORIZONS = (3, 12, 24)  # months
RESAMPLES = 100
DRIVERS = 4
GRADE = "C"  # adjusted association; A pooled natural experiment ... E assumption


class Driver(NamedTuple):
    """What moves a forecast away from that of the average tie."""

    feature: str
    odds: float  # times the odds of the average tie, before recalibration; above 1 raises the risk
    grade: str


class Risk(NamedTuple):
    """The probability that one tie sees a rupture within some months."""

    pair: str  # two codes in alphabetical order, KAZ-RUS
    horizon_months: int
    probability: float
    low: float  # 5 % of the refits on resampled pairs
    high: float
    base_rate: float  # of all ties at risk
    prior_share: float  # how much of the patron's own rate is the world's
    drivers: list[Driver]

    def to_json(self) -> dict[str, Any]:
        """The forecast as the command line prints it."""
        return {**self._asdict(), "drivers": [d._asdict() for d in self.drivers]}


def risks(deliveries: Register, votes: pl.DataFrame, as_of: date) -> list[Risk]:
    """Every tie at risk on a day, the most likely first, at each of ``HORIZONS``.

    Deliveries and votes up to two years before, ruptures known on the day. Trained on the whole years of the chronicle
    before it. A year's probability p is 1 - (1 - p)^(m/12) over m months. Raises ``UsageError`` before 1997.
    """
    rows = [row for row in chronicle() if row.end <= as_of]
    last = min(as_of.year - 1, chronicle_whole())
    if last <= FIRST_JUDGED:
        raise UsageError(
            f"--as-of {as_of}: the chronicle begins in 1990 and is too short to learn from before {FIRST_JUDGED + 2}"
        )
    world = ties(deliveries)
    found = panel(world, rows, votes, as_of.year, as_of)
    told, asked = found.year <= last, found.year == as_of.year
    model = fitted(found.x[told], found.y[told], found.pair[told])
    raw = np.vstack([forecast(model, found.x[asked]), _redrawn(model, found, told, asked)])
    every = recalibrated(*judged(chosen, found, told), raw)
    p, (low, high) = every[0], np.quantile(every[1:], [0.05, 0.95], axis=0)
    base = float(found.y[told].mean())
    known = {str(name): int((found.whose[told] == name).sum()) for name in np.unique(found.whose[asked])}
    reasons = _drivers(model, found, asked)
    out = [
        Risk(
            "-".join(world.pairs[tie]),
            months,
            _over(p[i], months),
            _over(min(low[i], p[i]), months),
            _over(max(high[i], p[i]), months),
            _over(base, months),
            SHRINK / (SHRINK + known[str(name)]),
            reasons[i],
        )
        for i, (tie, name) in enumerate(zip(found.pair[asked], found.whose[asked], strict=True))
        for months in HORIZONS
    ]
    return sorted(out, key=lambda r: (r.horizon_months != 12, r.horizon_months, -r.probability, r.pair))


def chronicle_whole() -> int:
    """The last year that the chronicle holds from end to end."""
    return max(row.date for row in chronicle()).year - 1


@cache
def scores() -> list[dict[str, Any]]:
    """The scores of the last backtest of this release, as the command line printed them."""
    return [json.loads(line) for line in files(__package__).joinpath("scores.jsonl").read_text("utf-8").splitlines()]


def verdict(target: str) -> str:
    """What the forecasts of a target are worth, in a sentence: better than every baseline, or no better than which."""
    mine = next(s for s in scores() if (s["target"], s["score"]) == (target, "skill"))
    order = next(s for s in scores() if (s["target"], s["score"]) == (target, "auc"))
    rivals = [name for name, b in mine["baselines"].items() if b["value"] >= mine["low"]]
    best = max(rivals, key=lambda name: mine["baselines"][name]["value"], default="")
    beaten = all(b["value"] < order["low"] for b in order["baselines"].values())
    ranks = f"it ranks ties {'better than every baseline' if beaten else 'no better than the best baseline'} (AUC {order['value']:.2f}, {order['low']:.2f} to {order['high']:.2f})"
    if not rivals:
        return f"Brier skill {mine['value']:.3f} ({mine['low']:.3f} to {mine['high']:.3f}), better than every baseline; {ranks}"
    return f"as a probability it is no better than {best} (Brier skill {mine['value']:.3f}, {mine['low']:.3f} to {mine['high']:.3f}); {ranks}"


def _over(p: float, months: int) -> float:
    return float(1 - (1 - p) ** (months / 12))


def _redrawn(model: Pipeline, found: Panel, told: Mask, asked: Mask) -> Array:
    """Forecasts [refits, ties] of the model refitted on resampled pairs, its penalty kept."""
    rng = np.random.default_rng(1)
    kinds, ids = np.unique(found.pair[told], return_inverse=True)
    x, y = found.x[told], found.y[told]
    times = (rng.multinomial(len(kinds), [1 / len(kinds)] * len(kinds))[ids] for _ in range(RESAMPLES))
    return np.array([forecast(refitted(model, x, y, n), found.x[asked]) for n in times])


def _drivers(model: Pipeline, found: Panel, asked: Mask) -> list[list[Driver]]:
    moves = weights(model, found.x[asked])
    order = np.argsort(-np.abs(moves), axis=1)[:, :DRIVERS]
    return [
        [Driver(found.names[i], float(np.exp(row[i])), GRADE) for i in mine]
        for row, mine in zip(moves, order, strict=True)
    ]
