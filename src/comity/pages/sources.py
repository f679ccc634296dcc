"""Where does it come from? Each source's card, terms, files, what was kept and skipped, how fresh, what it covers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from comity.pages.about import About, about, says
from comity.pages.query import Query
from comity.pages.told import safe_url
from comity.sources import Card, catalogue

if TYPE_CHECKING:
    from comity.flow import Picture


@dataclass(frozen=True)
class File:
    """One raw file that was read."""

    path: str = says("file name as found")
    url: str | None = says("address that it was fetched from; null for a file given by hand")
    raw: str = says("SHA-256 of its bytes")
    layout: str = says("which of the source's layouts it has")
    reader: str = says("version of the reader")
    size: int = says("bytes on disk")
    retrieved: datetime | None = says("when the file was fetched or last changed")
    rows: int = says("rows found")
    kept: int = says("rows that became evidence")
    skipped: dict[str, int] = says("reason -> rows that did not")


@dataclass(frozen=True)
class Reach:
    """What a source covers of one instrument."""

    instrument: str = says("a word of the vocabulary")
    pairs: int = says("pairs of states covered; one row for any state counts once")
    date_from: date = says("first day covered")
    date_to: date = says("last day covered")
    least: float = says("lowest probability that the source shows an act that happened, 0-1")
    most: float = says("highest of them")


@dataclass(frozen=True)
class SourceCard:
    """One source."""

    name: str = says("name of the source's folder")
    title: str = says("its title")
    publisher: str = says("who publishes it")
    homepage: str | None = says("address of its page")
    licence: str = says("licence of the data")
    terms: str = says("what a user may do with the data, in plain words")
    attribution: str = says("the line that an export must carry")
    may_redistribute: bool = says("whether the data may be passed on")
    rhythm: str = says("how often it appears")
    languages: list[str] = says("languages of its texts")
    reliability: str = says("reliability A to F (Admiralty; F cannot be judged)")
    measures: str = says("what of the subject it shows")
    limits: list[str] = says("what it does not show, and what the reader drops")
    states: list[str] = says("what its files promise of the states that cases name, and which they do not hold")
    beliefs: dict[str, float] = says("class of report -> probability that it is right, 0-1")
    why_beliefs: str = says("where these come from")
    detection: dict[str, float] = says("what it covers -> probability that it shows an act that happened, 0-1")
    why_detection: str = says("where these come from")
    state: str = says("read, or not read: no file of it has been given")
    reports: int = says("reports of it in this picture")
    acts: int = says("acts that rest on it")
    numbers: int = says("measures of it in this picture")
    newest: date | None = says("day on which its newest report or measure was public")
    files: list[File] = says("raw files read, newest first")
    coverage: list[Reach] = says("what it covers, instrument by instrument")


@dataclass(frozen=True)
class Sources:
    """All sources, read or not."""

    about: About = says("header")
    read: int = says("how many were read")
    sources: list[SourceCard] = says("one a source, those that were read first")


def sources(picture: Picture, query: Query) -> Sources:
    """Every source this version can read, with what it gave to this picture."""
    cards = [_card(picture, source.card) for source in catalogue().values()]
    return Sources(
        about(picture, query),
        sum(c.state == "read" for c in cards),
        sorted(cards, key=lambda c: (c.state != "read", c.name)),
    )


def _card(picture: Picture, card: Card) -> SourceCard:
    files = picture.files.filter(pl.col("source") == card.name).sort("retrieved", "path", descending=True)
    reports = picture.reports.filter(pl.col("source") == card.name)
    numbers = picture.measures.filter(pl.col("source") == card.name)
    acts = picture.acts.select("act", report="reports").explode("report").join(reports, on="report", how="semi")
    plain = {n: getattr(card, n) for n in SourceCard.__dataclass_fields__ if n in Card.model_fields}
    days: list[Any] = [d for d in (reports["known"].max(), numbers["known"].max()) if d]
    return SourceCard(
        **{**plain, "homepage": safe_url(card.homepage)},
        states=card.promises.said(),
        state="read" if len(files) or len(reports) else "not read",
        reports=len(reports),
        acts=acts["act"].n_unique(),
        numbers=len(numbers),
        newest=max(days, default=None),
        files=[_file(row) for row in files.iter_rows(named=True)],
        coverage=_reach(picture.coverage.filter(pl.col("source") == card.name)),
    )


def _file(row: dict[str, Any]) -> File:
    same = {n: row[n] for n in File.__dataclass_fields__ if n not in {"skipped", "url"}}
    return File(**same, url=safe_url(row["url"]), skipped=json.loads(row["skipped"] or "{}"))


def _reach(coverage: pl.DataFrame) -> list[Reach]:
    table = (
        coverage.group_by("instrument")
        .agg(
            pl.struct("a", "b").n_unique().alias("pairs"),
            pl.col("date_from").min(),
            pl.col("date_to").max(),
            pl.col("detection").min().alias("least"),
            pl.col("detection").max().alias("most"),
        )
        .sort("instrument")
    )
    return [Reach(*row) for row in table.iter_rows()]
