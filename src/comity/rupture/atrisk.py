"""Ties of every kind that may break: which two states have one by what was public on a day, and who of them is the patron.

A tie is at risk when major arms were ever delivered, a treaty of alliance is in force, American forces are stationed,
something of it broke, nearly broke or was mended before, or borders are near. Years are counted back from the day, so
that the newest year of the chronicle is learnt from whole. The patron is the side that gave more arms in twenty years,
else the more capable one.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import numpy as np

from comity.rupture.chronicle import FIRST_YEAR, Row
from comity.rupture.ends import Ends, ends
from comity.rupture.features import ARMS_YEARS, BESIDE, CAPABILITY_BACK, FEATURES, Sides, columns
from comity.rupture.panel import OWN_RATE, Array, Codes, Ints, Mask, Panel, own_rate
from comity.rupture.world import World
from comity.states import region

NEAR_KM = 500.0
PATRON_YEARS = 20
SHRINK = 100.0  # tie-years by which a patron's own rate is drawn to that of all
BEFORE = (1.0, 500.0)
ARMS, TREATY, OTHER = "arms", "treaty", "other"  # kinds of tie, the first that holds


class Ties(NamedTuple):
    """The ties at risk on a day."""

    a: Ints  # places among the world's states, a < b
    b: Ints
    patron: Ints
    partner: Ints
    kind: Codes
    x: Array  # [ties, features but the patron's own rate], NaN where a source was never read
    guessed: Mask  # [ties, the same features] where nothing is known of the tie, and the mean of the day's ties stands for it
    beside: Array  # as ``x``, of what only baselines know


def panel(world: World, rows: Iterable[Row], day: date, least_severity: int = 1) -> Panel:
    """Every tie at risk on this day of each year from 1990 to the day itself, and whether it broke within twelve months.

    The answer of a year that the chronicle does not hold whole is nought: learn from and score only years that it does.
    """
    past = ends(rows, world.states)
    days = [_in(day, year) for year in range(FIRST_YEAR, day.year + 1)]
    found = [ties(world, past, one) for one in days]
    code = np.array(world.states)
    pair = np.concatenate([t.a * len(code) + t.b for t in found])
    year = np.concatenate([np.full(len(t.a), one.year) for t, one in zip(found, days, strict=True)])
    partner = np.concatenate([t.partner for t in found])
    places = np.array([region(c) for c in world.states])
    whole = Panel(
        (*FEATURES[:-1], *BESIDE),
        np.concatenate([np.column_stack([t.x, t.beside]) for t in found]),
        broke(pair, year, past, len(code), day, least_severity=least_severity),
        pair,
        year,
        code[np.concatenate([t.patron for t in found])],
        places[partner],
        np.concatenate([t.kind for t in found]),
        horizon=1,
    )
    return whole._replace(names=(*whole.names, OWN_RATE), x=np.column_stack([whole.x, own_rate(whole, SHRINK, BEFORE)]))


def _in(day: date, year: int) -> date:
    return date(year, day.month, min(day.day, 28) if day.month == 2 else day.day)


def broke(
    pair: Ints, year: Ints, past: Ends, states: int, day: date, months: int = 12, least_severity: int = 1
) -> Array:
    """Which cases of a panel broke within some months: after this day of their year and up to the last."""
    y, of = np.zeros(len(pair)), past.a * states + past.b
    for one in np.unique(year):
        first = _in(day, int(one))
        then = past.ruptured & (past.end > first.toordinal()) & (past.end <= later(first, months).toordinal())
        asked = year == one
        y[asked] = np.isin(pair[asked], of[then & (past.severity >= least_severity)])
    return y


def later(day: date, months: int) -> date:
    """The same day some months on, or the last of a month that is too short."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def ties(
    world: World, past: Ends, day: date, always: Iterable[tuple[str, str]] = (), weight: Array | None = None
) -> Ties:
    """The ties at risk on a day, those of ``always`` among them, with what was to be seen of them.

    ``weight`` says which of two states is the patron where neither arms nor capability tell.
    """
    place = {code: i for i, code in enumerate(world.states)}
    given = world.given.values[..., : world.given.upto(day)]
    ever, newly = (_either(given[..., -years:].sum(axis=-1)) for years in (given.shape[-1], ARMS_YEARS))
    treaty = np.nan_to_num(world.treaty.at(day, 0)) > 0
    near = np.nan_to_num(world.distance.at(day, 0), nan=np.inf) < NEAR_KM
    listed = ever | treaty | near | _with_forces(world, day)
    known = past.end <= day.toordinal()
    listed[past.a[known], past.b[known]] = True
    for one, other in always:
        listed[place[min(one, other)], place[max(one, other)]] = True
    a, b = np.nonzero(np.triu(listed, 1))
    kind = np.where(newly[a, b], ARMS, np.where(treaty[a, b], TREATY, OTHER))
    sides = _sides(world, day, a, b, weight)
    seen = dict(columns(world, past, day, sides))
    x, beside = (np.column_stack([seen[name] for name in names]) for names in (FEATURES[:-1], BESIDE))
    return Ties(*sides, kind, _filled(x), np.isnan(x) & ~np.isnan(x).all(axis=0), _filled(beside))


def _either(given: Array) -> Mask:
    """Between which two states one gave the other anything."""
    return np.asarray((given + given.T) > 0)


def _with_forces(world: World, day: date) -> Mask:
    """Which two states are the United States and one where its forces are stationed."""
    found = np.zeros((len(world.states), len(world.states)), dtype=bool)
    if "USA" in world.states:
        usa = world.states.index("USA")
        found[usa] = found[:, usa] = np.nan_to_num(world.troops.at(day, 1)) > 0
    return found


def _filled(columns: Array) -> Array:
    """The mean of the day's ties where nothing is known of a tie; nothing where nothing is known of any."""
    missing = np.isnan(columns)
    mean = np.where(missing, 0.0, columns).sum(axis=0) / np.maximum((~missing).sum(axis=0), 1)
    return np.where(missing & ~missing.all(axis=0), mean, columns)


def _sides(world: World, day: date, a: Ints, b: Ints, weight: Array | None) -> Sides:
    end = world.given.upto(day)
    given = world.given.values[..., max(0, end - PATRON_YEARS) : end].sum(axis=-1)
    more = given[a, b] - given[b, a]
    size = world.capability.at(day, CAPABILITY_BACK)
    size = np.nan_to_num(size) if weight is None or not np.isnan(size).all() else weight
    more = np.where(more == 0, size[a] - size[b], more)
    return Sides(a, b, np.where(more >= 0, a, b), np.where(more >= 0, b, a))
