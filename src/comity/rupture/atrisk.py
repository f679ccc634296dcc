"""Ties of every kind that may break: which two states have one by what was public on a day, and what was to be seen of it.

A tie is at risk when major arms were ever delivered, a treaty of alliance is in force, American forces are stationed,
something of it broke, nearly broke or was mended before, or borders are near. Years are counted back from the day, so
that the newest year of the chronicle is learnt from whole. The patron is the side that gave more arms in twenty years,
else the more capable one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import polars as pl

from comity.rupture.chronicle import COMPETING, LAST_DAY, REPAIR, RUPTURE, SCARE, Row
from comity.rupture.hazard import SCARED
from comity.rupture.lapse import REGISTER
from comity.rupture.panel import Array, Codes, Ints, Mask, Panel, own_rate
from comity.rupture.world import World, world
from comity.states import region, successor

FIRST = 1990  # the chronicle's first year
NEAR_KM = 500.0
LEVEL_YEARS, PATRON_YEARS = 10, 20
BACK = 3  # years by which a state's number may be older than the newest of others; capability is older and moves slowly
CAPABILITY_BACK = 8
FALL_YEARS = 3
SHRINK = 100.0  # tie-years by which a patron's own rate is drawn to that of all
BEFORE = (1.0, 500.0)
NEARNESS_KM = 1000.0  # over which nearness falls to a third
SMALLEST = 1e-5  # capability below which a state is not told apart
ARMS, TREATY, OTHER = "arms", "treaty", "other"  # kinds of tie, the first that holds
OWN_RATE = "patron's own rate"
FEATURES = (  # of the model
    "ruptures of this tie",
    "scares of this tie",
    "ruptures begun with the partner, 1 year",
    "ruptures of the partner with others, 8 years",
    "ruptures in the world, 1 year",
    "ruptures in the world, 3 years",
    "distance in the UN",
    "fall of democracy in the partner",
    "log arms given by the patron",
    "log partners in common",
    "nearness",
    "log capability of the partner",
    "treaty",
    "war within either",
    OWN_RATE,
)
BESIDE = ("log TIV of 10 years", "ruptures of the partner with others, 3 years")  # what only baselines know
YEAR = 365.25  # days


class Ends(NamedTuple):
    """Rows of the chronicle about two states, as arrays. Days are ordinals."""

    a: Ints  # places among the world's states
    b: Ints
    end: Ints  # day from which the row counts
    settled: Array  # day from which it is known to be no rupture; infinite for one
    ruptured: Mask
    scared: Mask
    severity: Ints
    struck: Ints  # place of the side with which the other began it; -1 where a third did or nobody is named


class Seen(NamedTuple):
    """The ties at risk on a day."""

    a: Ints  # places among the world's states, a < b
    b: Ints
    patron: Ints
    partner: Ints
    kind: Codes
    x: Array  # [ties, features but the patron's own rate], NaN where a source was never read
    beside: Array  # the same of what only baselines know


def small_world(codes: Iterable[str]) -> World:
    """The world of someone who has read nothing."""
    empty = pl.DataFrame(
        schema=dict.fromkeys(("subject", "name", "raw"), pl.String)
        | {"date": pl.Date, "known": pl.Date, "vintage": pl.Date, "value": pl.Float64}
    )
    return world(empty, codes)


def parties(rows: Iterable[Row]) -> set[str]:
    """The states that the chronicle's rows between two states name."""
    return {successor(c) for row in rows if row.between_states for c in (row.state_a, row.state_b)}


def ends_of(rows: Iterable[Row], states: Sequence[str]) -> Ends:
    """Ruptures, scares and repairs between two states of the world."""
    place = {code: i for i, code in enumerate(states)}
    kept = []
    for row in rows:
        a, b = sorted((successor(row.state_a), successor(row.state_b)))
        if row.between_states and row.kind in {RUPTURE, SCARE, REPAIR} and a in place and b in place and a != b:
            struck = {a: place[b], b: place[a]}.get(successor(row.initiator), -1)
            kinds = (row.kind == RUPTURE, row.kind == SCARE)
            kept.append((place[a], place[b], row.end.toordinal(), _settled(row), *kinds, int(row.severity), struck))
    types = (int, int, int, float, bool, bool, int, int)
    columns = zip(*kept, strict=True) if kept else [()] * len(types)
    return Ends(*(np.array(column, dtype=of) for column, of in zip(columns, types, strict=True)))


def ended(states: Sequence[str], rows: Iterable[Row]) -> int:
    """How many ties of two states ended otherwise than by rupture: completed, superseded, wound down by both."""
    sides = ((successor(r.state_a), successor(r.state_b)) for r in rows if r.kind == COMPETING and r.between_states)
    return sum(a in states and b in states and a != b for a, b in sides)


def _settled(row: Row) -> float:
    if row.kind == RUPTURE:
        return math.inf
    undone = row.end if row.kind == REPAIR else row.reversed_on or row.end + SCARED
    return float(max(undone, row.end).toordinal())


def years(world: World, rows: Iterable[Row], day: date, least_severity: int = 1) -> Panel:
    """Every tie at risk on this day of each year from 1990 to the day itself, and whether it broke within twelve months.

    The answer of a year that the chronicle does not hold whole is nought: learn from and score only years that it does.
    """
    ends = ends_of(rows, world.states)
    days = [_in(day, year) for year in range(FIRST, day.year + 1)]
    found = [seen(world, ends, one) for one in days]
    code = np.array(world.states)
    y = [_broke(ends, s, one, _in(day, one.year + 1), least_severity) for s, one in zip(found, days, strict=True)]
    partner = np.concatenate([s.partner for s in found])
    places = np.array([region(c) for c in world.states])
    whole = Panel(
        (*FEATURES[:-1], *BESIDE),
        np.concatenate([np.column_stack([s.x, s.beside]) for s in found]),
        np.concatenate(y),
        np.concatenate([s.a * len(code) + s.b for s in found]),
        np.concatenate([np.full(len(s.a), one.year) for s, one in zip(found, days, strict=True)]),
        code[np.concatenate([s.patron for s in found])],
        places[partner],
        np.concatenate([s.kind for s in found]),
        horizon=1,
    )
    return whole._replace(names=(*whole.names, OWN_RATE), x=np.column_stack([whole.x, own_rate(whole, SHRINK, BEFORE)]))


def modelled(panel: Panel) -> Panel:
    """The same cases with the model's features only."""
    return panel.only(*(name for name in panel.names if name not in BESIDE))


def _in(day: date, year: int) -> date:
    return date(year, day.month, min(day.day, 28) if day.month == 2 else day.day)


def _broke(ends: Ends, ties: Seen, first: date, after: date, least: int) -> Array:
    """Which ties broke after one day and up to another."""
    mine = ends.ruptured & (ends.end > first.toordinal()) & (ends.end <= after.toordinal()) & (ends.severity >= least)
    broken = set(zip(ends.a[mine].tolist(), ends.b[mine].tolist(), strict=True))
    return np.array([(a, b) in broken for a, b in zip(ties.a.tolist(), ties.b.tolist(), strict=True)], dtype=float)


def seen(
    world: World, ends: Ends, day: date, always: Iterable[tuple[str, str]] = (), weight: Array | None = None
) -> Seen:
    """The ties at risk on a day, those of ``always`` among them, with what was to be seen of them.

    ``weight`` says which of two states is the patron where neither arms nor capability tell.
    """
    n = len(world.states)
    known = ends.end <= day.toordinal()
    before = np.zeros((n, n), dtype=bool)
    before[ends.a[known], ends.b[known]] = True
    end = world.given.upto(day)
    both = world.given.values[..., :end] + world.given.values[..., :end].transpose(1, 0, 2)
    recent = both[..., -LEVEL_YEARS:].sum(axis=-1) > 0
    ever = both.sum(axis=-1) > 0
    treaty = np.nan_to_num(world.treaty.at(day, 0)) > 0
    forces = np.zeros((n, n), dtype=bool)
    if "USA" in world.states:
        usa = world.states.index("USA")
        forces[usa] = forces[:, usa] = np.nan_to_num(world.troops.at(day, 1)) > 0
    near = np.nan_to_num(world.distance.at(day, 0), nan=np.inf) < NEAR_KM
    place = {code: i for i, code in enumerate(world.states)}
    for one, other in always:
        before[place[min(one, other)], place[max(one, other)]] = True
    a, b = np.nonzero(np.triu(ever | treaty | forces | before | near, 1))
    kind = np.where(recent[a, b], ARMS, np.where(treaty[a, b], TREATY, OTHER))
    patron, partner = _sides(world, day, end, a, b, weight)
    found = dict(_columns(world, ends, day, end, a, b, patron, partner))
    x, beside = (np.column_stack([_filled(found[name]) for name in names]) for names in (FEATURES[:-1], BESIDE))
    return Seen(a, b, patron, partner, kind, x, beside)


def _filled(column: Array) -> Array:
    """The mean of the day's ties where nothing is known of a tie; nothing where nothing is known of any."""
    return column if np.isnan(column).all() else np.where(np.isnan(column), np.nanmean(column), column)


def _sides(world: World, day: date, end: int, a: Ints, b: Ints, weight: Array | None) -> tuple[Ints, Ints]:
    given = world.given.values[..., max(0, end - PATRON_YEARS) : end].sum(axis=-1)
    more = given[a, b] - given[b, a]
    size = world.capability.at(day, CAPABILITY_BACK)
    size = np.nan_to_num(size) if weight is None or not np.isnan(size).all() else weight
    more = np.where(more == 0, size[a] - size[b], more)
    return np.where(more >= 0, a, b), np.where(more >= 0, b, a)


def _columns(
    world: World, ends: Ends, day: date, end: int, a: Ints, b: Ints, patron: Ints, partner: Ints
) -> Iterator[tuple[str, Array]]:
    """All of ``FEATURES`` but the patron's own rate, and ``BESIDE``, by name."""
    given = world.given.values[..., max(0, end - LEVEL_YEARS) : end].sum(axis=-1)
    unread = np.nan if REGISTER in world.missing else 0.0
    yield "log TIV of 10 years", np.log1p(given[a, b] + given[b, a]) + unread
    yield from _past(ends, min(day, LAST_DAY), len(world.states), a, b, partner)
    point = world.point.at(day, BACK)
    yield "distance in the UN", np.abs(point[patron] - point[partner])
    now, then = (world.democracy.at(day, BACK, before) for before in (0, FALL_YEARS))
    yield "fall of democracy in the partner", np.maximum(0.0, then - now)[partner]
    yield "log arms given by the patron", np.log1p(given.sum(axis=1))[patron] + unread
    yield "log partners in common", np.log1p(_in_common(world, day, given, patron, partner)) + unread
    yield "nearness", np.exp(-world.distance.at(day, 0)[a, b] / NEARNESS_KM)
    size = world.capability.at(day, CAPABILITY_BACK)
    known = size[~np.isnan(size)]
    size = np.log(np.where(np.isnan(size), 0.0 if len(known) else np.nan, size) + SMALLEST)
    yield "log capability of the partner", size[partner]
    yield "treaty", np.where("treaty" in world.missing, np.nan, np.nan_to_num(world.treaty.at(day, 0))[a, b])
    war = world.war.at(day, 0)
    yield "war within either", np.fmax(war[a], war[b])


def _past(ends: Ends, day: date, n: int, a: Ints, b: Ints, partner: Ints) -> Iterator[tuple[str, Array]]:
    """What broke before: sums of weights that halve in so many years; of this tie and of the partner's others at most 1, those of others as ``log(1 + sum)``.

    A scare weighs as a rupture until it is undone, and as a scare from then on. After the chronicle's last day nothing of it moves.
    """
    today = day.toordinal()
    age = np.maximum(today - ends.end, 0) / YEAR
    live = (ends.end <= today) & (ends.settled > today)

    def weights(rows: Mask, half_life: float) -> Array:
        return np.asarray(np.where(rows, 0.5 ** (age / half_life), 0.0))

    def summed(weight: Array) -> Array:
        own = np.zeros((n, n))
        np.add.at(own, (ends.a, ends.b), weight)
        return own

    def others(half_life: float) -> Array:
        own = summed(weights(live, half_life))
        return np.asarray(np.log1p(np.minimum((own.sum(axis=0) + own.sum(axis=1))[partner] - own[a, b], 1.0)))

    struck = np.bincount(ends.struck[ends.struck >= 0], weights(live, 1)[ends.struck >= 0], n)
    yield "ruptures of this tie", np.minimum(summed(weights(live, 3))[a, b], 1.0)
    yield "scares of this tie", np.minimum(summed(weights(ends.scared & (ends.settled <= today), 3))[a, b], 1.0)
    yield "ruptures begun with the partner, 1 year", np.log1p(np.minimum(struck[partner], 1.0))
    yield "ruptures of the partner with others, 3 years", others(3)
    yield "ruptures of the partner with others, 8 years", others(8)
    for years in (1, 3):
        total = np.log1p(weights(live, years).sum())
        yield f"ruptures in the world, {years} year{'s' if years > 1 else ''}", np.full(len(a), total)


def _in_common(world: World, day: date, given: Array, patron: Ints, partner: Ints) -> Array:
    """With how many others both have arms of ten years or a promise of defence."""
    linked = ((given + given.T > 0) | (np.nan_to_num(world.defence.at(day, 0)) > 0)).astype(float)
    np.fill_diagonal(linked, 0.0)
    return np.asarray((linked @ linked)[patron, partner])
