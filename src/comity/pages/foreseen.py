"""Where each reading should go: its fan beside two naive rules, what it rests on, and what such forecasts were worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

import polars as pl

from comity.indicators import catalogue
from comity.pages.about import filled, says
from comity.pages.query import Query, wanted
from comity.pages.worth import Worth, summed, worth
from comity.vocabulary import INSTRUMENTS
from comity.watch.readings import Fan
from comity.watch.readings import Foreseen as Step

if TYPE_CHECKING:
    from comity.flow import Picture

AHEAD = "outlook"  # before the id of a reading, in that of its fan


@dataclass(frozen=True)
class Months:
    """One reading some months ahead."""

    months: int = says("months ahead")
    low: float = says("5 % quantile")
    quarter: float = says("25 % quantile")
    median: float = says("50 % quantile")
    three_quarters: float = says("75 % quantile")
    high: float = says("95 % quantile")
    own: float = says("its own mean, which is what the one naive rule expects; the other expects today's value")
    middle: float = says("value + back x (own mean - value), on the scale on which changes scatter alike")
    back: float = says("how much of the way to the own mean readings of this kind went over so many months, 0-1")
    changes: int = says("its own past changes over so many months, each quarter's")
    others: int = says("those of the others of its kind")
    weight: float = says("weight of its own, 0-1; the others have the rest")
    apart: float = says(
        "by how much low and high are put out on that scale, for what earlier forecasts of its kind missed"
    )
    verdict: str = says("what forecasts of its kind were worth, in words")


@dataclass(frozen=True)
class Foreseen:
    """One reading ahead."""

    subject: str = says("what it is about")
    value: float | None = says("today's value; null when it is not measured")
    state: str = says("observed, none reported, not covered or source failed")
    horizons: list[Months] = says("3, 12 and 24 months ahead, as far as its history bears them")
    lacks: str | None = says("why it is not looked ahead; null where it is")
    opens: str = says("id of the reading's evidence")
    rests: str = says("id of what the fan rests on: the reading quarter by quarter")


@dataclass(frozen=True)
class Kind:
    """One number of an indicator, of all partners: what is forecast, and judged, alike."""

    indicator: str = says("id of the indicator; /method/{id} explains it")
    part: str = says("which of its numbers; empty for the first")
    name: str = says("name of the indicator")
    unit: str = says("its unit and range")
    readings: list[Foreseen] = says("its readings")
    worth: list[Worth] = says("past scores, a horizon each; empty when none could be forecast")
    verdict: str = says("the same in words")


@dataclass(frozen=True)
class Then:
    """A reading at the end of an earlier quarter, as known then."""

    day: date = says("last day of the quarter")
    value: float | None = says("its value then; null when it was not measured")
    low: float | None = says("5 % bound")
    high: float | None = says("95 % bound")
    state: str = says("observed, none reported or not covered, on that day")


def kinds(picture: Picture, query: Query) -> list[Kind]:
    """Every reading of the partners asked for, and of the patron's own; of the instruments asked for, if any."""
    roles = picture.case.roles
    states = {roles.patron, *wanted(query.partners, roles.held, "partners")}
    shown = [f for f in picture.readings_ahead[0] if _about(f, states, query.instruments)]
    shown.sort(key=lambda f: (int(f.indicator[1:]), f.subject.partition(":")[2]))
    groups = groupby(shown, key=lambda f: (f.indicator, f.subject.partition(":")[2]))
    return [_kind(picture, *key, list(fans)) for key, fans in groups]


def _about(fan: Fan, states: set[str], instruments: tuple[str, ...]) -> bool:
    codes, _, part = fan.subject.partition(":")
    return set(codes.split("-")) <= states and (not instruments or part in instruments or part not in INSTRUMENTS)


def _kind(picture: Picture, indicator: str, part: str, fans: list[Fan]) -> Kind:
    card = catalogue()[indicator].card
    found = _worth(picture, indicator, part)
    return Kind(
        indicator, part, card.name, card.unit_of(part), [_foreseen(f, found) for f in fans], found, summed(found)
    )


def _worth(picture: Picture, indicator: str, part: str) -> list[Worth]:
    """What forecasts of one kind were worth, a horizon each."""
    return [worth(p, "the") for p in picture.readings_ahead[1].get((indicator, part), [])]


def _foreseen(f: Fan, found: list[Worth]) -> Foreseen:
    verdicts = {w.months: w.verdict for w in found}
    opens = f"{f.indicator}:{f.subject}"
    return Foreseen(
        f.subject, f.value, f.state, [_months(s, verdicts[s.months]) for s in f.ahead], f.lacks, opens, f"{AHEAD}:{opens}"
    )  # fmt: skip


def _months(s: Step, verdict: str) -> Months:
    low, quarter, median, three_quarters, high = s.quantiles
    quantiles = {"low": low, "quarter": quarter, "median": median, "three_quarters": three_quarters, "high": high}
    return filled(Months, s, **quantiles, verdict=verdict)


def ahead_of(picture: Picture, indicator: str, subject: str) -> Foreseen | None:
    """One reading ahead; None where there is no such reading."""
    fan = next((f for f in picture.readings_ahead[0] if (f.indicator, f.subject) == (indicator, subject)), None)
    return _foreseen(fan, _worth(picture, indicator, subject.partition(":")[2])) if fan else None


def before(picture: Picture, indicator: str, subject: str) -> list[Then]:
    """What a reading was at the end of each quarter, newest first."""
    rows = picture.history.filter(pl.col("indicator") == indicator, pl.col("subject") == subject)
    columns = rows.sort("date", descending=True).select("date", "value", "low", "high", "state")
    return [Then(*row) for row in columns.iter_rows()]
