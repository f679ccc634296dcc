"""Size, wealth and democracy of states: isard's tables, and World Bank indicators as JSON of its API or as CSV."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import polars as pl

from comity.columns import frame, header
from comity.errors import LayoutError, SourceError
from comity.lake import Batch, RawFile
from comity.measures import (
    OLDEST,
    SINCE,
    Found,
    a_year_later,
    cow_years,
    dated,
    measured,
    numbers,
    sifted,
    unpivoted,
    year_end,
)
from comity.scores import NINETY
from comity.states import is_state

GDP = {"ccode", "year", "pwtrgdp", "sd_pwtrgdp", "pwtpop", "sd_pwtpop"}
DEMOCRACY = {"ccode", "year", "v2x_polyarchy"}
BANK = {"Country Code", "Indicator Code", "2000"}
PREAMBLE = {"Data Source", "World Development Indicators"}
INDICATORS = {
    "NY.GDP.MKTP.CD": "gdp_market_usd",
    "SP.POP.TOTL": "population",
    "LP.LPI.OVRL.XQ": "lpi",
    "MS.MIL.XPND.GD.ZS": "milex_gdp_percent",
    "MS.MIL.XPND.CD": "milex_usd",
    "BN.KLT.DINV.CD": "fdi_net_usd",
}
MILLION = 1e6
ANSWER = re.compile(rb'^\s*\[\s*\{[^{}]*"pages"')


def layout(path: Path) -> str | None:
    """``gdp``, ``democracy``, ``bank csv``, ``bank csv with preamble`` or ``bank json``."""
    if path.suffix.lower() == ".json":
        with path.open("rb") as stream:
            return "bank json" if ANSWER.match(stream.read(512)) else None
    columns = header(path)
    if columns >= GDP:
        return "gdp"
    if columns >= DEMOCRACY:
        return "democracy"
    return "bank csv" if columns >= BANK else "bank csv with preamble" if columns >= PREAMBLE else None


def read(raw: RawFile, layout: str) -> Batch:
    """Measures by state and year."""
    table, skipped, rows, kept = _READERS[layout](raw)
    of_votes = pl.col("name") == "polyarchy"
    whole = table.with_columns(known=pl.when(of_votes).then(a_year_later(4, 1)).otherwise(a_year_later(7, 1)))
    return Batch({"measure": measured(whole, "economy", raw)}, layout, rows, kept, dict(skipped))


def _gdp(raw: RawFile) -> Found:
    """Two numbers a row, in millions, each with its standard deviation."""
    rows, skipped, found = cow_years(raw, sorted(GDP - {"ccode", "year"}))
    named = [
        rows.select(
            "row",
            "date",
            subject="ccode",
            name=pl.lit(name),
            value=pl.col(column) * MILLION,
            low=(pl.col(column) - NINETY * pl.col(f"sd_{column}")).clip(0) * MILLION,
            high=(pl.col(column) + NINETY * pl.col(f"sd_{column}")) * MILLION,
        )
        for column, name in (("pwtrgdp", "gdp_usd"), ("pwtpop", "population"))
    ]
    return pl.concat(named).drop_nulls("value"), skipped, found, len(rows)


def _democracy(raw: RawFile) -> Found:
    rows, skipped, found = cow_years(raw, ["v2x_polyarchy"])
    table = rows.select("row", "date", subject="ccode", name=pl.lit("polyarchy"), value="v2x_polyarchy")
    return table, skipped, found, len(rows)


def _json(raw: RawFile) -> Found:
    """An answer of the API: what it is, then a number by country and year."""
    try:
        answers = [
            (a["countryiso3code"], a["indicator"]["id"], a["date"], a["value"])
            for a in json.loads(raw.path.read_bytes())[1]
        ]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise SourceError(f"{raw.path.name}: no whole answer of the World Bank ({error!r}); fetch it again") from error
    text = {"subject": pl.String, "code": pl.String, "year": pl.String, "value": pl.String}
    rows = pl.DataFrame([[None if v is None else str(v) for v in a] for a in answers], schema=text, orient="row")
    years = dated(numbers(rows.with_row_index("row", 1), ["value"], raw), raw, OLDEST)
    table, skipped = sifted(years, *_bank_checks(years, "subject", "code"), (f"before {SINCE}", pl.col("year") < SINCE), ("no value", pl.col("value").is_null()))  # fmt: skip
    return table.with_columns(name=_name("code")), skipped, len(rows), len(table)


def _csv(raw: RawFile, before: int = 0) -> Found:
    """A line an indicator of a country, a column a year."""
    lines = frame(raw.path, before)
    years = [c for c in lines.columns if re.fullmatch(r"(19|20)\d\d", c) and int(c) >= SINCE]
    missing = {"Country Code", "Indicator Code"} - set(lines.columns)
    if not years:
        missing.add(f"years since {SINCE}")
    if missing:
        raise LayoutError(f"{raw.path.name}: no {', '.join(sorted(missing))}; fetch the file again")
    kept, skipped = sifted(
        numbers(lines, years, raw),
        *_bank_checks(lines, "Country Code", "Indicator Code"),
        ("no value", pl.all_horizontal(pl.col(years).is_null())),
    )
    named = kept.select("row", *years, subject="Country Code", indicator=_name("Indicator Code"))
    table = unpivoted(named, years).select(
        "row", "subject", "value", date=year_end(pl.col("name").cast(pl.Int32)), name="indicator"
    )
    return table, skipped, len(lines), len(kept)


def _bank_checks(rows: pl.DataFrame, country: str, indicator: str) -> tuple[tuple[str, pl.Expr], ...]:
    states = [c for c in rows[country].unique() if c and is_state(c)]
    return (
        ("indicator not used", ~pl.col(indicator).is_in(list(INDICATORS)).fill_null(value=False)),
        ("region or group", ~pl.col(country).is_in(states).fill_null(value=False)),
    )


def _name(column: str) -> pl.Expr:
    return pl.col(column).replace_strict(INDICATORS, default=None, return_dtype=pl.String)


_READERS: dict[str, Callable[[RawFile], Found]] = {
    "gdp": _gdp,
    "democracy": _democracy,
    "bank json": _json,
    "bank csv": _csv,
    "bank csv with preamble": partial(_csv, before=4),
}
