"""Where the next months should take each reading, by its own past; beside two naive ways, and how all three did before.

Changes are measured on the scale of ``Scale``, on which they scatter alike at any height. Of a reading z on it, with own mean m, ::

    z + b (m - z) + e        b in 0..1, e drawn from what past changes over as many months added

b is the least-squares slope, without constant, of past changes on m - z over all readings of the kind: the same number of other
partners. e has the reading's own past changes with weight n / (n + 10), n those that do not overlap, and those of the others of its
kind with the rest. The 5 and 95 % quantiles are put further apart, by as much on the scale as would have taken in nine in ten of what came
after the kind's earlier forecasts. Naive are that the last value stays, give or take its own past changes, and the reading's own past values
all alike. All are scored by CRPS, in the unit of the reading, at every quarter of the last ten years whose horizon has passed, with
nothing that was known later.

Source: Gneiting and Raftery 2007 for the score; Bartlett, Biometrics 1947, for the scale; Romano, Patterson and Candès 2019 (conformalized
quantile regression) for the quantiles that are put apart.
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
from comity.watch.worth import FEW, Array, Past, Scored, judged, nothing, together

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
    apart: float  # by how much each of the outer quantiles was put out, on the scale


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


class Trial(NamedTuple):
    """The forecasts of a kind made at one quarter, beside what came."""

    missed: (
        Array  # [rows] how far outside 5 to 95 % it lay, on the scale, before these were put apart; below nought inside
    )
    scored: Scored  # by what was known at the quarter


class Tried(NamedTuple):
    """A kind, and its forecasts over each of ``HORIZONS``: one a quarter whose horizon has passed, oldest first."""

    kind: Kind
    trials: dict[int, list[Trial]]


class Known(NamedTuple):
    """What past changes over some quarters tell of a kind, by a day."""

    back: float  # b
    mean: Array  # [subjects] own mean, on the scale
    added: Array  # [subjects, origins] what changes added to the middle; not a number where there is none
    changes: Array  # the changes themselves
    own: npt.NDArray[np.int64]  # [subjects] how many changes each has
    weight: Array  # [subjects] of a reading's own changes


def tried(history: pl.DataFrame) -> dict[Key, Tried]:
    """Every kind of the table of what readings were, with what was foreseen at each quarter."""
    return {
        key: Tried(kind, {months: _trials(kind, months) for months in HORIZONS})
        for key, kind in _kinds(history).items()
    }


def fans(kinds: dict[Key, Tried], readings: pl.DataFrame) -> list[Fan]:
    """Every reading ahead of today, in the order of ``readings``."""
    now = {(r, s): v for r, s, v in readings.select("indicator", "subject", "value").iter_rows() if v is not None}
    ahead, still = dict[Key, list[Foreseen]](), set[Key]()
    for (indicator, part), (kind, trials) in kinds.items():
        if not _moves(kind):
            still.add((indicator, part))
            continue
        values = np.array([now.get((indicator, subject), np.nan) for subject in kind.subjects])
        for months in HORIZONS:
            for subject, one in zip(kind.subjects, _ahead(kind, values, months, _apart(trials[months])), strict=True):
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


def past(kinds: dict[Key, Tried]) -> dict[Key | None, list[Past]]:
    """Scores of each horizon, by kind and (under None) of all kinds, each error there over that of the last value in its kind."""
    found = dict[Key | None, list[Past]]({None: []})
    for months in HORIZONS:
        whole, first = [nothing(WAYS)], 0
        for key, (kind, trials) in kinds.items():
            since = max(0, kind.values.shape[1] - 4 * JUDGED_YEARS)
            scores = together([nothing(WAYS), *(trial.scored for trial in trials[months][since:])])
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


def _apart(trials: Sequence[Trial]) -> float:
    """By how much on the scale the outer quantiles are put out, that nine in ten of what came would have lain between them."""
    missed = np.concatenate([np.zeros(0), *(trial.missed for trial in trials)])
    return max(0.0, float(np.quantile(missed, QUANTILES[-1] - QUANTILES[0]))) if len(missed) >= FEW else 0.0


def _put_apart(found: Array, apart: float) -> Array:
    """Quantiles [QUANTILES, rows] on the scale, the outer ones put out."""
    return found + apart * np.array([-1, 0, 0, 0, 1])[:, None]


def _ahead(kind: Kind, now: Array, months: int, apart: float) -> list[Foreseen | None]:
    """Every reading of a kind ahead of ``now`` [subjects], which may be newer than the last quarter's."""
    known, z = _known(scaled(kind.values, kind.range), months // QUARTER), scaled(now, kind.range)
    found = put_back(_put_apart(quantiles(_points(known, z), QUANTILES), apart), kind.range).T.tolist()
    middle, own = (put_back(part, kind.range).tolist() for part in (_middle(known, z), known.mean))
    every = int(known.own.sum())
    return [
        Foreseen(months, tuple(found[i]), middle[i], known.back, n, every - n, float(known.weight[i]), own[i], apart)
        if n >= LEAST
        else None
        for i, n in enumerate(known.own.tolist())
    ]


def _trials(kind: Kind, months: int) -> list[Trial]:
    """What was foreseen at every quarter whose horizon has passed, and what earlier forecasts had told of the doubt by then."""
    z, steps = scaled(kind.values, kind.range), months // QUARTER
    found: list[Trial] = []
    for t in range(z.shape[1] - steps):
        found.append(_at(kind, z, t, steps, _apart(found[: max(0, t - steps + 1)])))
    return found


def _at(kind: Kind, z: Array, t: int, steps: int, apart: float) -> Trial:
    """The forecasts of one quarter, the outer quantiles put ``apart``."""
    then = z[:, : t + 1]
    known = _known(then, steps)
    of = np.flatnonzero(np.isfinite(z[:, t] + z[:, t + steps]) & (known.own >= LEAST))
    if not len(of):
        return Trial(np.zeros(0), nothing(WAYS))
    came, stays = kind.values[of, t + steps], then[of, -1:]
    model, changes = _points(known, z[:, t]), known.changes[of]
    ways = (
        Points(model.at[of], model.weight[of]),
        _alike(then[of]),
        _alike(np.concatenate([stays + changes, stays - changes], axis=1)),
    )
    errors = [crps(points._replace(at=put_back(points.at, kind.range)), came) for points in ways]
    found = quantiles(ways[0], QUANTILES)
    low, high = put_back(_put_apart(found, apart)[[0, -1]], kind.range)
    inside = (low - SAME <= came) & (came <= high + SAME)
    return Trial(
        np.maximum(found[0] - z[of, t + steps], z[of, t + steps] - found[-1]), Scored(of, np.array(errors), inside)
    )


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
