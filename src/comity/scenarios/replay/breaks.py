"""Ruptures observed beside those expected: of ties that carry major arms, in the two years after a shock.

Expected is the rate of all ties at risk in the same five years, of the same third by deliveries, and with or without an
earlier rupture. Placebos put each event on another state at risk in the same year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from comity.rupture.chronicle import RUPTURE, chronicle
from comity.scenarios.effects import Array
from comity.scenarios.replay.events import Event
from comity.scenarios.replay.history import Series
from comity.scenarios.replay.study import FEWEST, PLACEBOS, Found
from comity.states import successor
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
    patron: list[str]


def at_risk(arms: Series) -> Risked:
    """Every tie with a delivery in five years, each year of the chronicle."""
    ruptured = {
        (*pair_of(successor(r.state_a), successor(r.state_b)), r.end.year)
        for r in chronicle() if r.kind == RUPTURE and r.between_states
    }  # fmt: skip
    given = _given(arms)
    pair: list[Pair] = []
    year, broke, strata = [], [], []
    for y in range(FIRST, LAST + 1):
        end = y - LAG + 1 - arms.first // 12
        recent = arms.counts[:, end - WINDOW : end].sum(axis=1)
        mine = np.flatnonzero(recent > 0)
        cut = np.quantile(recent[mine], [1 / 3, 2 / 3])
        for i in mine:
            a, b = arms.pairs[i]
            before = any((a, b, y - k) in ruptured for k in range(1, 6))
            pair.append((a, b))
            year.append(y)
            broke.append((a, b, y) in ruptured)
            strata.append((y // 5, int(np.searchsorted(cut, recent[i])), before))
    hits: defaultdict[tuple[int, int, bool], float] = defaultdict(float)
    sizes: defaultdict[tuple[int, int, bool], float] = defaultdict(float)
    for s, hit in zip(strata, broke, strict=True):
        hits[s] += hit
        sizes[s] += 1
    rows: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for row, ((a, b), y) in enumerate(zip(pair, year, strict=True)):
        rows[a, y].append(row)
        rows[b, y].append(row)
    due = np.array([hits[s] / sizes[s] for s in strata])
    patron = [a if given.get((a, b), 0) >= 0 else b for a, b in pair]
    return Risked(pair, np.array(year), np.array(broke, dtype=float), due, dict(rows), patron)


def _given(arms: Series) -> dict[Pair, float]:
    """Which side of a tie trades more with everybody: the patron of the two."""
    total: defaultdict[str, float] = defaultdict(float)
    for (a, b), row in zip(arms.pairs, arms.counts, strict=True):
        total[a] += row.sum()
        total[b] += row.sum()
    return {(a, b): total[a] - total[b] for a, b in arms.pairs}


def third(risked: Risked, events: Iterable[Event], seed: int = 1) -> Found:
    """Ties of the target with everybody but the actor."""
    return _estimated(risked, [(e.target, e.actor, e.month // 12) for e in events], seed)


def hub(risked: Risked, events: Iterable[Event], seed: int = 1) -> Found:
    """Ties of the actor."""
    return _estimated(risked, [(e.actor, "", e.month // 12) for e in events], seed)


def own(risked: Risked, events: Iterable[Event]) -> Found:
    """The tie of actor and target themselves; the spread is that of a Poisson count."""
    hit = {(*pair_of(e.actor, e.target), e.month // 12 + k) for e in events for k in AFTER}
    return _ratio(
        risked, [i for i, (p, y) in enumerate(zip(risked.pair, risked.year, strict=True)) if (*p, int(y)) in hit]
    )


def where(risked: Risked, has: Callable[[Pair, int], bool]) -> Found:
    """Ties and years of which something holds, beside the others."""
    return _ratio(risked, [i for i, (p, y) in enumerate(zip(risked.pair, risked.year, strict=True)) if has(p, int(y))])


def _ratio(risked: Risked, rows: Collection[int]) -> Found:
    chosen = np.array(sorted(rows), dtype=np.int64)
    got, due = float(risked.broke[chosen].sum()), float(risked.due[chosen].sum())
    sd = float(1 / np.sqrt(got + 0.5))
    log = float(np.log((got + 0.5) / (due + 0.5)))
    return Found(log, sd, len(chosen), float("nan"), None)


def _estimated(risked: Risked, events: list[tuple[str, str, int]], seed: int) -> Found:
    rng = np.random.default_rng(seed)
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
    log = np.log((got + 0.5) / (due + 0.5))
    logs = []
    for _ in range(PLACEBOS // 2):
        fake = [(str(rng.choice(every[y + 1])), "", y) for _, _, y in taken if every.get(y + 1)]
        a, b = total(fake)
        logs.append(np.log((a + 0.5) / (b + 0.5)))
    centre, spread = float(np.mean(logs)), float(np.std(logs))
    p = float((np.sum(np.abs(np.array(logs) - centre) >= abs(log - centre)) + 1) / (len(logs) + 1))
    return Found(float(log - centre), max(spread, float(1 / np.sqrt(got + 0.5))), len(taken), p, None)


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
    return Found(float(np.log((got + 0.5) / (due + 0.5))), float(1 / np.sqrt(got + 0.5)), n, float("nan"), None)


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
