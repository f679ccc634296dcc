"""Where does it come from? Each source's card, terms, files, what was kept and skipped, how fresh, what it covers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from comity.pages.about import About, about, filled, says
from comity.pages.query import Query
from comity.pages.told import safe_url
from comity.sources import Card, catalogue

if TYPE_CHECKING:
    from comity.flow import Picture


FAILED, READ, NOT_READ = STATES = ("failed", "read", "not read")
TOLD = 3  # publishers and languages named in each month


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
class Failed:
    """A file that is not in the picture, because it did not come, could not be read or broke a promise of its source."""

    path: str = says("file name or address")
    why: str = says("what was wrong, and what to do next")
    known: date = says("day of the update that tried it")


@dataclass(frozen=True)
class Month:
    """How a source did in one month: where it did less than before, silence may be its own and no state's."""

    month: date = says("first day of the month")
    covered: float | None = says(
        "part of what the source covers by its card that its files hold, 0-1; null where it covers nothing"
    )
    reports: int = says("reports that became public in it")
    publishers: dict[str, float] = says("the publishers that told most -> share of the reports, 0-1; at most three")
    languages: dict[str, float] = says("languages of what was reported -> share of the reports, 0-1; at most three")


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
    state: str = says(
        "read; not read: no file of it has been given; failed: when it was last tried a file was wrong or did not come"
    )
    failures: list[Failed] = says("the files that failed when the source was last tried; a broken promise is one")
    reports: int = says("reports of it in this picture")
    acts: int = says("acts that rest on it")
    numbers: int = says("measures of it in this picture")
    newest: date | None = says("day on which its newest report or measure was public")
    files: list[File] = says("raw files read, newest first")
    coverage: list[Reach] = says("what it covers, instrument by instrument")
    months: list[Month] = says(
        "twelve months to the as-of day, or to its newest report where that is older, newest first: gaps, volume, who tells and in which languages"
    )


@dataclass(frozen=True)
class Sources:
    """All sources, read or not."""

    about: About = says("header")
    read: int = says("how many were read")
    sources: list[SourceCard] = says("one a source: those that failed, those that were read, the others")


def sources(picture: Picture, query: Query) -> Sources:
    """Every source this version can read, with what it gave to this picture."""
    cards = [_card(picture, source.card.of(picture.case.built_in)) for source in catalogue().values()]
    return Sources(
        about(picture, query),
        sum(bool(c.files or c.reports) for c in cards),
        sorted(cards, key=lambda c: (STATES.index(c.state), c.name)),
    )


def _card(picture: Picture, card: Card) -> SourceCard:
    files = picture.files.filter(pl.col("source") == card.name).sort("retrieved", "path", descending=True)
    reports = picture.reports.filter(pl.col("source") == card.name)
    numbers = picture.measures.filter(pl.col("source") == card.name)
    acts = picture.acts.select("act", report="reports").explode("report").join(reports, on="report", how="semi")
    days: list[Any] = [d for d in (reports["known"].max(), numbers["known"].max()) if d]
    failures = picture.failures.filter(pl.col("source") == card.name).select("path", "why", "known").sort("path", "why")
    coverage = picture.coverage.filter(pl.col("source") == card.name)
    return filled(
        SourceCard,
        card,
        homepage=safe_url(card.homepage),
        states=card.promises.said(),
        state=FAILED if len(failures) else READ if len(files) or len(reports) else NOT_READ,
        failures=[Failed(*row) for row in failures.iter_rows()],
        reports=len(reports),
        acts=acts["act"].n_unique(),
        numbers=len(numbers),
        newest=max(days, default=None),
        files=[_file(row) for row in files.iter_rows(named=True)],
        coverage=_reach(coverage),
        months=_months(reports, coverage, card.detection, picture.as_of),
    )


def _file(row: dict[str, Any]) -> File:
    return filled(File, row, url=safe_url(row["url"]), skipped=json.loads(row["skipped"] or "{}"))


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


def _months(reports: pl.DataFrame, coverage: pl.DataFrame, detection: dict[str, float], as_of: date) -> list[Month]:
    """Twelve months, those without a report among them: to the day asked for, or to the newest report where that is older."""
    newest = reports["known"].max()
    if not isinstance(newest, date):
        return []
    last = (as_of if newest >= _before(as_of) else newest).replace(day=1)
    months = pl.DataFrame({"month": pl.date_range(_before(last), last, "1mo", eager=True)})
    told = reports.with_columns(month=pl.col("known").dt.month_start())
    rows = months
    for table in (
        _parts(coverage, detection, months),
        told.group_by("month").agg(reports=pl.len()),
        _shares(told, "publisher"),
        _shares(told, "lang"),
    ):
        rows = rows.join(table, on="month", how="left")
    return [
        Month(
            row["month"],
            (row["part"] or 0.0) if len(coverage) else None,
            row["reports"] or 0,
            *({one["value"]: one["share"] for one in row[column] or ()} for column in ("publisher", "lang")),
        )
        for row in rows.sort("month", descending=True).iter_rows(named=True)
    ]


def _before(last: date) -> date:
    """The first of twelve months that end with that of a day."""
    last = last.replace(day=1)
    return (last.replace(year=last.year - 1) + timedelta(days=31)).replace(day=1)


def _shares(told: pl.DataFrame, column: str) -> pl.DataFrame:
    """The values that stand most often in each month, with their share; of those that stand as often the first by name."""
    counts = told.group_by("month", value=pl.col(column).fill_null("not said")).agg(n=pl.len())
    shares = counts.sort("n", "value", descending=[True, False]).with_columns(
        share=pl.col("n") / pl.col("n").sum().over("month")
    )
    return shares.group_by("month").agg(pl.struct("value", "share").head(TOLD).alias(column))


def _parts(coverage: pl.DataFrame, detection: dict[str, float], months: pl.DataFrame) -> pl.DataFrame:
    """Of each month the mean over its days of how much of what the card says the files hold: of GDELT 4 of 96 files are a 24th."""
    most = pl.col("instrument").replace_strict(detection, default=None, return_dtype=pl.Float64)
    first, last = months["month"].min(), months["month"].dt.month_end().max()
    spans = coverage.group_by("date_from", "date_to").agg(
        part=(pl.col("detection") / most).fill_null(1.0).clip(0, 1).max()
    )
    inside = spans.filter(pl.col("date_to") >= first, pl.col("date_from") <= last).with_columns(
        pl.col("date_from").clip(lower_bound=pl.lit(first)), pl.col("date_to").clip(upper_bound=pl.lit(last))
    )
    days = (
        inside.with_columns(day=pl.date_ranges("date_from", "date_to"))
        .explode("day")
        .group_by("day")
        .agg(pl.col("part").max())
    )
    month = pl.col("day").dt.month_start()
    return days.group_by(month=month).agg(part=pl.col("part").sum() / pl.col("day").dt.days_in_month().first())
