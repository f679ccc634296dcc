"""Ruptures observed beside those expected: of ties that carry major arms, in the two years after a shock.

Expected is the rate of all ties at risk in the same five years, of the same third by deliveries, and with or without an
earlier rupture. Placebos put each event on another state at risk in the same year.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from comity.rupture.chronicle import RUPTURE, chronicle
from comity.rupture.ends import sides
from comity.scenarios.effects import Array
from comity.scenarios.replay.events import Event
from comity.scenarios.replay.history import Series
from comity.scenarios.replay.study import FEWEST, PLACEBOS, Found, as_far, log_ratio
from comity.tables import Pair, pair_of

FIRST, LAST = 1990, 2023  # whole years of the chronicle
WINDOW, LAG = 5, 2  # deliveries in five years, seen two years later
AFTER = (1, 2)  # years after the event


class Risked(NamedTuple):
    """Ties at risk, a row a tie and year."""

    pair: list[Pair]
    year: npt.NDArray[np.int64]
    broke: Array
    due: Array  # expected, by stratum
    rows: dict[tuple[str, int], list[int]]  # of each state and year
    patron: list[str]  # of the two the one that trades more arms with everybody


def at_risk(arms: Series) -> Risked:
    """Every tie with a delivery in five years, each year of the chronicle."""
    ruptured = {(*sides(r), r.end.year) for r in chronicle() if r.kind == RUPTURE and r.between_states}
    total: defaultdict[str, float] = defaultdict(float)
    for (a, b), row in zip(arms.pairs, arms.counts, strict=True):
        total[a] += row.sum()
        total[b] += row.sum()
    seen = [(arms.pairs[i], y, third) for y in range(FIRST, LAST + 1) for i, third in _thirds(arms, y)]
    broke = np.array([(a, b, y) in ruptured for (a, b), y, _ in seen], dtype=float)
    strata = [(y // 5, third, any((a, b, y - k) in ruptured for k in range(1, 6))) for (a, b), y, third in seen]
    rows: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for row, (pair, y, _) in enumerate(seen):
        for state in pair:
            rows[state, y].append(row)
    return Risked(
        [pair for pair, _, _ in seen],
        np.array([y for _, y, _ in seen]),
        broke,
        _means(strata, broke),
        dict(rows),
        [a if total[a] >= total[b] else b for (a, b), _, _ in seen],
    )


def _thirds(arms: Series, year: int) -> list[tuple[int, int]]:
    """Rows of the ties at risk in a year, and in which third of them by deliveries each lies: 0 to 2."""
    end = year - LAG + 1 - arms.first // 12
    recent = arms.counts[:, end - WINDOW : end].sum(axis=1)
    mine = np.flatnonzero(recent > 0)
    cut = np.quantile(recent[mine], [1 / 3, 2 / 3])
    return [(int(i), int(np.searchsorted(cut, recent[i]))) for i in mine]


def _means(strata: Sequence[Hashable], broke: Array) -> Array:
    """Of each row the mean of its stratum."""
    hits: defaultdict[Hashable, float] = defaultdict(float)
    for stratum, hit in zip(strata, broke, strict=True):
        hits[stratum] += hit
    sizes = Counter(strata)
    return np.array([hits[stratum] / sizes[stratum] for stratum in strata])


def third(risked: Risked, events: Iterable[Event]) -> Found:
    """Ties of the target with everybody but the actor."""
    return _estimated(risked, [(e.target, e.actor, e.month // 12) for e in events])


def hub(risked: Risked, events: Iterable[Event]) -> Found:
    """Ties of the actor."""
    return _estimated(risked, [(e.actor, "", e.month // 12) for e in events])


def own(risked: Risked, events: Iterable[Event]) -> Found:
    """The tie of actor and target themselves."""
    hit = {(*pair_of(e.actor, e.target), e.month // 12 + k) for e in events for k in AFTER}
    return where(risked, lambda p, y: (*p, y) in hit)


def where(risked: Risked, has: Callable[[Pair, int], bool]) -> Found:
    """Ties and years of which something holds, beside the others."""
    rows = [i for i, (p, y) in enumerate(zip(risked.pair, risked.year, strict=True)) if has(p, int(y))]
    return _ratio(float(risked.broke[rows].sum()), float(risked.due[rows].sum()), len(rows))


def _ratio(got: float, due: float, n: int) -> Found:
    """Observed over expected without placebos; the spread is that of a Poisson count."""
    return Found(float(log_ratio(got, due)), _sd(got), n, float("nan"), None)


def _sd(got: float) -> float:
    return float(1 / np.sqrt(got + 0.5))


def _estimated(risked: Risked, events: list[tuple[str, str, int]]) -> Found:
    rng = np.random.default_rng(1)
    every: dict[int, list[str]] = defaultdict(list)
    for (state, y), rows in risked.rows.items():
        if len(rows) >= FEWEST:
            every[y].append(state)
    taken = sorted({(t, a, y) for t, a, y in events if any((t, y + k) in risked.rows for k in AFTER)})

    def total(chosen: list[tuple[str, str, int]]) -> tuple[float, float]:
        rows = sorted(
            {
                i
                for t, a, y in chosen
                for k in AFTER
                for i in risked.rows.get((t, y + k), ())
                if not a or a == t or a not in risked.pair[i]
            }
        )
        return float(risked.broke[rows].sum()), float(risked.due[rows].sum())

    got, due = total(taken)
    log, drawn = float(log_ratio(got, due)), []
    for _ in range(PLACEBOS // 2):
        fake = [(str(rng.choice(every[y + 1])), "", y) for _, _, y in taken if every.get(y + 1)]
        drawn.append(log_ratio(*total(fake)))
    logs = np.array(drawn)
    return Found(log - float(logs.mean()), max(float(logs.std()), _sd(got)), len(taken), as_far(logs, log), None)


def spread(risked: Risked) -> Found:
    """A patron's ties in the year after it broke with another, beside the same patron's other years."""
    hits: defaultdict[str, float] = defaultdict(float)
    sizes: defaultdict[str, float] = defaultdict(float)
    broke: defaultdict[tuple[str, int], set[Pair]] = defaultdict(set)
    for p, y, hit, patron in zip(risked.pair, risked.year, risked.broke, risked.patron, strict=True):
        hits[patron] += hit
        sizes[patron] += 1
        if hit:
            broke[patron, int(y)].add(p)
    got = due = 0.0
    n = 0
    for p, y, hit, patron in zip(risked.pair, risked.year, risked.broke, risked.patron, strict=True):
        if broke[patron, int(y) - 1] - {p}:
            got, due, n = got + hit, due + hits[patron] / sizes[patron], n + 1
    return _ratio(got, due, n)


def frailty(risked: Risked) -> tuple[float, int]:
    """Shape k of the Gamma by which ties differ in their rate: negative binomial likelihood; and the number of ties."""
    count: defaultdict[Pair, float] = defaultdict(float)
    due: defaultdict[Pair, float] = defaultdict(float)
    base = float(risked.broke.mean())
    for p, hit in zip(risked.pair, risked.broke, strict=True):
        count[p] += hit
        due[p] += base
    n, m = np.array([count[p] for p in due]), np.array(list(due.values()))

    def loss(log: float) -> float:
        k = np.exp(log)
        return float(-np.sum(gammaln(n + k) - gammaln(k) + k * np.log(k / (k + m)) + n * np.log(m / (k + m))))

    return float(np.exp(minimize_scalar(loss, bounds=(-4, 4), method="bounded").x)), len(n)
