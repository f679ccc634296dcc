"""Planted truth: acts with known rates are told by articles, with outages, duplicates and false stories, and measured back.

The whole way is walked: reports -> acts -> ties. An act is told if its month was watched and luck has it; by one publisher
or by several in much the same words; some stories by a single publisher are false, as often as their belief says. Each
pair has a half-life and a temper of its own, drawn from how pairs of the world differ (``priors.toml``): its rate drifts as
fast as that half-life supposes, and its acts come in bursts as large as that temper. The measure is told the common
numbers only, and a detection that is right on average and wrong by pair, by as much as it says that it may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.acts import merge
from comity.proof.crps import Array
from comity.scores import Score, average, resampled, score
from comity.tables import COVERAGE, REPORT
from comity.ties import PRESENCE, Prior, doubts, priors, weave
from comity.vocabulary import TIES, Modality, Stage

AS_OF = date(2024, 12, 31)
YEARS, PAIRS = 20, 300
MEAN = 0.8  # acts a year of the average pair
DETECTION, OUTAGE = 0.7, 0.15  # chance that an act is told; share of months in which nothing was watched
MORE = 0.8  # further publishers of a story, on average
DETECTION_ERROR = 0.25  # log standard deviation of a pair's own detection: what priors.toml says
BELIEF = 0.9  # of a story by one publisher: one in ten of these is false
WORDS = ["amber", "birch", "cedar", "delta", "ember", "falcon", "glacier", "harbor", "iris", "juniper", "kestrel", "lagoon", "marble", "nectar", "onyx", "prairie", "quartz", "raven", "saffron", "tundra", "umber", "violet", "willow", "zephyr"]  # fmt: skip
INSTRUMENTS = ("exercise", "training", "dialogue")


class World(NamedTuple):
    """What truly happens, and what is told of it."""

    rate: Array  # [pairs] true rate on the last day, acts a year
    reports: pl.DataFrame
    coverage: pl.DataFrame
    pairs: list[tuple[str, str]]


def recovered() -> Iterator[Score]:
    """Coverage of 90 % intervals by the measure, beside what it would be if reports were acts or outages unknown."""
    inside: dict[str, list[Array]] = {"measure": [], "reports taken for acts": [], "outages not known": []}
    for i, instrument in enumerate(INSTRUMENTS):
        world = told(instrument, seed=i)
        done = merge(world.reports)
        whole = world.coverage.with_columns(detection=pl.lit(DETECTION))
        for name, acts, coverage in (
            ("measure", done, world.coverage),
            ("reports taken for acts", _each_an_act(world.reports), world.coverage),
            ("outages not known", done, _unbroken(whole)),
        ):
            inside[name].append(_inside(world, acts, coverage, instrument))
    ids = np.arange(PAIRS * len(INSTRUMENTS))
    found = {name: resampled(partial(average, np.concatenate(each)), len(ids), [ids]) for name, each in inside.items()}
    yield score(__package__, "measure", "planted_coverage", found.pop("measure"), len(ids), found)


def told(instrument: str, seed: int, many: int = PAIRS) -> World:
    """A world of one instrument; pairs of a patron with partners that do not exist."""
    rng = np.random.default_rng(seed)
    prior = priors()[instrument]
    years = prior.years
    pairs = [(f"P{i:03d}", "TUR") for i in range(many)]
    path = np.repeat(rng.gamma(MEAN * years, 1 / years, size=many)[None], 12 * YEARS, axis=0)
    numbers = np.array(doubts()[instrument])
    own = numbers[rng.choice(len(numbers), size=many, p=numbers[:, 2] / numbers[:, 2].sum())]
    speed = np.array([drift(prior._replace(half_life=h, temper=t)) for h, t, _ in own])
    walk = rng.normal(0, speed[None] / np.sqrt(12), size=path.shape).cumsum(axis=0)
    found = np.minimum(0.98, DETECTION * np.exp(rng.normal(0, DETECTION_ERROR, size=many)))
    path = path * np.exp(walk - walk[-1])  # it ends where it was drawn
    watched = rng.random(12 * YEARS) >= OUTAGE
    rows = [
        row
        for p in range(many)
        for row in _stories(rng, instrument, pairs[p], path[:, p] * found[p], watched, own[p, 1])
    ]
    return World(path[-1], REPORT.frame(rows), _watched(instrument, watched), pairs)


def drift(prior: Prior) -> float:
    """Standard deviation of a year's change in logs at which discounting by the half-life is right.

    Discounting multiplies the variance of the rate by 2^(1/half-life) a year; relative to the rate it is 1 / alpha.
    """
    alpha = MEAN * (prior.years + DETECTION * (1 - OUTAGE) * prior.span / prior.temper)
    return float(np.sqrt((2 ** (1 / prior.half_life) - 1) / alpha))


def _stories(
    rng: np.random.Generator,
    instrument: str,
    pair: tuple[str, str],
    rate: Array,
    watched: npt.NDArray[np.bool_],
    temper: float,
) -> Iterator[dict[str, Any]]:
    alone = np.exp(-MORE)  # of true stories, those that one publisher tells
    false = rate * alone * (1 - BELIEF) / BELIEF
    for month in np.flatnonzero(watched):
        for true in (True, False):
            chance = rate[month] if true else false[month]
            burst = max(1.0, temper)
            bursts = rng.poisson(chance / 12 / burst)
            for _ in range(bursts + int(rng.poisson(burst - 1, size=bursts).sum())):
                yield from _tellings(rng, instrument, pair, int(month), 1 + (rng.poisson(MORE) if true else 0))


def _tellings(
    rng: np.random.Generator, instrument: str, pair: tuple[str, str], month: int, publishers: int
) -> Iterator[dict[str, Any]]:
    day = _first(month) + timedelta(days=int(rng.integers(27)))
    name = " ".join(rng.choice(WORDS, size=5, replace=False))
    story = f"{pair[0]}{month}{name}"
    for n in range(publishers):
        words = [*name.split(), f"{rng.choice(WORDS)}"] if n else name.split()
        yield {
            "report": f"{story}{n}",
            "source": "planted",
            "publisher": f"publisher {n}",
            "raw": f"raw {n}",
            "coder": "hand",
            "date_from": day,
            "date_to": day,
            "known": day + timedelta(days=n),
            "actors": ["TUR"],
            "recipients": [pair[0]],
            "instrument": instrument,
            "stage": str(Stage.TALKS if instrument == "dialogue" else Stage.EXECUTED),
            "polarity": 1,
            "modality": str(Modality.ACTUAL),
            "belief": BELIEF,
            "text": " ".join(rng.permutation(words)),
        }


def _first(month: int) -> date:
    return date(AS_OF.year - YEARS + 1 + month // 12, month % 12 + 1, 1)


def _watched(instrument: str, watched: npt.NDArray[np.bool_]) -> pl.DataFrame:
    rows = []
    for month in np.flatnonzero(watched):
        first, last = _first(int(month)), _first(int(month) + 1) - timedelta(days=1)
        rows.append({"source": "planted", "a": "*", "b": "*", "instrument": instrument, "date_from": first, "date_to": last, "detection": DETECTION, "known": first, "basis": "planted", "raw": "raw"})  # fmt: skip
    return COVERAGE.frame(rows)


def _unbroken(coverage: pl.DataFrame) -> pl.DataFrame:
    """The same as if every month had been watched."""
    first = coverage.head(1).with_columns(date_from=pl.lit(date(AS_OF.year - YEARS + 1, 1, 1)), date_to=pl.lit(AS_OF))
    return COVERAGE.frame(first.to_dicts())


def _each_an_act(reports: pl.DataFrame) -> pl.DataFrame:
    lone = [merge(reports.filter(pl.col("raw") == raw)) for raw in sorted(set(reports["raw"]))]
    return pl.concat(lone)


def _inside(world: World, acts: pl.DataFrame, coverage: pl.DataFrame, instrument: str) -> Array:
    mean = np.full((PAIRS, len(TIES)), MEAN)
    woven = weave(acts, coverage, AS_OF, world.pairs, mean)
    now = woven.filter(pl.col("month") == AS_OF, pl.col("instrument") == instrument, pl.col("view") == PRESENCE).sort(
        "a"
    )
    low, high = now["low"].to_numpy(), now["high"].to_numpy()
    return ((low <= world.rate) & (world.rate <= high)).astype(float)
