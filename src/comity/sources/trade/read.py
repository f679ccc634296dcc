"""Trade between states by year: totals of ITPD-E, and Comtrade's yearly totals as importers and exporters declared them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from comity.columns import frame, header
from comity.lake import Batch, RawFile
from comity.measures import a_year_later, coded, dated, measured, named, numbers, pair, sifted
from comity.sources import card, kept_promises
from comity.states import is_state

ITPD = {"year", "exporter", "importer", "usd2010"}
COMTRADE = {"refYear", "reporterISO", "partnerISO", "flowCode", "cmdCode", "primaryValue"}
WHOLE = {"freqCode": "A", "cmdCode": "TOTAL", "customsCode": "C00", "motCode": "0", "partner2ISO": "W00"}
FIRST = 1948


def layout(path: Path) -> str | None:
    """``itpd totals`` or ``comtrade`` by the names of the columns."""
    columns = header(path)
    return "itpd totals" if columns >= ITPD else "comtrade" if columns >= COMTRADE else None


def read(raw: RawFile, layout: str) -> Batch:
    """Measures ``trade_usd`` or ``trade_usd_current`` by exporter, importer and year."""
    rows = frame(raw.path)
    kept, skipped = (_itpd if layout == "itpd totals" else _comtrade)(rows, raw)
    table = kept.with_columns(subject=pair("exporter", "importer", directed=True), known=a_year_later(12, 31))
    batch = Batch({"measure": measured(table, "trade", raw)}, layout, len(rows), len(kept), dict(skipped))
    return kept_promises(card("trade"), raw, batch)


def _itpd(rows: pl.DataFrame, raw: RawFile) -> tuple[pl.DataFrame, dict[str, int]]:
    years = dated(numbers(rows, ["usd2010"], raw), raw, FIRST).rename({"usd2010": "value"})
    states = coded(years, ["exporter", "importer"], _name, raw)
    kept, skipped = sifted(
        states.with_columns(name=pl.lit("trade_usd")),
        ("a state with itself", pl.col("exporter") == pl.col("importer")),
        ("no value", pl.col("value").is_null()),
    )
    return kept, skipped


def _name(name: str, on: date) -> str:
    """A state's code; ITPD-E names both Congos, and its plain 'Congo' is that of Brazzaville."""
    return "COG" if name == "Congo" else named(name, on)


def _comtrade(rows: pl.DataFrame, raw: RawFile) -> tuple[pl.DataFrame, dict[str, int]]:
    years = dated(numbers(rows, ["primaryValue"], raw), raw, FIRST, "refYear").rename({"primaryValue": "value"})
    bought = pl.col("flowCode") == "M"
    sides = years.with_columns(
        exporter=pl.when(bought).then("partnerISO").otherwise("reporterISO"),
        importer=pl.when(bought).then("reporterISO").otherwise("partnerISO"),
        name=pl.lit("trade_usd_current"),
    )
    parts = [pl.col(c).is_not_null() & (pl.col(c) != whole) for c, whole in WHOLE.items() if c in rows.columns]
    states = {c for c in sides["exporter"].unique().append(sides["importer"].unique()) if c and is_state(c)}
    kept, skipped = sifted(
        sides,
        ("a part of the total", pl.any_horizontal(*parts, ~pl.col("flowCode").is_in(["M", "X"]))),
        ("partner is no state", ~(pl.col("exporter").is_in(states) & pl.col("importer").is_in(states))),
        ("a state with itself", pl.col("exporter") == pl.col("importer")),
        ("no value", pl.col("value").is_null()),
    )
    best = kept.sort("flowCode", "row").unique(["exporter", "importer", "date"], keep="first", maintain_order=True)
    if mirrored := len(kept) - len(best):
        skipped["declared by the other side as well"] = mirrored
    return best, skipped
