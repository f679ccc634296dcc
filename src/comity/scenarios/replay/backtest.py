"""Replay: shocks of the past, the engine frozen before each, told of the shock and of nothing else, beside what happened.

Cases, ties, baselines and goals are those registered in ``targets.toml`` before the first run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from comity.gravity import gravity
from comity.scenarios.effects import Array, Effect, library
from comity.scenarios.replay.estimate import NEWS, PLANS, estimated
from comity.scenarios.replay.events import Event
from comity.scenarios.replay.forecast import Tuned, after, crps, log_score, means, pit, placebos, reaches, state, tuned
from comity.scenarios.replay.history import FILES, series
from comity.scenarios.replay.registered import Case, cases
from comity.scenarios.replay.study import AFTER, BEFORE, ties_of
from comity.scenarios.simulate import run
from comity.scenarios.world import World, draw
from comity.scores import RESAMPLES, Interval, Score, score, widest
from comity.tables import Pair, Roles, pair_of
from comity.ties import priors
from comity.vocabulary import TIES

DRAWS = 400
NOBODY = "-"  # a patron that no tie has, where the tie of actor and target is looked at
TAIL, BAND = 0.025, 0.05


class Scored(NamedTuple):
    """One tie of one case by one series."""

    case: str
    series: str
    pair: Pair
    happened: float
    expected: dict[str, float]  # mean count by forecaster: shock, no shock, half
    crps: dict[str, float]
    log: dict[str, float]
    pit: dict[str, float]


def replay(folder: Path) -> Iterator[Score]:
    """Every score, from the files under a folder."""
    every = cases()
    taken = frozenset((pair_of(c.actor, c.target or c.actor), c.month) for c in every)
    fitted = {name: tuned(series(name, folder), taken) for name in FILES}
    rows = [row for case in every for row in case_rows(case, fitted, folder)]
    yield from judged(rows, len(every))
    yield from placebo(fitted, taken)


def case_rows(case: Case, fitted: dict[str, Tuned], folder: Path) -> Iterator[Scored]:
    """Every tie of a case by every series that reaches."""
    effects = learnt(case, folder)
    for name, found in fitted.items():
        period = found.data.at(case.month)
        if reaches(found.data, period):
            for row in _ties(case, found, period):
                yield _scored(case, name, found, row, period, moving(effects, name))


def moving(effects: dict[str, Effect], name: str) -> dict[str, Effect]:
    """The effects as they move one series: what was counted from one kind of news says nothing of another."""
    other = {key for key, plan in PLANS.items() if name in NEWS and plan.of in NEWS and plan.of != name}
    return {key: e.model_copy(update={"mean": 0.0, "sd": 0.0}) if key in other else e for key, e in effects.items()}


def learnt(case: Case, folder: Path) -> dict[str, Effect]:
    """The effect library without what the case taught: no event that names a state of it; of deliveries only earlier ones."""
    new = {}
    for key, plan in PLANS.items():
        if plan.kind == case.kind:
            new[key] = estimated(key, folder, partial(allowed, case, earlier=plan.of != "contacts"))
    if case.kind == "partner_friction":
        new.update({key: library()[key] for key in ("dispute.own", "dispute.own_break")})
    return {**library(), **new}


def allowed(case: Case, event: Event, *, earlier: bool) -> bool:
    """Whether a case may learn from an event: it names no state of the case, and is three years older or at least another."""
    apart = not {event.actor, event.target} & {case.actor, case.target} - {""}
    return apart and (event.month <= case.month - AFTER - 12 if earlier else event.month != case.month)


def _ties(case: Case, found: Tuned, period: int) -> list[int]:
    """The tie of the two, and the ten busiest others of the target; of a patron's crisis, of the actor."""
    data = found.data
    before = data.counts[:, max(0, period - BEFORE // data.step) : period].sum(axis=1)
    other = case.actor if case.target and case.actor != case.target else ""
    own = data.place.get(pair_of(other, case.target)) if other else None
    rows = ties_of(data, before, case.target or case.actor, other)
    return [int(r) for r in ([own] if own is not None and before[own] > 0 else []) + list(rows)]


def _scored(case: Case, name: str, found: Tuned, row: int, period: int, effects: dict[str, Effect]) -> Scored:
    data = found.data
    pair = data.pairs[row]
    here = world_of(case, pair, found, row, period, effects)
    draws = draw(here, AFTER, 1, DRAWS)
    k = TIES.index(data.instrument)
    y = float(after(data, np.array([row]), np.array([period]))[0])
    without = run(here, draws).acts[:, 0, k].astype(float)
    with_ = run(here, draws, (case.asked,)).acts[:, 0, k].astype(float)
    told = {"shock": with_, "no shock": without, "half": without / 2}
    luck = float(np.random.default_rng([row, period]).random())
    return Scored(
        case.name,
        name,
        pair,
        y,
        {f: float(m.mean()) for f, m in told.items()},
        {f: crps(y, m, found.size) for f, m in told.items()},
        {f: log_score(y, m, found.size) for f, m in told.items()},
        {f: pit(y, m, found.size, luck) for f, m in told.items()},
    )


def world_of(case: Case, pair: Pair, found: Tuned, row: int, period: int, effects: dict[str, Effect]) -> World:
    """The engine's world of one tie before the shock."""
    hub = case.target or case.actor
    own = bool(case.target) and set(pair) == {case.actor, case.target}
    other = pair[0] if pair[1] == hub else pair[1]
    if not case.target:
        roles = Roles(case.actor, (other,))
    elif own:
        roles = Roles(NOBODY, (case.target,), rivals=(case.actor,))
    else:
        friends = tuple(dict.fromkeys((case.target, case.actor))) if case.kind == "partner_friction" else (case.target,)
        roles = Roles(other, friends, rivals=() if case.actor in {*friends, other} else (case.actor,))
    k = TIES.index(found.data.instrument)
    prior = [priors()[name] for name in TIES]
    now = state(found, row, period)
    prior[k] = found.prior._replace(years=now[3])
    mean = np.array([[gravity()[name].world for name in TIES]])
    mean[0, k] = now[2]
    beta = np.array([[p.years for p in prior]])
    alpha = mean * beta
    alpha[0, k], beta[0, k] = now[:2]
    return World(roles, case.date, (pair,), alpha, beta, mean, prior=tuple(prior), effects=effects)


def judged(rows: Sequence[Scored], registered: int) -> Iterator[Score]:
    """How the shock model did, over cases."""
    names = sorted({r.case for r in rows})
    mean = {
        score: {
            f: np.array([np.mean([getattr(r, score)[f] for r in rows if r.case == c]) for c in names])
            for f in ("shock", "no shock", "half")
        }
        for score in ("crps", "log")
    }
    better = {f: (mean["crps"]["shock"] < mean["crps"][f]).astype(float) for f in ("no shock", "half")}
    n = len(names)
    yield _result("better", better["no shock"], n, {"over half": _spread(better["half"])})
    gain = {f: mean["log"]["shock"] - mean["log"][f] for f in ("no shock", "half")}
    yield _result("log_gain", gain["no shock"], n, {"over half": _spread(gain["half"])})
    yield _result("crps", mean["crps"]["shock"], n, {f: _spread(mean["crps"][f]) for f in ("no shock", "half")})
    inside = {
        f: np.array([BAND <= r.pit[f] <= 1 - BAND for r in rows], dtype=float) for f in ("shock", "no shock", "half")
    }
    yield _result("coverage", inside["shock"], len(rows), {f: _spread(inside[f]) for f in ("no shock", "half")})
    yield score(__package__, "scenario", "cases_scored", Interval(n, n, n), registered)


def placebo(fitted: dict[str, Tuned], taken: frozenset[tuple[Pair, int]]) -> Iterator[Score]:
    """How often the no-shock forecast rejects where nothing happened: all series together, then each."""
    rejected: dict[str, Array] = {}
    for name, found in fitted.items():
        rows, periods = placebos(found.data, taken, 1)
        expected, y = means(found, rows, periods), after(found.data, rows, periods)
        luck = np.random.default_rng(11).random(len(rows))
        values = np.array([pit(float(a), m, found.size, u) for a, m, u in zip(y, expected, luck, strict=True)])
        rejected[name] = ((values < TAIL) | (values > 1 - TAIL)).astype(float)
    whole = np.concatenate(list(rejected.values()))
    yield _result("rejected", whole, len(whole), {name: _spread(values) for name, values in rejected.items()})


def _spread(values: Array) -> Interval:
    rng = np.random.default_rng(1)
    drawn = values[rng.integers(len(values), size=(RESAMPLES, len(values)))].mean(axis=1)
    return widest(float(values.mean()), [drawn])


def _result(name: str, values: Array, n: int, baselines: dict[str, Interval]) -> Score:
    return score(__package__, "scenario", name, _spread(values), n, baselines)
