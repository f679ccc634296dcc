"""How is it measured, and what does it read? One method card an indicator, beside its readings; and the prior of each tie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from comity import indicators
from comity.errors import NotFound
from comity.gravity import gravity
from comity.pages.about import About, about, filled, says
from comity.pages.evidence import Read, read
from comity.pages.query import Query
from comity.sources.casebook.read import years
from comity.ties import priors
from comity.vocabulary import INSTRUMENTS

if TYPE_CHECKING:
    from comity.flow import Picture


@dataclass(frozen=True)
class Card:
    """One indicator and what it reads in this case."""

    id: str = says("id of the indicator")
    name: str = says("its name")
    meaning: str = says("what it says about a tie")
    formula: str = says("how it is computed")
    unit: str = says("unit and range of its value, then of each further part by name")
    direction: str = says("whether higher is better or worse")
    limits: list[str] = says("what it does not say")
    source: str = says("where the definition comes from")
    horizon: str = says("how long an input is carried forward; beyond it there is no reading")
    readings: list[Read] = says("its readings on this day")


@dataclass(frozen=True)
class Assumption:
    """The prior of one instrument: what is believed of a tie before any evidence."""

    instrument: str = says("a word of the vocabulary")
    meaning: str = says("what the instrument is")
    mean: float = says("acts a year of the average pair of the world; of a pair it follows size, distance and so on")
    years: float = says("evidence-years that this is worth")
    half_life: float = says("years after which an act weighs half")
    temper: float = says("how many counted acts carry the information of one")


@dataclass(frozen=True)
class YearSeen:
    """What part of one year's acts the casebook's pages can show."""

    year: int = says("the year")
    rows: int = says("rows of the casebook whose page is dated")
    seen: float = says("share of the year's acts that pages can show, against the best year, 0-1")
    low: float = says("5 % bound")
    high: float = says("95 % bound")


@dataclass(frozen=True)
class Methods:
    """Every method card with its readings, and every constant of the tie filter."""

    about: About = says("header")
    indicators: list[Card] = says("one an indicator, in the order of their ids")
    priors: list[Assumption] = says("one an instrument of defence")
    years: list[YearSeen] = says("how much of each year the casebook of this case can show; empty when it does not say")


@dataclass(frozen=True)
class Method:
    """One method card with its readings."""

    about: About = says("header")
    card: Card = says("the indicator")


def methods(picture: Picture, query: Query) -> Methods:
    """All indicators and all constants."""
    constants = [
        Assumption(k, INSTRUMENTS[k].meaning, gravity()[k].world, p.years, p.half_life, p.temper)
        for k, p in priors().items()
    ]
    seen = [YearSeen(**row.model_dump()) for row in years(picture.case.folder / "years.csv")]
    return Methods(about(picture, query), [_card(picture, id) for id in indicators.catalogue()], constants, seen)


def method(picture: Picture, id: str, query: Query) -> Method:
    """One indicator; raises ``NotFound`` when there is none of that id."""
    if id not in (known := indicators.catalogue()):
        raise NotFound(f"there is no indicator {id[:20]!r}; there are {', '.join(known)}")
    return Method(about(picture, query), _card(picture, id))


def _card(picture: Picture, id: str) -> Card:
    item = indicators.catalogue()[id].card
    rows = picture.readings.filter(pl.col("indicator") == id).sort("subject")
    readings = [read(r) for r in rows.iter_rows(named=True)]
    return filled(Card, item, unit=item.units, limits=list(item.limits), readings=readings)
