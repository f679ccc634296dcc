"""Rows of slow numbers made into the table ``measure``, all at once: what sources that read tables of numbers share.

A source's rows travel as a frame with the columns ``row`` (its number in the file), ``date`` (last day of the period),
and what else it needs; ``sifted`` takes rows out and counts why, ``coded`` turns what a source calls a state into codes,
and ``measured`` makes the table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import polars as pl

from comity.columns import frame
from comity.errors import SourceError, UnknownState
from comity.lake import RawFile
from comity.states import from_cow, resolve
from comity.tables import MEASURE, WORLD, identity

# Correlates of War numbers that ended while their state went on under another: rows of the year have both.
# Gleditsch and Ward go on with 260 and 678.
ENDED = {
    260: date(1990, 10, 2),
    265: date(1990, 10, 2),
    315: date(1992, 12, 31),
    678: date(1990, 5, 21),
    511: date(1964, 4, 26),  # Zanzibar, which some files go on with
    680: date(1990, 5, 21),
    817: date(1975, 4, 30),
}
SINCE = 1980  # what came before moves no number of today
OLDEST = 1000  # a year before that is no year
MISSING = ("", "NA", "N/A", "NaN", "nan", ".", "..", "-", "NULL")
Found = tuple[pl.DataFrame, Counter[str], int, int]  # the numbers, rows left out by reason, rows, rows kept


def year_end(year: str | pl.Expr) -> pl.Expr:
    """The last day of a year."""
    return pl.date(pl.col(year) if isinstance(year, str) else year, 12, 31)


def a_year_later(month: int, day: int) -> pl.Expr:
    """That day of the year after ``date``: when a yearly publication is out."""
    return pl.date(pl.col("date").dt.year() + 1, month, day)


def numbers(rows: pl.DataFrame, columns: Sequence[str], raw: RawFile, missing: Sequence[float] = ()) -> pl.DataFrame:
    """The same rows with some columns as numbers; what stands for a missing number is null, never zero.

    Raises ``SourceError`` naming the first row whose text is neither a number nor a sign of a missing one.
    """
    bare = rows.with_columns(pl.col(c).str.strip_chars() for c in columns if rows.schema[c] == pl.String)
    cast = {c: pl.col(c).cast(pl.Float64, strict=False) for c in columns}
    for column, number in cast.items():
        text = pl.col(column)
        if rows.schema[column] == pl.String and len(lost := bare.filter(~text.is_in(MISSING) & number.is_null())):
            row, said = lost.select("row", column).row(0)
            raise SourceError(f"{raw.path.name}, row {row}: {column} is {said!r}, no number; fetch the file again")
    return bare.with_columns(
        pl.when(number.is_finite() & ~number.is_in([float(m) for m in missing])).then(number).alias(c)
        for c, number in cast.items()
    )


def dated(rows: pl.DataFrame, raw: RawFile, first: int, column: str = "year") -> pl.DataFrame:
    """The same rows with ``date``, the last day of their year. ``SourceError`` for a year before ``first`` or after 2100."""
    years = numbers(rows, [column], raw).with_columns(pl.col(column).cast(pl.Int32))
    wrong = years.filter(~pl.col(column).is_between(first, 2100) | pl.col(column).is_null())
    if len(wrong):
        row, year = wrong.select("row", column).row(0)
        raise SourceError(f"{raw.path.name}, row {row}: year {year} is impossible; fetch the file again")
    return years.with_columns(date=year_end(column))


def sifted(rows: pl.DataFrame, *checks: tuple[str, pl.Expr]) -> tuple[pl.DataFrame, Counter[str]]:
    """The rows that pass every check, and how many did not: each is counted under the first check that it fails.

    A check is a reason and an expression that is true of a row to be left out.
    """
    judged = rows.with_columns(why=pl.coalesce([*(pl.when(c).then(pl.lit(why)) for why, c in checks), pl.lit("")]))
    counts = judged.filter(pl.col("why") != "")["why"].value_counts()
    return judged.filter(pl.col("why") == "").drop("why"), Counter(dict(counts.iter_rows()))


def coded(
    rows: pl.DataFrame, columns: Sequence[str], code: Callable[[Any, date], str | None], raw: RawFile
) -> pl.DataFrame:
    """The same rows with what a source calls a state replaced by its code on the row's day.

    ``code`` may answer None for what is deliberately no state. Raises ``UnknownState`` naming the row and what to do.
    """
    for column in columns:
        keys = rows.select(column, "date").unique(maintain_order=True)
        codes: list[str | None] = []
        for name, on in keys.iter_rows():
            try:
                codes.append(code(name, on) if name is not None else None)
            except UnknownState as error:
                row = rows.filter(pl.col(column) == name, pl.col("date") == on)["row"][0]
                raise UnknownState(f"{raw.path.name}, row {row}: {error}") from None
        known = keys.with_columns(code=pl.Series(codes, dtype=pl.String))
        rows = (
            rows.join(known, on=[column, "date"], how="left", nulls_equal=True, maintain_order="left")
            .drop(column)
            .rename({"code": column})
        )
    return rows


def cow_years(
    raw: RawFile, columns: Sequence[str], states: Sequence[str] = ("ccode",), missing: Sequence[float] = ()
) -> tuple[pl.DataFrame, Counter[str], int]:
    """The rows of a file by year and state (or pair), given by Correlates of War number: those since 1980, coded, with ``date``.

    ``columns`` hold numbers, ``missing`` what stands for none; a row in which all are missing is left out. Also how many
    rows were left out for each reason, and how many rows the file has.
    """
    rows = dated(frame(raw.path), raw, OLDEST)
    recent, skipped = sifted(rows, (f"before {SINCE}", pl.col("year") < SINCE))
    full, empty = sifted(
        numbers(recent, [*states, *columns], raw, missing), ("no value", pl.all_horizontal(pl.col(columns).is_null()))
    )
    kept, ended = sifted(coded(full, states, cow, raw), gone(*states))
    return kept, skipped + empty + ended, len(rows)


def cow(number: float, on: date) -> str | None:
    """The state of a Correlates of War number on a day; None for a number that had ended by then (see ``gone``).

    Raises ``UnknownState`` for a number that is nobody's.
    """
    if (last := ENDED.get(int(number))) and on > last:
        return None
    return gleditsch_ward(number, on)


def gone(*columns: str) -> tuple[str, pl.Expr]:
    """The check for ``sifted`` of states that had ended by the last day of the year."""
    return "state ended by the end of the year", pl.any_horizontal(pl.col(columns).is_null())


def gleditsch_ward(number: float, on: date) -> str:
    """The state of a Gleditsch-Ward number on a day. Raises ``UnknownState`` for a number that is nobody's."""
    if found := from_cow(int(number), on):
        return found
    raise UnknownState(
        f"{number:g} is no state's number (Correlates of War, Gleditsch-Ward); add it to knowledge/codes.csv"
    )


def named(name: str, on: date) -> str:
    """The code that a name stands for on a day. Raises ``UnknownState`` for a name that is nobody's."""
    try:
        return resolve(name, on)
    except UnknownState as error:
        raise UnknownState(f"{error}; add it to knowledge/names.csv, or mend the row") from None


def pair(one: str, other: str, *, directed: bool) -> pl.Expr:
    """The subject ``ONE>OTHER``; of an undirected pair the first in the alphabet stands first."""
    a, b = pl.col(one), pl.col(other)
    if not directed:
        a, b = pl.when(a <= b).then(a).otherwise(b), pl.when(a <= b).then(b).otherwise(a)
    return pl.concat_str(a, pl.lit(">"), b)


def measured(rows: pl.DataFrame, source: str, raw: RawFile) -> pl.DataFrame:
    """Rows with ``row``, ``subject``, ``name``, ``date``, ``value`` and ``known`` as table ``measure``.

    ``low``, ``high``, ``vintage`` and ``position`` may be there, and ``part``, which with the name and
    the row tells a number from others. The id is a hash of file, name and part (or date), and the row's number. Raises
    ``SourceError`` when two rows give the same number of the same subject and date.
    """
    alike = {c: pl.col(c).cast(pl.Enum(rows[c].unique().sort())) for c in ("name", "subject")}  # sorts as numbers do
    rows = rows.sort(alike["name"], alike["subject"], "date")
    cell = pl.struct("subject", "name", "date")
    if len(twice := rows.filter((cell == cell.shift(1)) | (cell == cell.shift(-1)))):
        subject, name, day = twice.select("subject", "name", "date").row(0)
        raise SourceError(
            f"{raw.path.name}: rows {', '.join(map(str, twice['row'].head(2)))} both give {name} of {subject} on {day}; "
            "fetch the file again"
        )
    key = ["name", "part" if "part" in rows.columns else "date"]
    cells = rows.select(key).unique()
    hashes = pl.Series([identity(source, raw.sha256, *cell)[:9] for cell in cells.iter_rows()], dtype=pl.String)
    where = pl.when(pl.col("row") == 0).then(pl.lit("all rows")).otherwise(pl.format("row {}", "row"))
    return MEASURE.of(
        rows.join(cells.with_columns(cell=hashes), on=key, maintain_order="left").with_columns(
            measure=pl.col("cell") + pl.col("row").cast(pl.String).str.zfill(7),
            source=pl.lit(source),
            raw=pl.lit(raw.sha256),
            position="position" if "position" in rows.columns else where,
        )
    )


def unpivoted(rows: pl.DataFrame, columns: Sequence[str] | dict[str, str]) -> pl.DataFrame:
    """One row a number: the columns become ``name`` (under their new names) and ``value``; empty cells are left out."""
    names = columns if isinstance(columns, dict) else {c: c for c in columns}
    rest = [c for c in rows.columns if c not in names]
    cells = rows.rename(names).unpivot(list(names.values()), index=rest, variable_name="name", value_name="value")
    return cells.drop_nulls("value")


def of_the_world(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows, and for each name and date one more under the subject ``*`` that counts them.

    A date that has such a row was looked at, so that a state or pair without a row on it has none.
    """
    totals = rows.group_by("name", "date", "known", maintain_order=True).agg(
        value=pl.len().cast(pl.Float64), row=pl.lit(0, rows.schema["row"]), subject=pl.lit(WORLD)
    )
    return pl.concat([rows.select(totals.columns), totals])
