"""One state: who holds it by what, what is read of it, what happened to it, and what presses on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from comity.acts import with_party
from comity.indicators.evidence import last_years
from comity.numerals import number
from comity.pages.about import About, about, says
from comity.pages.cells import PATRON, Cell, Row, rows, searched
from comity.pages.evidence import Measured, Read, newest, read
from comity.pages.map import arcs
from comity.pages.query import Query
from comity.pages.told import Told, in_period, told
from comity.pages.words import Part, Said, said
from comity.states import called, known, name_of
from comity.tables import pair_of

if TYPE_CHECKING:
    from comity.flow import Picture


SAID = 4  # ties named in the answer


@dataclass(frozen=True)
class Held:
    """One tie of a patron or rival, named from the other end."""

    partner: str = says("code of the partner")
    cell: Cell = says("the tie")


@dataclass(frozen=True)
class State:
    """A state's page."""

    about: About = says("header")
    code: str = says("ISO 3166-1 alpha-3 or organisation code")
    name: str = says("its name in English")
    role: str = says("patron, partner, beside, rival, or other when the case gives it no part")
    answer: Said | None = says(
        "the answer in words: the acts expected with the patron and the rivals, or with the partners; null where no tie of it has an act"
    )
    held_by: list[Cell] = says("its ties with the patron and the rivals; empty unless it is a partner")
    holds: list[Held] = says("its ties with the partners; empty unless it is the patron or a rival")
    readings: list[Read] = says("indicator readings about it or one of its pairs, without the tie strengths")
    changes: list[Told] = says("acts of the last 12 months or of the period asked for, newest first")
    pressure: list[Told] = says("pressure on or by it in the last five years or the period asked for, newest first")
    measures: list[Measured] = says("slow numbers about it and its pairs, the newest of each kind")


def state(picture: Picture, code: str, query: Query) -> State:
    """The page of any state; one without a part in the case shows the acts that name it. ``UnknownState`` for no code."""
    known(code, "the state asked for")
    roles = picture.case.roles
    acts = picture.acts.filter(with_party(code)).sort("date_to", "act", descending=True)
    if query.instruments:
        acts = acts.filter(pl.col("instrument").is_in(query.instruments))
    last = query.end or picture.as_of
    recent = in_period(acts, query.start or last_years(last, 1), last)
    pressing = in_period(acts.filter(pl.col("polarity") == -1), query.start or last_years(last, 5), last)
    table = rows(picture, query)
    return State(
        about=about(picture, query),
        code=code,
        name=name_of(code),
        role=_role(picture, code),
        answer=_answer(picture, query, code),
        held_by=[cell for row in table if row.state == code for cell in row.ties],
        holds=_holds(table, code) if code in roles.patrons else [],
        readings=_readings(picture, code),
        changes=told(recent, picture.reports),
        pressure=told(pressing, picture.reports),
        measures=newest(picture, (pl.col("subject") == code) | pl.col("subject").str.contains(f"(^|>){code}(>|$)")),
    )


def _answer(picture: Picture, query: Query, code: str) -> Said | None:
    """Its strongest ties in a sentence: of a partner the patron's first, of a patron or rival those with most acts expected."""
    known = [arc for arc in arcs(picture, query) if code in (arc.patron, arc.partner) and arc.acts]
    if not known:
        return None
    mine = [arc for arc in known if searched(arc)]
    if not mine:
        return said("Its ties with acts on record were hardly looked at: how often to expect acts cannot be said.")
    if code not in picture.case.roles.patrons:
        mine.sort(key=lambda arc: arc.role != PATRON)
    parts: list[str | Part] = ["Acts expected in the next 12 months: "]
    for n, arc in enumerate(mine[:SAID]):
        other = arc.partner if arc.patron == code else arc.patron
        opens = "/tie/" + "-".join(pair_of(code, other))
        parts += [*([", "] if n else []), Part(f"with {called(other)}", opens), f" {number(arc.strength)} ({number(arc.low)} to {number(arc.high)})"]  # fmt: skip
    return said(*parts, ". Who was searched less shows less." if code not in picture.case.roles.patrons else ".")


def _role(picture: Picture, code: str) -> str:
    roles = picture.case.roles
    parts = {"patron": (roles.patron,), "partner": roles.partners, "beside": roles.beside, "rival": roles.rivals}
    return next((part for part, codes in parts.items() if code in codes), "other")


def _holds(table: list[Row], code: str) -> list[Held]:
    return [Held(row.state, cell) for row in table for cell in row.ties if cell.with_ == code]


def _readings(picture: Picture, code: str) -> list[Read]:
    about_it = pl.col("subject").str.split(":").list.first().str.split("-").list.contains(code)
    rows = picture.readings.filter(about_it, ~pl.col("subject").str.contains(":"))
    return [
        read(r) for r in rows.sort(pl.col("indicator").str.slice(1).cast(pl.Int64), "subject").iter_rows(named=True)
    ]
