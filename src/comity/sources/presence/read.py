"""Troops of the United States abroad by country and year, from troopdata."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from comity.columns import frame, header
from comity.errors import UnknownState
from comity.lake import Batch, RawFile
from comity.measures import MISSING, OLDEST, SINCE, a_year_later, coded, dated, measured, numbers, sifted
from comity.states import from_cow, is_state, resolve

COLUMNS = {"countryname", "year", "ccode", "iso3c", "troops_ad"}
# Places of troops that no list of states has, as the file spells them.
NOBODY = ("Wake Island", "Johnston Island", "Midway Islands", "Azores", "British West Indies", "Ascension Island", "Aden", "Fiji and Tonga", "Mariana Islands", "Kashmir", "Line Islands", "Sarawak", "Easter Island", "Eniwetok (J.T.F. 7", "Zanzibar", "Diego Garcia")  # fmt: skip


def layout(path: Path) -> str | None:
    """``years`` by the names of the columns."""
    return "years" if header(path) >= COLUMNS else None


def read(raw: RawFile, layout: str) -> Batch:
    """Measures ``troops`` by country and year."""
    rows = dated(numbers(frame(raw.path), ["troops_ad", "ccode"], raw), raw, OLDEST)
    key = (pl.col("iso3c"), pl.col("countryname"), pl.col("ccode").cast(pl.Int32).cast(pl.String))
    recent, skipped = sifted(
        rows.with_columns(state=pl.concat_str([part.fill_null("") for part in key], separator="|")),
        (f"before {SINCE}", pl.col("year") < SINCE),
        ("no value", pl.col("troops_ad").is_null()),
    )
    states, none = sifted(coded(recent, ["state"], _state, raw), ("no state", pl.col("state").is_null()))
    kept, twice = sifted(
        states.sort("troops_ad", "row", descending=[True, False]),
        ("another spelling of the state", ~pl.struct("state", "date").is_first_distinct()),
    )
    table = kept.with_columns(
        subject=pl.format("USA>{}", "state"), name=pl.lit("troops"), value="troops_ad", known=a_year_later(7, 1)
    )
    return Batch(
        {"measure": measured(table, "presence", raw)}, layout, len(rows), len(kept), dict(skipped + none + twice)
    )


@cache
def _state(key: str, on: date) -> str | None:
    """By its code, else its Correlates of War number, else its name; None for a place that is no state."""
    iso, name, number = key.split("|")
    if iso not in MISSING:
        if is_state(iso):
            return iso
        raise UnknownState(f"{iso!r} ({name}) is no state's code")
    if name in NOBODY:
        return None
    return (from_cow(int(number), on) if number else None) or resolve(name, on)
