"""What to expect of a pair before any evidence on it: large and near states, with a language or a pact in common, do more.

    log mean acts a year = intercept + b . (size, distance, language, pact, region)

* size: log of the product of both GDPs, in million dollars of 2019;
* distance: log of the great-circle distance of the capitals, km;
* language: chance that a person of each speak a common language (sum over languages of the product of shares);
* pact: whether both are in one of the security blocs of ``knowledge/blocs.csv`` on the day;
* region: whether both lie in one part of the world (states.REGIONS).

Coefficients are in ``gravity.csv``, fitted on the world's history of each instrument (docs/method/measurement.md); a pair
that lacks a covariate is given the mean over the world's pairs. Source: gravity models of trade (Tinbergen 1962).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from comity.states import countries, members, region, tongues

Array = npt.NDArray[np.float64]
Pairs = Sequence[tuple[str, str]]
COVARIATES = ("size", "distance", "language", "pact", "region")
PACTS = ("NATO", "CSTO", "OTS", "GCC", "SCO")
EARTH = 6371.0  # km
AT_LEAST = 100.0  # km: capitals that face each other over a river are not infinitely close


class Gravity(NamedTuple):
    """The fitted numbers of one instrument."""

    intercept: float
    size: float
    distance: float
    language: float
    pact: float
    region: float
    world: float  # mean over the world's pairs, acts a year: for a pair that lacks a covariate
    history: str  # what it was fitted on

    @property
    def slopes(self) -> Array:
        """In the order of ``COVARIATES``."""
        return np.array(self[1:6])


@cache
def gravity() -> dict[str, Gravity]:
    """The frozen coefficients of each instrument."""
    table = csv.DictReader(files("comity").joinpath("gravity.csv").read_text("utf-8").splitlines())
    numbers = Gravity._fields[:-1]
    return {row["instrument"]: Gravity._make([*(float(row[n]) for n in numbers), row["history"]]) for row in table}


def covariates(pairs: Pairs, on: date) -> Array:
    """[pairs, 5] in the order of ``COVARIATES``; a row of a pair with a state unknown to the map is not a number."""
    blocs = [frozenset(members(bloc, on)) for bloc in PACTS]
    return np.array([_of(a, b, blocs) for a, b in pairs], dtype=float).reshape(len(pairs), len(COVARIATES))


def means(instrument: str, known: Array) -> Array:
    """Prior mean of each pair, acts a year, from its covariates."""
    found = gravity()[instrument]
    inside = ~np.isnan(known).any(axis=1)
    mean = np.full(len(known), found.world)
    mean[inside] = np.exp(found.intercept + known[inside] @ found.slopes)
    return mean


def said(a: str, b: str, instrument: str) -> str:
    """What a pair's prior mean rests on, in a sentence."""
    found = gravity()[instrument]
    if not {a, b} <= set(countries()):
        return f"mean of the world's pairs, for want of size and distance; {found.history}"
    return f"both sizes, {distance(a, b):,.0f} km, language, pacts and region; {found.history}"


def _of(a: str, b: str, blocs: list[frozenset[str]]) -> tuple[float, ...]:
    known = countries()
    if a not in known or b not in known:
        return (np.nan,) * len(COVARIATES)
    return (
        float(np.log(known[a].gdp_musd * known[b].gdp_musd)),
        float(np.log(max(AT_LEAST, distance(a, b)))),
        sum(share * tongues(b).get(tongue, 0.0) for tongue, share in tongues(a).items()),
        float(any({a, b} <= bloc for bloc in blocs)),
        float(region(a) == region(b)),
    )


def distance(a: str, b: str) -> float:
    """Great-circle distance of two capitals, km (haversine)."""
    (lat1, lon1), (lat2, lon2) = ((np.radians(c.lat), np.radians(c.lon)) for c in (countries()[a], countries()[b]))
    h = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return float(2 * EARTH * np.arcsin(np.sqrt(h)))
