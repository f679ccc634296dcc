"""A score beside its baselines and the goal that was registered for it, and how far chance alone could have moved it.

A room that is scored keeps two files: ``targets.toml``, what was promised before the first run, and ``scores.jsonl``, what
the last run of this release gave. What each score and each naive way is in plain words stands in ``scores.toml``.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from comity.errors import UsageError

Array = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int64]
Goal = float | list[float] | None  # of a score: at least so much, a range, or nothing promised
RESAMPLES = 1000
PROMISES, SCORES = "targets.toml", "scores.jsonl"
NINETY = 1.645  # standard deviations to either side of nine tenths of a normal distribution
AT_MOST = "_most"  # a score whose name ends so is to stay below its goal


class Interval(NamedTuple):
    """A number and the 5 and 95 % quantile of its draws; of a score, over resamples."""

    value: float
    low: float
    high: float


class Score(NamedTuple):
    """One score of one target."""

    target: str
    score: str
    value: float
    low: float
    high: float
    n: int  # cases scored
    baselines: dict[str, Interval]
    goal: float | None  # of a range, its lower end
    moonshot: float | None
    met: bool | None  # whether the goal is met; null without one

    def to_json(self) -> dict[str, Any]:
        """The score as the command line prints it; what cannot be computed is null."""
        plain = {name: _plain(value) for name, value in self._asdict().items()}
        beside = {name: {k: _plain(v) for k, v in b._asdict().items()} for name, b in self.baselines.items()}
        return {**plain, "baselines": beside}


def score(
    room: str, target: str, name: str, found: Interval, n: int, baselines: Mapping[str, Interval] | None = None
) -> Score:
    """A score of a target, judged by what its room (a package) promised before the first run."""
    said = promises(room)[target]
    goal, moonshot = (said.get(kind, {}).get(name) for kind in ("goal", "moonshot"))
    met = judged(name, found.value, found.low, goal, said.get("must_exclude", {}).get(name))
    return Score(target, name, *found, n, dict(baselines or {}), _first(goal), _first(moonshot), met)


def judged(name: str, value: float | None, low: float | None, goal: Goal, exclude: float | None = None) -> bool | None:
    """Whether a goal is met: a range at both ends, a most from below, and with an interval above what it must exclude; null without a goal."""
    if goal is None or value is None or low is None:
        return None
    if name.endswith(AT_MOST) and not isinstance(goal, list):
        return bool(value <= goal)
    least, most = goal if isinstance(goal, list) else (goal, math.inf)
    return bool(least <= value <= most and (exclude is None or low > exclude))


def _first(goal: Goal) -> float | None:
    return goal[0] if isinstance(goal, list) else goal


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


@cache
def promises(room: str) -> dict[str, Any]:
    """What a room promised before the first run, by target."""
    return tomllib.loads(files(room).joinpath(PROMISES).read_text("utf-8"))


def file_under(folder: Path, name: str) -> Path:
    """The first file of a name, or of a pattern of names, anywhere under a folder of files that others publish.

    Raises ``UsageError`` where there is none.
    """
    found = min(folder.rglob(name), default=None)
    if found is None:
        raise UsageError(f"no {name} under {folder}: fits and scores are made from it (docs/method/scores.md)")
    return found


@cache
def published(room: str) -> list[dict[str, Any]]:
    """The scores of a room in this release, as ``comity backtest --json`` printed them."""
    return [json.loads(line) for line in files(room).joinpath(SCORES).read_text("utf-8").splitlines()]


def title(target: str, name: str) -> str:
    """What a score of a target tells, in plain words; its name where nobody has put it so."""
    mine = {**(told := _told())["any"], **told.get(target, {})}
    ending = next((e for e in told["ending"] if name.endswith(e) and name not in mine), "")
    words = mine.get(name.removesuffix(ending), name)
    return f"{words}; {told['ending'][ending]}" if ending else words


def knows(target: str, name: str) -> str:
    """What a naive way beside a score knows, in plain words; empty where nobody has put it so."""
    told: dict[str, dict[str, str]] = _told()["beside"]
    return told.get(target, {}).get(name) or told["any"].get(name, "")


@cache
def _told() -> dict[str, Any]:
    return tomllib.loads(files("comity").joinpath("scores.toml").read_text("utf-8"))


def average(values: Array, weights: Array) -> float:
    """The mean of rows by their weights: the plainest of what ``resampled`` asks for."""
    return float(weights @ values / weights.sum())


def wilson(p: float, n: int, z: float) -> tuple[float, float]:
    """The interval of a share p of n, z standard deviations to either side (Wilson 1927): it has a width where p is 1."""
    centre, half = p + z**2 / (2 * n), z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low, high = ((centre + side) / (1 + z**2 / n) for side in (-half, half))
    return max(0.0, min(low, p)), min(1.0, max(high, p))


def resampled(stat: Callable[[Array], float], n: int, clusters: Sequence[Ids]) -> Interval:
    """A statistic of row weights with the widest of the intervals that resampling each kind of cluster gives."""
    rng = np.random.default_rng(1)
    drawn = []
    for ids in clusters:
        drawn.append(np.array([stat(times[ids].astype(float)) for times in redrawn(ids, rng)]))
    return widest(stat(np.ones(n)), drawn)


def redrawn(ids: Ids, rng: np.random.Generator) -> Iterator[Ids]:
    """How often each cluster is drawn, resample by resample: [clusters]."""
    kinds = int(ids.max()) + 1
    return (rng.multinomial(kinds, [1 / kinds] * kinds) for _ in range(RESAMPLES))


def around(value: float, drawn: npt.NDArray[np.floating]) -> Interval:
    """A value with the 5 and 95 % quantile of its draws, which hold it."""
    low, high = np.quantile(drawn, [0.05, 0.95])
    return Interval(value, min(float(low), value), max(float(high), value))


def widest(value: float, drawn: Sequence[Array]) -> Interval:
    """A score with the widest of the intervals of its resamples, which holds it."""
    bounds = [np.nanquantile(d, [0.05, 0.95]) for d in drawn]
    low, high = min(b[0] for b in bounds), max(b[1] for b in bounds)
    return Interval(value, min(float(low), value), max(float(high), value))
