"""The chronicle: dated ends of defence ties, and what nearly was one. Ours, sourced row by row, CC BY 4.0.

A month or a year counts at its end, or a model would see the future. An empty ``reversed_on`` means that nobody looked,
not that it is still in force.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from comity import byhand
from comity.errors import CaseError
from comity.scores import wilson
from comity.states import is_state, known
from comity.vocabulary import INSTRUMENTS, span

FIRST_YEAR = 1990
LAST_DAY = dt.date(2024, 6, 30)  # what came later is held back to judge forecasts
RUPTURE, SCARE, COMPETING, REPAIR = KINDS = ("rupture", "scare", "competing_end", "repair")
SCARED = dt.timedelta(days=90)  # a scare is undone within this time, or before it took effect
SHARED = 7  # fewer rows found twice, and Chapman's estimate is biased (Robson and Regier 1964)
PENDING = "P"  # the sweep of a row sent in since the shipped fit was made, which has not learnt from it
# Searches for what the others lacked, and rows sent in: what they share with the others does not tell what is missing.
AIMED = frozenset({"S", PENDING})
DRAWN = "random draw"  # in the name of a second coder whose rows were drawn at random
Z = 1.959964  # of the normal distribution, for 95 %


class Row(BaseModel):
    """One dated end, scare or repair."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    state_a: str
    state_b: str
    initiator: str
    date: dt.date  # first day of the period
    date_precision: Literal["day", "month", "year"]
    kind: Literal["rupture", "scare", "competing_end", "repair"]
    type: Literal["agreement", "embargo", "licence", "programme", "troops", "base", "exercise", "aid", "diplomatic"]
    severity: Literal["1", "2", "3", "4"]  # one instrument, several, all defence ties, relations broken
    instruments: tuple[str, ...]
    reversed_on: dt.date | None
    summary: str
    source_url: str
    source_publisher: str
    source_date: dt.date | None
    sweeps: tuple[str, ...]  # the searches that found it, made apart from each other
    repair_of: str
    source2_url: str
    second_kind: Literal["", "rupture", "scare", "competing_end", "repair"]
    second_severity: Literal["", "1", "2", "3", "4"]
    second_coder: str

    @field_validator("instruments", "sweeps", mode="before")
    @classmethod
    def _split(cls, text: str) -> tuple[str, ...]:
        return tuple(part for part in text.split(";") if part)

    @field_validator("reversed_on", "source_date", mode="before")
    @classmethod
    def _none(cls, text: str) -> str | None:
        return text or None

    @field_validator("instruments")
    @classmethod
    def _instruments(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if strange := set(names) - set(INSTRUMENTS):
            raise ValueError(f"{', '.join(sorted(strange))}: no instrument")
        return names

    @model_validator(mode="after")
    def _ordered(self) -> Row:
        if self.state_a >= self.state_b:
            raise ValueError(f"{self.state_a}, {self.state_b}: name the two in alphabetical order")
        return self

    @property
    def end(self) -> dt.date:
        """Last day on which it may have happened: the day from which it counts."""
        return span(self.date, self.date_precision)[1]

    @property
    def settled(self) -> dt.date | None:
        """The day from which it is known to be no rupture: a repair from its end on, a scare once undone; null for a rupture."""
        if self.kind == RUPTURE:
            return None
        undone = self.end if self.kind == REPAIR else self.reversed_on or self.end + SCARED
        return max(undone, self.end)

    @property
    def between_states(self) -> bool:
        """Whether it is about a partnership of two states: an embargo by the UN or the EU breaks none."""
        return is_state(self.state_a) and is_state(self.state_b)


class Found(NamedTuple):
    """How many ruptures there are by one sweep beside the others (Chapman 1951)."""

    sweep: str
    found: int  # by this sweep
    elsewhere: int  # by the others
    shared: int  # by both
    estimate: float | None  # of all there are to find; null with fewer than seven shared, or for a sweep that was aimed
    error: float | None  # standard error


class Agreement(NamedTuple):
    """How well a second coder, who did not see the first coding, agrees with it."""

    coder: str  # who coded a second time
    drawn: bool  # whether the rows were a random draw: only then does the figure speak for rows outside it
    field: str  # kind or severity
    rows: int  # coded twice
    same: int  # coded alike
    low: float  # share coded alike, lower end of its 95 % interval (Wilson 1927)
    high: float  # upper end
    kappa: float | None  # Cohen's (1960): agreement beyond chance, 1 at most; null where chance alone agrees on all
    error: float | None  # its standard error; null where all are alike, which the formula would take for certainty


def chronicle(path: Path | None = None) -> list[Row]:
    """Every row, oldest first; that of a file of the same form, or the one shipped. ``CaseError`` names a wrong line."""
    return _shipped() if path is None else _read(path)


@cache
def _shipped() -> list[Row]:
    return _read(files(__package__).joinpath("chronicle.csv"))


def _read(path: Path | Traversable) -> list[Row]:
    rows = []
    for where, row in byhand.table(path, Row, CaseError):
        for code in (row.state_a, row.state_b, row.initiator):
            known(code, where)
        rows.append(row)
    ids = [row.id for row in rows]
    if twice := {id for id in ids if ids.count(id) > 1}:
        raise CaseError(f"{path.name}: {', '.join(sorted(twice))} given twice")
    return sorted(rows, key=lambda row: (row.end, row.id))


def completeness(rows: Iterable[Row]) -> list[Found]:
    """For each sweep, how many ruptures there are if it and the others had searched independently and alike.

    They did not quite: sweeps of different regions share little, which lifts the estimate; both look where news is, which
    lowers it. Read the spread, not one number. N = (n1 + 1)(n2 + 1) / (m + 1) - 1. A sweep that was aimed at what the
    others lacked has no estimate and is left out of the others'.
    """
    ruptures = [row for row in rows if row.kind == RUPTURE]
    return [_chapman(sweep, ruptures) for sweep in sorted({s for row in ruptures for s in row.sweeps})]


def _chapman(sweep: str, rows: list[Row]) -> Found:
    one = {row.id for row in rows if sweep in row.sweeps}
    other = {row.id for row in rows if set(row.sweeps) - {sweep} - AIMED}
    n1, n2, m = len(one), len(other), len(one & other)
    if m < SHARED or sweep in AIMED:
        return Found(sweep, n1, n2, m, None, None)
    estimate = (n1 + 1) * (n2 + 1) / (m + 1) - 1
    variance = (n1 + 1) * (n2 + 1) * (n1 - m) * (n2 - m) / ((m + 1) ** 2 * (m + 2))
    return Found(sweep, n1, n2, m, estimate, math.sqrt(variance))


def agreement(rows: Iterable[Row]) -> list[Agreement]:
    """How well each second coder, random draws first, agrees with the first.

    Cohen's kappa = (p - e) / (1 - e), p the share coded alike, e what chance would from both coders' shares. Its standard error is sqrt(p (1 - p) / n) / (1 - e). Severity is compared as it stands: one step off is as wrong as two.
    """
    twice = [row for row in rows if row.second_kind and row.second_severity]
    return [
        _kappa(coder, field, [codes(row) for row in twice if row.second_coder == coder])
        for coder in sorted({row.second_coder for row in twice}, key=lambda coder: (DRAWN not in coder, coder))
        for field, codes in CODED.items()
    ]


CODED: dict[str, Callable[[Row], tuple[str, str]]] = {
    "kind": lambda row: (row.kind, row.second_kind),
    "severity": lambda row: (row.severity, row.second_severity),
}


def _kappa(coder: str, field: str, pairs: list[tuple[str, str]]) -> Agreement:
    n, same = len(pairs), sum(a == b for a, b in pairs)
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    p, e = same / n, sum(first[code] * second[code] for code in first) / n**2
    kappa = None if e == 1 else (p - e) / (1 - e)
    error = None if kappa is None or same == n else math.sqrt(p * (1 - p) / n) / (1 - e)
    return Agreement(coder, DRAWN in coder, field, n, same, *wilson(p, n, Z), kappa, error)
