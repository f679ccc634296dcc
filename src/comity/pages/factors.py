"""Where is it vulnerable, what works against it, what holds it? Every row of the case's tables with the readings that test it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.cases.factors import Factor, Tested
from comity.cases.factors import factors as listed
from comity.indicators import Evidence, catalogue
from comity.indicators.composite import ONE_FACTOR, holders, omega
from comity.indicators.evidence import strong
from comity.pages.about import About, about, says
from comity.pages.evidence import Read, read
from comity.pages.query import Query, wanted
from comity.tables import NOT_COVERED
from comity.vocabulary import TIES

if TYPE_CHECKING:
    from comity.flow import Picture


@dataclass(frozen=True)
class Of:
    """A reading and the state that it is about."""

    state: str = says("code of the partner, or of the patron for a reading of the whole case")
    reading: Read = says("the reading")


@dataclass(frozen=True)
class Test:
    """One kind of reading that tests a row, state by state."""

    indicator: str = says("id of the indicator; /method/{id} explains it")
    name: str = says("its name, with its part")
    unit: str = says("unit and range")
    direction: str = says("what is exposed")
    readings: list[Of] = says("one a partner, and one of the patron where there is one")


@dataclass(frozen=True)
class Row:
    """One row of the tables."""

    kind: str = says("vulnerability, disruptor, resilience or factor")
    name: str = says("what it is")
    leads_to: str = says("what it is said to lead to: a claim, which the readings do not prove")
    tests: list[Test] = says("the readings that test it")
    risk: str | None = says("of a factor, what works against it")
    risk_tests: list[Test] = says("the readings that test that")
    measured: int = says("readings with a value that somebody looked for")
    of: int = says("readings that there would be if everything were covered")


@dataclass(frozen=True)
class Whole:
    """One patron's ties with a partner in one number."""

    with_: str = says("code of the patron or rival")
    value: float = says(
        "composite: sum over instruments of weight x log(1 + strength / a strong tie), of the bilateral view"
    )
    low: float = says("5 % bound of its draws, doubt about the weights included")
    high: float = says("95 % bound")
    first: float = says("probability that it is the largest of those compared, 0-1")


@dataclass(frozen=True)
class Holders:
    """Who holds one partner, all instruments together."""

    partner: str = says("code of the partner")
    holders: list[Whole] = says("patron and rivals that were watched well and evenly enough, the likeliest first")
    left_out: list[str] = says("those that were not")


@dataclass(frozen=True)
class Factors:
    """Every row of the case's vulnerability and factor tables; and the labelled weighted view."""

    about: About = says("header")
    rows: list[Row] = says("every row, in the order of the table")
    columns: list[str] = says("codes of the states shown")
    weights: dict[str, float] = says("mean weight of each instrument in the weighted view")
    strong: dict[str, float] = says(
        "acts a year of a strong tie by each instrument: one in twenty of the world's active pairs has more"
    )
    weighted: list[Holders] = says("who holds each partner, all instruments in one number")
    omega: float | None = says(
        "how far one factor explains the instruments, 0-1; below .6 they do not measure one thing; null with too few pairs"
    )
    one_factor: float = says("omega from which on the weighted view is not greyed")


def _evidence(picture: Picture) -> Evidence:
    """What the readings of a picture were made from."""
    case = picture.case
    return Evidence(
        case.roles, picture.as_of, picture.acts, picture.ties, picture.coverage, picture.measures, case.weights
    )


def factors(picture: Picture, query: Query) -> Factors:
    """The tables of the case."""
    roles = picture.case.roles
    partners = wanted(query.partners, roles.held, "partners")
    found: dict[tuple[str, str], list[Of]] = {}
    for row in picture.readings.iter_rows(named=True):
        state, part = _about(row["subject"], roles.patron, roles.held)
        if state in (*partners, roles.patron):
            found.setdefault((row["indicator"], part), []).append(Of(state, read(row)))
    evidence = _evidence(picture)
    mean = {k: picture.case.weights.get(k, 1.0) for k in TIES}
    return Factors(
        about=about(picture, query),
        rows=[_row(factor, found) for factor in listed(picture.case)],
        columns=[*partners, roles.patron],
        weights={k: w / sum(mean.values()) for k, w in mean.items()},
        strong={k: strong(k) for k in TIES},
        weighted=[_holders(evidence, p) for p in partners],
        omega=omega(evidence),
        one_factor=ONE_FACTOR,
    )


def _about(subject: str, patron: str, held: Iterable[str]) -> tuple[str, str]:
    """The state that a subject is about, and its part.

    >>> _about("KAZ-TUR:conversion", "TUR", ("KAZ",)), _about("TUR:disparity", "TUR", ("KAZ",))
    (('KAZ', 'conversion'), ('TUR', 'disparity'))
    """
    base, _, part = subject.partition(":")
    codes = base.split("-")
    if len(codes) > 1 and patron not in codes:
        return "", part
    return next((c for c in codes if c in held), patron), part


def _row(factor: Factor, found: dict[tuple[str, str], list[Of]]) -> Row:
    tests, risks = (_tests(tested, found) for tested in (factor.readings, factor.risk_readings))
    every = [one.reading for test in (*tests, *risks) for one in test.readings]
    return Row(
        factor.kind,
        factor.name,
        factor.leads_to,
        tests,
        factor.risk or None,
        risks,
        sum(r.value is not None and r.state != NOT_COVERED for r in every),
        len(every),
    )


def _tests(tested: Iterable[Tested], found: dict[tuple[str, str], list[Of]]) -> list[Test]:
    cards = {id: item.card for id, item in catalogue().items()}
    return [
        Test(
            one.indicator,
            f"{cards[one.indicator].name}{f', {one.part}' if one.part else ''}",
            cards[one.indicator].unit_of(one.part),
            cards[one.indicator].direction,
            found[one],
        )
        for one in tested
        if one in found  # the mesh of one instrument is read only where that was watched
    ]


def _holders(evidence: Evidence, partner: str) -> Holders:
    seen = [Whole(*holder) for holder in holders(evidence, partner)]
    compared = {whole.with_ for whole in seen}
    return Holders(partner, seen, [p for p in evidence.roles.patrons if p not in compared])
