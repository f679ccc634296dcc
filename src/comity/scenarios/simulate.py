"""One run: month by month, from the shared draws, with the pushes of a scenario or without any.

state   a rate a tie and instrument (from the filter's alpha and beta), a hazard a tie, the ledger of active pushes
step    pushes active in the month -> hazard -> ruptures drawn (when, how severe, which instruments) -> what is left of
        those instruments -> the hazard of the same patron's other ties for a year -> expected acts

Two runs share every draw, so what differs between them is the scenario and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from comity.acts import pairs
from comity.rupture.risk import YEAR
from comity.scenarios.assumptions import Dials
from comity.scenarios.card import BREAK, HOLD, RATE, Asked, Assumed
from comity.scenarios.effects import Array
from comity.scenarios.kinds import catalogue, struck
from comity.scenarios.world import Draws, Floats, World, broken_first, effect, severities
from comity.tables import Pair, identity
from comity.vocabulary import TIES

SPREAD_MONTHS = 12  # for how long a rupture moves the hazard of the same patron's other ties
SEVERAL = 2  # instruments of a rupture of severity 2, the chronicle's mode


class Moved(NamedTuple):
    """One push with its draws: what it adds to a log, month by month until it ends."""

    pair: int
    on: str
    instruments: tuple[int, ...]
    log: Array  # [draws]
    months: int
    grade: str


class Run(NamedTuple):
    """What happened in each draw."""

    acts: Floats  # [draws, pairs, instruments] expected acts over the months, given the draw's rate and ruptures
    when: npt.NDArray[np.int16]  # [draws, pairs] month of the rupture, 0 is the first; months where none
    severity: npt.NDArray[np.int8]  # [draws, pairs] 1-4; 0 where none
    broke: npt.NDArray[np.bool_]  # [draws, pairs, instruments] what the rupture ended
    chance: Array  # [pairs] chance of a rupture: mean over draws of the hazard while unbroken


def ledger(asked: Iterable[Asked], here: World, draws: Draws, dials: Dials) -> list[Moved]:
    """Every push of some shocks and holds on a tie of this world."""
    place = {p: i for i, p in enumerate(here.pairs)}
    found = []
    for one in asked:
        hold = catalogue()[one.kind].card.side == HOLD
        for push in struck(one, here.roles)[0]:
            if push.pair in place:
                known = here.effects[push.effect]
                log = push.size * dials.on(known.assumed, hold) * effect(push.effect, here, draws)
                kinds = tuple(TIES.index(k) for k in push.instruments)
                found.append(Moved(place[push.pair], push.on, kinds, np.asarray(log), known.months, known.grade))
    return found


def assumed(asked: Iterable[Asked], here: World) -> list[Assumed]:
    """Every act that some shocks and holds assume."""
    return [act for one in asked for act in struck(one, here.roles)[1]]


def run(here: World, draws: Draws, asked: Sequence[Asked] = (), dials: Dials = Dials()) -> Run:  # noqa: B008 - frozen
    """The world with some shocks and holds, or without any."""
    moved = ledger(asked, here, draws, dials)
    hazard, spread = _hazards(draws, moved, dials), np.exp(effect("base.spread", here, draws)).astype(np.float32)
    when, chance = _ruptures(here, draws, hazard, spread)
    severity, broke = _what(draws, when)
    rate = _rewoven(here, draws, assumed(asked, here))
    months = _months(here, draws, moved, when, broke)
    return Run((rate * months / YEAR).astype(np.float32), when, severity, broke, chance)


def _factor(pushes: Sequence[Moved], t: int) -> Array:
    """What some pushes multiply a hazard by in a month: [draws], or one number."""
    active = [m.log for m in pushes if t < m.months]
    return np.exp(np.sum(active, axis=0)) if active else np.ones(())


def _hazards(draws: Draws, moved: Sequence[Moved], dials: Dials) -> Floats:
    """Monthly hazard with the pushes, before any rupture: [months or 1, draws, pairs]."""
    flat = draws.hazard * np.float32(dials.base / YEAR)
    pushes = [m for m in moved if m.on == BREAK]
    if not pushes:
        return flat[None]
    ends = sorted({m.months for m in pushes if m.months < draws.months})
    out = np.repeat(flat[None], draws.months if ends else 1, axis=0)
    for p in {m.pair for m in pushes}:
        own = [m for m in pushes if m.pair == p]
        for t in range(len(out)):
            out[t, :, p] *= _factor(own, t)
    return out


def _ruptures(here: World, draws: Draws, hazard: Floats, spread: Floats) -> tuple[npt.NDArray[np.int16], Array]:
    """When each tie breaks in each draw, and the chance that it does."""
    months, shape = draws.months, draws.hazard.shape
    when = np.full(shape, months, dtype=np.int16)
    chance = np.zeros(shape, dtype=np.float32)
    alive = np.ones(shape, dtype=bool)
    # Month of the newest rupture along each hub; the last column is of no hub.
    last = np.full((shape[0], len(here.roles.patrons) + 1), -SPREAD_MONTHS - 1)
    for t in range(months):
        h = hazard[t if len(hazard) > 1 else 0]
        recent = t - last[:, :-1] <= SPREAD_MONTHS
        if recent.any():
            rows, hubs = np.nonzero(recent)
            h = h.copy()
            for hub in np.unique(hubs):
                them, ties = rows[hubs == hub], np.flatnonzero(here.hub == hub)
                h[np.ix_(them, ties)] *= spread[them, None]
        p = -np.expm1(-h)
        chance += np.where(alive, p, 0)
        rows, ties = np.nonzero(alive & (draws.luck[t] < p))
        when[rows, ties], alive[rows, ties] = t, False
        last[rows, here.hub[ties]] = t
        last[:, -1] = -SPREAD_MONTHS - 1
    return when, np.minimum(1.0, chance.mean(axis=0, dtype=float))


def _what(draws: Draws, when: npt.NDArray[np.int16]) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.bool_]]:
    """How severe each rupture is and which instruments it ends, at the chronicle's frequencies."""
    severity, broke = np.zeros(when.shape, dtype=np.int8), np.zeros((*when.shape, len(TIES)), dtype=bool)
    at = np.nonzero(when < draws.months)
    level = 1 + np.searchsorted(np.cumsum(severities())[:-1], draws.severity[at], side="right")
    # A weighted order (Efraimidis and Spirakis 2006).
    order = np.argsort(np.log(draws.which[at]) / broken_first(), axis=1)[:, ::-1]
    count = np.select([level == 1, level == 2], [1, SEVERAL], len(TIES))
    rank = np.argsort(order, axis=1)
    severity[at], broke[at] = level, rank < count[:, None]
    return severity, broke


def ended(draws: Draws, ties: int) -> Array:
    """Given a rupture, how often it ends each instrument: [instruments], over every draw as if each had broken."""
    severity, broke = _what(draws, np.zeros((draws.n, ties), dtype=np.int16))
    return np.asarray(broke[severity > 0].mean(axis=0))


def _rewoven(here: World, draws: Draws, acts: Sequence[Assumed]) -> Floats:
    """Rates after the assumed acts have entered the filter: alpha grows by size / temper, as for any other act."""
    place = {p: i for i, p in enumerate(here.pairs)}
    grown: defaultdict[tuple[int, int], float] = defaultdict(float)
    for act in acts:
        if act.polarity > 0 and act.instrument in TIES:
            for p in tied(act):
                if p in place:
                    k = TIES.index(act.instrument)
                    grown[place[p], k] += act.size / here.prior[k].temper
    if not grown:
        return draws.rate
    rate = draws.rate.copy()
    for (at, k), more in grown.items():
        rng = np.random.default_rng([draws.seed, int(identity("assumed", here.pairs[at], TIES[k]), 16)])
        rate[:, at, k] += (rng.standard_gamma(more, draws.n) / here.beta[at, k]).astype(np.float32)
    return rate


def tied(act: Assumed) -> list[Pair]:
    """The pairs that an assumed act ties, as any other act does."""
    return [(p.a, p.b) for p in pairs(act._asdict())]


def _months(
    here: World, draws: Draws, moved: Sequence[Moved], when: npt.NDArray[np.int16], broke: npt.NDArray[np.bool_]
) -> Floats:
    """Months at the draw's rate that a tie and instrument is worth: fewer where pushed down or broken."""
    months, t = draws.months, np.arange(draws.months)
    out = np.full(broke.shape, months, dtype=np.float32)
    pushed: defaultdict[tuple[int, int], list[Moved]] = defaultdict(list)
    for m in (m for m in moved if m.on == RATE):
        for k in m.instruments:
            pushed[m.pair, k].append(m)
    summed = {
        place: np.cumsum(np.exp(sum(m.log[:, None] * (t < m.months) for m in pushes)), axis=1)
        for place, pushes in pushed.items()
    }
    for (p, k), cumulated in summed.items():
        out[:, p, k] = cumulated[:, -1]
    left = np.exp(effect("base.kept", here, draws))
    rows, ties, kinds = np.nonzero(broke)
    before = when[rows, ties].astype(float)
    for (p, k), cumulated in summed.items():
        found = (ties == p) & (kinds == k)
        r = rows[found]
        before[found] = np.where(when[r, p] > 0, cumulated[r, np.maximum(when[r, p] - 1, 0)], 0.0)
    out[rows, ties, kinds] = before + left[rows] * (out[rows, ties, kinds] - before)
    return out
