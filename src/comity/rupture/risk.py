"""How likely each tie is to break: one forecast, with the sum behind it, what it lacks and what it is worth.

Up to the chronicle's last day the model is learnt from what was known on the day asked for; from then on the shipped
coefficients are used. A feature whose source was never read is drawn from all ties, not taken as nought: the chance is
the mean over those draws, and the interval holds their spread beside the doubt about the coefficients.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from comity.errors import UsageError
from comity.lake import Lake
from comity.numerals import thousand
from comity.rupture import atrisk
from comity.rupture.atrisk import SHRINK
from comity.rupture.chronicle import FIRST_YEAR, LAST_DAY, RUPTURE, chronicle
from comity.rupture.ends import ends, parties, sides
from comity.rupture.features import MEANT
from comity.rupture.fit import Fit, learn, shipped
from comity.rupture.lapse import REGISTER
from comity.rupture.logit import CEILING
from comity.rupture.logit import chance as logistic
from comity.rupture.panel import Array, Codes, Mask
from comity.rupture.spell import Spell, spells
from comity.rupture.spell import said as spell_said
from comity.rupture.world import NEEDED, World, of_lake, unread
from comity.scores import NINETY
from comity.states import is_state

HORIZONS = (3, 12, 24)  # months
YEAR = 12  # months
DRIVERS = 4
ANY = "any"  # kind of a tie where nobody read what would tell it
GRADE = "C"  # adjusted association; A pooled natural experiment ... E assumption
LIKE = ndtri((np.arange(200) + 0.5) / 200)  # 200 even draws of a normal distribution
NEAR = 0.75  # of the ceiling: an interval that ends above it is cut short by it
LEARN_YEARS = 7  # fewer whole years of the chronicle teach nothing


class Driver(NamedTuple):
    """What moves a forecast away from that of the average tie."""

    feature: str
    odds: float  # times the odds, under the ceiling, of the average tie; above 1 raises the risk
    sign: str  # + raises the risk, - lowers it
    grade: str
    title: str  # the feature in plain words


class Term(NamedTuple):
    """What one feature adds to the log odds of a forecast."""

    feature: str
    value: float | None  # null where its source was never read
    guessed: bool  # nothing is known of this tie: the value is the mean of the day's ties
    average: float  # over the ties learnt from
    spread: float  # standard deviation over them
    weight: float
    contribution: float  # weight * (value - average) / spread; 0 where its source was never read


class Own(NamedTuple):
    """What the patron's own rate is made of: (ruptures + added * rate) / (years + added), as log odds."""

    years: int  # of ties in which it was the patron
    ruptures: int  # of which so many saw one
    added: float  # years at the rate of all; prior_share = added / (years + added)
    rate: float  # within a year, of all ties of the world


class Sum(NamedTuple):
    """How a chance within a year is put together: ceiling / (1 + exp(-log_odds)), where log_odds = start + contributions.

    Where sources were never read it is the mean of that over log odds spread normally around ``log_odds`` by ``unread``.
    The bounds are the same at log_odds +- 1.645 * error, save that they hold the chance. Over m months a year's chance p is
    p / (p + otherwise) * (1 - (1 - p - otherwise)^(m / 12)).
    """

    ceiling: float
    start: float  # log odds of a tie that is average in every feature
    terms: list[Term]  # every feature of the model, what moves it most first
    log_odds: float
    unread: float  # standard deviation; 0 where every source was read
    error: float  # standard error of log_odds, with what is unread
    otherwise: float  # chance within a year that the tie ends otherwise first
    own: Own


class Risk(NamedTuple):
    """The probability that one tie sees a rupture within some months."""

    pair: str  # two codes in alphabetical order, KAZ-RUS
    horizon_months: int
    probability: float
    low: float  # 5 %
    high: float  # 95 %
    base_rate: float  # of all ties of its kind, drawn a little to that of all: never 0
    prior_share: float  # how much of the patron's own rate is the world's
    drivers: list[Driver]
    spell: Spell = Spell()  # whether it counts as at risk, and what broke before
    kind: str = ""  # arms, treaty or other; any where no source told
    patron: str = ""  # the side that gave more arms, else the more capable one
    sum: Sum | None = None  # how the year's chance is put together, from which those of other horizons follow

    def to_json(self) -> dict[str, Any]:
        """The forecast as the command line prints it."""
        again = self.spell.again
        broken = [{**b._asdict(), "start": b.start.isoformat(), "on": b.on.isoformat()} for b in self.spell.broken]
        spell = {"at_risk": self.spell.at_risk, "again": again and again.isoformat(), "broken": broken}
        whole = {**self._asdict(), "drivers": [d._asdict() for d in self.drivers], **spell}
        return {key: value for key, value in whole.items() if key not in {"spell", "kind", "patron", "sum"}}


class Outlook(NamedTuple):
    """The forecasts of a day."""

    risks: list[Risk]  # the likeliest within a year first, then the other horizons
    missing: list[str]  # sources that were never read
    known: date  # what the model was learnt from ends here
    ties: int  # tie-years it was learnt from
    ruptures: int  # of which so many broke


def outlook(world: World, as_of: date, always: Iterable[tuple[str, str]] = ()) -> Outlook:
    """Every tie listed as at risk on a day, what broke before as well, and those of ``always``, at each of ``HORIZONS``.

    Over m months a year's chance p is p / (p + q) * (1 - (1 - p - q)^(m/12)), q the chance that the tie ends otherwise first. Raises ``UsageError`` for a day before 1997, and for one
    before the chronicle's end when a source was not read from which the model of that day would have to be learnt.
    """
    rows = [row for row in chronicle() if row.end <= as_of]
    fit = _fit(world, as_of)
    wanted = [pair for pair in always if is_state(pair[0]) and is_state(pair[1])]
    ties = atrisk.ties(world, ends(rows, world.states), as_of, wanted, fit.cases(world.states))
    patrons = [world.states[i] for i in ties.patron]
    x = np.column_stack([ties.x, fit.own_rate(patrons)])
    z = (x - fit.mean) / fit.sd
    middle, unread, error = _log_odds(fit, z)
    p, low, high = _probability(fit, middle, unread, error)
    moves = np.nan_to_num(z) * fit.coefficient
    kind, base = _kinds(fit, world, ties.kind)
    guessed = np.column_stack([ties.guessed, np.zeros(len(patrons), dtype=bool)])
    sums = [
        Sum(fit.ceiling, fit.intercept, _terms(fit, x[i], guessed[i], moves[i]), float(middle[i]), float(unread[i]), float(error[i]), fit.competing, _own(fit, patrons[i]))
        for i in range(len(patrons))
    ]  # fmt: skip
    reasons = [_drivers(one.terms) for one in sums]
    pairs = [f"{world.states[a]}-{world.states[b]}" for a, b in zip(ties.a, ties.b, strict=True)]
    past = spells(rows, as_of)
    found = [
        Risk(
            pairs[i],
            months,
            over(float(p[i]), months, fit.competing),
            over(float(low[i]), months, fit.competing),
            over(float(high[i]), months, fit.competing),
            over(base[i], months, fit.competing),
            SHRINK / (SHRINK + sums[i].own.years),
            reasons[i],
            past.get(pairs[i], Spell()),
            kind[i],
            patrons[i],
            sums[i],
        )
        for i in range(len(patrons))
        for months in HORIZONS
    ]
    found.sort(key=lambda r: (r.horizon_months != YEAR, r.horizon_months, -r.probability, r.pair))
    return Outlook(found, [NEEDED[name] for name in world.missing], fit.known, fit.ties, fit.ruptures)


def stored(lake: Lake | None, as_of: date, always: Iterable[tuple[str, str]] = ()) -> Outlook:
    """The outlook from what a store holds; without one, from the chronicle alone."""
    states = parties(chronicle()) | {code for pair in always for code in pair if is_state(code)}
    return outlook(of_lake(lake, states) if lake else unread(states), as_of, always)


def broken(pairs: Iterable[tuple[str, str]], as_of: date) -> int:
    """How many ruptures the chronicle holds between some pairs up to a day."""
    wanted = set(pairs)
    return sum(sides(r) in wanted for r in chronicle() if r.kind == RUPTURE and r.end <= as_of)


def quote(risk: Risk, ties: int, ruptures: int) -> str:
    """The sentence about one tie within a year that may be quoted: the number beside its interval and its base rate, and what broke already."""
    many = "one tie" if ties == 1 else f"{ties} ties"
    said = "one rupture" if ruptures == 1 else f"{ruptures or 'no'} ruptures"
    before = spell_said(risk.spell)
    return (
        f"about {thousand(risk.probability)} in 1,000 in a year ({thousand(risk.low)} to {thousand(risk.high)}), "
        f"base rate {thousand(risk.base_rate)} in 1,000; {many} with {said} since {FIRST_YEAR} {'is' if ties == 1 else 'are'} too few to fit locally{f'; {before}' if before else ''}"
    )


def cut_short(risk: Risk) -> str | None:
    """Why a chance within a year lies near the upper end of its interval, in a sentence; null where the model's ceiling is far."""
    if risk.horizon_months != YEAR or risk.high < NEAR * CEILING:
        return None
    return (
        f"no chance within a year passes {thousand(CEILING)} in 1,000, the model's ceiling: "
        "near it an interval has more room below the chance than above"
    )


def _fit(world: World, as_of: date) -> Fit:
    if as_of >= LAST_DAY:
        return shipped()
    first = date(FIRST_YEAR + LEARN_YEARS, 1, 1)
    if world.missing:
        lacking = ", ".join(NEEDED[name] for name in world.missing)
        raise UsageError(
            f"--as-of {as_of}: ask for a day from {LAST_DAY} on; a model that knows nothing later must be learnt from the "
            f"store, which lacks {lacking}; comity update turan --from DIR with their files, and days from {first} on can be asked"
        )
    if as_of < first:
        raise UsageError(
            f"--as-of {as_of}: ask for a day from {first} on; the chronicle begins in {FIRST_YEAR} and is too short to learn from before"
        )
    return learn(world, chronicle(), as_of)


def _kinds(fit: Fit, world: World, kinds: Codes) -> tuple[list[str], list[float]]:
    """Each tie's kind and base rate; ``any`` and the rate of all where neither arms nor treaties could tell."""
    if {REGISTER, "treaty"} & {*world.missing}:
        return [ANY] * len(kinds), [fit.rate] * len(kinds)
    return [str(kind) for kind in kinds], [fit.base_rate[str(kind)] for kind in kinds]


def _log_odds(fit: Fit, z: Array) -> tuple[Array, Array, Array]:
    """Log odds under the ceiling, the spread of what is unread, and the standard error with it: from standardised features, NaN where one is not known."""
    unknown = (np.isnan(z) * fit.coefficient**2).sum(axis=1)
    full = np.column_stack([np.ones(len(z)), np.nan_to_num(z)])
    error = np.sqrt(np.einsum("ij,jk,ik->i", full, fit.covariance, full) + unknown)
    return full @ np.array([fit.intercept, *fit.coefficient]), np.sqrt(unknown), error


def _probability(fit: Fit, middle: Array, unread: Array, error: Array) -> tuple[Array, Array, Array]:
    """Probability within a year with its 5 and 95 % bounds."""
    p = logistic(middle[:, None] + unread[:, None] * LIKE, fit.ceiling).mean(axis=1)
    low, high = (logistic(middle + side * NINETY * error, fit.ceiling) for side in (-1, 1))
    return p, np.minimum(low, p), np.maximum(high, p)


def over(p: float, months: int, otherwise: float) -> float:
    """Cumulative incidence over some months of what has a yearly chance p, where the tie may end otherwise first (cause-specific hazards)."""
    return p / (p + otherwise) * float(1 - (1 - p - otherwise) ** (months / 12)) if p else 0.0


def _terms(fit: Fit, values: Array, guessed: Mask, moves: Array) -> list[Term]:
    """Every feature of one tie, that which moves it most first."""
    columns = zip(fit.names, values.tolist(), guessed.tolist(), fit.mean.tolist(), fit.sd.tolist(), fit.coefficient.tolist(), moves.tolist(), strict=True)  # fmt: skip
    found = [Term(name, None if np.isnan(value) else value, *rest) for name, value, *rest in columns]
    return sorted(found, key=lambda term: -abs(term.contribution))


def _own(fit: Fit, patron: str) -> Own:
    years, ruptures = fit.patrons.get(patron, (0, 0))
    return Own(years, ruptures, SHRINK, fit.rate)


def _drivers(terms: list[Term]) -> list[Driver]:
    return [
        Driver(
            t.feature, float(np.exp(t.contribution)), "+" if t.contribution > 0 else "-", GRADE, MEANT[t.feature].title
        )
        for t in terms[:DRIVERS]
        if t.contribution
    ]
