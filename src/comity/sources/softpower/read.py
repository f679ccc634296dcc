"""China's public diplomacy by country and year, its official finance, and the visits of its leaders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from comity.columns import frame, layout_of
from comity.lake import Batch, RawFile
from comity.measures import (
    OLDEST,
    SINCE,
    Found,
    a_year_later,
    coded,
    dated,
    measured,
    named,
    numbers,
    of_the_world,
    sifted,
    unpivoted,
)
from comity.states import is_state

DIPLOMACY = {
    "confucius_institutes": "confucius_institutes",
    "sister_cities_established": "sister_cities",
    "government_visits": "government_visits",
    "military_visits": "military_visits",
    "ambassador_op_eds": "ambassador_op_eds",
    "journalist_visits": "journalist_visits",
    "media_partnerships": "media_partnerships",
    "outbound_chinese_students": "students_to",
    "inbound_students_to_china": "students_from",
}
LAYOUTS = {
    "diplomacy": {"receiving_country", "year", *DIPLOMACY},
    "finance": {"project_id", "recommended_for_research", "year", "usd_defl_2014", "recipient_iso3", "recipient_count"},
    "visits": {"Year", "Name", "Level", "Country"},
}


def layout(path: Path) -> str | None:
    """``diplomacy``, ``finance`` or ``visits`` by the names of the columns."""
    return layout_of(path, LAYOUTS)


def read(raw: RawFile, layout: str) -> Batch:
    """Measures from China to a state by year, and of students the other way."""
    table, skipped, rows, kept = _READERS[layout](raw)
    return Batch({"measure": measured(table, "softpower", raw)}, layout, rows, kept, dict(skipped))


def _diplomacy(raw: RawFile) -> Found:
    rows = dated(numbers(frame(raw.path), list(DIPLOMACY), raw), raw, SINCE)
    full, skipped = sifted(rows, ("no value", pl.all_horizontal(pl.col(list(DIPLOMACY)).is_null())))
    states = coded(full, ["receiving_country"], named, raw).with_columns(known=a_year_later(7, 1))
    cells = unpivoted(states.select("row", "date", "known", "receiving_country", *DIPLOMACY), DIPLOMACY)
    home = pl.col("name") == "students_from"
    table = cells.with_columns(
        subject=pl.when(home)
        .then(pl.format("{}>CHN", "receiving_country"))
        .otherwise(pl.format("CHN>{}", "receiving_country")),
        name=pl.when(home).then(pl.lit("students_to")).otherwise("name"),
        part=pl.col("name"),
    )
    return table, skipped, len(rows), len(full)


def _finance(raw: RawFile) -> Found:
    rows = dated(numbers(frame(raw.path), ["usd_defl_2014", "recipient_count"], raw), raw, SINCE)
    codes = rows["recipient_iso3"].str.strip_chars()
    states = [code for code in codes.unique() if code and is_state(code)]
    kept, skipped = sifted(
        rows.with_columns(state=codes),
        ("not recommended for research", pl.col("recommended_for_research").str.to_lowercase() != "true"),
        ("no sum", pl.col("usd_defl_2014").is_null()),
        ("no one recipient", ~pl.col("state").is_in(states).fill_null(value=False) | (pl.col("recipient_count") > 1)),
    )
    table = (
        kept.group_by(pl.format("CHN>{}", "state").alias("subject"), "date", maintain_order=True)
        .agg(pl.col("row").min(), value=pl.col("usd_defl_2014").sum())
        .with_columns(name=pl.lit("official_finance_usd"), known=a_year_later(12, 31))
    )
    return table, skipped, len(rows), len(kept)


def _visits(raw: RawFile) -> Found:
    rows = dated(frame(raw.path), raw, OLDEST, "Year")
    recent, skipped = sifted(
        rows,
        (f"before {SINCE}", pl.col("Year") < SINCE),
        ("no state", pl.col("Country").is_null() | (pl.col("Country").str.strip_chars() == "")),
    )
    kept = coded(recent, ["Country"], _visited, raw)
    table = (
        kept.group_by(pl.format("CHN>{}", "Country").alias("subject"), "date", maintain_order=True)
        .agg(pl.col("row").min(), value=pl.len().cast(pl.Float64))
        .with_columns(name=pl.lit("leader_visits"), known=a_year_later(7, 1))
    )
    return of_the_world(table), skipped, len(rows), len(kept)


def _visited(name: str, on: date) -> str:
    """The state of a visit: of the year's beginning, since a state may have ended by the year's end."""
    return named(name.strip(), date(on.year, 1, 1))


_READERS: dict[str, Callable[[RawFile], Found]] = {"diplomacy": _diplomacy, "finance": _finance, "visits": _visits}
