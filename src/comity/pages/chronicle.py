"""Which defence ties broke, nearly broke and were mended, anywhere; and how much of it the chronicle holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from comity.pages.about import About, about, filled, says
from comity.pages.query import Query
from comity.pages.told import safe_url
from comity.rupture import chronicle as ours
from comity.rupture.chronicle import FIRST_YEAR, KINDS, Row
from comity.states import known

if TYPE_CHECKING:
    from comity.flow import Picture


@dataclass(frozen=True)
class End:
    """One rupture, scare, competing end or repair."""

    id: str = says("id of the row")
    a: str = says("first state or organisation in alphabetical order")
    b: str = says("second")
    initiator: str = says("who did it")
    date_from: date = says("first day on which it may have happened")
    date_to: date = says("last such day; the row counts from then on")
    kind: str = says("rupture, scare (undone within 90 days or before it took effect), competing_end or repair")
    type: str = says("what was ended")
    severity: int = says("1 one instrument, 2 several, 3 all defence ties, 4 relations broken")
    instruments: list[str] = says("the instruments it is about")
    reversed_on: date | None = says("when it was undone; null when it was not by the day, or nobody looked")
    text: str = says("what happened, in one sentence")
    url: str | None = says("page that states it, if it may be opened")
    publisher: str = says("who published that page")
    partnership: bool = says("whether it is about a partnership of two states; others are left out of hazards")
    in_case: bool = says("whether both have a part in this case")


@dataclass(frozen=True)
class Sweep:
    """What one search found beside the others."""

    sweep: str = says("name of the search")
    found: int = says("ruptures it found")
    elsewhere: int = says("ruptures the other searches found")
    shared: int = says("ruptures that both found")
    estimate: float | None = says(
        "ruptures there are, by Chapman; null when fewer than seven are shared or the search was aimed"
    )
    error: float | None = says("standard error of the estimate")


@dataclass(frozen=True)
class Agreed:
    """How well a second coder agrees with the first."""

    coder: str = says("who coded a second time, without looking at the first coding")
    drawn: bool = says("whether its rows were drawn at random: only then do its figures speak for the others")
    field: str = says("what was coded: kind or severity")
    rows: int = says("rows coded twice")
    same: int = says("rows coded alike")
    low: float = says("share coded alike, lower end of its 95 % interval (Wilson)")
    high: float = says("upper end")
    kappa: float | None = says("Cohen's kappa: agreement beyond chance; null where chance alone agrees on all")
    error: float | None = says("standard error of kappa; null where all rows are alike")


@dataclass(frozen=True)
class Chronicle:
    """The chronicle as known on a day."""

    about: About = says("header")
    begins: int = says("year in which the list begins: what broke before is not in it")
    counts: dict[str, int] = says("rows by kind, of the whole chronicle up to the day")
    last: date | None = says(
        "first day on which the newest row may have happened: of a row dated to its year no later day is known"
    )
    ends: list[End] = says("newest first, of the period and states asked for")
    sweeps: list[Sweep] = says("how complete it is: one estimate for each search beside the others")
    agreed: list[Agreed] = says("how well each second coding agrees with the first; random draws first")


def chronicle(picture: Picture, query: Query) -> Chronicle:
    """Every dated end known on the day; ``partners`` narrows it to rows that name one of them."""
    some = {known(code, "partners") for code in query.partners}
    rows = [row for row in ours.chronicle() if row.end <= picture.as_of]
    shown = [row for row in rows if _asked(row, query, some)]
    counts = Counter(row.kind for row in rows)
    return Chronicle(
        about=about(picture, query),
        begins=FIRST_YEAR,
        counts={kind: counts[kind] for kind in KINDS},  # type: ignore[index]
        last=max((row.date for row in rows), default=None),
        ends=[_end(row, picture.case.states, picture.as_of) for row in reversed(shown)],
        sweeps=[Sweep(*found) for found in ours.completeness(rows)],
        agreed=[Agreed(*agreed) for agreed in ours.agreement(rows)],
    )


def _asked(row: Row, query: Query, some: set[str]) -> bool:
    """Whether a row is of the states, instruments and period asked for."""
    if some and not some & {row.state_a, row.state_b}:
        return False
    if query.instruments and not {*row.instruments} & {*query.instruments}:
        return False
    return (not query.start or row.end >= query.start) and (not query.end or row.date <= query.end)


def _end(row: Row, states: frozenset[str], as_of: date) -> End:
    return filled(
        End,
        row,
        a=row.state_a,
        b=row.state_b,
        date_from=row.date,
        date_to=row.end,
        severity=int(row.severity),
        instruments=list(row.instruments),
        reversed_on=row.reversed_on if row.reversed_on and row.reversed_on <= as_of else None,
        text=row.summary,
        url=safe_url(row.source_url),
        publisher=row.source_publisher,
        partnership=row.between_states,
        in_case={row.state_a, row.state_b} <= states,
    )
