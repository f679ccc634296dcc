"""What followed past shocks, beside what happened at the same time to ties like those that were not shocked.

For each tie at an event the counts of the two years after are set beside what was to be expected: its counts of the
three years before, times the ratio after / before among all ties of the same level at the same time (levels so that what
was high by chance does not count as a fall). The effect is the log of observed over expected, summed over ties with
weight 1 / (1 + expected / 5) so that no giant decides, less the same for placebo events: other states, or other pairs of
the same level, at the same time. The spread of the placebos is the standard deviation of the effect: it holds what years,
regions and states have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from comity.scenarios.effects import Array
from comity.scenarios.replay.events import Event
from comity.scenarios.replay.history import Series
from comity.tables import Pair

BEFORE, AFTER = 36, 24  # months
LEVELS = (0.5, 2.5, 5.5, 12.5, 30.5)  # counts before; a tie without any is not looked at
HEAVY = 5.0
TOP = 10  # of a state's ties, those with most before
FEWEST = 3  # ties without which a state is no placebo
PLACEBOS = 400
LEAST = 8  # events without which nothing is estimated


class Found(NamedTuple):
    """An effect as estimated."""

    mean: float  # log of observed over expected, less the placebos'
    sd: float  # of the placebos
    n: int  # events
    placebo: float  # share of placebos as far from their mean
    pre: float | None  # the same two years earlier, before anything happened


class Moment(NamedTuple):
    """Every tie at one time: weighted observed and expected, and its level."""

    got: Array
    due: Array
    level: npt.NDArray[np.int64]  # 0 without counts before
    before: Array


@lru_cache(maxsize=4096)
def _moment(key: int, period: int) -> Moment | None:
    return _moments(_SERIES[key], period)


_SERIES: dict[int, Series] = {}


def moment(data: Series, period: int) -> Moment | None:
    """Every tie at one period, or None where the series does not reach far enough."""
    _SERIES[id(data)] = data
    return _moment(id(data), period)


def _moments(data: Series, period: int) -> Moment | None:
    back, on = BEFORE // data.step, AFTER // data.step
    if period < back or period + on >= data.counts.shape[1]:
        return None
    before = data.counts[:, period - back : period].sum(axis=1)
    after = data.counts[:, period + 1 : period + 1 + on].sum(axis=1)
    level = np.searchsorted(LEVELS, before)
    due = np.zeros_like(before)
    for one in range(1, len(LEVELS) + 1):
        here = level == one
        if before[here].sum() > 0:
            due[here] = before[here] * after[here].sum() / before[here].sum()
    weight = np.where(level > 0, 1 / (1 + due / HEAVY), 0.0)
    return Moment(weight * after, weight * due, level, before)


def ties_of(data: Series, at: Moment, state: str, but: str = "") -> npt.NDArray[np.int64]:
    """A state's ties with most before, but one."""
    mine = np.array([i for i, p in enumerate(_of(data, state)) if but not in p or not but], dtype=np.int64)
    rows = _rows(data, state)[mine] if len(mine) else mine
    rows = rows[at.level[rows] > 0]
    return rows[np.argsort(-at.before[rows], kind="stable")[:TOP]]


def _of(data: Series, state: str) -> list[Pair]:
    return [data.pairs[i] for i in _rows(data, state)]


def _rows(data: Series, state: str) -> npt.NDArray[np.int64]:
    _SERIES[id(data)] = data
    return _index(id(data)).get(state, np.array([], dtype=np.int64))


@lru_cache(maxsize=16)
def _index(key: int) -> dict[str, npt.NDArray[np.int64]]:
    found: dict[str, list[int]] = {}
    for i, (a, b) in enumerate(_SERIES[key].pairs):
        found.setdefault(a, []).append(i)
        found.setdefault(b, []).append(i)
    return {state: np.array(rows) for state, rows in found.items()}


def third(data: Series, events: Iterable[Event], seed: int = 1) -> Found | None:
    """Ties of the target with everybody but the actor."""
    return _estimated(data, events, lambda e: (e.target, e.actor if e.actor != e.target else ""), seed)


def hub(data: Series, events: Iterable[Event], seed: int = 1) -> Found | None:
    """Every tie of the actor; one event is enough."""
    return _estimated(data, events, lambda e: (e.actor, ""), seed, 1)


def _estimated(
    data: Series, events: Iterable[Event], who: Callable[[Event], tuple[str, str]], seed: int, least: int = LEAST
) -> Found | None:
    rng = np.random.default_rng(seed)
    taken = list(events)

    def once(shift: int) -> tuple[list[tuple[float, float]], list[Array]]:
        mine, pools = [], []
        for e in taken:
            period = data.at(e.month - shift)
            at = moment(data, period)
            if at is None:
                continue
            rows = ties_of(data, at, *who(e))
            if len(rows) < FEWEST or at.due[rows].sum() <= 0:
                continue
            mine.append((float(at.got[rows].sum()), float(at.due[rows].sum())))
            pools.append(_pool(data, period))
        return mine, pools

    mine, pools = once(0)
    if len(mine) < least:
        return None
    early = once(BEFORE + AFTER)[0]
    return _found(mine, pools, early, rng)


def _pool(data: Series, period: int) -> Array:
    _SERIES[id(data)] = data
    return _pooled(id(data), period)


@lru_cache(maxsize=4096)
def _pooled(key: int, period: int) -> Array:
    """Observed and expected of every state that could be a placebo at one time: [states, 2]."""
    data = _SERIES[key]
    at = _moment(key, period)
    assert at is not None
    out = []
    for state in _index(key):
        rows = ties_of(data, at, state)
        if len(rows) >= FEWEST and at.due[rows].sum() > 0:
            out.append((at.got[rows].sum(), at.due[rows].sum()))
    return np.array(out)


def own(data: Series, events: Iterable[Event], seed: int = 1) -> Found | None:
    """The tie of actor and target themselves; placebos are pairs of the same level."""
    rng = np.random.default_rng(seed)
    taken, place = {(min(e.actor, e.target), max(e.actor, e.target), e.month) for e in events}, data.place

    def once(shift: int) -> tuple[list[tuple[float, float]], list[Array]]:
        mine, pools = [], []
        for a, b, month in sorted(taken):
            at = moment(data, data.at(month - shift))
            row = place.get((a, b))
            if at is None or row is None or at.level[row] == 0:
                continue
            alike = at.level == at.level[row]
            mine.append((float(at.got[row]), float(at.due[row])))
            pools.append(np.column_stack([at.got[alike], at.due[alike]]))
        return mine, pools

    mine, pools = once(0)
    return _found(mine, pools, once(BEFORE + AFTER)[0], rng) if len(mine) >= LEAST else None


def _found(
    mine: Sequence[tuple[float, float]],
    pools: Sequence[Array],
    early: Sequence[tuple[float, float]],
    rng: np.random.Generator,
) -> Found:
    got, due = np.sum(mine, axis=0)
    drawn = np.zeros((PLACEBOS, 2))
    for pool in pools:
        drawn += pool[rng.integers(len(pool), size=PLACEBOS)]
    logs = np.log((drawn[:, 0] + 0.5) / (drawn[:, 1] + 0.5))
    log = np.log((got + 0.5) / (due + 0.5))
    centre, spread = float(logs.mean()), float(logs.std())
    p = float((np.sum(np.abs(logs - centre) >= abs(log - centre)) + 1) / (PLACEBOS + 1))
    before = None
    if len(early) >= LEAST:
        a, b = np.sum(early, axis=0)
        before = float(np.log((a + 0.5) / (b + 0.5)))
    return Found(float(log - centre), spread, len(mine), p, before)
