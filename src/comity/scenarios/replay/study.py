"""What followed past shocks, beside what happened at the same time to ties like those that were not shocked.

For each tie at an event the counts of the two years after are set beside what was to be expected: its counts of the
three years before, times the ratio after / before among all ties of the same level at the same time (levels so that what
was high by chance does not count as a fall). The effect is the log of observed over expected, summed over ties with
weight 1 / (1 + expected / 5) so that no giant decides, less the same for placebo events: other states, or other pairs of
the same level, at the same time. The spread of the placebos is the standard deviation of the effect: it holds what years,
regions and states have in common.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from comity.scenarios.effects import Array
from comity.scenarios.replay.events import Event
from comity.scenarios.replay.history import Series
from comity.tables import pair_of

Ids = npt.NDArray[np.int64]
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
    level: Ids  # 0 without counts before
    before: Array


@lru_cache(maxsize=4096)
def moment(data: Series, period: int) -> Moment | None:
    """Every tie at one period, or None where the series does not reach far enough."""
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


def ties_of(data: Series, before: Array, state: str, but: str) -> Ids:
    """Rows of a state's ties with most counts ``before`` [pairs], but those with another; a tie without any is left out."""
    rows = np.array([i for i in _ties(data).get(state, ()) if not but or but not in data.pairs[i]], dtype=np.int64)
    rows = rows[before[rows] > LEVELS[0]]
    return rows[np.argsort(-before[rows], kind="stable")[:TOP]]


@lru_cache(maxsize=16)
def _ties(data: Series) -> dict[str, list[int]]:
    """Rows of each state's ties."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for row, pair in enumerate(data.pairs):
        for state in pair:
            found[state].append(row)
    return dict(found)


def third(data: Series, events: Iterable[Event]) -> Found | None:
    """Ties of the target with everybody but the actor."""
    taken = [(e.month, e.target, e.actor if e.actor != e.target else "") for e in events]
    return _found(partial(_of_states, data, taken), LEAST)


def hub(data: Series, events: Iterable[Event]) -> Found | None:
    """Every tie of the actor; one event is enough."""
    return _found(partial(_of_states, data, [(e.month, e.actor, "") for e in events]), 1)


def own(data: Series, events: Iterable[Event]) -> Found | None:
    """The tie of actor and target themselves; placebos are pairs of the same level."""
    taken = sorted({(*pair_of(e.actor, e.target), e.month) for e in events})
    return _found(partial(_of_pairs, data, taken), LEAST)


class Sums(NamedTuple):
    """Observed and expected of each event, and of all that could be its placebo."""

    mine: list[tuple[float, float]]
    pools: list[Array]  # [placebos, 2] an event


def _of_states(data: Series, taken: Iterable[tuple[int, str, str]], shift: int) -> Sums:
    """The sums over a state's ties but one, at each month less a shift."""
    found = Sums([], [])
    for month, state, but in taken:
        period = data.at(month - shift)
        at = moment(data, period)
        if at and (sums := _summed(data, at, state, but)):
            found.mine.append(sums)
            found.pools.append(_placebos(data, period))
    return found


def _summed(data: Series, at: Moment, state: str, but: str = "") -> tuple[float, float] | None:
    """Observed and expected over a state's ties; None where they are too few."""
    rows = ties_of(data, at.before, state, but)
    got, due = float(at.got[rows].sum()), float(at.due[rows].sum())
    return (got, due) if len(rows) >= FEWEST and due > 0 else None


@lru_cache(maxsize=4096)
def _placebos(data: Series, period: int) -> Array:
    """Observed and expected of every state that could be a placebo at one time: [states, 2]."""
    at = moment(data, period)
    return np.array([sums for state in _ties(data) if at and (sums := _summed(data, at, state))])


def _of_pairs(data: Series, taken: Iterable[tuple[str, str, int]], shift: int) -> Sums:
    """The sums of single ties, at each month less a shift."""
    found = Sums([], [])
    for a, b, month in taken:
        at, row = moment(data, data.at(month - shift)), data.place.get((a, b))
        if at and row is not None and at.level[row]:
            alike = at.level == at.level[row]
            found.mine.append((float(at.got[row]), float(at.due[row])))
            found.pools.append(np.column_stack([at.got[alike], at.due[alike]]))
    return found


def _found(sums: Callable[[int], Sums], least: int) -> Found | None:
    """The effect, from the sums at the events and at the same ties before them; None for too few events."""
    mine, pools = sums(0)
    if len(mine) < least:
        return None
    rng, drawn = np.random.default_rng(1), np.zeros((PLACEBOS, 2))
    for pool in pools:
        drawn += pool[rng.integers(len(pool), size=PLACEBOS)]
    logs, log = log_ratio(drawn[:, 0], drawn[:, 1]), float(log_ratio(*np.sum(mine, axis=0)))
    early = sums(BEFORE + AFTER).mine
    before = float(log_ratio(*np.sum(early, axis=0))) if len(early) >= LEAST else None
    return Found(log - float(logs.mean()), float(logs.std()), len(mine), as_far(logs, log), before)


def log_ratio(got: npt.ArrayLike, due: npt.ArrayLike) -> Array:
    """Log of observed over expected, half a count added to both."""
    return np.asarray(np.log((np.asarray(got) + 0.5) / (np.asarray(due) + 0.5)))


def as_far(drawn: Array, found: float) -> float:
    """The share of placebos, and of what was found, that lie as far from the placebos' mean as what was found."""
    centre = drawn.mean()
    return float((np.sum(np.abs(drawn - centre) >= abs(found - centre)) + 1) / (len(drawn) + 1))
