"""What did a source change in its own past? One edition of the arms register beside the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import polars as pl

from comity.indicators.rival_supply import REGISTER
from comity.pages.about import About, about, says
from comity.pages.query import Query
from comity.states import known

if TYPE_CHECKING:
    from comity.flow import Picture

LEAST = 0.05  # TIV: half of the last digit that the register prints


@dataclass(frozen=True)
class Edition:
    """One file of a source that publishes its whole register anew."""

    file: str = says("name of the file")
    raw: str = says("SHA-256 of its bytes")
    layout: str = says("layout; only editions of one layout are compared")
    generated: date | None = says("when the publisher made it; null when it does not say")
    retrieved: datetime = says("when it was fetched or last changed")
    numbers: int = says("deliveries by pair and year in it, of this case")
    total: float = says("TIV of these")


@dataclass(frozen=True)
class Revision:
    """One supplier, recipient and year that two editions tell differently."""

    supplier: str = says("who delivered")
    recipient: str = says("to whom")
    year: int = says("year of delivery")
    before: float | None = says("TIV in the earlier edition; null when it had no delivery in that year")
    after: float | None = says("TIV in the later one; null when it has none")


@dataclass(frozen=True)
class Comparison:
    """Two editions of one layout, one after the other."""

    source: str = says("name of the source")
    before: Edition = says("the earlier")
    after: Edition = says("the later")
    through: int | None = says(
        "last year of the earlier edition; later years are news, not revisions, and are left out"
    )
    same: int = says("pair-years that both tell alike, to half of the last printed digit")
    revisions: list[Revision] = says("those they do not, largest difference first")


@dataclass(frozen=True)
class Revisions:
    """Editions and what changed from each to the next."""

    about: About = says("header")
    editions: list[Edition] = says("every edition made or fetched by the day, newest first")
    comparisons: list[Comparison] = says("newest first")


def revisions(picture: Picture, query: Query) -> Revisions:
    """Every edition known on the day beside the one before it; ``partners`` narrows the rows to those that name one."""
    some = {known(code, "partners") for code in query.partners}
    rows = picture.measures.filter(pl.col("name") == REGISTER)
    files = picture.files.filter(pl.col("raw").is_in(rows["raw"].unique().to_list())).unique("raw", keep="first")
    made = [(file["source"], _edition(file, rows)) for file in files.iter_rows(named=True)]
    by_then = [(source, edition) for source, edition in made if _day(edition) <= picture.as_of]
    by_then.sort(key=lambda e: (e[0], e[1].layout, _day(e[1]), e[1].raw))
    found = [
        _compared(source, before, after, rows, some)
        for (source, before), (other, after) in pairwise(by_then)
        if source == other and before.layout == after.layout
    ]
    found.sort(key=lambda c: _day(c.after), reverse=True)
    return Revisions(about(picture, query), sorted((e for _, e in by_then), key=_day, reverse=True), found)


def _edition(file: dict[str, Any], rows: pl.DataFrame) -> Edition:
    """One file of the register, and what it holds."""
    mine = rows.filter(pl.col("raw") == file["raw"])
    pair_years, total = mine.select("subject", "date").n_unique(), float(mine["value"].sum())
    name, raw, layout, retrieved = (file[c] for c in ("path", "raw", "layout", "retrieved"))
    return Edition(name, raw, layout, mine["vintage"][0], retrieved, pair_years, total)


def _day(edition: Edition) -> date:
    return edition.generated or edition.retrieved.date()


def _compared(source: str, before: Edition, after: Edition, rows: pl.DataFrame, some: set[str]) -> Comparison:
    old, new = _by_year(rows, before.raw), _by_year(rows, after.raw)
    through = max((year for *_, year in old), default=None)
    keys = sorted(key for key in old.keys() | new.keys() if through is not None and key[2] <= through)
    differ = [k for k in keys if k not in old or k not in new or abs(old[k] - new[k]) >= LEAST]
    shown = [Revision(*k, old.get(k), new.get(k)) for k in differ if not some or some & {*k[:2]}]
    shown.sort(key=lambda r: (-abs((r.after or 0) - (r.before or 0)), r.recipient, r.supplier, r.year))
    return Comparison(source, before, after, through, len(keys) - len(differ), shown)


def _by_year(rows: pl.DataFrame, raw: str) -> dict[tuple[str, str, int], float]:
    """TIV by supplier, recipient and year; a delivery below 0.5 counts as 0."""
    mine = rows.filter(pl.col("raw") == raw).group_by("subject", pl.col("date").dt.year()).agg(pl.col("value").sum())
    return {(*subject.split(">"), year): value for subject, year, value in mine.iter_rows()}
