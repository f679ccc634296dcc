"""Trade between states by year: totals of ITPD-E, and what importers and exporters declared, from Comtrade or the IMF."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from comity.columns import frame, layout_of
from comity.lake import Batch, RawFile
from comity.measures import a_year_later, coded, dated, measured, named, numbers, pair, sifted
from comity.states import is_state

ITPD = {"year", "exporter", "importer", "usd2010"}
COMTRADE = {"refYear", "reporterISO", "partnerISO", "flowCode", "cmdCode", "primaryValue"}
# Dataset IMTS, before it DOTS.
IMF = {"COUNTRY", "INDICATOR", "COUNTERPART_COUNTRY", "FREQUENCY", "TIME_PERIOD", "OBS_VALUE"}
FLOWS = {"MG_CIF_USD": "M", "XG_FOB_USD": "X"}
WHOLE = {"freqCode": "A", "cmdCode": "TOTAL", "customsCode": "C00", "motCode": "0", "partner2ISO": "W00"}
FIRST = 1948


def layout(path: Path) -> str | None:
    """``itpd totals``, ``comtrade`` or ``imf`` by the names of the columns."""
    return layout_of(path, {"itpd totals": ITPD, "comtrade": COMTRADE, "imf": IMF})


def read(raw: RawFile, layout: str) -> Batch:
    """Measures ``trade_usd`` or ``trade_usd_current`` by exporter, importer and year."""
    rows = frame(raw.path)
    kept, skipped = {"itpd totals": _itpd, "comtrade": _comtrade, "imf": _imf}[layout](rows, raw)
    table = kept.with_columns(subject=pair("exporter", "importer", directed=True), known=a_year_later(12, 31))
    return Batch({"measure": measured(table, "trade", raw)}, layout, len(rows), len(kept), dict(skipped))


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


def _imf(rows: pl.DataFrame, raw: RawFile) -> tuple[pl.DataFrame, dict[str, int]]:
    """Values are dollars as they stand: SCALE beside them says in which unit the IMF shows them."""
    yearly, skipped = sifted(
        rows,
        ("a month or a quarter", pl.col("FREQUENCY") != "A"),
        ("imports without freight, or a balance", ~pl.col("INDICATOR").is_in(list(FLOWS))),
    )
    declared = yearly.select(
        "row",
        refYear="TIME_PERIOD",
        reporterISO="COUNTRY",
        partnerISO="COUNTERPART_COUNTRY",
        flowCode=pl.col("INDICATOR").replace_strict(FLOWS, return_dtype=pl.String),
        primaryValue="OBS_VALUE",
    )
    kept, more = _comtrade(declared, raw)
    return kept, skipped | more
