"""Is the feed well? Silence of a source, and a change of who speaks or in which language, are told before anything else.

A month in which a feed was ill is neither learnt from nor charted: a pair is not quieter because the news is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.negbin import at_most
from comity.numerals import percent
from comity.tables import identity
from comity.watch.alert import HEALTH, Alert
from comity.watch.rate import MEMORY, predictive
from comity.watch.streams import timely
from comity.watch.tone import DAYS, SEEN_DAYS

RARE = 0.001  # a month with so few reports has this chance while a feed is well: one false veto in 83 years
LEAST = 3.0  # reports expected a month: a source with fewer is too thin to be missed within a month
LEARNT = 12  # months
SHARE = 0.2  # of all reports of two years: a source with less does not veto
FED = 0.6  # of the reports expected: with fewer, a fall is the feed's
QUARTER = 3  # months whose sum is looked at as well: a source that comes in batches may miss one month
MIX_MONTHS, MIX_BEFORE, MIX_LEAST = 6, 24, 30  # compared, with what came before, and the reports needed
MIX_RARE = 0.001
DRAWS = 2000
NAMED = 12  # publishers or languages told apart; the rest is one


class Volume(NamedTuple):
    """One source's reports a month, by the month in which they became known."""

    source: str
    counts: npt.NDArray[np.int64]
    ill: list[bool]
    expected: list[float]

    def within(self, looks: npt.NDArray[np.bool_]) -> Volume:
        """The same of a source that looks in some months only: of the others nothing is expected, so none is ill."""
        return self._replace(
            ill=[ill and bool(on) for ill, on in zip(self.ill, looks, strict=True)],
            expected=[n * bool(on) for n, on in zip(self.expected, looks, strict=True)],
        )


def volumes(reports: pl.DataFrame, months: Sequence[date]) -> list[Volume]:
    """Each source's months; reports of other months are left out, and those that are not of their month: a yearly register is not ill."""
    place = {(m.year, m.month): t for t, m in enumerate(months)}
    found: dict[str, npt.NDArray[np.int64]] = {}
    for source, known, n in (
        reports.filter(timely()).group_by("source", "known").len().sort("source", "known").iter_rows()
    ):
        t = place.get((known.year, known.month))
        if t is not None:
            found.setdefault(source, np.zeros(len(months), dtype=np.int64))[t] += n
    return [Volume(source, counts, *_ill(counts)) for source, counts in found.items()]


def _ill(counts: npt.NDArray[np.int64]) -> tuple[list[bool], list[float]]:
    """Months with fewer reports than a well feed has once in a thousand months; ill months teach nothing.

    After a year of illness a feed is not ill but smaller, or gone: it is learnt anew.
    """
    alpha, beta, square, n, healthy = 0.5, 0.0, 1.0, 1.0, 0
    ill: list[bool] = []
    expected: list[float] = []
    for t, y in enumerate(counts.tolist()):
        mean = alpha / beta if beta else 0.0
        scatter = max(1.0, square / n)
        late = slice(max(0, t - QUARTER + 1), t)
        sums = ((y, mean), (y + int(counts[late].sum()), mean + sum(expected[late])))
        bad = healthy >= LEARNT and mean >= LEAST and any(_chance(seen, m, alpha, scatter) < RARE for seen, m in sums)
        ill.append(bad)
        expected.append(mean)
        if len(ill) >= LEARNT and all(ill[-LEARNT:]):
            alpha, beta, square, n, healthy = 0.5, 0.0, 1.0, 1.0, 0
        if bad or (not healthy and not y):
            continue
        if healthy >= LEARNT:
            square, n = MEMORY * square + min(16.0, (y - mean) ** 2 / max(mean, 0.05)), MEMORY * n + 1
        healthy += 1
        alpha, beta = 0.5 + MEMORY * (alpha - 0.5) + y, MEMORY * beta + 1
    return ill, expected


def _chance(seen: int, mean: float, alpha: float, scatter: float) -> float:
    p = predictive(mean, alpha, scatter)
    return float(at_most(seen, p.mean, p.size))


def vetoed(found: Sequence[Volume]) -> list[bool]:
    """Months in which a source that matters was ill."""
    months = len(found[0].counts) if found else 0
    return [any(v.ill[t] for v in _major(found, t)) for t in range(months)]


def trusted(found: Sequence[Volume]) -> Callable[[int, int], bool]:
    """Whether every source that matters gave most of what was expected of it from one month to another.

    A fall of a stream while its feed fell too is a fall of the feed.
    """

    def well(start: int, end: int) -> bool:
        span = slice(start, end + 1)
        return all(v.counts[span].sum() >= FED * sum(v.expected[span]) for v in _major(found, start))

    return well


def grown(found: Sequence[Volume], own: Mapping[str, int], start: int, end: int) -> float:
    """What the sources of some reports gave beside these from one month to another, over all that was expected of them; 1 at least.

    A rise of a stream while all else in its feed rose as much may be the feed's.
    """
    span = slice(start, end + 1)
    mine = [v for v in found if v.source in own]
    beside = sum(int(v.counts[span].sum()) for v in mine) - sum(own.values())
    return max(1.0, beside / max(sum(sum(v.expected[span]) for v in mine), np.finfo(float).tiny))


def _major(found: Sequence[Volume], t: int) -> list[Volume]:
    """Sources that gave a fifth of the reports of the two years before a month."""
    span = slice(max(0, t - MIX_BEFORE), t)
    total = sum(int(v.counts[span].sum()) for v in found)
    return [v for v in found if v.counts[span].sum() >= SHARE * total > 0]


def health(reports: pl.DataFrame, measures: pl.DataFrame, months: Sequence[date]) -> Iterator[Alert]:
    """Alerts about feeds: one when a source falls ill, one when its mix of publishers or languages shifts."""
    if not months:
        return
    known = reports.filter(pl.col("known") <= months[-1])
    for v in volumes(known, months):
        yield from _outages(v, months)
        mine = known.filter(pl.col("source") == v.source)
        for column, word in (("publisher", "who speaks"), ("lang", "in which language")):
            yield from _mix(mine, column, word, v.source, months)
    yield from _days(measures)


def _outages(v: Volume, months: Sequence[date]) -> Iterator[Alert]:
    for t, bad in enumerate(v.ill):
        if bad and not (t and v.ill[t - 1]):
            yield Alert(
                HEALTH, "volume", "feed", v.source, months[t], months[t].replace(day=1),
                float(v.counts[t] / v.expected[t]), "reports seen over expected",
                f"{v.source} gave {v.counts[t]} reports in {months[t]:%B %Y} where {v.expected[t]:.0f} were expected; "
                "until it is well, no silence counts as a fall.",
                [], RARE * 12, True,
            )  # fmt: skip


def _mix(reports: pl.DataFrame, column: str, word: str, source: str, months: Sequence[date]) -> Iterator[Alert]:
    """Half years whose mix is further from the two years before than resampled half years are, one in a thousand."""
    rows = reports.filter(pl.col(column).is_not_null()).select("known", column).rows()
    place = {(m.year, m.month): t for t, m in enumerate(months)}
    by_month: list[Counter[str]] = [Counter() for _ in months]
    for known, name in rows:
        if (t := place.get((known.year, known.month))) is not None:
            by_month[t][name] += 1
    for t in range(MIX_MONTHS + MIX_BEFORE - 1, len(months)):
        if months[t].month % MIX_MONTHS:
            continue
        now: Counter[str] = sum(by_month[t - MIX_MONTHS + 1 : t + 1], Counter())
        before: Counter[str] = sum(by_month[t - MIX_MONTHS - MIX_BEFORE + 1 : t - MIX_MONTHS + 1], Counter())
        if min(now.total(), before.total()) < MIX_LEAST:
            continue
        distance, top, p = _shift(now, before, identity(source, column, months[t]))
        if p < MIX_RARE:
            yield Alert(
                HEALTH, column, "feed", source, months[t], months[t - MIX_MONTHS + 1].replace(day=1), distance,
                "share of reports that would have to change hands",
                f"{source}: {word} has shifted, most of all {top[0]} ({percent(top[1])} of reports, {percent(top[2])} before); "
                "compare levels before and after with care.",
                [], MIX_RARE * 2, True,
            )  # fmt: skip


def _shift(
    now: Mapping[str, int], before: Mapping[str, int], key: str
) -> tuple[float, tuple[str, float, float], float]:
    """Total variation of two mixes, what moved most, and how often resampling both from their sum moves as far."""
    names = [n for n, _ in (Counter(now) + Counter(before)).most_common(NAMED)]
    a, b = (
        np.array([*(c.get(n, 0) for n in names), sum(v for k, v in c.items() if k not in names)]) for c in (now, before)
    )
    p, q = a / a.sum(), b / b.sum()
    far = float(np.abs(p - q).sum() / 2)
    rng = np.random.default_rng(int(key, 16))
    mixed = (a + b) / (a + b).sum()
    x, y = (rng.multinomial(int(c.sum()), mixed, DRAWS) / c.sum() for c in (a, b))
    chance = float((np.abs(x - y).sum(axis=1) / 2 >= far - 1e-12).mean())
    i = int(np.argmax(np.abs(p - q)))
    return far, ([*names, "others"][i], float(p[i]), float(q[i])), chance


def _days(measures: pl.DataFrame) -> Iterator[Alert]:
    """The first of each run of weeks in which the daily stream is broken."""
    weeks = measures.filter(pl.col("name") == DAYS).sort("date")
    before = False
    for id, day, known, seen in weeks.select("measure", "date", "known", "value").iter_rows():
        if seen < SEEN_DAYS and not before:
            yield Alert(
                HEALTH, "days", "feed", "dyadday", known, day - timedelta(days=6), float(seen), "days of seven seen",
                f"The daily stream holds {seen:.0f} days of the week to {day}; the week is left out.", [id], None, True,
            )  # fmt: skip
        before = seen < SEEN_DAYS
