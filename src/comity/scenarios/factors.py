"""Which parts of a scenario carry its risk: every subset of shocks and holds can be asked, exactly and fast.

Before anything breaks, a tie's cumulated hazard in a draw is base * sum over months of exp(sum of the logs of the pushes
that act then). So a subset costs one sum and one exponential, and no rupture need be drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from math import factorial
from typing import NamedTuple

import numpy as np

from comity.rupture.risk import YEAR
from comity.scenarios.assumptions import Dials
from comity.scenarios.card import BREAK, HOLD, RATE, Asked
from comity.scenarios.effects import Array
from comity.scenarios.kinds import catalogue
from comity.scenarios.simulate import Moved, ledger
from comity.scenarios.world import Draws, World


class Factors(NamedTuple):
    """Shocks and holds as logs of the hazards of the patron's ties, with no assumption turned."""

    asked: tuple[Asked, ...]
    estimated: Array  # [factors, segments, draws, ties] what estimated effects add to the log
    assumed: Array  # the same of assumed effects
    length: Array  # [segments] months in which the same pushes act
    base: Array  # [draws, ties] hazard a month
    logs: Array  # the sum of both, as the assumptions turn them
    moved: tuple[tuple[Moved, ...], ...]


def factors(here: World, draws: Draws, asked: Sequence[Asked], dials: Dials) -> Factors:
    """Each shock and hold by itself."""
    moved = tuple(tuple(ledger([one], here, draws, Dials())) for one in asked)
    ends = sorted({0, draws.months, *(m.months for ms in moved for m in ms if m.months < draws.months)})
    place = {p: i for i, p in enumerate(here.mine)}
    estimated, assumed = np.zeros((2, len(asked), len(ends) - 1, draws.n, len(place)))
    for f, ms in enumerate(moved):
        for m in ms:
            if m.on == BREAK and m.pair in place:
                for s, start in enumerate(ends[:-1]):
                    if start < m.months:
                        (assumed if m.grade == "E" else estimated)[f, s, :, place[m.pair]] += m.log
    length, hazard = np.diff(ends).astype(float), draws.hazard[:, here.mine] / YEAR
    return turned(Factors(tuple(asked), estimated, assumed, length, hazard, estimated, moved), dials)


def turned(found: Factors, dials: Dials) -> Factors:
    """The same factors with the assumptions turned; for factors made with none turned."""
    hold = [catalogue()[one.kind].card.side == HOLD for one in found.asked]
    one, other = (np.array([dials.on(assumed, h) for h in hold])[:, None, None, None] for assumed in (False, True))
    return found._replace(logs=one * found.estimated + other * found.assumed, base=found.base * dials.base)


def cumulated(found: Factors, chosen: Sequence[int]) -> Array:
    """Cumulated hazard of each of the patron's ties with some of the factors: [draws, ties]."""
    if not len(chosen):
        return np.asarray(found.base * found.length.sum())
    summed = found.logs[list(chosen)].sum(axis=0)
    return np.asarray(found.base * np.tensordot(found.length, np.exp(summed), axes=1))


def rates(found: Factors, chosen: Sequence[int]) -> Array:
    """Mean cumulated hazard of each tie: that of the ties as they stand, times the mean of what acts on them.

    The two are drawn apart, so this is the mean of ``cumulated`` without the luck of the draw.
    """
    acting = (
        np.exp(found.logs[list(chosen)].sum(axis=0)).mean(axis=1) if len(chosen) else np.ones(found.logs.shape[1:4:2])
    )
    return np.asarray(found.base.mean(axis=0) * (found.length @ acting))


def risk(found: Factors, chosen: Sequence[int]) -> Array:
    """Chance in each draw that at least one of the patron's ties breaks: [draws]."""
    return np.asarray(-np.expm1(-cumulated(found, chosen).sum(axis=1)))


def acts(here: World, draws: Draws, found: Factors, chosen: Sequence[int]) -> float:
    """Expected acts of the patron's ties over the months, ruptures aside."""
    mean = draws.rate.mean(axis=0)[here.mine].astype(float)
    total = float(mean.sum()) * draws.months / YEAR
    pushed: dict[tuple[int, int], list[Moved]] = {}
    for m in (m for f in chosen for m in found.moved[f] if m.on == RATE and m.pair in here.mine):
        for k in m.instruments:
            pushed.setdefault((here.mine.index(m.pair), k), []).append(m)
    kept: dict[tuple[tuple[int, int], ...], float] = {}  # many instruments share the same pushes
    for (p, k), ms in pushed.items():
        key = tuple(sorted((id(m.log), m.months) for m in ms))
        if key not in kept:
            ends = sorted({0, draws.months, *(m.months for m in ms if m.months < draws.months)})
            parts = (
                (end - start) * float(np.exp(sum((m.log for m in ms if start < m.months), np.zeros(1))).mean())
                for start, end in pairwise(ends)
            )
            kept[key] = sum(parts) / draws.months
        total += mean[p, k] * draws.months / YEAR * (kept[key] - 1)
    return total


def shapley(values: dict[frozenset[int], Array], n: int) -> list[Array]:
    """Each factor's share of value(all) - value(none): its mean over every order of arrival, exactly.

    ``values`` has every subset of range(n). The shares add up to the whole.
    """
    out = []
    for one in range(n):
        rest = [i for i in range(n) if i != one]
        share: Array = np.zeros_like(np.asarray(values[frozenset()], dtype=float))
        for size in range(n):
            weight = factorial(size) * factorial(n - size - 1) / factorial(n)
            for chosen in combinations(rest, size):
                share = share + weight * (values[frozenset((*chosen, one))] - values[frozenset(chosen)])
        out.append(share)
    return out


def subsets(n: int) -> list[tuple[int, ...]]:
    """Every subset of range(n), the smallest first."""
    return [c for size in range(n + 1) for c in combinations(range(n), size)]
