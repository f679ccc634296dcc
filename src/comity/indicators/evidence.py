"""What an indicator may look at, and the few sums that several of them share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from scipy.special import gammaincinv

from comity.acts import counted, pairwise
from comity.tables import NOT_COVERED, OBSERVED, Roles, identity
from comity.ties import BILATERAL, DRAWS, Array, draws, priors
from comity.vocabulary import TIES

COVERED = 0.3  # with less of the evidence expected, a reading is not made
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


@dataclass(frozen=True)
class Evidence:
    """Everything known about a case on one day."""

    roles: Roles
    as_of: date
    acts: pl.DataFrame
    ties: pl.DataFrame
    coverage: pl.DataFrame
    measures: pl.DataFrame

    @cached_property
    def today(self) -> dict[tuple[str, str, str, str], dict[str, Any]]:
        """The last row of each tie, by view, pair and instrument."""
        now = self.ties.filter(pl.col("month") == pl.col("month").max())
        return {(r["view"], r["a"], r["b"], r["instrument"]): r for r in now.iter_rows(named=True)}

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

    @cached_property
    def _drawn(self) -> dict[tuple[str, str, str, str], Array]:
        return {}

    def rate(self, view: str, one: str, other: str, instrument: str) -> Array:
        """200 draws of the yearly rate of a tie, as every page draws them."""
        key = (view, *pair(one, other), instrument)
        if key not in self._drawn:
            tie = self.today[key]
            self._drawn[key] = draws(tie["alpha"], tie["beta"], name(one, other, instrument))
        return self._drawn[key]

    def covered(self, one: str, other: str, instruments: Iterable[str] = TIES) -> float:
        """How much of the memory of these ties was watched, 0-1; the mean over instruments, 0 for a pair not measured."""
        a, b = pair(one, other)
        shares = [
            t["exposure"] / priors()[k].span if (t := self.today.get((BILATERAL, a, b, k))) else 0.0
            for k in instruments
        ]
        return min(1.0, float(np.mean(shares)))

    def used(self, pairs: Iterable[tuple[str, str]], instruments: Iterable[str] = TIES) -> list[str]:
        """The acts that enter the ties of some pairs."""
        kinds = list(instruments)
        return sorted(
            {act for one, other in pairs for k in kinds for act in self.behind.get((*pair(one, other), k), ())}
        )

    def composite(self, one: str, other: str) -> Array:
        """200 draws of C = sum over instruments of w log(1 + S / S_ref), in the bilateral-equivalent view.

        S_ref is what the prior calls strong, its 95 % quantile; w is Dirichlet with equal means, the same draw for
        every pair, so that the interval holds the doubt about the weights as well.
        """
        parts = [np.log1p(self.rate(BILATERAL, one, other, k) / strong(k)) for k in TIES]
        return np.asarray((np.array(parts) * _weights()).sum(axis=0))


def pair(one: str, other: str) -> tuple[str, str]:
    """Two states in alphabetical order."""
    return min(one, other), max(one, other)


def name(one: str, other: str, instrument: str = "") -> str:
    """The subject of a reading about a pair, as in KAZ-TUR or KAZ-TUR:arms."""
    return "-".join(pair(one, other)) + (f":{instrument}" if instrument else "")


def strong(instrument: str) -> float:
    """A strong tie by this instrument, acts a year: the 95 % quantile of its prior."""
    prior = priors()[instrument]
    return float(gammaincinv(prior.mean * prior.years, 0.95) / prior.years)


def observed(subject: str, values: Array, coverage: float, used: list[str], note: str | None = None) -> Reading:
    """A reading from draws: their median, and their 5 and 95 % quantiles."""
    low, value, high = np.quantile(values, [0.05, 0.5, 0.95])
    return Reading(subject, float(value), float(low), float(high), coverage, OBSERVED, note, used)


def gap(subject: str, coverage: float, note: str) -> Reading:
    """A reading that cannot be made: not covered, never zero."""
    return Reading(subject, None, None, None, coverage, NOT_COVERED, note, [])


def _weights() -> Array:
    """Weights of the instruments [instruments, draws], each column adding up to 1."""
    rng = np.random.default_rng(int(identity("composite weights"), 16))
    return np.asarray(rng.dirichlet([INSTRUMENT_WEIGHT] * len(TIES), size=DRAWS).T)
