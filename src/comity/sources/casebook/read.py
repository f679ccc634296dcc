"""The casebook: hand-sourced acts, one row each, and the search effort spent on each pair."""

from __future__ import annotations

import csv
import math
import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from comity import byhand
from comity.errors import SourceError
from comity.lake import Batch, RawFile
from comity.sources import card, covered
from comity.states import known
from comity.tables import REPORT, WORLD, Pair, identity, pair_of
from comity.vocabulary import INSTRUMENTS, Modality, Stage, span

CASEBOOK = [
    "id", "date", "date_precision", "initiator", "targets", "forum", "instrument", "phase", "polarity", "summary",
    "system", "quantity", "value_usd", "place", "source_url", "source_publisher", "source_date",
]  # fmt: skip
EFFORT = ["pair", "lookups", "basis"]
PHASES = {stage.value: stage for stage in Stage} | {"reported": Stage.EXECUTED}
POLARITIES = {"1": 1, "+1": 1, "-1": -1}
ALIKE = 0.06  # years whose share seen differs less are told as one period
BEGIN = date(1992, 1, 1)  # the partners' first full year as states

BORROWED = "assumed from the built-in case"

Row = dict[str, str]
T = TypeVar("T")


class Search(BaseModel):
    """``[search]`` of a case.toml: how many searches find how much. What it does not say is assumed from the built-in case."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    e_fold: float | None = Field(default=None, ge=0.5, le=100)  # searches that leave 1/e of what there is to find
    unlogged: float | None = Field(default=None, ge=0, le=100)  # searches of each pair beside those logged
    # Chance to see an act of a pair without a logged search.
    by_the_way: float | None = Field(default=None, ge=0, lt=0.3)


UNSAID = Search()


class Seen(BaseModel):
    """What part of one year's acts a casebook's pages can show, against its best year."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: int
    rows: int = Field(ge=0)  # rows with a dated page
    seen: float = Field(ge=0, le=1)
    low: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)


def layout(path: Path) -> str | None:
    """``casebook`` or ``effort`` by the header line, which must be exactly that of the format."""
    if path.suffix != ".csv":
        return None
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        header = stream.readline().strip().split(",")
    return {tuple(CASEBOOK): "casebook", tuple(EFFORT): "effort"}.get(tuple(header))


def read(raw: RawFile, layout: str) -> Batch:
    """A casebook's rows as reports, or the search effort beside it as coverage."""
    return (_casebook if layout == "casebook" else _effort)(raw)


def _casebook(raw: RawFile) -> Batch:
    reports = []
    for where, row in byhand.rows(raw.path, SourceError):
        try:
            reports.append(_report(raw, row))
        except ValueError as error:
            raise SourceError(f"{where} ({row['id']}): {error}; docs/cases.md has the format") from error
    return Batch({"report": REPORT.frame(reports)}, "casebook", len(reports), len(reports), {})


def _report(raw: RawFile, row: Row) -> dict[str, Any]:
    start, end = span(byhand.day(row["date"], "date"), row["date_precision"])
    published = byhand.day(row["source_date"], "source_date") if row["source_date"] else None
    where = f"casebook row {row['id']}"
    if ";" in row["initiator"]:
        raise ValueError(
            f"initiator {row['initiator']!r} names several; write one there and the others among the targets"
        )
    grade = _grade(row["source_publisher"])
    beliefs = card("casebook").beliefs
    hearsay = row["phase"] == "reported"
    return {
        "report": identity("casebook", row["id"], row["initiator"], row["source_url"]),
        "source": "casebook",
        "url": row["source_url"] or None,
        "publisher": _origin(row["source_publisher"]) or None,
        "published": published,
        "retrieved": raw.retrieved,
        "lang": None,  # the summary is English, the page need not be
        "raw": raw.sha256,
        "position": row["id"],
        "coder": "hand",
        "coder_version": "1",
        "reliability": grade,
        "credibility": 3 if hearsay else 2,
        "date_from": start,
        "date_to": end,
        "known": max(end, published or end),
        "actors": [known(row["initiator"], where)],
        "recipients": sorted(known(code, where) for code in row["targets"].split(";") if code),
        "forum": row["forum"] or None,
        "instrument": _chosen(row, "instrument", INSTRUMENTS).name,
        "stage": _chosen(row, "phase", PHASES),
        "polarity": _chosen(row, "polarity", POLARITIES),
        "modality": Modality.ACTUAL,
        "belief": beliefs[grade] * (beliefs["reported"] if hearsay else 1.0),
        "platform": row["system"] or None,
        "quantity": _number(row["quantity"]),
        "value_usd": _number(row["value_usd"]),
        "place": row["place"] or None,
        "text": row["summary"],
    }


def _chosen(row: Row, column: str, choice: Mapping[str, T]) -> T:
    if row[column] not in choice:
        raise ValueError(f"{column} {row[column]!r} is none of {', '.join(choice)}")
    return choice[row[column]]


def _number(text: str) -> float | None:
    """One plain number, or nothing: '6 lycees' and '2;60;24' are not numbers of the same thing."""
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text.strip()) else None


@cache
def _grades() -> dict[str, str]:
    table = files(__package__).joinpath("publishers.csv").read_text("utf-8").splitlines()
    return {row["publisher"].casefold(): row["reliability"] for row in csv.DictReader(table)}


def _grade(publisher: str) -> str:
    """Admiralty grade of the publisher that the page names as origin; F when nobody has graded it."""
    return _grades().get(_origin(publisher).casefold(), card("casebook").reliability)


def _origin(publisher: str) -> str:
    """Whose word it is: the agency in 'Naharnet (AFP)', 'Trend' in 'Trend / MENAFN' or 'MENAFN / Trend'."""
    inner = re.search(r"\(([^)]+)\)\s*$", publisher)
    names = [re.sub(r"\s*\([^)]*\)", "", part).strip() for part in re.split(r"\s+/\s+|\s+via\s+", publisher)]
    if inner and not re.search("copy|reprint|mirror|press release|mil-osi|^also ", inner[1]):
        names.insert(0, inner[1])
    chosen = next((n for n in names if n.casefold() in _grades()), names[0])
    return _SAME.get(chosen, chosen)


_SAME = {"AA": "Anadolu Agency", "Anadolu": "Anadolu Agency", "ITAR-TASS": "TASS", "Itar-Tass": "TASS", "The Times of Central Asia": "Times of Central Asia", "EurasiaNet": "Eurasianet", "The Astana Times": "Astana Times", "News.Az": "News.az", "RIA": "RIA Novosti", "APP": "Associated Press of Pakistan"}  # fmt: skip


def _effort(raw: RawFile) -> Batch:
    """Searches become detection, for every instrument, from 1992 to the month in which the casebook beside it ends.

    Without a casebook they are those behind the author's own reports, and end on the day on which the file was read.
    """
    last = _collected(raw.path.with_name("casebook.csv")) or raw.retrieved.date()
    pairs: dict[Pair, float] = {}
    for where, row in byhand.rows(raw.path, SourceError):
        try:
            a, b = row["pair"].split("-")
            searches = float(row["lookups"])
        except ValueError as error:
            raise SourceError(f"{where}: {error}; a pair is two codes (RUS-KAZ), lookups a number") from error
        pair = pair_of(known(a, where), known(b, where))
        if pair in pairs or not 0 <= searches < math.inf:
            raise SourceError(f"{where}: {row['pair']} {row['lookups']}; each pair once, with lookups from 0 up")
        pairs[pair] = searches
    periods = _periods(raw.path.with_name("years.csv"), last)
    table = [_covered(raw, a, b, searches, periods) for (a, b), searches in {**pairs, (WORLD, WORLD): None}.items()]
    return Batch({"coverage": pl.concat(table)}, "effort", len(pairs), len(pairs), {})


def _covered(
    raw: RawFile, a: str, b: str, searches: float | None, periods: list[tuple[date, date, float]]
) -> pl.DataFrame:
    own = search(raw.path)
    looked = "no logged search: found by the way" if searches is None else f"{searches:g} logged searches"
    looked += _assumed(own, ["by_the_way"] if searches is None else ["e_fold", "unlogged"])
    return pl.concat(
        covered(
            card("casebook"),
            raw,
            [(first, last, BEGIN)],
            looked if seen == 1 else f"{looked}; pages of these years show {seen:.0%} of what the best do",
            dict.fromkeys(INSTRUMENTS, detection(searches, own) * seen),
            (a, b),
        )
        for first, last, seen in periods
    )


def _periods(table: Path, last: date) -> list[tuple[date, date, float]]:
    """First and last day of each run of years that the casebook sees alike, and what part of an act's chance is left.

    From ``years.csv`` beside the casebook; without it all years are alike. Rows thicken in late years because their pages
    are newer: the share of acts that pages of a year can show is estimated from the ages of the pages (method page).
    """
    known = {row.year: row.seen for row in years(table)}
    if not known:
        return [(BEGIN, last, 1.0)]
    runs: list[list[int]] = []
    for year in range(BEGIN.year, last.year + 1):
        if year not in known:
            raise SourceError(
                f"{byhand.name(table)}: no row for {year}; give each year from {BEGIN.year} to {last.year}"
            )
        if not runs or abs(known[runs[-1][0]] - known[year]) > ALIKE:
            runs.append([])
        runs[-1].append(year)
    return [
        (date(run[0], 1, 1), min(last, date(run[-1], 12, 31)), sum(known[y] for y in run) / len(run)) for run in runs
    ]


def years(table: Path) -> list[Seen]:
    """The rows of a ``years.csv``; none when the casebook has none. ``SourceError`` names a line that is wrong."""
    return [row for _, row in byhand.table(table, Seen, SourceError)] if table.is_file() else []


def search(path: Path) -> Search:
    """What the case in whose folder a file lies says of its searches; ``SourceError`` for numbers out of range."""
    said = path.with_name("case.toml")
    found = byhand.toml(said, SourceError).get("search", {}) if said.is_file() else {}
    return byhand.checked(Search, found, f"{byhand.name(said)}, [search]", SourceError)


def _assumed(own: Search, names: list[str]) -> str:
    """The numbers that a case does not give itself, in words; nothing where it gives all."""
    numbers = card("casebook").detection
    lent = [f"{name} {numbers[name]:g}" for name in names if getattr(own, name) is None]
    return f" ({' and '.join(lent)} {BORROWED})" if lent else ""


def detection(searches: float | None, own: Search = UNSAID) -> float:
    """The probability, 0-1, that a search effort shows an act that happened: 1 - exp(-(searches + unlogged) / e_fold)."""
    numbers: dict[str, float] = card("casebook").detection | own.model_dump(exclude_none=True)
    if searches is None:
        return float(numbers["by_the_way"])
    return 1 - math.exp(-(searches + numbers["unlogged"]) / numbers["e_fold"])


def _collected(casebook: Path) -> date | None:
    """The last day of the month in which the newest row was dated or published: nothing was looked for after it.

    None without a casebook, or without a row in it.
    """
    found = byhand.rows(casebook, SourceError) if casebook.is_file() else ()
    days = [row[c] for _, row in found for c in ("date", "source_date") if row[c]]
    if not days:
        return None
    newest = date.fromisoformat(max(days))
    return newest.replace(day=monthrange(newest.year, newest.month)[1])
