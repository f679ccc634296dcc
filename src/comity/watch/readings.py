"""Where the next months should take each reading, by its own past; beside two naive ways, and how all three did before.

Changes are measured on the scale of ``Scale``, on which they scatter alike at any height. Of a reading z on it, with own mean m, ::

    z + b (m - z) + e        b in 0..1, e drawn from what past changes over as many months added

b is the least-squares slope, without constant, of past changes on m - z over all readings of the kind: the same number of other
partners. e has the reading's own past changes with weight n / (n + 10), n those that do not overlap, and those of the others of its
kind with the rest. Naive are that the last value stays, give or take its own past changes, and the reading's own past values
all alike. All are scored by CRPS, in the unit of the reading, at every quarter of the last ten years whose horizon has passed, with
nothing that was known later.

Source: Gneiting and Raftery 2007 for the score; Bartlett, Biometrics 1947, for the scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.indicators import catalogue
from comity.indicators.card import Range
from comity.watch.outlook import HORIZONS, JUDGED_YEARS, QUANTILES
from comity.watch.worth import Array, Past, Scored, judged, nothing, together

MODEL, OWN, LAST = WAYS = ("model", "own mean", "last value")
OWN_WEIGHT = 10.0  # past changes that do not overlap: with as many of its own, a reading leans on them by half
LEAST = 4  # past changes of a reading without which it has no forecast
QUARTER = 3  # months
SAME = 1e-9  # put back from its scale, a value may differ by so much from itself
Key = tuple[str, str]  # indicator, and what stands behind the colon of its subjects


class Foreseen(NamedTuple):
    """One reading some months ahead."""

    months: int
    quantiles: tuple[float, ...]  # at QUANTILES
    middle: float  # value + b (own mean - value)
    back: float  # b: 0 the last value stays, 1 the own mean comes
    changes: int  # own past changes over as many months
    others: int  # those of the others of its kind
    weight: float  # of the own ones, 0-1
    own: float  # the reading's own mean


class Fan(NamedTuple):
    """One reading ahead; without any horizon, why there is none."""

    indicator: str
    subject: str
    value: float | None
    state: str
    ahead: list[Foreseen]
    lacks: str | None


class Kind(NamedTuple):
    """The same number of all partners, quarter by quarter."""

    subjects: list[str]
    values: Array  # [subjects, quarters]; not a number where it was not measured
    range: Range


class Points(NamedTuple):
    """Predictive distributions, one a row: points, and their weights, which add up to 1 in a row."""

    at: Array
    weight: Array


class Known(NamedTuple):
    """What past changes over some quarters tell of a kind, by a day."""

    back: float  # b
    mean: Array  # [subjects] own mean, on the scale
    added: Array  # [subjects, origins] what changes added to the middle; not a number where there is none
    changes: Array  # the changes themselves
    own: npt.NDArray[np.int64]  # [subjects] how many changes each has
    weight: Array  # [subjects] of a reading's own changes


def fans(history: pl.DataFrame, readings: pl.DataFrame) -> list[Fan]:
    """Every reading ahead of today, in the order of ``readings``; ``history`` is the table of what they were."""
    now = {(r, s): v for r, s, v in readings.select("indicator", "subject", "value").iter_rows() if v is not None}
    ahead, still = dict[Key, list[Foreseen]](), set[Key]()
    for (indicator, part), kind in _kinds(history).items():
        if not _moves(kind):
            still.add((indicator, part))
            continue
        values = np.array([now.get((indicator, subject), np.nan) for subject in kind.subjects])
        for months in HORIZONS:
            for subject, one in zip(kind.subjects, _ahead(kind, values, months), strict=True):
                if one and (indicator, subject) in now:
                    ahead.setdefault((indicator, subject), []).append(one)
    found = []
    for indicator, subject, value, state, note in readings.select(
        "indicator", "subject", "value", "state", "note"
    ).iter_rows():
        mine = ahead.get((indicator, subject), [])
        lacks = _lacks(value, state, note, moves=(indicator, _part(subject)) not in still)
        found.append(Fan(indicator, subject, value, state, mine, None if mine else lacks))
    return found


def _lacks(value: float | None, state: str, note: str | None, *, moves: bool) -> str:
    """Why a reading is not looked ahead."""
    if value is None:
        return note or state
    return (
        f"fewer than {LEAST} of its changes over {HORIZONS[0]} months are known"
        if moves
        else "no reading of its kind ever moved"
    )


def _moves(kind: Kind) -> bool:
    """Whether any reading of a kind was ever another than the quarter before."""
    steps = np.abs(np.diff(kind.values, axis=1))
    return bool((steps[np.isfinite(steps)] > SAME).any()) or not np.isfinite(steps).any()


def past(history: pl.DataFrame) -> dict[Key | None, list[Past]]:
    """Scores of each horizon, by kind and (under None) of all kinds, each error there over that of the last value in its kind."""
    kinds, found = _kinds(history), dict[Key | None, list[Past]]({None: []})
    for months in HORIZONS:
        whole, first = [nothing(WAYS)], 0
        for key, kind in kinds.items():
            scores = _scores(kind, months)
            found.setdefault(key, []).append(judged(":".join(filter(None, key)), months, scores, WAYS))
            usual = scores.crps[WAYS.index(LAST)].mean() if len(scores.of) else 0.0
            if usual > 0:  # else it never moved
                whole.append(Scored(scores.of + first, scores.crps / usual, scores.inside))
            first += len(kind.subjects)
        found[None].append(judged(None, months, together(whole), WAYS))
    return found


def _part(subject: str) -> str:
    return subject.partition(":")[2]


def _kinds(history: pl.DataFrame) -> dict[Key, Kind]:
    days = {day: i for i, day in enumerate(sorted(history["date"].unique()))}
    rows: dict[Key, dict[str, Array]] = {}
    for indicator, subject, day, value in history.select("indicator", "subject", "date", "value").iter_rows():
        if value is not None:
            series = rows.setdefault((indicator, _part(subject)), {})
            series.setdefault(subject, np.full(len(days), np.nan))[days[day]] = value
    cards = {id: found.card for id, found in catalogue().items()}
    return {
        key: Kind(subjects := sorted(series), np.array([series[s] for s in subjects]), cards[key[0]].range(subjects[0]))
        for key, series in sorted(rows.items(), key=lambda row: (int(row[0][0][1:]), row[0][1]))
    }


def scaled(x: Array, ends: Range) -> Array:
    """Values on the scale on which they scatter alike at any height."""
    low, high = ends
    if np.isinf(low):
        return np.asarray(x)
    if np.isinf(high):
        return np.asarray(np.sqrt(np.maximum(x - low, 0)))
    return np.asarray(np.arcsin(np.sqrt(np.clip((x - low) / (high - low), 0, 1))))


def put_back(z: Array, ends: Range) -> Array:
    """Values of that scale as they are read, held at the ends of their range."""
    low, high = ends
    if np.isinf(low):
        return np.asarray(z)
    if np.isinf(high):
        return np.asarray(low + np.square(np.maximum(z, 0)))
    return np.asarray(low + (high - low) * np.square(np.sin(np.clip(z, 0, np.pi / 2))))


def _known(z: Array, steps: int) -> Known:
    """From the values on their scale [subjects, quarters until a day]."""
    seen = np.isfinite(z)
    means = np.where(seen, z, 0).cumsum(axis=1) / np.maximum(seen.cumsum(axis=1), 1)
    changes = z[:, steps:] - z[:, :-steps] if z.shape[1] > steps else np.zeros((len(z), 0))
    off = (means - z)[:, : changes.shape[1]]
    both = np.isfinite(changes)
    square = float(np.square(off[both]).sum())
    back = float(np.clip((off[both] * changes[both]).sum() / square, 0, 1)) if square > 0 else 0.0
    own = both.sum(axis=1)
    apart = own / steps
    weight = np.where(own == own.sum(), 1.0, apart / (apart + OWN_WEIGHT))
    return Known(back, means[:, -1], changes - back * off, changes, own, weight)


def _middle(known: Known, z: Array) -> Array:
    """The middle of each forecast, from where the readings are."""
    return np.asarray(z + known.back * (known.mean - z))


def _points(known: Known, z: Array) -> Points:
    """The model's forecast of every reading, on the scale; it says something of those with ``LEAST`` own changes."""
    owner, origin = np.nonzero(np.isfinite(known.added))
    added, mine = known.added[owner, origin], owner == np.arange(len(z))[:, None]
    others = np.maximum(known.own.sum() - known.own, 1)
    shares = np.where(mine, (known.weight / np.maximum(known.own, 1))[:, None], ((1 - known.weight) / others)[:, None])
    return Points(_middle(known, z)[:, None] + added, shares)


def _ahead(kind: Kind, now: Array, months: int) -> list[Foreseen | None]:
    """Every reading of a kind ahead of ``now`` [subjects], which may be newer than the last quarter's."""
    known, z = _known(scaled(kind.values, kind.range), months // QUARTER), scaled(now, kind.range)
    points = _points(known, z)
    found = quantiles(points._replace(at=put_back(points.at, kind.range)), QUANTILES).T.tolist()
    middle, own = (put_back(part, kind.range).tolist() for part in (_middle(known, z), known.mean))
    every = int(known.own.sum())
    return [
        Foreseen(months, tuple(found[i]), middle[i], known.back, n, every - n, float(known.weight[i]), own[i])
        if n >= LEAST
        else None
        for i, n in enumerate(known.own.tolist())
    ]


def _scores(kind: Kind, months: int) -> Scored:
    """Every reading at every quarter of the years judged whose horizon has passed."""
    z, steps = scaled(kind.values, kind.range), months // QUARTER
    quarters = z.shape[1]
    origins = range(max(0, quarters - 4 * JUDGED_YEARS), quarters - steps)
    return together([nothing(WAYS), *(_at(kind, z, t, steps) for t in origins)])


def _at(kind: Kind, z: Array, t: int, steps: int) -> Scored:
    """The forecasts of one origin."""
    then = z[:, : t + 1]
    known = _known(then, steps)
    of = np.flatnonzero(np.isfinite(z[:, t] + z[:, t + steps]) & (known.own >= LEAST))
    if not len(of):
        return nothing(WAYS)
    came, stays = kind.values[of, t + steps], then[of, -1:]
    model, changes = _points(known, z[:, t]), known.changes[of]
    ways = (
        Points(model.at[of], model.weight[of]),
        _alike(then[of]),
        _alike(np.concatenate([stays + changes, stays - changes], axis=1)),
    )
    read = [points._replace(at=put_back(points.at, kind.range)) for points in ways]
    low, high = quantiles(read[0], (QUANTILES[0], QUANTILES[-1]))
    return Scored(of, np.array([crps(points, came) for points in read]), (low - SAME <= came) & (came <= high + SAME))


def _alike(at: Array) -> Points:
    """Points of the same weight; none where there is no number."""
    seen = np.isfinite(at)
    return Points(np.where(seen, at, 0), seen / seen.sum(axis=1, keepdims=True))


def _ordered(points: Points) -> tuple[Array, Array]:
    """The points of each row in order, and the weight at or below each."""
    order = np.argsort(points.at, axis=1, kind="stable")
    return np.take_along_axis(points.at, order, 1), np.take_along_axis(points.weight, order, 1).cumsum(axis=1)


def quantiles(points: Points, which: Sequence[float]) -> Array:
    """The least point at or below which at least q of the weight lies: [which, rows]; no number where a row has no point."""
    at, below = _ordered(points)
    if not at.shape[1]:
        return np.full((len(which), len(at)), np.nan)
    rows = np.arange(len(at))
    return np.array([at[rows, np.argmax(below >= min(q, 1 - SAME) - SAME, axis=1)] for q in which])


def crps(points: Points, came: Array) -> Array:
    """Mean distance of each row's points from what came, less half their mean distance from each other."""
    at, below = _ordered(points)
    apart = (below[:, :-1] * (1 - below[:, :-1]) * np.diff(at, axis=1)).sum(axis=1)
    return np.asarray((points.weight * np.abs(points.at - came[:, None])).sum(axis=1) - apart)
