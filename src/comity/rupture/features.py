"""What is to be seen of a tie of any kind on a day: the features of the forecast, and two that only baselines know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import numpy as np

from comity.rupture.chronicle import LAST_DAY
from comity.rupture.ends import Ends
from comity.rupture.lapse import REGISTER
from comity.rupture.panel import OWN_RATE, Array, Ints, Mask, Panel
from comity.rupture.world import World

ARMS_YEARS = 10  # of deliveries that count
BACK = 3  # years by which a state's number may be older than the newest of others; capability is older and moves slowly
CAPABILITY_BACK = 8
FALL_YEARS = 3
NEARNESS_KM = 1000.0  # over which nearness falls to a third
SMALLEST = 1e-5  # capability below which a state is not told apart
YEAR = 365.25  # days


class Feature(NamedTuple):
    """One feature of the model in plain words."""

    name: str  # in files and tables
    title: str  # on pages
    means: str  # what its value is, and in which unit


MODEL = (
    Feature("ruptures of this tie", "ruptures of this tie", "those on record, each weighing half after every 3 years, at most 1 together"),
    Feature("scares of this tie", "scares of this tie", "ruptures that were undone within months, weighed alike, at most 1 together"),
    Feature("ruptures begun with the partner, 1 year", "ruptures that others began with the partner", "each weighing half after a year, at most 1 together: ln(1 + sum)"),
    Feature("ruptures of the partner with others, 8 years", "ruptures of the partner with others", "each weighing half after 8 years, at most 1 together: ln(1 + sum)"),
    Feature("ruptures in the world, 1 year", "ruptures in the world of late", "of all ties, each weighing half after a year: ln(1 + sum); it takes back part of the line of 3 years, so read the two together"),
    Feature("ruptures in the world, 3 years", "ruptures in the world for some years", "of all ties, each weighing half after 3 years: ln(1 + sum)"),
    Feature("distance in the UN", "distance in UN votes", "between the ideal points of the two"),
    Feature("fall of democracy in the partner", "fall of democracy in the partner", "of V-Dem's polyarchy (0-1) within 3 years; 0 where it rose"),
    Feature("log arms given by the patron", "arms given by the patron", "to all states in 10 years, in millions of TIV, SIPRI's measure of military worth: ln(1 + sum)"),
    Feature("log partners in common", "partners in common", "states that have arms or a promise of defence with both: ln(1 + number)"),
    Feature("nearness", "nearness", "1 where borders touch, falling to a third over 1,000 km between them: exp(-km / 1,000)"),
    Feature("log capability of the partner", "size of the partner", "its share of the world's capability (CINC, 0-1): ln(share + 0.00001)"),
    Feature("treaty", "treaty", "1 with a treaty of alliance in force, in the wide sense of ATOP (defence, offence, neutrality, nonaggression or consultation), else 0"),
    Feature("war within either", "war within either", "in the newest year (UCDP): 2 with a thousand dead, 1 from 25, else 0; the higher of the two"),
    Feature(OWN_RATE, "the patron's own rate", "how often its ties break: log odds in a year, drawn to those of all ties"),
)  # fmt: skip
FEATURES = tuple(feature.name for feature in MODEL)
MEANT = {feature.name: feature for feature in MODEL}
BESIDE = ("log TIV of 10 years", "ruptures of the partner with others, 3 years")  # what only baselines know


class Sides(NamedTuple):
    """Who is tied to whom, as places among the world's states, one entry a tie."""

    a: Ints  # a < b
    b: Ints
    patron: Ints
    partner: Ints


def modelled(panel: Panel) -> Panel:
    """The same cases with the model's features only."""
    return panel.only(*(name for name in panel.names if name not in BESIDE))


def columns(world: World, ends: Ends, day: date, sides: Sides) -> Iterator[tuple[str, Array]]:
    """All of ``FEATURES`` but the patron's own rate, and ``BESIDE``, by name; NaN where nothing is known of a tie."""
    a, b, patron, partner = sides
    end = world.given.upto(day)
    given = world.given.values[..., max(0, end - ARMS_YEARS) : end].sum(axis=-1)
    unread = np.nan if REGISTER in world.missing else 0.0
    yield "log TIV of 10 years", np.log1p(given[a, b] + given[b, a]) + unread
    yield from _past(ends, min(day, LAST_DAY), len(world.states), sides)
    point = world.point.at(day, BACK)
    yield "distance in the UN", np.abs(point[patron] - point[partner])
    now, then = (world.democracy.at(day, BACK, before) for before in (0, FALL_YEARS))
    yield "fall of democracy in the partner", np.maximum(0.0, then - now)[partner]
    yield "log arms given by the patron", np.log1p(given.sum(axis=1))[patron] + unread
    yield "log partners in common", np.log1p(_in_common(world, day, given)[patron, partner]) + unread
    yield "nearness", np.exp(-world.distance.at(day, 0)[a, b] / NEARNESS_KM)
    size = world.capability.at(day, CAPABILITY_BACK)
    unlisted = np.nan if np.isnan(size).all() else 0.0  # a state that is not in a list that was read has none
    yield "log capability of the partner", np.log(np.nan_to_num(size, nan=unlisted) + SMALLEST)[partner]
    yield "treaty", np.where("treaty" in world.missing, np.nan, np.nan_to_num(world.treaty.at(day, 0))[a, b])
    war = world.war.at(day, 0)
    yield "war within either", np.fmax(war[a], war[b])


def _past(ends: Ends, day: date, n: int, sides: Sides) -> Iterator[tuple[str, Array]]:
    """What broke before: sums of weights that halve in so many years; of this tie and of the partner's others at most 1, those of others as ``log(1 + sum)``.

    A scare weighs as a rupture until it is undone, and as a scare from then on. After the chronicle's last day nothing of it moves.
    """
    a, b, _, partner = sides
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


def _in_common(world: World, day: date, given: Array) -> Array:
    """With how many others any two states both have arms of ten years or a promise of defence."""
    linked = ((given + given.T > 0) | (np.nan_to_num(world.defence.at(day, 0)) > 0)).astype(float)
    np.fill_diagonal(linked, 0.0)
    return np.asarray(linked @ linked)
