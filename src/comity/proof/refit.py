"""The numbers of the filter and of the prior means, fitted anew on the world's history."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from comity.acts import counted, merge, pairwise
from comity.cases import Case
from comity.gravity import covariates
from comity.lake import raw_file
from comity.proof.counts import Array
from comity.proof.filters import GRID, History, Hyper, chosen, pair_scores, population, profile
from comity.proof.histories import World, everything
from comity.sources import catalogue
from comity.ties import exposure, month_ends
from comity.vocabulary import TIES

THINNED = 10  # of the pairs that never acted each tenth enters and stands for ten
WARM = 4  # years that warm the filter up before it is scored
RIDGE = 1e-3
OWN = ("arms", "exercise")  # instruments whose acts, and not only news of them, the world has lists of
LEVEL_FROM = 2015  # first year whose casebook rows set a level
STEPS = 50


class Fit(NamedTuple):
    """One instrument's numbers and where they come from."""

    instrument: str
    what: str
    n: int  # pairs and years scored
    hyper: Hyper
    slopes: Array  # intercept, then COVARIATES
    world: float  # mean over the world's pairs, acts a year
    explained: float  # share of the deviance of pair means that the covariates explain
    profiles: dict[str, list[tuple[float, float]]]
    population: list[tuple[float, float, float]]


def fits(folder: Path) -> Iterator[Fit]:
    """Every instrument with a history of its own, and material cooperation for those without."""
    for world in everything(folder).values():
        yield fitted(world)


def fitted(world: World) -> Fit:
    """Gravity on the mean of the first half of the years, the filter's numbers on the years after the first four."""
    x = covariates(world.pairs, date(world.first + len(world.y) // 2, 1, 1))
    early = world.y[: max(WARM, len(world.y) // 2)].mean(axis=0)
    prior = np.exp(np.column_stack([np.ones(len(x)), x]) @ poisson_fit(x, early))
    history = thinned(world, prior)
    best = chosen(history, free=tuple(GRID) if np.ptp(world.volume) else [n for n in GRID if n != "elasticity"])
    slopes = poisson_fit(x, world.level)
    mean = np.exp(np.column_stack([np.ones(len(x)), x]) @ slopes)
    return Fit(
        world.instrument,
        world.what,
        int(history.weight.sum()) * (len(world.y) - WARM),
        best,
        slopes,
        float(world.level.mean()),
        explained(world.level, mean),
        {name: profile(history, best, name) for name in GRID},
        population(history, best),
    )


def thinned(world: World, prior: Array) -> History:
    """The pairs that ever acted and a tenth of the others, weighted."""
    ever = world.y.sum(axis=0) > 0
    kept = ever | (np.arange(len(ever)) % THINNED == 0)
    weight = np.where(ever, 1.0, THINNED)[kept]
    return History(world.y[:, kept], np.maximum(prior[kept], 1e-6), world.volume[:, kept], weight, WARM)


def poisson_fit(x: Array, y: Array) -> Array:
    """Intercept and slopes of a Poisson regression on soft counts, by Newton's method with a slight ridge."""
    centre, spread = x.mean(axis=0), x.std(axis=0) + 1e-12
    z = np.column_stack([np.ones(len(x)), (x - centre) / spread])
    b = np.zeros(z.shape[1])
    b[0] = np.log(y.mean() + 1e-12)
    for _ in range(STEPS):
        mean = np.exp(np.clip(z @ b, -30, 10))
        step = np.linalg.solve((z.T * mean) @ z + RIDGE * np.eye(len(b)), z.T @ (y - mean))
        b = b + np.clip(step, -1, 1)
    slopes = b[1:] / spread
    return np.concatenate([[b[0] - slopes @ centre], slopes])


def explained(y: Array, mean: Array) -> float:
    """1 - deviance of the fit / deviance of the mean alone (Poisson)."""

    def deviance(m: Array) -> float:
        return float(2 * (np.where(y > 0, y * np.log(np.maximum(y, 1e-300) / m), 0.0) - (y - m)).sum())

    return 1 - deviance(mean) / deviance(np.full_like(y, y.mean()))


class Level(NamedTuple):
    """What the casebook adds for instruments without a world history of their own."""

    of: dict[str, float]  # acts of an instrument for one exercise that gravity expects
    temper: float  # counted acts of a hand-made list that carry the information of one


def leveled(case: Case, exercise: Array, world: float, memory: dict[str, tuple[float, float]]) -> Level:
    """One level an instrument, and one temper for all of them, from a case's own casebook.

    ``exercise`` are slopes of the exercise fit; ``memory`` gives half-life and temper x years of each instrument. A level
    is acts (bilateral-equivalent, believed) over the exposure-weighted exercises expected of the same pairs, 2015 on.
    """
    reports, coverage = _bundled(case)
    done = merge(reports)
    everybody = sorted(case.pairs)
    last = max(done["date_to"])
    ends = month_ends(last)
    watched = np.asarray(exposure(coverage, everybody, ends), dtype=float)
    years = np.array([e.year for e in ends])
    x = np.column_stack([np.ones(len(everybody)), covariates(everybody, last)])
    expected = np.where(np.isnan(x).any(axis=1), world, np.exp(x @ exercise))
    rows = pairwise(counted(done)).join(
        pl.DataFrame(everybody, schema=["a", "b"], orient="row").with_row_index("p"), on=["a", "b"]
    )
    levels, histories = {}, {}
    for k, name in enumerate(TIES):
        if name not in memory:
            continue
        mine = rows.filter(pl.col("instrument") == name)
        late = mine.filter(pl.col("date_to").dt.year() >= LEVEL_FROM)
        weight = float((late["belief"] * late["share"]).sum())
        levels[name] = weight / float((watched[years >= LEVEL_FROM, :, k].sum(axis=0) * expected).sum())
        histories[name] = _casebook_history(mine, watched[:, :, k], years, expected * levels[name])
    return Level(levels, _temper(histories, memory))


def _casebook_history(rows: pl.DataFrame, watched: Array, years: Array, prior: Array) -> History:
    first, last = 1992, int(years[-1])
    y, m = np.zeros((2, last - first + 1, watched.shape[1]))
    for p, day, belief in rows.select("p", "date_to", "belief").iter_rows():
        if day.year >= first and belief >= 0.5:
            y[day.year - first, p] += 1
    for year in range(first, last + 1):
        m[year - first] = watched[years == year].sum(axis=0)
    return History(y, np.maximum(prior, 1e-6), np.maximum(m, 1e-9), np.ones(len(prior)), WARM, foreseen=True)


def _temper(histories: dict[str, History], memory: dict[str, tuple[float, float]]) -> float:
    """The best temper beside the best spread of yearly bursts, both common to all the instruments."""

    def score(numbers: tuple[float, float]) -> float:
        temper, spread = numbers
        return sum(
            float(pair_scores(h, Hyper(memory[name][0], temper, spread, memory[name][1] / temper, 1.0)) @ h.weight)
            for name, h in histories.items()
        )

    return max(product(GRID["temper"], GRID["spread"]), key=score)[0]


def _bundled(case: Case) -> tuple[pl.DataFrame, pl.DataFrame]:
    source = catalogue()["casebook"]
    found = {}
    for layout, name in (("casebook", "casebook.csv"), ("effort", "effort.csv")):
        (batch,) = source.read_many([raw_file(case.folder / name)], layout)
        if isinstance(batch, Exception):
            raise batch
        found.update(batch.tables)
    return found["report"], found["coverage"]


class Frozen(NamedTuple):
    """One line of ``priors.toml`` and of ``gravity.csv``."""

    instrument: str
    half_life: float
    years: float
    temper: float
    spread: float
    elasticity: float
    strong: float  # acts a year that one in twenty of the world's active pairs exceeds
    slopes: Array
    world: float
    doubt: list[tuple[float, float, float]]
    memory_from: str  # whose history gave half-life, weight of the prior, bursts and elasticity
    level_from: str  # what gave the prior mean


def frozen(found: dict[str, Fit], worlds: dict[str, World], level: Level) -> list[Frozen]:
    """The numbers of every instrument: its own where the world has a history of it, else inherited and said."""
    return [_frozen(name, found, worlds, level) for name in TIES]


def inherits(instrument: str) -> str:
    """The history that an instrument's memory comes from."""
    return instrument if instrument in {"arms", "exercise", "dialogue", "agreement"} else "material"


def _frozen(name: str, found: dict[str, Fit], worlds: dict[str, World], level: Level) -> Frozen:
    fit, pattern = found[inherits(name)], found[name if name in OWN else "exercise"]
    hyper = fit.hyper
    temper = hyper.temper if name in OWN else level.temper
    factor = 1.0 if name in OWN else level.of[name]
    active = worlds[pattern.instrument].level
    slopes = pattern.slopes.copy()
    slopes[0] += np.log(factor)
    doubt = [(h, round(p * temper / hyper.temper, 2), share) for h, p, share in fit.population]
    total = sum(share for *_, share in doubt)
    return Frozen(
        name,
        hyper.half_life,
        round(hyper.temper * hyper.years / temper, 2),
        temper,
        hyper.spread,
        hyper.elasticity,
        float(np.quantile(active[active > 0], 0.95)) * factor,
        slopes,
        pattern.world * factor,
        [(h, p, round(share / total, 3)) for h, p, share in doubt],
        fit.what,
        pattern.what if name in OWN else f"pattern: {pattern.what}; level: casebook since {LEVEL_FROM}",
    )


def fingerprint(folder: Path, names: Sequence[str]) -> str:
    """The first 12 digits of the SHA-256 of each file, in order."""
    paths = [next(iter(sorted(folder.rglob(name)))) for name in names]
    return " ".join(f"{p.name} {hashlib.sha256(p.read_bytes()).hexdigest()[:12]}" for p in paths)
