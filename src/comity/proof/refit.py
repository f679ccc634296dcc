"""The numbers of the filter and of the prior means, fitted anew on the world's history."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from itertools import product
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from comity.acts import counted, merge, pairwise
from comity.cases import Case
from comity.gravity import covariates
from comity.proof.counts import Array
from comity.proof.filters import GRID, History, Hyper, chosen, pair_scores, population, profile
from comity.proof.histories import World
from comity.proof.lending import Lent, lent
from comity.scores import file_under
from comity.sources import tables_of
from comity.ties import exposure, month_ends
from comity.vocabulary import TIES

THINNED = 10  # of the pairs that never acted each tenth enters and stands for ten
WARM = 4  # years that warm the filter up before it is scored
RIDGE = 1e-3
OWN = ("arms", "exercise")  # instruments whose acts, and not only news of them, the world has whole lists of
PATTERN = "exercise"  # whose prior means the others take, each at its own level
NEAREST = dict.fromkeys(("training", "intelligence", "border", "basing"), "material")  # of those without any history
LEVEL_FROM = 2015  # first year whose casebook rows set a level
# Years of the casebook: counted from, scored from, and those that choose.
BEGIN, SCORED_FROM, CHOSEN_TO = (1992, 2001, 2015)
CLEAR = 2.0  # log score by which the casebook overrules the nearest history
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
    """What the casebook adds: levels for instruments without a world history of their own acts, and yearly counts of all."""

    of: dict[str, float]  # acts of an instrument for one exercise that gravity expects
    histories: dict[str, History]  # by instrument, each pair of the case

    def until(self, year: int) -> dict[str, History]:
        """The counts up to a year: those that choices are made on."""
        kept = year - BEGIN + 1
        return {k: h._replace(y=h.y[:kept], volume=h.volume[:kept]) for k, h in self.histories.items()}


def leveled(case: Case, found: dict[str, Fit]) -> Level:
    """One level an instrument from a case's own casebook, and the yearly counts of its pairs.

    A level is acts (bilateral-equivalent, believed) over the exposure-weighted exercises expected of the same pairs, 2015 on.
    """
    done = merge(tables_of("casebook", case.folder / "casebook.csv")["report"])
    everybody = sorted(case.pairs)
    last = max(done["date_to"])
    ends = month_ends(last)
    watched = np.asarray(
        exposure(tables_of("casebook", case.folder / "effort.csv")["coverage"], everybody, ends), dtype=float
    )
    years = np.array([e.year for e in ends])
    x = np.column_stack([np.ones(len(everybody)), covariates(everybody, last)])
    rows = pairwise(counted(done)).join(
        pl.DataFrame(everybody, schema=["a", "b"], orient="row").with_row_index("p"), on=["a", "b"]
    )
    levels, histories = {}, {}
    for k, name in enumerate(TIES):
        fit = found[name if name in OWN else PATTERN]
        expected = np.where(np.isnan(x).any(axis=1), fit.world, np.exp(x @ fit.slopes))
        mine = rows.filter(pl.col("instrument") == name)
        if name not in OWN:
            late = mine.filter(pl.col("date_to").dt.year() >= LEVEL_FROM)
            weight = float((late["belief"] * late["share"]).sum())
            levels[name] = weight / float((watched[years >= LEVEL_FROM, :, k].sum(axis=0) * expected).sum())
            expected = expected * levels[name]
        histories[name] = _casebook_history(mine, watched[:, :, k], years, expected)
    return Level(levels, histories)


def _casebook_history(rows: pl.DataFrame, watched: Array, years: Array, prior: Array) -> History:
    last = int(years[-1])
    y, m = np.zeros((2, last - BEGIN + 1, watched.shape[1]))
    for p, day, belief in rows.select("p", "date_to", "belief").iter_rows():
        if day.year >= BEGIN and belief >= 0.5:
            y[day.year - BEGIN, p] += 1
    for year in range(BEGIN, last + 1):
        m[year - BEGIN] = watched[years == year].sum(axis=0)
    return History(y, np.maximum(prior, 1e-6), np.maximum(m, 1e-9), np.ones(len(prior)), WARM, foreseen=True)


def tempered(level: Level, memory: dict[str, Hyper]) -> float:
    """The best temper of merged acts beside the best spread of yearly bursts, both common to all the instruments."""

    def score(numbers: tuple[float, float]) -> float:
        temper, spread = numbers
        return sum(
            float(pair_scores(h, merged(memory[name], temper)._replace(spread=spread)) @ h.weight)
            for name, h in level.histories.items()
            if name not in OWN
        )

    return max(product(GRID["temper"], GRID["spread"]), key=score)[0]


def merged(hyper: Hyper, temper: float) -> Hyper:
    """Numbers of a machine-coded history for acts that are merged: temper x prior years is kept, and detection is exposure."""
    return hyper._replace(temper=temper, years=hyper.temper * hyper.years / temper, elasticity=1.0)


def remembered(level: Level, found: dict[str, Fit], temper: float) -> dict[str, dict[str, float]]:
    """What the casebook's acts up to 2015 say of each history's memory: log score by instrument and history, less the best.

    Each memory is given the size of yearly bursts that suits it best, so that only memory is compared.
    """
    past = level.until(CHOSEN_TO)
    out = {}
    for name, history in past.items():
        if name in OWN:
            continue
        scores = {
            k: max(
                float(pair_scores(history, merged(fit.hyper, temper)._replace(spread=spread)) @ history.weight)
                for spread in GRID["spread"]
            )
            for k, fit in found.items()
            if k not in OWN
        }
        out[name] = {k: v - max(scores.values()) for k, v in scores.items()}
    return out


def inherits(instrument: str, told: dict[str, float] | None = None) -> str:
    """The history that an instrument's memory comes from: its own or the nearest; another where the casebook is clear."""
    near = NEAREST.get(instrument, instrument)
    if told and told[near] < -CLEAR:
        return max(told, key=lambda k: told[k])
    return near


def lending(level: Level, found: dict[str, Fit], worlds: dict[str, World], numbers: dict[str, Hyper]) -> list[Lent]:
    """How much other instruments tell, on hand-made lists of the world and on the casebook up to 2015 and after."""
    first, last = 1990, 2010  # years that all lists cover
    lists = {name: worlds[name] for name in ("arms", "industry", "exercise")}
    ever = np.sum([w.y.sum(axis=0) for w in lists.values()], axis=0) > 0
    kept = ever | (np.arange(len(ever)) % THINNED == 0)
    weight = np.where(ever, 1.0, THINNED)[kept]
    x = covariates(lists["arms"].pairs, date((first + last) // 2, 1, 1))
    cut = {}
    for name, world in lists.items():
        y = world.y[first - world.first : last - world.first + 1]
        mean = np.exp(np.column_stack([np.ones(len(x)), x]) @ poisson_fit(x, y[: len(y) // 2].mean(axis=0)))
        ones = np.ones((len(y), int(kept.sum())))
        cut[name] = History(y[:, kept], np.maximum(mean[kept], 1e-6), ones, weight, WARM), found[name].hyper
    of_case = {name: (h, numbers[name]) for name, h in level.histories.items()}
    early, late = CHOSEN_TO - BEGIN, len(next(iter(level.histories.values())).y) - 2  # the running year is not over
    return [
        lent(f"lists of arms, licences and exercises, {first + WARM}-{last}", cut, WARM, last - first),
        lent(f"casebook, {SCORED_FROM}-{CHOSEN_TO}", of_case, SCORED_FROM - BEGIN, early),
        lent(f"casebook, {CHOSEN_TO + 1}-{BEGIN + late}, not used to choose", of_case, early + 1, late),
    ]


def best_lent(histories: Sequence[Lent]) -> tuple[float, float]:
    """Weight and floor of the largest gain over the first two histories."""
    return max(histories[0].gains, key=lambda key: sum(h.gains[key] for h in histories[:2]))


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


def frozen(
    found: dict[str, Fit], worlds: dict[str, World], level: Level, temper: float, memory: dict[str, str]
) -> list[Frozen]:
    """The numbers of every instrument; ``memory`` names the history that each one's come from."""
    return [_frozen(name, found, worlds, level, temper, memory[name]) for name in TIES]


def _frozen(
    name: str, found: dict[str, Fit], worlds: dict[str, World], level: Level, temper: float, memory: str
) -> Frozen:
    own = name in OWN
    fit, pattern = found[memory], found[name if own else PATTERN]
    hyper = fit.hyper if own else merged(fit.hyper, temper)
    factor = 1.0 if own else level.of[name]
    active = worlds[pattern.instrument].level
    slopes = pattern.slopes.copy()
    slopes[0] += np.log(factor)
    doubt = [(h, round(p * hyper.temper / fit.hyper.temper, 2), share) for h, p, share in fit.population]
    total = sum(share for *_, share in doubt)
    return Frozen(
        name,
        hyper.half_life,
        round(hyper.years, 2),
        hyper.temper,
        hyper.spread,
        fit.hyper.elasticity,
        float(np.quantile(active[active > 0], 0.95)) * factor,
        slopes,
        pattern.world * factor,
        [(h, p, round(share / total, 3)) for h, p, share in doubt],
        fit.what,
        pattern.what if own else f"pattern: {pattern.what}; level: casebook since {LEVEL_FROM}",
    )


def fingerprint(folder: Path, names: Sequence[str]) -> str:
    """The first 12 digits of the SHA-256 of each file, in order."""
    paths = [file_under(folder, name) for name in names]
    return " ".join(f"{p.name} {hashlib.sha256(p.read_bytes()).hexdigest()[:12]}" for p in paths)
