"""How good the watch is: ruptures of the chronicle found in the weekly stream, and alarms where there is nothing to find."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from comity.lake import Lake
from comity.rupture.chronicle import RUPTURE, Row, chronicle
from comity.rupture.scores import RESAMPLES, Interval
from comity.tables import MEASURE
from comity.watch import tone
from comity.watch.tone import Array, Chart, Shift, World

WITHIN = 8  # weeks
SEVERE = ("2", "3", "4")
PLACEBO_FROM = date(2020, 1, 1)
APART = 26  # weeks between a random window and any rupture of its pair
NET = (Chart("net", against=False, before=52, scaled=True, allowance=0.5, net=True),)


class Result(NamedTuple):
    """One score of the target ``alerts``."""

    target: str
    score: str
    value: float
    low: float
    high: float
    n: int  # ruptures, or pair-weeks
    baselines: dict[str, Interval]
    goal: float | None  # of a range, its lower end
    moonshot: float | None

    @property
    def met(self) -> bool | None:
        """Whether the registered goal is met, a range at both ends; null without a goal."""
        goal = targets()["goal"].get(self.score)
        if goal is None:
            return None
        low, high = goal if isinstance(goal, list) else (goal, np.inf)
        return bool(low <= self.value <= high)

    def to_json(self) -> dict[str, Any]:
        """The score as the command line prints it."""
        beside = {name: b._asdict() for name, b in self.baselines.items()}
        return {**self._asdict(), "baselines": beside, "met": self.met}


@cache
def targets() -> dict[str, Any]:
    """What was promised before the first run."""
    said: dict[str, Any] = tomllib.loads(files(__package__).joinpath("targets.toml").read_text("utf-8"))["alerts"]
    return said


class Asked(NamedTuple):
    """One rupture that is to be found."""

    row: Row
    pair: int  # index in the world
    first: int  # first week in which an alarm finds it
    last: int  # last such week


class Found(NamedTuple):
    """One rupture, and the alarm that found it."""

    asked: Asked
    shift: Shift | None

    @property
    def delay(self) -> int | None:
        """Weeks from the first day on which it may have begun."""
        return self.shift.week - self.asked.first if self.shift else None


def alerts(lake: Lake) -> Iterator[Result]:
    """Every score of the target ``alerts``, at each rate that was registered."""
    names = [tone.TONE, tone.AGAINST, tone.DAYS]
    w = tone.world(lake.read(MEASURE).filter(pl.col("name").is_in(names)).collect())
    asked, rows = ruptures(w, chronicle()), chronicle()
    for rate in targets()["rates"]:
        mine, net = tone.shifts(w, rate), tone.shifts(w, rate, NET)
        beside = {"net sum": _share(found(asked, net, w)), "random window": _windows(w, asked, mine, rows)}
        yield _result(f"found_{rate}", _share(found(asked, mine, w)), len(asked), beside)
        strangers = _placebo(w, rows)
        yield _result(f"placebo_{rate}", _rate(w, mine, strangers, rate), int(strangers.sum()), {})


def ruptures(w: World, rows: Sequence[Row], severe: Sequence[str] = SEVERE) -> list[Asked]:
    """The ruptures scored, by the rule registered; oldest first."""
    place = {pair: i for i, pair in enumerate(w.pairs)}
    near = tone.covered(w, first=tone.FIRST, broken=True)
    out = []
    for row in rows:
        pair = place.get((row.state_a, row.state_b))
        if row.kind != RUPTURE or row.severity not in severe or row.date_precision == "year" or pair is None:
            continue
        first, last = (w.week(day) for day in (row.date, row.end))
        if first >= tone.FIRST and last < len(w.weeks) and near[pair, first]:
            out.append(Asked(row, pair, first, last + WITHIN))
    return out


def found(asked: Sequence[Asked], shifts: Sequence[Shift], w: World) -> list[Found]:
    """Each rupture with its first alarm, if any."""
    mine: dict[tuple[str, str], list[Shift]] = {}
    for s in shifts:
        mine.setdefault(s.pair, []).append(s)
    return [
        Found(a, next((s for s in mine.get(w.pairs[a.pair], []) if a.first <= s.week <= a.last), None)) for a in asked
    ]


def _share(rows: Sequence[Found]) -> Interval:
    hit = np.array([r.shift is not None for r in rows], dtype=float)
    return _resampled(np.array([r.asked.pair for r in rows]), lambda n: float(n @ hit / max(1.0, n.sum())))


def _windows(w: World, asked: Sequence[Asked], shifts: Sequence[Shift], rows: Sequence[Row]) -> Interval:
    """The chance that a window as long as a rupture's, elsewhere in its pair's stream, holds an alarm."""
    near = tone.covered(w)
    raised = _raised(w, shifts)
    busy = {a.pair: [w.week(r.date) for r in rows if (r.state_a, r.state_b) == w.pairs[a.pair]] for a in asked}
    share = []
    for a in asked:
        length = a.last - a.first + 1
        starts = [
            t
            for t in range(tone.FIRST, len(w.weeks) - length)
            if near[a.pair, t] and all(abs(t - b) > APART for b in busy[a.pair])
        ]
        share.append(np.mean([raised[a.pair, t : t + length].any() for t in starts]) if starts else np.nan)
    value = np.array(share)
    return _resampled(
        np.array([a.pair for a in asked]), lambda n: float(np.nansum(n * value) / n[~np.isnan(value)].sum())
    )


def _placebo(w: World, rows: Sequence[Row]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Watched pair-weeks of pairs that stand in no row of the chronicle."""
    named = {(row.state_a, row.state_b) for row in rows}
    strangers = np.array([pair not in named for pair in w.pairs])
    late = np.array([week >= PLACEBO_FROM for week in w.weeks])
    return np.asarray(tone.covered(w) & strangers[:, None] & late)


def _rate(
    w: World, shifts: Sequence[Shift], where: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], rate: int
) -> Interval:
    """Alarms raised over alarms asked for, in some pair-weeks."""
    raised = (_raised(w, shifts) & where).sum(axis=1)
    weeks = where.sum(axis=1)
    mine = np.flatnonzero(weeks)
    return _resampled(np.arange(len(mine)), lambda n: float(n @ raised[mine] * rate / (n @ weeks[mine])))


def _raised(w: World, shifts: Sequence[Shift]) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    place = {pair: i for i, pair in enumerate(w.pairs)}
    out = np.zeros(w.total.shape, dtype=bool)
    for s in shifts:
        out[place[s.pair], s.week] = True
    return out


def _resampled(clusters: np.ndarray[tuple[int, ...], np.dtype[np.int64]], score: Callable[[Array], float]) -> Interval:
    ids = np.unique(clusters, return_inverse=True)[1]
    kinds = int(ids.max()) + 1
    rng = np.random.default_rng(1)
    drawn = [score(rng.multinomial(kinds, [1 / kinds] * kinds)[ids].astype(float)) for _ in range(RESAMPLES)]
    low, high = np.nanquantile(drawn, [0.05, 0.95])
    value = score(np.ones(len(ids)))
    return Interval(value, min(float(low), value), max(float(high), value))


def _result(score: str, value: Interval, n: int, beside: dict[str, Interval]) -> Result:
    goal, moonshot = (targets()[kind].get(score) for kind in ("goal", "moonshot"))
    return Result("alerts", score, *value, n, beside, goal[0] if isinstance(goal, list) else goal, moonshot)
