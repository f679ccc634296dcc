"""Sources: one folder each, with a card that makes promises and a reader that keeps the raw file's words.

A folder ``sources/<name>/`` with ``source.toml`` and ``read.py`` is a source; nothing is registered anywhere. ``read.py``
has two functions: ``layout(path)`` says cheaply which of the source's layouts a file has, or none; ``read(raw, layout)``
turns the file into tables, which are then held against the card's promises. Two more are optional: ``derive(lake, found,
states)`` makes the reports of a source whose files must be joined, and ``read_many(raws, layout)`` is for one whose files
are many and small.

A source that is fetched says so in its folder. Either ``[fetch]`` in ``source.toml`` lists the addresses of its editions;
or ``live.py`` has a function ``plan(door, due)`` that asks the publisher's lists and returns the files wanted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, partial
from importlib import import_module
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from comity import byhand
from comity.errors import ComityError, SourceError
from comity.events import Found
from comity.fetch import Due, Wanted
from comity.lake import Batch, Lake, RawFile, raw_file
from comity.states import is_state
from comity.tables import COVERAGE, WORLD
from comity.vocabulary import Modality

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from comity.fetch import Door, Missed, Plan

F = TypeVar("F")
PARTS = ("source.toml", "read.py")
T = TypeVar("T")


class Volume(BaseModel):
    """What a whole file of one layout holds of the states that the built-in cases name: every one, but for those said here."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: int = Field(ge=1)  # a file of so many rows is a whole one
    without: dict[str, str] = {}  # state -> why it is not in it


class Promise(BaseModel):
    """What a file of this source must hold; less than that is a broken promise and stops the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: int = 0  # at least so many rows in a whole file
    kept: float = 0.0  # at least this share of the rows becomes evidence, 0-1
    volume: dict[str, Volume] = {}  # layout -> states that a whole file of it holds
    silent: str = ""  # why nothing is promised of states, where nothing is

    def said(self) -> list[str]:
        """What it promises of the states that the built-in cases name, a sentence a layout."""
        found = []
        for layout, volume in self.volume.items():
            but = "".join(f"; {state}: {why}" for state, why in volume.without.items())
            found.append(
                f"a file of {volume.rows} rows laid out as {layout} has every state{' but these' * bool(but)}{but}"
            )
        return found or [self.silent]


class Address(BaseModel):
    """One file of a source that is published in editions: ``{day}`` and ``{year}`` become those of the day it is fetched."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str
    name: str = Field(pattern=r"^[^{}]*\{day\}[^{}]*$")  # each edition under its own day, so that none is replaced


class Editions(BaseModel):
    """How a source without a ``live.py`` is fetched: every so many days, all its addresses."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: int = Field(default=30, ge=1)
    files: list[Address]


class Own(BaseModel):
    """Whose files these are; a card says it anew where they belong to a case of the user's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    publisher: str
    homepage: str
    licence: str
    terms: str  # in plain words: what a user may do with the data
    attribution: str  # the line that an export must carry
    may_redistribute: bool
    rhythm: str
    limits: list[str]  # what it does not show, and what the reader drops


class Card(Own):
    """A source's card: ``source.toml``, checked at the door."""

    name: str
    title: str
    languages: list[str]
    reader: int  # version of the reader; a new one reads every file again
    reliability: Literal["A", "B", "C", "D", "E", "F"]
    measures: str  # what of the subject it shows
    beliefs: dict[str, float] = {}  # class of report -> probability that it is right
    why_beliefs: str = ""
    detection: dict[str, float] = {}  # what it covers -> probability that it shows an act that happened
    why_detection: str = ""
    promises: Promise = Promise()
    fetch: Editions | None = None
    own: Own | None = None

    def of(self, built_in: bool) -> Card:
        """The card as it holds for a built-in case, or for one of the user's own: nobody licenses another's files."""
        return self if built_in or self.own is None else self.model_copy(update=dict(self.own))


class Source(NamedTuple):
    """A source: its card and its functions."""

    card: Card
    layout: Callable[[Path], str | None]
    read: Callable[[RawFile, str], Batch]
    # An error for each file that cannot be read.
    read_many: Callable[[Sequence[RawFile], str], list[Batch | ComityError]]
    # Reports of events, and what the files cover.
    derive: Callable[[Lake, Found, frozenset[str]], dict[str, pl.DataFrame]] | None
    plan: Plan | None  # what to fetch; null for a source that is read from files only


@cache
def catalogue() -> dict[str, Source]:
    """Every source by name. Raises ``SourceError`` naming the card and the field that is wrong, or what a folder lacks."""
    return {name: _source(name) for name in folders(files(__name__))}


def folders(root: Traversable) -> list[str]:
    """The names of the folders that hold a source, in order. ``SourceError`` names one that holds half of it."""
    found = []
    for folder in sorted(root.iterdir(), key=lambda f: f.name):
        lacking = [part for part in PARTS if not folder.joinpath(part).is_file()]
        if lacking and len(lacking) < len(PARTS):
            raise SourceError(
                f"sources/{folder.name} has no {lacking[0]}: a source is a folder with {' and '.join(PARTS)}"
            )
        found += [] if lacking else [folder.name]
    return found


@cache
def card(name: str) -> Card:
    """The card of one source."""
    path = files(__name__).joinpath(name, "source.toml")
    mine = byhand.checked(Card, byhand.toml(path, SourceError), f"{name}/{path.name}", SourceError)
    if mine.name != name:
        raise SourceError(
            f"{name}/{path.name}: name is {mine.name!r}, and a source is called as its folder; write {name!r}"
        )
    return mine


def _source(name: str) -> Source:
    module = import_module(f"{__name__}.{name}.read")
    mine = card(name)
    for function in ("layout", "read"):
        if not hasattr(module, function):
            raise SourceError(f"sources/{name}/read.py has no function {function}(); CONTRIBUTING.md says what it does")
    read = partial(_understood, mine, module.read)
    many = getattr(module, "read_many", None)
    live = files(__name__).joinpath(name, "live.py").is_file()
    return Source(
        mine,
        partial(_told_apart, module.layout),
        read,
        partial(_together, mine, many, read) if many else partial(_each, read),
        getattr(module, "derive", None),
        partial(_planned, name) if live else partial(_editions, name, mine.fetch) if mine.fetch else None,
    )


@cache
def tables_of(name: str, path: Path) -> dict[str, pl.DataFrame]:
    """The tables that a source reads from one file, for fits and scores. Raises ``SourceError`` for a file of another."""
    source = catalogue()[name]
    layout = source.layout(path)
    if layout is None:
        raise SourceError(f"{path.name} is no file of {name}")
    return source.read(raw_file(path), layout).tables


def _planned(name: str, door: Door, due: Due) -> Awaitable[Sequence[Wanted | Missed]]:
    """What a source's ``live.py`` wants; it is loaded when something is fetched."""
    found: Awaitable[Sequence[Wanted | Missed]] = import_module(f"{__name__}.{name}.live").plan(door, due)
    return found


async def _editions(name: str, fetch: Editions, door: Door, due: Due) -> list[Wanted]:
    """The files of a card's ``[fetch]`` table whose newest edition here is older than its days."""
    today, wanted = due.now.date(), []
    for file in fetch.files:
        before, after = map(re.escape, file.name.split("{day}"))
        editions = [
            date.fromisoformat(m[1]) for n in due.have if (m := re.fullmatch(rf"{before}(\d{{4}}-\d\d-\d\d){after}", n))
        ]
        if not editions or (today - max(editions)).days >= fetch.days:
            url = file.url.format(day=today, year=today.year)
            wanted.append(Wanted(name, url, file.name.format(day=today)))
    return wanted


# What parsers raise on bytes that are not what they take for granted, or that the disk does not give; a panic of Polars is no
# Exception.
RUBBISH = (
    pl.exceptions.PolarsError, pl.exceptions.PanicException,
    ValueError, ArithmeticError, LookupError, TypeError, AttributeError, RuntimeError, OSError,
)  # fmt: skip


def _understood(card: Card, read: Callable[[RawFile, str], Batch], raw: RawFile, layout: str) -> Batch:
    """A file as its reader reads it; what breaks the reader or a promise is a ``SourceError`` that names the file."""
    try:
        return kept_promises(card, raw, read(raw, layout))
    except RUBBISH as error:
        why = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
        raise SourceError(f"{raw.path.name}: cannot be understood ({why}); fetch it again") from error


def _told_apart(layout: Callable[[Path], str | None], path: Path) -> str | None:
    """The layout of a file; none when telling it breaks on what is in it."""
    try:
        return layout(path)
    except RUBBISH:
        return None


def _each(read: Callable[[RawFile, str], Batch], raws: Sequence[RawFile], layout: str) -> list[Batch | ComityError]:
    return [attempted(raw, lambda raw: read(raw, layout)) for raw in raws]


def _together(
    card: Card,
    many: Callable[[Sequence[RawFile], str], list[Batch | ComityError]],
    read: Callable[[RawFile, str], Batch],
    raws: Sequence[RawFile],
    layout: str,
) -> list[Batch | ComityError]:
    """Files read together; one by one where that breaks, so that only the one that breaks it is lost."""
    try:
        found = many(raws, layout)
        return [
            kept_promises(card, raw, one) if isinstance(one, Batch) else one
            for raw, one in zip(raws, found, strict=True)
        ]
    except (ComityError, *RUBBISH):
        return _each(read, raws, layout)


def attempted(file: F, work: Callable[[F], T]) -> T | ComityError:
    """What the work makes of a file, or why it could not: one bad file of many stops no other."""
    try:
        return work(file)
    except ComityError as error:
        return error


def common(card: Card, raw: RawFile) -> dict[str, object]:
    """What all reports of a file in English have in common, if what they tell happened."""
    return {
        "source": card.name,
        "retrieved": raw.retrieved,
        "lang": "en",
        "raw": raw.sha256,
        "reliability": card.reliability,
        "modality": str(Modality.ACTUAL),
    }


def covered(
    card: Card,
    raw: RawFile,
    spans: Iterable[tuple[date, date, date]],
    basis: str,
    detection: Mapping[str, float] | None = None,
    sides: tuple[str, str] = (WORLD, WORLD),
) -> pl.DataFrame:
    """``coverage`` by a file: a row for each (first day, last day, known) and instrument.

    Of any pair unless ``sides`` are given; ``detection`` is the card's unless given.
    """
    return COVERAGE.frame(
        [
            {
                "source": card.name,
                "a": sides[0],
                "b": sides[1],
                "instrument": instrument,
                "date_from": first,
                "date_to": last,
                "detection": chance,
                "known": known,
                "basis": basis,
                "raw": raw.sha256,
            }
            for first, last, known in spans
            for instrument, chance in (card.detection if detection is None else detection).items()
        ]
    )


def whole_years(first: int, last: int) -> list[tuple[date, date, date]]:
    """Each year from its first day to its last, known on that."""
    return [(date(year, 1, 1), date(year, 12, 31), date(year, 12, 31)) for year in range(first, last + 1)]


def days_of(days: pl.Series) -> list[tuple[date, date, date]]:
    """From the first of the days to the last, known on that; nothing when there is none."""
    known = days.drop_nulls().unique().sort().to_list()
    return [(known[0], known[-1], known[-1])] if known else []


def kept_promises(card: Card, raw: RawFile, batch: Batch) -> Batch:
    """The same batch; ``SourceError`` when it breaks a promise of the card, because half a file looks like a collapse."""
    promise = card.promises
    said = f"{raw.path.name}: source {card.name} promises"
    if batch.rows < promise.rows:
        raise SourceError(f"{said} at least {promise.rows} rows and this file has {batch.rows}; fetch it again")
    if batch.rows and batch.kept < promise.kept * batch.rows:
        raise SourceError(
            f"{said} to keep {promise.kept:.0%} of the rows and kept {batch.kept} of {batch.rows} ({batch.skipped}); "
            "its layout may have changed"
        )
    volume = promise.volume.get(batch.layout)
    if volume and batch.rows >= volume.rows and (lost := configured() - set(volume.without) - held(batch)):
        raise SourceError(
            f"{said} that a file of {volume.rows} rows holds {', '.join(sorted(lost))}, and this one has nothing on them: "
            "read as it is, they would look silent; fetch it again, or look up how it now spells them"
        )
    return batch


@cache
def configured() -> frozenset[str]:
    """The states that the built-in cases name, in any role."""
    found: set[str] = set()
    for folder in files("comity").joinpath("cases").iterdir():
        if (case := folder.joinpath("case.toml")).is_file():
            roles = byhand.toml(case, SourceError)["roles"].values()
            found |= {code for role in roles for code in ([role] if isinstance(role, str) else role)}
    return frozenset(code for code in found if is_state(code))


def held(batch: Batch) -> frozenset[str]:
    """Everybody that a file's evidence names."""
    columns = {"report": ("actors", "recipients"), "event": ("actor", "recipient"), "measure": ("subject",)}
    found: set[str] = set()
    for table, frame in batch.tables.items():
        for column in columns.get(table, ()):
            names = frame[column].explode() if frame[column].dtype == pl.List else frame[column]
            found |= {code for name in names.unique() if name for code in name.split(">")}
    return frozenset(found)
