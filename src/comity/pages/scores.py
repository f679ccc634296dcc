"""How good are the forecasts and measures? Every published score beside its baselines and the goal that was registered for it."""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

from comity.pages.about import About, about, says
from comity.pages.query import Query
from comity.scores import PROMISES, SCORES, judged, knows, title

if TYPE_CHECKING:
    from comity.flow import Picture


@dataclass(frozen=True)
class Beside:
    """A naive way's score."""

    name: str = says("its name")
    knows: str = says("what it knows, in plain words")
    value: float | None = says("its score; null where it has none")
    low: float | None = says("5 % bound")
    high: float | None = says("95 % bound")


@dataclass(frozen=True)
class Score:
    """One score of one target."""

    score: str = says("which score, by its technical name: a key that stays")
    title: str = says("what it tells, in plain words")
    value: float | None = says("the score; null where it cannot be computed")
    low: float | None = says("5 % bound")
    high: float | None = says("95 % bound")
    n: int = says("cases scored")
    baselines: list[Beside] = says("naive ways beside it, as published")
    goal: str | None = says("what was registered before the first run; null when no goal was")
    moonshot: str | None = says("what would be admirable")
    met: bool | None = says("whether the goal is met, with what the interval must exclude; null without a goal")


@dataclass(frozen=True)
class Target:
    """What was forecast or measured, and every score of it."""

    name: str = says("name of the target: comity backtest NAME runs it again")
    room: str = says("the part of the program that it is about")
    question: str = says("what was asked")
    scores: list[Score] = says("every score, misses as well")

    @property
    def ways(self) -> dict[str, str]:
        """What each naive way beside a score knows."""
        return {b.name: b.knows for s in self.scores for b in s.baselines}


@dataclass(frozen=True)
class Scores:
    """All that was scored in this release."""

    about: About = says("header")
    targets: list[Target] = says("every target that has published scores")
    waiting: list[str] = says("targets that were registered and have no published score yet")
    met: int = says("goals met")
    missed: int = says("goals missed")


def scores(picture: Picture, query: Query) -> Scores:
    """Every published score: any room of the program that keeps a file of scores is read."""
    found = list(published())
    known = [s.met for t in found for s in t.scores if s.met is not None]
    return Scores(
        about=about(picture, query),
        targets=[t for t in found if t.scores],
        waiting=[t.name for t in found if not t.scores],
        met=sum(known),
        missed=len(known) - sum(known),
    )


@cache
def published() -> tuple[Target, ...]:
    """Every target of every room, in the order of its published lines; then those registered only."""
    return tuple(target for room, place in sorted(_rooms(), key=str) for target in _targets(room, place))


def _rooms() -> Iterator[tuple[str, Traversable]]:
    """Rooms of the program, and what stands in them, that registered targets or published scores."""
    for room in files("comity").iterdir():
        for place in (room, *(room.iterdir() if room.is_dir() else ())):
            if place.is_dir() and (place.joinpath(SCORES).is_file() or place.joinpath(PROMISES).is_file()):
                yield room.name, place


def _targets(room: str, place: Traversable) -> Iterator[Target]:
    lines = place.joinpath(SCORES).read_text("utf-8").splitlines() if place.joinpath(SCORES).is_file() else []
    rows = [json.loads(line) for line in lines if line.strip()]
    said: dict[str, Any] = {}
    if (promises := place.joinpath(PROMISES)).is_file():
        told = tomllib.loads(promises.read_text("utf-8"))
        said = {name: promised for name, promised in told.items() if isinstance(promised, dict) and "goal" in promised}
    for name in dict.fromkeys([*(row["target"] for row in rows), *said]):
        mine = said.get(name, {})
        yield Target(name, room, mine.get("question", ""), [_score(row, mine) for row in rows if row["target"] == name])


def _score(row: dict[str, Any], said: dict[str, Any]) -> Score:
    target, name = row["target"], row["score"]
    baselines = [
        Beside(way, knows(target, way), *(b[k] for k in ("value", "low", "high")))
        for way, b in row["baselines"].items()
    ]
    goal = said.get("goal", {}).get(name, row["goal"])
    moonshot = said.get("moonshot", {}).get(name, row["moonshot"])
    met = judged(name, row["value"], row["low"], goal, said.get("must_exclude", {}).get(name))
    order = sorted(baselines, key=lambda b: -math.inf if b.value is None else b.value, reverse=True)
    said_so = name, title(target, name)
    return Score(*said_so, row["value"], row["low"], row["high"], row["n"], order, _words(goal), _words(moonshot), met)


def _words(goal: float | list[float] | None) -> str | None:
    if goal is None:
        return None
    return f"{goal[0]:g} to {goal[1]:g}" if isinstance(goal, list) else f"{goal:g}"
