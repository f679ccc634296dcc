"""What an indicator may look at, and the few sums that several of them share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from scipy.special import gammaincinv, ndtri

from comity.acts import counted, pairwise, parties
from comity.tables import NONE_REPORTED, NOT_COVERED, OBSERVED, WORLD, Roles, identity, pair_of, subject_of
from comity.ties import BILATERAL, DRAWS, Array, drawn, exposure, month_ends, priors, shuffled
from comity.vocabulary import BROKEN, INSTRUMENTS, TIES, TO_COME, Modality

COVERED = 0.3  # with less of the evidence expected, a reading is not made
TRADE_ERROR = 0.1  # least relative error of a yearly number, on the log scale: a stated assumption
LOOKED_BACK = 10  # years, the furthest that any indicator looks at a history or counts pressure and context
VAGUE = 0.5  # Jeffreys weight of a rate before anything was seen
SHIFT = "alliance_shift"  # where breaking off is the act
INSTRUMENT_WEIGHT = 8.0  # Dirichlet weight of each instrument in the composite: equal, and not certain to be


class Reading(NamedTuple):
    """One value of an indicator; the columns of tables.READING without the indicator and the date."""

    subject: str
    value: float | None
    low: float | None
    high: float | None
    coverage: float
    state: str
    note: str | None
    used: list[str]


class Point(NamedTuple):
    """One yearly number and the measure that holds it."""

    year: int
    value: float
    measure: str


@dataclass(frozen=True)
class Evidence:
    """Everything known about a case on one day."""

    roles: Roles
    as_of: date
    acts: pl.DataFrame
    ties: pl.DataFrame
    coverage: pl.DataFrame
    measures: pl.DataFrame
    # Of an instrument in the composite; 1 where none is given.
    weights: Mapping[str, float] = field(default_factory=dict)
    failed: Mapping[str, str] = field(default_factory=dict)  # source that could not be read when last tried -> why

    @cached_property
    def today(self) -> dict[tuple[str, str, str, str], dict[str, Any]]:
        """The last row of each tie, by view, pair and instrument."""
        now = self.ties.filter(pl.col("month") == pl.col("month").max())
        return {(r["view"], r["a"], r["b"], r["instrument"]): r for r in now.iter_rows(named=True)}

    @cached_property
    def _histories(self) -> dict[tuple[str, str, str], tuple[list[float], list[float]]]:
        rows = self.ties.filter(pl.col("view") == BILATERAL).sort("month").group_by("a", "b", "instrument")
        found = rows.agg(pl.col("alpha") / pl.col("spread"), pl.col("beta") / pl.col("spread")).iter_rows()
        return {(a, b, k): (alpha, beta) for a, b, k, alpha, beta in found}

    @cached_property
    def _past(self) -> dict[tuple[str, str, str, int], Array]:
        return {}

    def past(self, one: str, other: str, instrument: str, quarters: int = 4 * LOOKED_BACK) -> Array:
        """200 draws of the yearly rate of a tie at the end of each of the last quarters, bilateral view: [quarters, 200].

        One draw is one level of belief through all quarters, that of ``rate``.
        """
        key = (*pair_of(one, other), instrument, quarters)
        if key not in self._past:
            alpha, beta = (part[-quarters:] for part in self._histories[key[:3]])
            unscaled = np.array([_unscaled(shape, subject_of(one, other, instrument)) for shape in alpha])
            self._past[key] = unscaled / np.array(beta)[:, None]
        return self._past[key]

    @cached_property
    def happened(self) -> list[dict[str, Any]]:
        """Acts that took place, oldest first, without who reported them: there may be very many."""
        done = self.acts.filter(pl.col("modality") == Modality.ACTUAL).drop("reports", "publishers")
        return list(done.sort("date_from", "act").iter_rows(named=True))

    @cached_property
    def by_instrument(self) -> dict[str, list[dict[str, Any]]]:
        """The same by instrument."""
        found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self.happened:
            found[row["instrument"]].append(row)
        return found

    @cached_property
    def points(self) -> dict[tuple[str, str], list[Point]]:
        """Every yearly number by its name and subject, oldest first; of two editions of a year the newer counts."""
        rows = self.measures.filter(pl.col("value").is_not_null()).sort(
            "date", pl.col("vintage").fill_null(date.min), "raw"
        )
        yearly = rows.with_columns(year=pl.col("date").dt.year()).unique(
            ["name", "subject", "year"], keep="last", maintain_order=True
        )
        series = yearly.group_by("name", "subject", maintain_order=True).agg("year", "value", "measure")
        return {(kind, subject): list(map(Point, *parts)) for kind, subject, *parts in series.iter_rows()}

    def watched(self, instrument: str, between: Iterable[tuple[str, str]], years: int) -> float:
        """Years of the last ones in which acts of an instrument between some pairs would have been seen, mean over pairs."""
        spots = [self._pairs.index(p) for p in between]
        looked = self._exposures[-12 * years :, spots, list(INSTRUMENTS).index(instrument)]
        return float(looked.mean(axis=1).sum()) if spots else 0.0

    def part(self, row: Mapping[str, Any], between: Iterable[tuple[str, str]], years: int) -> float:
        """What part of an act, spread evenly over the months in which it may have happened, lies in months of the last years
        in which somebody watched one of its own pairs: an act found by the way says nothing of how often such acts happen.
        """
        spots = [self._pairs.index(p) for p in between if {*p} <= {*parties(dict(row))}]
        looked = self._exposures[:, spots, list(INSTRUMENTS).index(row["instrument"])].max(axis=1, initial=0) > 0
        back = [
            12 * (day.year - self.as_of.year) + day.month - self.as_of.month
            for day in (row["date_from"], row["date_to"])
        ]
        months = range(back[0], back[1] + 1)
        return float(sum(looked[month - 1] for month in months if -12 * years < month <= 0) / len(months))

    @cached_property
    def _exposures(self) -> Array:
        return exposure(self.coverage, self._pairs, month_ends(self.as_of)[-12 * LOOKED_BACK :], tuple(INSTRUMENTS))

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        everybody = sorted({*self.roles.patrons, *self.roles.held})
        return list(combinations(everybody, 2))

    @cached_property
    def counted(self) -> pl.DataFrame:
        """The acts that strengthen a tie."""
        return counted(self.acts)

    @cached_property
    def behind(self) -> dict[tuple[str, str, str], list[str]]:
        """The acts that enter each tie, by pair and instrument."""
        found: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
        for act, a, b, k in pairwise(self.counted).select("act", "a", "b", "instrument").iter_rows():
            found[a, b, k].append(act)
        return found

    def rate(self, view: str, one: str, other: str, instrument: str) -> Array:
        """200 draws of the yearly rate of a tie, as every page draws them."""
        return drawn(self.today[view, *pair_of(one, other), instrument])

    def covered(self, one: str, other: str, instruments: Iterable[str] = TIES) -> float:
        """How much of the memory of these ties was watched, 0-1; the mean over instruments, 0 for a pair not measured."""
        a, b = pair_of(one, other)
        shares = [
            t["exposure"] / priors()[k].span if (t := self.today.get((BILATERAL, a, b, k))) else 0.0
            for k in instruments
        ]
        return min(1.0, float(np.mean(shares)))

    def used(self, pairs: Iterable[tuple[str, str]]) -> list[str]:
        """The acts that the ties of some pairs rest on: those of every instrument, because a tie borrows from the others."""
        return sorted(
            {act for one, other in pairs for k in TIES for act in self.behind.get((*pair_of(one, other), k), ())}
        )

    def composite(self, one: str, other: str) -> Array:
        """200 draws of C = sum over instruments of w log(1 + S / S_ref), in the bilateral-equivalent view.

        S_ref is the 95 % quantile of the world's active pairs; w is Dirichlet with equal means unless the case gives weights, the same draw for
        every pair, so that the interval holds the doubt about the weights as well.
        """
        parts = [np.log1p(self.rate(BILATERAL, one, other, k) / strong(k)) for k in TIES]
        return np.asarray((np.array(parts) * self._weights).sum(axis=0))

    def whole(self, one: str, other: str) -> float:
        """C of the strengths themselves and the mean weights."""
        a, b = pair_of(one, other)
        parts = [np.log1p(self.today[BILATERAL, a, b, k]["strength"] / strong(k)) for k in TIES]
        return float(np.array(parts) @ self._mean_weights)

    @cached_property
    def _mean_weights(self) -> Array:
        mean = np.array([self.weights.get(k, 1.0) for k in TIES])
        return np.asarray(mean / mean.sum())

    @cached_property
    def _weights(self) -> Array:
        """Weights of the instruments [instruments, draws], each column adding up to 1."""
        rng = np.random.default_rng(int(identity("composite weights"), 16))
        return np.asarray(rng.dirichlet(INSTRUMENT_WEIGHT * len(TIES) * self._mean_weights, size=DRAWS).T)


@lru_cache(maxsize=20_000)  # most quarters of the past look the same from one day and from the day a quarter on
def _unscaled(shape: float, key: str) -> Array:
    """200 draws of Gamma(shape, 1)."""
    return np.asarray(gammaincinv(shape, shuffled(key)))


def strong(instrument: str) -> float:
    """A strong tie by this instrument, acts a year: one in twenty of the world's active pairs has more."""
    return priors()[instrument].strong


def observed(subject: str, values: Array, coverage: float, used: list[str], note: str | None = None) -> Reading:
    """A reading from draws: their median, and their 5 and 95 % quantiles."""
    low, value, high = np.quantile(values, [0.05, 0.5, 0.95])
    return Reading(subject, float(value), float(low), float(high), coverage, OBSERVED, note, used)


def gap(subject: str, coverage: float, note: str) -> Reading:
    """A reading that cannot be made: not covered, never zero."""
    return Reading(subject, None, None, None, coverage, NOT_COVERED, note, [])


class Rate(NamedTuple):
    """How often something happened."""

    drawn: Array | None  # 200 draws, acts a year; None where less than ``COVERED`` of the years was watched
    coverage: float  # 0-1, the part of the years that was watched
    used: list[str]
    seen: int  # acts


def frequency(evidence: Evidence, instrument: str, by: Iterable[str], to: Iterable[str], years: int, key: str) -> Rate:
    """The yearly rate of acts of one instrument by some states to others: Gamma(VAGUE + belief, years watched).

    Belief and years are those of months that somebody watched, as for ties. An act that was lifted, refused or only announced is none, except where breaking off is the act (an alliance shift).
    """
    doers, others = set(by), set(to)
    between = sorted({pair_of(a, b) for a in doers for b in others if a != b})
    watched = evidence.watched(instrument, between, years)
    if watched < COVERED * years:
        return Rate(None, watched / years, [], 0)
    happened = evidence.by_instrument[instrument]
    done = (row for row in happened if instrument == SHIFT or row["stage"] not in (*BROKEN, *TO_COME))
    mine = [(row, evidence.part(row, between, years)) for row in done if _between(row, doers, others)]
    seen = {row["act"]: row["belief"] * part for row, part in mine if part}
    rates = gammaincinv(VAGUE + sum(seen.values()), shuffled(key)) / watched
    return Rate(np.asarray(rates), min(1.0, watched / years), sorted(seen), len(seen))


def _between(row: dict[str, Any], doers: set[str], others: set[str]) -> bool:
    """Whether an act was done by some states to others; a mutual one either way."""
    first, second = set(row["actors"]), set(row["recipients"] or row["actors"])
    if doers & first and others & second:
        return True
    return INSTRUMENTS[row["instrument"]].mutual and bool(doers & second and others & first)


def often(
    evidence: Evidence, subject: str, instrument: str, by: Iterable[str], to: Iterable[str], years: int
) -> Reading:
    """A reading of ``frequency``; of years that were watched and show nothing it says so."""
    rate = frequency(evidence, instrument, by, to, years, subject)
    if rate.drawn is None:
        return gap(subject, rate.coverage, f"the last {years} years were hardly watched for it")
    found = observed(subject, rate.drawn, rate.coverage, rate.used, f"{rate.seen} on record in {years} years")
    return found if rate.seen else found._replace(state=NONE_REPORTED)


def lag(points: Iterable[Point], as_of: date) -> int:
    """Whole years that the newest of some yearly numbers lies behind the last whole year; large without any."""
    return as_of.year - 1 - max((p.year for p in points), default=0)


def carried(points: list[Point], as_of: date) -> Array:
    """200 draws of a positive yearly number today: the newest, spread by how far its logarithm moved a year before.

    The spread grows with the root of the years since, and is never below ``TRADE_ERROR``: two states seldom report the
    same trade.
    """
    logs = np.log([max(p.value, 1e-9) for p in points[-LOOKED_BACK:]])
    step = max(float(np.std(np.diff(logs))) if len(logs) > 2 else 0.0, TRADE_ERROR)
    spread = step * np.sqrt(max(1, lag(points, as_of)))
    return np.asarray(points[-1].value * np.exp(spread * ndtri(shuffled(points[-1].measure))))


def last_years(end: date, years: int) -> date:
    """The first day of the years that end on a day: ten years to 30 June begin on 1 July."""
    try:
        return end.replace(year=end.year - years) + timedelta(days=1)
    except ValueError:  # 29 February
        return date(end.year - years, 3, 1)


def watched_to(evidence: Evidence, one: str, other: str) -> int:
    """The last day on which any source still looked at a pair, as an ordinal; what comes later was not seen by anybody."""
    rows = evidence.coverage.filter(
        pl.col("a").is_in([*pair_of(one, other), WORLD]), pl.col("b").is_in([*pair_of(one, other), WORLD])
    )
    return min(evidence.as_of, max(rows["date_to"], default=evidence.as_of)).toordinal()
