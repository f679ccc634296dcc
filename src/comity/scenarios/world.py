"""What a simulation starts from: the ties of a case as woven today, their hazards, and the draws that every run shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import combinations

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.rupture.chronicle import RUPTURE, chronicle
from comity.rupture.risk import Risk
from comity.rupture.spell import unmended
from comity.scenarios.effects import Array, Effect, drawn, library
from comity.scenarios.hazard import yearly
from comity.tables import Pair, Roles, identity, pair_of
from comity.ties import PRESENCE, Prior, prior_means, priors
from comity.vocabulary import TIES

DRAWS = 2000
HALF = 2  # the rate is that of the middle of the period
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class World:
    """The ties of a case on one day."""

    roles: Roles
    as_of: date
    pairs: tuple[Pair, ...]
    alpha: Array  # [pairs, instruments], acts
    beta: Array  # [pairs, instruments], years
    mean: Array  # [pairs, instruments], prior means in acts a year, what is borrowed in them
    forecasts: tuple[Risk, ...] = ()
    prior: tuple[Prior, ...] = field(default_factory=lambda: tuple(priors()[k] for k in TIES))
    effects: Mapping[str, Effect] = field(default_factory=library)

    @cached_property
    def mine(self) -> list[int]:
        """Places of the patron's ties with its partners."""
        return [self.pairs.index(pair_of(self.roles.patron, p)) for p in self.roles.held]

    @cached_property
    def broken(self) -> npt.NDArray[np.bool_]:
        """Which of the patron's ties with its partners broke already and are not known to be mended: [ties]."""
        gone = {forecast.pair for forecast in self.forecasts if unmended(forecast.spell)}
        return np.array(["-".join(self.pairs[p]) in gone for p in self.mine], dtype=bool)

    @cached_property
    def hub(self) -> npt.NDArray[np.int64]:
        """Whose tie with a partner each is, by place among the patrons; -1 for a tie between partners or patrons.

        A rupture spreads along a hub: to that patron's other ties, and no further.
        """
        patrons, held = self.roles.patrons, set(self.roles.held)
        hubs = []
        for a, b in self.pairs:
            who = [p for p, other in ((a, b), (b, a)) if p in patrons and other in held]
            hubs.append(patrons.index(who[0]) if who else -1)
        return np.array(hubs, dtype=np.int64)


def world(roles: Roles, as_of: date, ties: pl.DataFrame, forecasts: tuple[Risk, ...] = ()) -> World:
    """The ties of patron and rivals with the partners, of the partners with each other, and of the patron with its rivals.

    ``ties`` is the table of that name; a tie that it does not hold stands at its prior.
    """
    held, patrons = roles.held, roles.patrons
    every = [pair_of(p, h) for p in patrons for h in held] + [pair_of(a, b) for a, b in combinations(held, 2)]
    pairs = tuple(sorted({*every, *(pair_of(roles.patron, r) for r in roles.rivals)}))
    prior = [priors()[k] for k in TIES]
    mean = np.asarray(prior_means(pairs, as_of), dtype=float)
    beta = np.tile([p.years for p in prior], (len(pairs), 1))
    alpha = mean * beta
    place = {p: i for i, p in enumerate(pairs)}
    now = ties.filter(pl.col("month") == pl.col("month").max(), pl.col("view") == PRESENCE) if len(ties) else ties
    for a, b, k, *numbers, factor in now.select("a", "b", "instrument", "alpha", "beta", "borrowed").iter_rows():
        if (a, b) in place:
            spot = place[a, b], TIES.index(k)
            alpha[spot], beta[spot] = numbers
            mean[spot] *= factor
    said = tuple(f for f in forecasts if tuple(f.pair.split("-")) in place)
    return World(roles, as_of, pairs, alpha, beta, mean, said)


@dataclass(frozen=True)
class Draws:
    """The chance of a run, drawn once and used by every run of the same world, seed and length: common random numbers.

    Each part is drawn when it is first asked for, from a stream of its own.
    """

    here: World
    months: int
    seed: int
    n: int
    hazard: Floats  # [draws, pairs], ruptures a year

    @cached_property
    def rate(self) -> Floats:
        """Acts a year: [draws, pairs, instruments].

        Drawn from the Gamma posterior as the filter would have it halfway through the period if nothing more were seen:
        it drifts towards the prior and widens, which is what the memory of the filter says of the future.
        """
        alpha, beta = (x.astype(np.float32) for x in ahead(self.here, self.months / HALF))
        return self._stream(1).standard_gamma(alpha, (self.n, *alpha.shape), dtype=np.float32) / beta

    @cached_property
    def luck(self) -> Floats:
        """Whether a hazard strikes: [months, draws, pairs], 0-1."""
        return self._stream(2).random((self.months, *self.hazard.shape), dtype=np.float32)

    @cached_property
    def severity(self) -> Floats:
        """How severe a rupture is: [draws, pairs], 0-1."""
        return self._stream(3).random(self.hazard.shape, dtype=np.float32)

    @cached_property
    def which(self) -> Floats:
        """In which order instruments go: [draws, pairs, instruments], 0-1."""
        return self._stream(4).random((*self.hazard.shape, len(TIES)), dtype=np.float32)

    def _stream(self, part: int) -> np.random.Generator:
        return np.random.default_rng([self.seed, part])


def draw(here: World, months: int, seed: int, n: int = DRAWS) -> Draws:
    """Rates, hazards and luck of one world."""
    hazard = yearly(here.pairs, here.as_of, n, seed, here.forecasts).astype(np.float32)
    return Draws(here, months, seed, n, hazard)


def ahead(here: World, months: float) -> tuple[Array, Array]:
    """The filter's state some months on, nothing more being seen: alpha and beta decay to the prior."""
    left = np.array([p.memory for p in here.prior]) ** months
    years = np.array([p.years for p in here.prior])
    return left * here.alpha + (1 - left) * here.mean * years, left * here.beta + (1 - left) * years


def severities() -> Array:
    """Shares of severity 1 to 4 among the chronicle's ruptures between states."""
    found = [int(r.severity) for r in chronicle() if r.kind == RUPTURE and r.between_states]
    return np.bincount(found, minlength=5)[1:] / len(found)


def broken_first() -> Array:
    """How often the chronicle's ruptures between states are about each instrument, as shares; half a count each beforehand."""
    found = [k for r in chronicle() if r.kind == RUPTURE and r.between_states for k in r.instruments]
    counts = np.array([found.count(k) + 0.5 for k in TIES])
    return np.asarray(counts / counts.sum())


def effect(key: str, here: World, draws: Draws) -> Array:
    """Draws of one effect for a run."""
    return drawn(here.effects[key], draws.n, draws.seed)


def stamp(here: World) -> str:
    """Twelve hex digits over everything that a world holds."""
    return identity(
        here.roles, here.as_of, here.pairs, here.alpha.round(9).tolist(), here.beta.round(9).tolist(), here.forecasts
    )[:12]
