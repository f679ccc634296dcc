"""How good the watch is: ruptures of the chronicle found in the weekly stream, and alarms where there is nothing to find."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.lake import Lake
from comity.rupture.chronicle import Row, chronicle
from comity.scores import Ids, Interval, Score, promises, resampled, score
from comity.tables import MEASURE
from comity.watch import tone
from comity.watch.tone import Chart, Shift, World

WITHIN = 8  # weeks
PLACEBO_FROM = date(2020, 1, 1)
APART = 26  # weeks between a random window and any rupture of its pair
NET = (Chart("net", against=False, before=52, scaled=True, allowance=0.5, net=True),)


def targets() -> dict[str, Any]:
    """What was promised before the first run."""
    return promises(__package__)["alerts"]  # type: ignore[no-any-return]


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


def alerts(lake: Lake) -> Iterator[Score]:
    """Every score of the target ``alerts``, at each rate that was registered."""
    w, rows = tone.world(lake.read(MEASURE).filter(pl.col("name").is_in(tone.NAMES)).collect()), chronicle()
    asked, strangers = ruptures(w, rows), _placebo(w, rows)
    for rate in targets()["rates"]:
        mine, net = tone.shifts(w, rate), tone.shifts(w, rate, NET)
        beside = {"net sum": _share(found(asked, net, w)), "random window": _windows(w, asked, mine, rows)}
        yield score(__package__, "alerts", f"found_{rate}", _share(found(asked, mine, w)), len(asked), beside)
        yield score(__package__, "alerts", f"placebo_{rate}", _rate(w, mine, strangers, rate), int(strangers.sum()))


def ruptures(w: World, rows: Sequence[Row]) -> list[Asked]:
    """The ruptures scored, which were registered by name; oldest first."""
    place = {pair: i for i, pair in enumerate(w.pairs)}
    near = tone.covered(w, first=tone.FIRST, broken=True)
    named = frozenset(targets()["rows"])
    out = []
    for row in rows:
        pair = place.get((row.state_a, row.state_b))
        if row.id not in named or pair is None:
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
    return resampled(lambda n: float(n @ hit / max(1.0, n.sum())), len(hit), _by([r.asked.pair for r in rows]))


def _by(pairs: Sequence[int]) -> list[Ids]:
    """The clusters of rows by pair."""
    return [np.unique(pairs, return_inverse=True)[1]]


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
    return resampled(
        lambda n: float(np.nansum(n * value) / n[~np.isnan(value)].sum()), len(value), _by([a.pair for a in asked])
    )


def _placebo(w: World, rows: Sequence[Row]) -> npt.NDArray[np.bool_]:
    """Watched pair-weeks of pairs that stand in no row of the chronicle."""
    named = {(row.state_a, row.state_b) for row in rows}
    strangers = np.array([pair not in named for pair in w.pairs])
    late = np.array([week >= PLACEBO_FROM for week in w.weeks])
    return np.asarray(tone.covered(w) & strangers[:, None] & late)


def _rate(w: World, shifts: Sequence[Shift], where: npt.NDArray[np.bool_], rate: int) -> Interval:
    """Alarms raised over alarms asked for, in some pair-weeks."""
    raised = (_raised(w, shifts) & where).sum(axis=1)
    weeks = where.sum(axis=1)
    mine = np.flatnonzero(weeks)
    return resampled(lambda n: float(n @ raised[mine] * rate / (n @ weeks[mine])), len(mine), [np.arange(len(mine))])


def _raised(w: World, shifts: Sequence[Shift]) -> npt.NDArray[np.bool_]:
    place = {pair: i for i, pair in enumerate(w.pairs)}
    out = np.zeros(w.total.shape, dtype=bool)
    for s in shifts:
        out[place[s.pair], s.week] = True
    return out
