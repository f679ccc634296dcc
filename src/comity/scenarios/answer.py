"""The answer to a scenario: what is kept, what may break, where first, by whom, what would hold it, and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from comity.scenarios.assumptions import Assumption, Dials, dials
from comity.scenarios.card import BREAK, HOLD, Asked, Assumed
from comity.scenarios.effects import Array, library, version, worst
from comity.scenarios.factors import Factors, acts, cumulated, factors, rates, risk, shapley, subsets, turned
from comity.scenarios.hazard import any_of, base_rate
from comity.scenarios.kinds import catalogue
from comity.scenarios.scenario import Scenario
from comity.scenarios.simulate import Moved, Run, assumed, ended, ledger, run
from comity.scenarios.world import DRAWS, Draws, World, draw, severities, stamp
from comity.scores import around
from comity.tables import Pair, identity
from comity.vocabulary import TIES

POINTS = 200  # of the assumption space
DECIDED = 0.6  # share of it in which a ranking must survive
SAME = 1e-12  # of a chance: rounding
STRUCTURE = ("base.rate", "base.frailty", "base.spread", "base.kept")


class Chance(NamedTuple):
    """A probability with its 5 and 95 % quantile over what is not known."""

    value: float
    low: float
    high: float


class Kept(NamedTuple):
    """Acts of one tie by one instrument, or by all (empty instrument)."""

    pair: Pair
    instrument: str
    base: float  # expected acts over the months without the shocks
    acts: float  # with them
    kept: float  # acts / base
    low: float
    high: float
    grade: str


class Breaks(NamedTuple):
    """One tie's chance to break."""

    pair: Pair
    base: Chance  # without the shocks
    chance: Chance  # with them
    first_base: float  # chance that it is the first of the patron's ties to break, without
    first: float  # with
    grade: str
    leads: float  # share of draws in which it is the tie most at risk, with; doubts of ties are drawn apart
    broken: bool  # already, and not known to be mended: such ties are ranked among themselves, behind all that stand


class Share(NamedTuple):
    """What one shock adds (Shapley)."""

    asked: Asked
    risk: Chance  # points of the chance of a first rupture
    acts: float  # expected acts over the months; negative where they are lost
    grade: str


class Contrary(NamedTuple):
    """A hold of the scenario that adds risk, or a shock that takes some away: the card's ``less`` says why it may."""

    asked: Asked
    risk: float  # points of the chance of a first rupture, with all else as asked
    effect: str  # key of the effect that does it


class Held(NamedTuple):
    """A set of holds."""

    holds: tuple[Asked, ...]
    chance: float  # of a first rupture with it
    sure: float  # share of draws in which no other set of that size leaves less
    grade: str


class Moves(NamedTuple):
    """What an assumption at its bounds does to the chance of a first rupture with the shocks."""

    id: str
    low: float
    high: float


class Survival(NamedTuple):
    """Share of the assumption space in which the first in a ranking stays the first; null where there is nothing to rank."""

    what: str
    first: str
    share: float | None

    @property
    def decided(self) -> bool:
        """Whether it survives often enough to be said."""
        return self.share is not None and self.share >= DECIDED


class Answer(NamedTuple):
    """Everything said of one scenario."""

    id: str
    scenario: Scenario
    base: Chance  # at least one of the patron's ties breaks, without shocks and holds
    chance: Chance  # with both
    added: Chance  # the difference, draw by draw
    severe_base: Chance  # at least one breaks by several instruments or more
    severe: Chance
    base_rate: float  # that one average tie of their kinds breaks in the same months
    base_rate_any: float  # that at least one of as many such ties does: what ``base`` is to be held against
    kept: list[Kept]  # all instruments together first, then each, for every one of the patron's ties
    others: list[Kept]  # ties of rivals and among partners that the scenario moves
    breaks: list[Breaks]
    instruments: dict[str, float]  # given a rupture, how often it ends each instrument
    shares: list[Share]
    contrary: list[Contrary]
    threshold: float
    enough: Held | None  # the smallest set of holds under the threshold
    next_best: Held | None
    best: Held | None  # where no set is enough: the one that leaves least
    asked_holds: int  # sets looked at
    tornado: list[Moves]
    survival: list[Survival]
    assumed: list[Assumed]
    grade: str  # the worst on the whole path


def answer(
    here: World, scenario: Scenario, register: Sequence[Assumption], threshold: float | None = None, n: int = DRAWS
) -> Answer:
    """Run a scenario beside the same world without it, and say what follows.

    ``threshold`` is the chance of a first rupture below which the user is content; without it, what it would be without
    the shocks.
    """
    draws, here_dials = draw(here, scenario.months, scenario.seed, n), dials(register)
    base, with_ = run(here, draws, (), here_dials), run(here, draws, scenario.asked, here_dials)
    moved = ledger(scenario.asked, here, draws, here_dials)
    found = factors(here, draws, scenario.asked, here_dials)
    every = range(len(found.asked))
    before, after = risk(found, ()), risk(found, every)
    limit = threshold if threshold is not None else float(before.mean())
    enough, next_best, best, looked = _held(here, draws, scenario, here_dials, limit)
    changed = np.flatnonzero((base.acts != with_.acts).any(axis=(0, 2)))
    others = [int(p) for p in changed if p not in here.mine]
    ends = zip(TIES, map(float, ended(draws, base.when.shape[1])), strict=True)
    usual = base_rate(scenario.months, [here.pairs[p] for p in here.mine], here.forecasts)
    return Answer(
        id=identified(here, scenario, register, threshold),
        scenario=scenario,
        base=_chance(before),
        chance=_chance(after),
        added=_chance(after - before),
        severe_base=_chance(_severe(found, ())),
        severe=_chance(_severe(found, every)),
        base_rate=usual,
        base_rate_any=any_of(usual, len(here.mine)),
        kept=_kept(here, base, with_, moved, here.mine),
        others=[k for k in _kept(here, base, with_, moved, others) if not k.instrument],
        breaks=_breaks(here, found, every, moved),
        instruments=dict(sorted(ends, key=lambda share: -share[1])),
        shares=_shares(here, draws, factors(here, draws, scenario.shocks, here_dials)),
        contrary=_contrary(found),
        threshold=limit,
        enough=enough,
        next_best=next_best,
        best=best,
        asked_holds=looked,
        tornado=_tornado(here, draws, scenario.asked, register),
        survival=_survival(here, draws, scenario, register),
        assumed=assumed(scenario.asked, here),
        grade=_grade(moved),
    )  # fmt: skip


class Brief(NamedTuple):
    """The answer without what takes long: the same numbers as the whole answer has."""

    base: Chance
    chance: Chance
    base_rate_any: float
    breaks: list[Breaks]
    first: str  # the tie most at risk, as KAZ-TUR; empty where the first two cannot be told apart
    shares: list[tuple[Asked, float, str]]  # shock, points of risk, grade; most first
    threshold: float
    enough: tuple[Asked, ...] | None  # the smallest set of holds under the threshold
    left: float  # the chance with it, or with the set that leaves least
    best: tuple[Asked, ...]
    grade: str


def brief(here: World, scenario: Scenario, register: Sequence[Assumption]) -> Brief:
    """The same question asked for its headline only."""
    draws, at = draw(here, scenario.months, scenario.seed, DRAWS), dials(register)
    found, n = factors(here, draws, scenario.asked, at), len(scenario.shocks)
    every, before = range(len(found.asked)), risk(found, ())
    after = risk(found, every)
    shocks = found._replace(asked=found.asked[:n], logs=found.logs[:n], moved=found.moved[:n])
    values = {frozenset(c): risk(shocks, c) for c in subsets(n)}
    shares = [
        (one, float(s.mean()), worst(m.grade for m in moved))
        for one, s, moved in zip(shocks.asked, shapley(values, n), shocks.moved, strict=True)
    ]
    chances = _chances(here, draws, scenario, at)[2]
    under = _under(chances, float(before.mean()))
    best = under[0] if under else _least(chances)
    options = candidates(here, scenario)
    chosen = tuple(options[i - n] for i in best)
    moved = [m for ms in found.moved for m in ms]
    return Brief(
        _chance(before),
        _chance(after),
        any_of(base_rate(scenario.months, [here.pairs[p] for p in here.mine], here.forecasts), len(here.mine)),
        _breaks(here, found, every, moved),
        _riskiest(here, found, every),
        sorted(shares, key=lambda s: -s[1]),
        float(before.mean()),
        chosen if under else None,
        chances[best],
        chosen,
        _grade(moved),
    )


def _grade(moved: Sequence[Moved]) -> str:
    """The worst grade on the whole path."""
    return worst([*(m.grade for m in moved), *(library()[key].grade for key in STRUCTURE)])


def identified(here: World, scenario: Scenario, register: Sequence[Assumption], threshold: float | None) -> str:
    """Twelve hex digits: the same case, evidence, scenario, seed, effects and assumptions give the same."""
    numbers = [(a.id, a.value, a.low, a.high) for a in register]
    return identity(stamp(here), str(scenario), scenario.seed, version(), numbers, threshold)[:12]


def _chance(values: Array) -> Chance:
    return Chance(*around(float(values.mean()), values))


def _severe(found: Factors, chosen: Sequence[int]) -> Array:
    return np.asarray(-np.expm1(-cumulated(found, chosen).sum(axis=1) * severities()[1:].sum()))


def _kept(here: World, base: Run, with_: Run, moved: Sequence[Moved], places: Sequence[int]) -> list[Kept]:
    out = []
    for p in places:
        own = [m.grade for m in moved if m.pair == p]
        for k in [None, *range(len(TIES))]:
            one, other = (
                (r.acts[:, p].sum(axis=1) if k is None else r.acts[:, p, k]).astype(float) for r in (base, with_)
            )
            kept = around(float(other.mean() / max(one.mean(), 1e-12)), other / np.maximum(one, 1e-12))
            name, grade = "" if k is None else TIES[k], worst([*own, library()["base.kept"].grade])
            out.append(Kept(here.pairs[p], name, float(one.mean()), float(other.mean()), *kept, grade))
    return out


def _breaks(here: World, found: Factors, every: Sequence[int], moved: Sequence[Moved]) -> list[Breaks]:
    """Chance to break and to be first, before any spill-over: of two hazards the share is theirs of the sum."""
    rows = []
    without, with_ = cumulated(found, ()), cumulated(found, every)
    first_base, first = _first(without), _first(with_)
    leads = np.zeros(len(here.mine))
    for alike in (np.flatnonzero(here.broken), np.flatnonzero(~here.broken)):
        if len(alike):
            leads[alike] = np.bincount(with_[:, alike].argmax(axis=1), minlength=len(alike)) / len(with_)
    for i, p in enumerate(here.mine):
        grade = worst([*(m.grade for m in moved if m.pair == p), library()["base.rate"].grade])
        chance_base, chance = (_chance(-np.expm1(-h[:, i])) for h in (without, with_))
        rows.append(
            Breaks(
                here.pairs[p],
                chance_base,
                chance,
                float(first_base[i]),
                float(first[i]),
                grade,
                float(leads[i]),
                bool(here.broken[i]),
            )
        )
    # In the order of their rates: without the luck of the draw.
    order = dict(zip((here.pairs[p] for p in here.mine), rates(found, every), strict=True))
    return sorted(rows, key=lambda b: (b.broken, -order[b.pair], b.pair))


def standing(breaks: Sequence[Breaks]) -> list[Breaks]:
    """The ties that are ranked first: those that stand, or all where none does."""
    return [b for b in breaks if not b.broken] or [*breaks]


def _first(hazard: Array) -> Array:
    """The chance of each tie to be the first that breaks: [ties], from cumulated hazards [draws, ties]."""
    total = hazard.sum(axis=1, keepdims=True)
    return np.asarray(np.mean(hazard / np.maximum(total, 1e-300) * -np.expm1(-total), axis=0))


def _shares(here: World, draws: Draws, found: Factors) -> list[Share]:
    n = len(found.asked)
    risks = {frozenset(c): risk(found, c) for c in subsets(n)}
    kept = {frozenset(c): np.array(acts(here, draws, found, c)) for c in subsets(n)}
    rows = [
        Share(one, _chance(r), float(a), worst(m.grade for m in moved))
        for one, r, a, moved in zip(found.asked, shapley(risks, n), shapley(kept, n), found.moved, strict=True)
    ]
    return sorted(rows, key=lambda s: (-s.risk.value, s.acts, str(s.asked)))


def _contrary(found: Factors) -> list[Contrary]:
    """The factors that move the chance the other way than their side says."""
    every, whole = range(len(found.asked)), risk(found, range(len(found.asked))).mean()
    out = []
    for i, one in enumerate(found.asked):
        card, more = catalogue()[one.kind].card, float(whole - risk(found, [j for j in every if j != i]).mean())
        if more * (1 if card.side == HOLD else -1) > SAME:
            out.append(Contrary(one, more, next(key for key in card.effects if library()[key].on == BREAK)))
    return out


def candidates(here: World, scenario: Scenario) -> tuple[Asked, ...]:
    """The holds among which is searched: those of the scenario, or every kind towards all partners."""
    return scenario.holds or tuple(
        Asked(kind, here.roles.patron, "all") for kind, item in catalogue().items() if item.card.side == HOLD
    )


def _chances(
    here: World, draws: Draws, scenario: Scenario, at: Dials
) -> tuple[Factors, tuple[int, ...], dict[tuple[int, ...], float]]:
    """The factors of shocks and holds, the places of the shocks, and the chance with every set of holds."""
    options, shocks = candidates(here, scenario), scenario.shocks
    found, fixed = factors(here, draws, (*shocks, *options), at), tuple(range(len(shocks)))
    sets = [tuple(i + len(shocks) for i in c) for c in subsets(len(options))]
    return found, fixed, {c: float(risk(found, (*fixed, *c)).mean()) for c in sets}


def _under(chances: Mapping[tuple[int, ...], float], limit: float) -> list[tuple[int, ...]]:
    """The sets of holds that leave no more than the limit: the smallest first, of a size the one that leaves least."""
    return sorted((c for c in chances if chances[c] <= limit + 1e-12), key=lambda c: (len(c), chances[c], c))


def _least(chances: Mapping[tuple[int, ...], float]) -> tuple[int, ...]:
    """The set of holds that leaves least, the smallest of those that leave as much."""
    return min(chances, key=lambda c: (round(chances[c], 12), len(c), c))


def _held(
    here: World, draws: Draws, scenario: Scenario, at: Dials, limit: float
) -> tuple[Held | None, Held | None, Held | None, int]:
    """The smallest set under the limit with least risk, the next best, else the best of all; by asking every set."""
    options, shocks = candidates(here, scenario), scenario.shocks
    found, fixed, chances = _chances(here, draws, scenario, at)
    sets = list(chances)

    def held(c: tuple[int, ...]) -> Held:
        rivals = [s for s in sets if len(s) == len(c)]
        least = np.min([risk(found, (*fixed, *s)) for s in rivals], axis=0) if len(rivals) > 1 else None
        sure = 1.0 if least is None else float(np.mean(risk(found, (*fixed, *c)) <= least + 1e-12))
        grades = [m.grade for i in c for m in found.moved[i]]
        return Held(
            tuple(options[i - len(shocks)] for i in c), chances[c], sure, worst([*grades, library()["base.rate"].grade])
        )

    under = _under(chances, limit)
    if not under:
        return None, None, held(_least(chances)), len(sets)
    others = [c for c in under if len(c) >= len(under[0]) and c != under[0]]
    return held(under[0]), held(others[0]) if others else None, None, len(sets)


def _tornado(here: World, draws: Draws, asked: Sequence[Asked], register: Sequence[Assumption]) -> list[Moves]:
    out, plain = [], factors(here, draws, asked, Dials())
    for a in (a for a in register if a.moves):
        ends = (dials(register, **{a.id: value}) for value in (a.low, a.high))
        low, high = (float(risk(turned(plain, d), range(len(asked))).mean()) for d in ends)
        out.append(Moves(a.id, low, high))
    return sorted(out, key=lambda m: -abs(m.high - m.low))


def space(register: Sequence[Assumption], points: int, seed: int) -> list[dict[str, float]]:
    """Points of the assumption space: a Latin hypercube, even between each assumption's bounds."""
    rng = np.random.default_rng([seed, points])
    moving = [a for a in register if a.moves]
    strata = {a.id: a.low + (a.high - a.low) * (rng.permutation(points) + rng.random(points)) / points for a in moving}
    return [{id: float(v[i]) for id, v in strata.items()} for i in range(points)]


def _survival(here: World, draws: Draws, scenario: Scenario, register: Sequence[Assumption]) -> list[Survival]:
    """How often the tie most at risk of those that stand, the shock that adds most and the hold that takes most stay first."""
    shocks, holds = scenario.shocks, candidates(here, scenario)
    plain = factors(here, draws, (*shocks, *holds), Dials())
    n, asked = len(shocks), range(len(scenario.asked))  # ties rank as they are shown, with the scenario's own holds
    now = _ranked(here, turned(plain, dials(register)), n, asked)
    points = space(register, POINTS, draws.seed)
    seen = [_ranked(here, turned(plain, dials(register, **p)), n, asked) for p in points]
    names = ("tie that breaks first", "shock that adds most risk", "hold that takes away most")
    return [
        Survival(what, first, None if not first else sum(s[i] == first for s in seen) / len(seen))
        for i, (what, first) in enumerate(zip(names, now, strict=True))
    ]


CLOSE = 1e-4  # two that differ by less are not told apart


def _ranked(here: World, found: Factors, n: int, asked: Sequence[int]) -> tuple[str, str, str]:
    """The first of each ranking; the first ``n`` factors are the shocks, and those ``asked`` the scenario's."""
    fixed = tuple(range(n))
    whole, none = rates(found, fixed).sum(), rates(found, ()).sum()
    alone = {str(found.asked[i]): float(rates(found, (i,)).sum() - none) for i in fixed}
    taken = {str(h): float(whole - rates(found, (*fixed, i)).sum()) for i, h in enumerate(found.asked) if i >= n}
    return _riskiest(here, found, asked), _top(alone), _top(taken)


def _riskiest(here: World, found: Factors, asked: Sequence[int]) -> str:
    """The tie most at risk of those that stand, or of all where none does; empty where the first two cannot be told apart."""
    ranked = ~here.broken if (~here.broken).any() else here.broken
    each = zip(here.mine, rates(found, asked), ranked, strict=True)
    return _top({"-".join(here.pairs[p]): float(v) for p, v, mine in each if mine})


def _top(values: dict[str, float]) -> str:
    """The first of a ranking; empty where the first two cannot be told apart, or the first does nothing."""
    ranked = sorted(values.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] <= CLOSE or (len(ranked) > 1 and ranked[0][1] - ranked[1][1] <= CLOSE):
        return ""
    return ranked[0][0]
