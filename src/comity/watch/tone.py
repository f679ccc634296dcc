"""Two charts on a weekly stream of signed sums between all states: a burst of conflict, a burst of attention.

Net sums miss ruptures that come wrapped in meetings, because a quarrel and a summit of the same week cancel. So the days
with a negative sum are added up by themselves (conflict), and so are all days without their sign (attention). Each is
taken as a log-ratio to the pair's own weeks before; what all pairs did that week, and what each of the two states did with
everybody else, is taken away (other pairs are the controls); what is left runs into a CUSUM. A chart's threshold is
that at which all pairs together raised their share of the false alarms allowed in the year before: it is set anew every
half year, from the past alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.errors import UsageError

Array = npt.NDArray[np.float64]
TONE, AGAINST, DAYS = NAMES = ("gdelt_tone", "gdelt_against", "gdelt_days")
SEEN_DAYS = 4  # days of the week; a week with fewer is neither learnt from nor charted
COVERED = 0.3  # of the last 52 weeks with anything between the two: fewer, and the pair is not watched
STEADY = 10.0  # added to both sides of the ratio, on Goldstein's scale: one event is no burst
OTHERS = 5.0  # other pairs that a state's own week is worth before any was seen
STARTED = 10  # weeks from which on charts run
FIRST = 26  # weeks from which on alarms are raised, at thresholds from the weeks before
QUIET = 8  # weeks after an alarm of a pair in which it raises no other
SET_ANEW = 26  # weeks
LEARNT = 52
GENTLE = 0.5  # standard deviation assumed, with the weight of eight weeks


class Chart(NamedTuple):
    """One of the two CUSUMs."""

    name: str
    against: bool  # negative days only
    before: int  # weeks of its own that a week is compared with
    scaled: bool  # in standard deviations of the pair's own year
    allowance: float  # k: what is taken off each week before it adds up
    net: bool = False  # the signed sum, downwards: the baseline


CHARTS = (Chart("conflict", True, 26, True, 0.75), Chart("attention", False, 52, False, 0.35))


class World(NamedTuple):
    """Every pair's weeks."""

    pairs: list[tuple[str, str]]
    weeks: list[date]  # the Sunday of each
    total: Array  # [pairs, weeks] sum of all days without sign, scaled to seven days
    against: Array  # the same of negative days
    days: Array  # [weeks] days seen

    def week(self, day: date) -> int:
        """Index of the week in which a day lies; may lie outside."""
        return -((self.weeks[0] - day).days // 7)


class Shift(NamedTuple):
    """An alarm of one pair."""

    pair: tuple[str, str]
    week: int  # index
    chart: str
    since: int  # index of the week in which the chart left zero
    height: float  # over its threshold, 1 at least


def world(measures: pl.DataFrame) -> World:
    """The stream from measures; ``UsageError`` when there is none."""
    rows = measures.filter(pl.col("name").is_in([TONE, AGAINST]))
    days = dict(measures.filter(pl.col("name") == DAYS).select("date", "value").iter_rows())
    if rows.is_empty() or not days:
        raise UsageError(
            "no weekly tone in the store; comity update turan --from DIR with the table of daily sums first"
        )
    weeks = [min(days) + timedelta(weeks=i) for i in range((max(days) - min(days)).days // 7 + 1)]
    subjects = rows["subject"].unique().sort()
    spots = rows.select(
        p=subjects.search_sorted(rows["subject"]),
        t=(pl.col("date") - weeks[0]).dt.total_days() // 7,
        name="name",
        value="value",
    )
    found = {name: np.zeros((len(subjects), len(weeks))) for name in (TONE, AGAINST)}
    for name, table in found.items():
        mine = spots.filter(pl.col("name") == name)
        table[mine["p"].to_numpy(), mine["t"].to_numpy()] = mine["value"].to_numpy()
    seen = np.array([days.get(w, 0.0) for w in weeks])
    scale = 7 / np.maximum(seen, 1)
    pairs = [(a, b) for a, b in (s.split(">") for s in subjects)]
    return World(pairs, weeks, (found[TONE] + 2 * found[AGAINST]) * scale, found[AGAINST] * scale, seen)


def covered(w: World, first: int = FIRST, *, broken: bool = False) -> npt.NDArray[np.bool_]:
    """[pairs, weeks] whether a pair is watched: enough weeks of its last year with anything, and the week itself seen.

    ``broken`` counts weeks too of which too few days were seen.
    """
    share = _before((w.total > 0).astype(float), LEARNT)
    return np.asarray((share >= COVERED) & (np.arange(len(w.weeks)) >= first) & (broken | (w.days >= SEEN_DAYS)))


def shifts(w: World, pair_weeks: float, charts: Sequence[Chart] = CHARTS) -> list[Shift]:
    """Alarms of every pair at one in so many watched pair-weeks, in order of time."""
    w = _busy(w)
    drawn = [heights(w, chart) for chart in charts]
    learning = covered(w, STARTED)
    over = np.zeros((len(charts), *learning.shape))
    for t in range(FIRST, len(w.weeks), SET_ANEW):
        past = slice(max(STARTED, t - LEARNT), t)
        limits = _limits([h[:, past] for h, _ in drawn], learning[:, past], pair_weeks)
        for k, limit in enumerate(limits):
            over[k, :, t : t + SET_ANEW] = drawn[k][0][:, t : t + SET_ANEW] / limit
    best = over.argmax(axis=0)
    rows, weeks = np.nonzero(_first(over.max(axis=0) > 1, covered(w)))
    found = [
        Shift(w.pairs[i], t, charts[best[i, t]].name, int(drawn[best[i, t]][1][i, t]), float(over[best[i, t], i, t]))
        for i, t in zip(rows.tolist(), weeks.tolist(), strict=True)
    ]
    return sorted(found, key=lambda s: (s.week, s.pair))


def _busy(w: World) -> World:
    """The pairs that are watched at any time: the others raise nothing, set no threshold and are nobody's controls."""
    ever = covered(w, 0, broken=True).any(axis=1)
    return w._replace(pairs=[w.pairs[i] for i in np.flatnonzero(ever)], total=w.total[ever], against=w.against[ever])


def heights(w: World, chart: Chart) -> tuple[Array, npt.NDArray[np.int64]]:
    """A chart's height for each pair and week, and the week in which it last left zero."""
    x = w.against if chart.against else w.total
    ratio = np.log((x + STEADY) / (_before(x, chart.before) + STEADY))
    left = 2 * w.against - w.total if chart.net else _without_others(ratio, w)
    if chart.scaled:
        left = _scaled(left)
    out, since = np.zeros_like(left), np.zeros(left.shape, dtype=np.int64)
    now, start = np.zeros(len(left)), np.zeros(len(left), dtype=np.int64)
    for t in range(left.shape[1]):
        start = np.where(now <= 0, t, start)
        if w.days[t] >= SEEN_DAYS:
            now = np.maximum(0.0, now + np.where(np.isfinite(left[:, t]), left[:, t] - chart.allowance, 0.0))
        out[:, t], since[:, t] = now, start
    return out, since


def _without_others(ratio: Array, w: World) -> Array:
    """What is left of each week when the world's median and both states' week with everybody else are taken away."""
    states = sorted({s for pair in w.pairs for s in pair})
    a, b = (np.array([states.index(pair[i]) for pair in w.pairs]) for i in (0, 1))
    near = _before((w.total > 0).astype(float), LEARNT) >= COVERED
    left = ratio.copy()
    for t in range(ratio.shape[1]):
        ok = np.isfinite(ratio[:, t]) & near[:, t]
        if not ok.any():
            continue
        v = np.where(ok, np.nan_to_num(ratio[:, t]) - np.median(ratio[ok, t]), 0.0)
        total, n = np.zeros((2, len(states)))
        for side in (a, b):
            np.add.at(total, side, v)
            np.add.at(n, side, ok.astype(float))
        left[:, t] = v - sum((total[side] - v) / (n[side] - ok + OTHERS) for side in (a, b))
    return left


def _scaled(x: Array) -> Array:
    """In standard deviations of the year before, about its mean."""
    ok = np.isfinite(x)
    value = np.where(ok, x, 0.0)
    out = x.copy()
    sums = [np.cumsum(np.pad(part, ((0, 0), (1, 0))), axis=1) for part in (value, value**2, ok.astype(float))]
    for t in range(x.shape[1]):
        first, second, n = (part[:, t] - part[:, max(0, t - LEARNT)] for part in sums)
        mean = first / np.maximum(n, 1)
        spread = np.maximum(second / np.maximum(n, 1) - mean**2, 0.0)
        out[:, t] = (x[:, t] - mean) / np.sqrt((spread * n + GENTLE**2 * QUIET) / (n + QUIET))
    return out


def _before(x: Array, weeks: int) -> Array:
    """Mean of the ``weeks`` before the last one; nothing in the first weeks."""
    total = np.cumsum(np.pad(x, ((0, 0), (1, 0))), axis=1)
    out = np.full(x.shape, np.nan)
    for t in range(STARTED - 2, x.shape[1]):
        start = max(0, t - 1 - weeks)
        out[:, t] = (total[:, t - 1] - total[:, start]) / (t - 1 - start)
    return out


def _limits(drawn: Sequence[Array], watched: npt.NDArray[np.bool_], pair_weeks: float) -> list[float]:
    """Each chart's threshold for an equal share of the alarms, eased until together they raise as many as allowed."""
    alone = [_limit(h, watched, pair_weeks * len(drawn)) for h in drawn]
    over = np.max([h / limit for h, limit in zip(drawn, alone, strict=True)], axis=0)
    ease = _limit(over, watched, pair_weeks)
    return [limit * ease for limit in alone]


def _limit(heights: Array, watched: npt.NDArray[np.bool_], pair_weeks: float) -> float:
    """The threshold at which watched pairs raise one alarm in so many pair-weeks."""
    low, high = 1e-3, max(1.0, float(heights.max()))
    for _ in range(24):
        middle = (low + high) / 2
        often = _first(heights > middle, watched).sum() * pair_weeks > watched.sum()
        low, high = (middle, high) if often else (low, middle)
    return high


def _first(over: npt.NDArray[np.bool_], watched: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Weeks over the threshold in which a pair has raised no alarm in the eight weeks before."""
    out = np.asfortranarray(over & watched)  # gone through week by week
    last = np.full(len(over), -QUIET - 1)
    for t in np.flatnonzero(out.any(axis=0)).tolist():
        out[:, t] &= t - last > QUIET
        last = np.where(out[:, t], t, last)
    return out
