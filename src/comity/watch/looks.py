"""Would it have been seen? A silence speaks only while those who told of a stream's acts look as they did when they told.

Of acts like those that a stream remembers, its own tellers would see in month t, and would tell again what they told ::

    seen_t = sum of w_a d_a(t) / sum of w_a        told_t = sum of w_a min(1, d_a(t) / d_a(a)) / sum of w_a

over the acts known before the month, w_a = memory ** age. d_a(t) is the detection, 0-1, of the sources that told of act a, for its
pair and instrument in that month, d_a(a) that of the month in which the act became known; a source that has ended has none.
A silence says nothing under one of two bars, neither of which is chosen for the watch:

* COVERED: as for a reading, less than .3 of what happens would be seen. Found by the way (.05) is no watch.
* LEAN: a Poisson chart moves towards a fall to rho when counts are below (1 - rho) / log(1 / rho) of what is expected; for
  a fall to a half that is .72. If less than that would be told again, the sources alone would raise a fall.
"""

from __future__ import annotations

import math
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
from comity.watch.rate import MEMORY, SHIFTS

Array = npt.NDArray[np.floating]
KINDS = tuple(INSTRUMENTS)
LEAN = max((1 - rho) / -math.log(rho) for rho in SHIFTS.values() if rho < 1)
STOPPED = "who told of its acts has stopped looking"
LESS = "who told of its acts looks less than before"
HARDLY = "hardly looked for"


class Told(NamedTuple):
    """One act of a stream between two states, as it became known."""

    month: int  # index
    pair: Pair
    instrument: str
    sources: frozenset[str]  # that told of it


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

    def speaks(self, learnt: Sequence[int]) -> npt.NDArray[np.bool_]:
        """Of every month, whether a silence says something to who learnt from those of these months that lie before it."""
        weight = self._weight(learnt)[:, None] * (self.known[:, None] < np.arange(self.seen.shape[1]))
        # Both shares are parts of this; where nothing is remembered, it is nought and both fall short.
        total = np.maximum(self.acts @ weight, np.finfo(float).tiny)
        seen, told = ((weight * part).sum(axis=0) / total for part in (self.seen, self.told))
        return np.asarray((seen >= COVERED) & (told >= LEAN))

    def _weight(self, learnt: Sequence[int]) -> Array:
        memory = np.zeros(self.seen.shape[1])
        memory[learnt] = MEMORY ** np.arange(len(learnt) - 1, -1, -1)
        return memory[self.known]


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
            i, detection = row[one.month], self._at(*one[1:])
            then = detection[one.month]
            acts[i] += times
            seen[i] += times * detection
            again[i] += times * np.minimum(1.0, detection / then) if then else 0.0
        return Look(np.array(known, dtype=np.int64), acts, seen, again)

    def _at(self, pair: Pair, instrument: str, sources: Iterable[str]) -> Array:
        spot, kind = self._place[pair], KINDS.index(instrument)
        found = [1 - self._by_source[s][:, spot, kind] for s in sources if s in self._by_source]
        return np.asarray(1 - np.prod(found, axis=0)) if found else np.zeros(len(self._length))
