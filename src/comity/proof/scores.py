"""What a test of the measure returns, and how far chance alone could have moved it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from comity.rupture.scores import Interval

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
RESAMPLES = 1000


class Score(NamedTuple):
    """One score of one target beside its baselines."""

    target: str
    score: str
    value: float
    low: float
    high: float
    n: int  # cases scored
    baselines: dict[str, Interval]
    goal: float | None  # of a range, its lower end
    moonshot: float | None

    @property
    def met(self) -> bool | None:
        """Whether the registered goal is met, a range at both ends; null without a goal."""
        goal = promised(self.score, "goal")
        if goal is None:
            return None
        if self.score.endswith("_most"):
            return bool(self.value <= goal)
        low, high = goal if isinstance(goal, list) else (goal, np.inf)
        return bool(low <= self.value <= high)

    def to_json(self) -> dict[str, Any]:
        """The score as the command line prints it."""
        return {
            **self._asdict(),
            "met": self.met,
            "baselines": {name: b._asdict() for name, b in self.baselines.items()},
        }


def score(
    name: str, found: Interval, n: int, baselines: Mapping[str, Interval] | None = None, target: str = "measure"
) -> Score:
    """A score of a target with what was promised of it."""
    first = (v[0] if isinstance(v, list) else v for v in (promised(name, "goal"), promised(name, "moonshot")))
    goal, moonshot = first
    return Score(target, name, *found, n, dict(baselines or {}), goal, moonshot)


@cache
def targets() -> dict[str, Any]:
    """What was promised before the first run."""
    return tomllib.loads(files(__package__).joinpath("targets.toml").read_text("utf-8"))


def promised(name: str, kind: str) -> Any:
    """The goal or moonshot of a score; a list is a range, null is none."""
    return next((t[kind][name] for t in targets().values() if name in t.get(kind, {})), None)


@cache
def published() -> list[dict[str, Any]]:
    """The scores of this release, as the command line printed them."""
    return [json.loads(line) for line in files(__package__).joinpath("scores.jsonl").read_text("utf-8").splitlines()]


def resampled(stat: Callable[[Array], float], n: int, clusters: Sequence[Ids], seed: int = 1) -> Interval:
    """A statistic of row weights with the widest of the intervals that resampling each kind of cluster gives."""
    value = stat(np.ones(n))
    rng = np.random.default_rng(seed)
    bounds = []
    for ids in clusters:
        kinds = int(ids.max()) + 1
        found = [stat(rng.multinomial(kinds, [1 / kinds] * kinds)[ids].astype(float)) for _ in range(RESAMPLES)]
        bounds.append(np.nanquantile(found, [0.05, 0.95]))
    low, high = min(b[0] for b in bounds), max(b[1] for b in bounds)
    return Interval(value, min(float(low), value), max(float(high), value))
