"""Would it have been seen? A silence speaks only while those who told of a stream's acts look as they did when they told.

Of acts like those that a stream remembers, its own tellers would see in month t, and would tell again what they told ::

    seen_t = sum of w_a d_a(t) / sum of w_a        told_t = sum of w_a min(1, d_a(t) / d_a(a)) / sum of w_a

over the acts known before the month, w_a = memory ** age. d_a(t) is the detection, 0-1, of the sources that told of act a, for its
pair and instrument in that month, d_a(a) that of the month in which the act became known; a source that has ended has none.
A silence says nothing under one of two bars, neither of which is chosen for the watch:

* COVERED: as for a reading, less than .3 of what happens would be seen. Found by the way (.05) is no watch.
* LEAN: a Poisson chart moves towards a fall to rho when counts are below (1 - rho) / log(1 / rho) of what is expected; for
  a fall to a half that is .72. If less than that would be told again, the sources alone would raise a fall.

Would it have been told before? Where a stream is watched better than usual, more is expected in proportion; so a rise counts an act
of month t only as far as the looking of those who told of it grew no more than that ::

    before_a = 1 - prod over s of (1 - min(1, g mean d_s / d_s(t)))        g = max(1, D(t) / mean D)

over the sources s that told of act a; d_s is the detection of s for the act's pair and instrument, D that of all sources over all
cells of the stream; means are of the months before, weighed by memory. A source that has just begun brings no rise.
Of what is remembered that is expected again whose tellers still look at all, however little: a rise is no matter of their looking less.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.indicators.evidence import COVERED
from comity.tables import Pair
from comity.ties import exposure
from comity.vocabulary import INSTRUMENTS
from comity.watch.rate import MEMORY, SHIFTS, Alike, lean

Array = npt.NDArray[np.floating]
KINDS = tuple(INSTRUMENTS)
LEAN = max(lean(rho) for rho in SHIFTS.values() if rho < 1)
EXACT = 9  # decimals: what is summed beside later months may differ in the sixteenth, and no later month moves an alarm
STOPPED = "who told of its acts has stopped looking"
LESS = "who told of its acts looks less than before"
HARDLY = "hardly looked for"


class Told(NamedTuple):
    """One act of a stream between two states, as it became known."""

    month: int  # index
    pair: Pair
    instrument: str
    sources: frozenset[str]  # that told of it
    part: float = 1.0  # of an act: one of several pairs is told of in so many parts


class Seen(NamedTuple):
    """How well the tellers of a stream's acts look in one month."""

    seen: float  # chance that acts like those remembered would be seen, 0-1
    told: float  # part of them that would be told again, 0-1

    @property
    def blind(self) -> str | None:
        """Why a silence says nothing, in words; None where it says something."""
        if self.seen >= COVERED and self.told >= LEAN:
            return None
        return STOPPED if not self.told else LESS if self.told < LEAN else HARDLY


class Look(NamedTuple):
    """How well the tellers of a stream's acts look, summed over the acts that became known in each month; only months with any."""

    known: npt.NDArray[np.int64]  # those months
    acts: Array  # how many became known, one a pair
    seen: Array  # [known, months]
    told: Array  # the same

    def at(self, learnt: Sequence[int], t: int) -> Seen:
        """In month t, weighed by a memory of some months, oldest first; nothing where none of them holds an act."""
        weight = self._weight(learnt)
        total = weight @ self.acts
        return Seen(*(float(weight @ part[:, t] / total) if total else 0.0 for part in (self.seen, self.told)))

    def remembers(self, learnt: Sequence[int]) -> bool:
        """Whether any act became known in these months."""
        return not set(self.known.tolist()).isdisjoint(learnt)

    def speaks(self, learnt: Sequence[int]) -> npt.NDArray[np.bool_]:
        """Of every month, whether a silence says something to who learnt from those of these months that lie before it."""
        weight = self._weight(learnt)[:, None] * (self.known[:, None] < np.arange(self.seen.shape[1]))
        # Both shares are parts of this; where nothing is remembered, it is nought and both fall short.
        total = np.maximum(self.acts @ weight, np.finfo(float).tiny)
        seen, told = ((weight * part).sum(axis=0) / total for part in (self.seen, self.told))
        return np.asarray((seen >= COVERED) & (told >= LEAN))

    def _weight(self, learnt: Sequence[int]) -> Array:
        return _memory(learnt, self.seen.shape[1])[self.known]


class Before(NamedTuple):
    """A stream's acts by those who told of them, and how these had looked before."""

    month: npt.NDArray[np.int64]  # [acts] in which each became known
    part: Array  # [acts] how many acts each stands for
    act: npt.NDArray[np.int64]  # [tellers] of which act each tells
    now: Array  # [tellers] detection of each in the month of its act
    past: Array  # [tellers, months] the same in each month before, nought from then on
    later: npt.NDArray[np.bool_]  # [acts, months] whether any teller of it looks in a month after
    whole: Array  # [months] detection of all sources over all cells of the stream

    def alike(self, learnt: Sequence[int]) -> Alike:
        """To who learns from these months, of those of them that lie before each month."""
        memory = _memory(learnt, len(self.whole))
        tiny = np.finfo(float).tiny  # a teller that does not say how it looks has looked at nothing before, too
        weight = np.maximum(_before(memory), tiny)
        usual = _before(memory * self.whole) / weight
        grown = np.maximum(1.0, self.whole / np.maximum(usual, tiny))
        month = self.month[self.act]
        own = grown[month] * (self.past @ memory) / weight[month] / np.maximum(self.now, tiny)
        missed = np.ones(len(self.month))
        np.multiply.at(missed, self.act, 1 - np.minimum(1.0, own))
        seen, acts = np.zeros((2, len(memory)))
        np.add.at(seen, self.month, self.part * (1 - missed))
        np.add.at(acts, self.month, self.part * memory[self.month])
        again = (self.part * memory[self.month]) @ self.later / np.maximum(_before(acts), tiny)
        return Alike(seen.round(EXACT), again.round(EXACT))


def looking(coverage: pl.DataFrame, months: Sequence[date]) -> dict[str, npt.NDArray[np.bool_]]:
    """Of each source the months in which it says that it looks anywhere."""
    spans = coverage.filter(pl.col("detection") > 0).select("source", "date_from", "date_to").unique()
    first = pl.Series([end.replace(day=1) for end in months], dtype=pl.Date).to_numpy()
    last = pl.Series(list(months), dtype=pl.Date).to_numpy()
    return {
        str(source): np.any([(last >= start) & (first <= end) for start, end in rows.select("date_from", "date_to").to_numpy()], axis=0)
        for (source,), rows in spans.group_by("source")
    }  # fmt: skip


def _before(x: Array) -> Array:
    """The sum of all months before each."""
    return np.concatenate([[0.0], x.cumsum()[:-1]])


def _memory(learnt: Sequence[int], months: int) -> Array:
    """The weight of each month to who learnt from some, oldest first."""
    memory = np.zeros(months)
    memory[learnt] = MEMORY ** np.arange(len(learnt) - 1, -1, -1)
    return memory


class Watched:
    """How well each source looks at some pairs, month by month."""

    def __init__(self, coverage: pl.DataFrame, pairs: Sequence[Pair], months: Sequence[date]) -> None:
        self._place = {p: i for i, p in enumerate(pairs)}
        self._length = np.array([end.day / 365.25 for end in months])  # years
        mine = coverage.filter(pl.col("instrument").is_in(KINDS))
        self._by_source = {
            str(source): exposure(rows, pairs, months, KINDS) / self._length[:, None, None]
            for (source,), rows in mine.group_by("source", maintain_order=True)
        }
        missed = np.ones((len(months), len(pairs), len(KINDS)))
        for detection in self._by_source.values():
            missed *= 1 - detection
        self._all = 1 - missed

    def exposure(self, pairs: Iterable[Pair], instruments: Iterable[str]) -> Array:
        """Mean exposure of some cells by all sources, years a month; which acts there were plays no part."""
        spots, kinds = [self._place[p] for p in sorted(pairs)], [KINDS.index(k) for k in instruments]
        return np.asarray(self._all[:, spots][:, :, kinds].mean(axis=(1, 2)) * self._length)

    def look(self, told: Iterable[Told]) -> Look:
        """How well those who told of some acts look, weighed by memory."""
        alike = Counter(told)
        known = sorted({one.month for one in alike})
        row = {month: i for i, month in enumerate(known)}
        acts, (seen, again) = np.zeros(len(known)), np.zeros((2, len(known), len(self._length)))
        for one, times in alike.items():
            i, detection = row[one.month], self._at(one)
            then = detection[one.month]
            acts[i] += times
            seen[i] += times * detection
            again[i] += times * np.minimum(1.0, detection / then) if then else 0.0
        return Look(np.array(known, dtype=np.int64), acts, seen, again)

    def before(self, told: Iterable[Told], exposure: Array) -> Before:
        """How those who told of some acts had looked before, of a stream with this exposure."""
        alike = Counter(told)
        month = np.array([one.month for one in alike], dtype=np.int64)
        part = np.array([n * one.part for one, n in alike.items()])
        tellers = [(i, self._by_source[s][:, *self._cell(one)]) for i, one in enumerate(alike) for s in sorted(one.sources) if s in self._by_source]  # fmt: skip
        act = np.array([i for i, _ in tellers], dtype=np.int64)
        looks = np.array([detection for _, detection in tellers]).reshape(len(act), len(self._length))
        time = np.arange(len(self._length))
        later = np.zeros((len(month), len(time)), dtype=bool)
        np.logical_or.at(later, act, looks > 0)
        now, past = looks[np.arange(len(act)), month[act]], looks * (time < month[act][:, None])
        return Before(month, part, act, now, past, later & (time > month[:, None]), exposure / self._length)

    def _cell(self, one: Told) -> tuple[int, int]:
        return self._place[one.pair], KINDS.index(one.instrument)

    def _at(self, one: Told) -> Array:
        found = [1 - self._by_source[s][:, *self._cell(one)] for s in one.sources if s in self._by_source]
        return np.asarray(1 - np.prod(found, axis=0)) if found else np.zeros(len(self._length))
