"""Samples of the sources that are tables of numbers; ``tools/samples.py`` writes them with the others."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

Text = Callable[[str, str, str], None]
Table = Callable[[list[list[object]]], str]
SOURCES = Path(__file__).parents[1] / "src/comity/sources"


def parquet(source: str, name: str, rows: list[dict[str, object]]) -> None:
    """One Parquet file of a source's sample."""
    place = SOURCES / source / "sample" / name
    place.parent.mkdir(exist_ok=True)
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(place, compression="uncompressed", statistics=False)


def trade(text: Text, table: Table) -> None:
    """Totals of ITPD-E with domestic trade, and Comtrade with a part of a total, a mirror and a partner that is no state."""
    parquet("trade", "itpd_totals_sample.parquet", [
        {"year": 2015, "exporter": "Turkey", "importer": "Kazakhstan", "usd2010": 700.5},
        {"year": 2015, "exporter": "Kazakhstan", "importer": "Turkey", "usd2010": 900.0},
        {"year": 2016, "exporter": "Congo", "importer": "DR Congo", "usd2010": 1.25},
        {"year": 2015, "exporter": "Turkey", "importer": "Turkey", "usd2010": 9999.0},
    ])  # fmt: skip
    text("trade", "comtrade_sample.csv", table([
        ["freqCode", "refYear", "reporterISO", "flowCode", "partnerISO", "partner2ISO", "cmdCode", "customsCode", "motCode", "primaryValue"],
        ["A", 2023, "KAZ", "M", "TUR", "W00", "TOTAL", "C00", 0, 1100.0],
        ["A", 2023, "TUR", "X", "KAZ", "W00", "TOTAL", "C00", 0, 1000.0],
        ["A", 2023, "TUR", "X", "TKM", "W00", "TOTAL", "C00", 0, 500.0],
        ["A", 2023, "TUR", "X", "KAZ", "W00", "TOTAL", "C00", 2100, 10.0],
        ["A", 2023, "TUR", "X", "KAZ", "W00", "93", "C00", 0, 5.0],
        ["A", 2023, "TUR", "X", "W00", "W00", "TOTAL", "C00", 0, 99999.0],
        ["A", 2023, "UZB", "M", "TUR", "W00", "TOTAL", "C00", 0, ""],
    ]))  # fmt: skip


WRITERS = (trade,)
