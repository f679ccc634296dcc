"""ICEWS: the raw tab files of 20 columns, and tables of subject, relation, object and date made from them."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache
from pathlib import Path

import polars as pl

from comity import events
from comity.cameo import believed, rooted, said_by_icews
from comity.columns import frame, header
from comity.errors import SourceError, UnknownState
from comity.lake import Batch, Lake, RawFile
from comity.measures import MISSING, sifted
from comity.sources import card, covered, days_of
from comity.states import FORMER, NAME, name_of, named
from comity.tables import EVENT

TAB = {"Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "CAMEO Code", "Target Name", "Target Sectors", "Target Country"}  # fmt: skip
NAMED = {"subject", "relation", "object", "date"}
PAGE = "https://doi.org/10.7910/DVN/28075"
OFFICIAL = r"\b(Government|Military|Executive|Defense)\b"  # a sector of whoever acts for a state
# Who acts for a state in "Office (State)".
OFFICES = (
    "Government", "Government Official", "Head of Government", "Military", "Military Personnel", "Naval", "Air Force",
    "High Ranking Military Personnel", "Military Personnel - Special", "Defense / Security Ministry", "Foreign Affairs",
    "Ministry", "Cabinet / Council of Ministers / Advisors", "Other Authorities / Officials", "Envoy", "Royal Administration",
    "Treasury/Finance Ministry", "Finance / Economy / Commerce / Trade Ministry", "Energy Department/Ministry",
)  # fmt: skip
OFFICE = re.compile(r"(.*) \(([^()]*(?:\([^()]*\))?[^()]*)\)")
OTHERWISE = {"Congo": "COG"}  # ICEWS has the other one as Democratic Republic of Congo
SPARSE = 0.5
# States that any year's news is full of, under the names that ICEWS gives them.
IN_THE_NEWS = ("China", "France", "Germany", "India", "Iran", "Israel", "Italy", "Japan", "Russia", "Syria", "Turkey", "United Kingdom", "United States")  # fmt: skip


def layout(path: Path) -> str | None:
    """``tab`` or ``names`` by the names of the columns."""
    columns = header(path)
    return "tab" if columns >= TAB else "names" if columns >= NAMED else None


def read(raw: RawFile, layout: str) -> Batch:
    """Events between two states, and what the days from the first to the last are covered for."""
    rows = frame(raw.path)
    if layout == "names" and (lost := _lost(rows)):
        why = f"table without {', '.join(lost)}"
        return Batch({"event": EVENT.empty()}, "names with states lost", len(rows), 0, {why: len(rows)})
    table = (_tab if layout == "tab" else _names)(rows, raw)
    kept, skipped = sifted(
        table,
        ("impossible id or day", pl.any_horizontal(pl.col("event", "date").is_null())),
        ("not two governments", pl.any_horizontal(pl.col("actor", "recipient").is_null())),
        ("within one state", pl.col("actor") == pl.col("recipient")),
        ("code says nothing of a tie", pl.col("code").is_null()),
    )
    tables = {"event": EVENT.of(kept), "coverage": _coverage(table["date"], layout, raw)}
    return Batch(tables, layout, len(rows), len(kept), dict(skipped))


def derive(lake: Lake, found: events.Found, states: frozenset[str]) -> dict[str, pl.DataFrame]:
    """Reports of events."""
    stream = events.Stream("icews", "ICEWS", PAGE, card("icews").reliability)
    meanings = believed(card("icews").beliefs).rename({"cameo": "code"})
    return {"report": events.reports(lake, stream, found.of("icews"), meanings)}


def _tab(rows: pl.DataFrame, raw: RawFile) -> pl.DataFrame:
    """Whoever acts for a state: the state itself, or one with an official sector."""
    walk = rooted(rows["CAMEO Code"].str.strip_chars())
    sides = [_side(rows, side, raw) for side in ("Source", "Target")]
    where = [pl.col(c).replace("NA", None) for c in ("City", "Country") if c in rows.columns]
    place = pl.concat_str(pl.lit(None, pl.String), *where, separator=", ", ignore_nulls=True)
    day = pl.col("Event Date").str.to_date("%Y-%m-%d", strict=False)
    return rows.select(
        event=pl.col("Event ID").cast(pl.Int64, strict=False),
        source=pl.lit("icews"),
        date=day,
        known=day + timedelta(days=1),
        actor=sides[0],
        recipient=sides[1],
        code=pl.col("CAMEO Code").str.strip_chars().replace_strict(walk, default=None, return_dtype=pl.String),
        place=place.replace("", None),
        raw=pl.lit(raw.sha256),
        position="row",
    )


def _side(rows: pl.DataFrame, side: str, raw: RawFile) -> pl.Series:
    countries = {name: _country(name, rows, side, raw) for name in rows[f"{side} Country"].unique() if name}
    state = pl.col(f"{side} Country").replace_strict(countries, default=None, return_dtype=pl.String)
    itself = pl.col(f"{side} Name") == pl.col(f"{side} Country")
    official = pl.col(f"{side} Sectors").str.contains(OFFICIAL).fill_null(value=False)
    return rows.select(pl.when(itself | official).then(state)).to_series()


def _country(name: str, rows: pl.DataFrame, side: str, raw: RawFile) -> str | None:
    """The state of a country as the file spells it, None for none; an unknown name is an error that names its row."""
    if name in MISSING:
        return None
    if found := _state(name):
        return found
    row = rows.filter(pl.col(f"{side} Country") == name)["row"][0]
    raise UnknownState(f"{raw.path.name}, row {row}: {name!r} is no state known; add it to knowledge/names.csv")


def _names(rows: pl.DataFrame, raw: RawFile) -> pl.DataFrame:
    """Names are of states, offices of states, persons and groups; only the first two act for a state."""
    day = pl.col("date").cast(pl.Date, strict=False) if rows.schema["date"] != pl.String else pl.col("date").str.to_date("%Y-%m-%d", strict=False)  # fmt: skip
    actors = _governments(pl.concat([rows["subject"], rows["object"].rename("subject")]).unique())
    codes = said_by_icews()
    if not set(codes) & set(rows["relation"].unique()):
        raise SourceError(f"{raw.path.name}: no relation is an event text of ICEWS; this is another's table")
    return rows.with_columns(date=day).select(
        "date",
        event=events.id_of_row("row", raw.sha256),
        source=pl.lit("icews"),
        known=pl.col("date") + timedelta(days=1),
        actor=pl.col("subject").replace_strict(actors, default=None, return_dtype=pl.String),
        recipient=pl.col("object").replace_strict(actors, default=None, return_dtype=pl.String),
        code=pl.col("relation").replace_strict(codes, default=None, return_dtype=pl.String),
        raw=pl.lit(raw.sha256),
        position="row",
    )


def _lost(rows: pl.DataFrame) -> list[str]:
    """States always in the news that have no row of their own name: such a table has lost them, and looks like silence."""
    names = {*rows["subject"].unique(), *rows["object"].unique()}
    return [name for name in IN_THE_NEWS if name not in names]


def _governments(names: pl.Series) -> dict[str, str]:
    """The state that each name acts for. A bare name is a state's when it also stands behind an office somewhere."""
    offices = {name: (m[1], m[2]) for name in names if name and (m := OFFICE.fullmatch(name))}
    states = {place: code for place in sorted({p for _, p in offices.values()}) if (code := _state(place))}
    acting = {name: states[place] for name, (office, place) in offices.items() if office in OFFICES and place in states}
    bare = set(names)
    return acting | {name: code for name, code in states.items() if name in bare}


@cache
def _state(name: str) -> str | None:
    """The state of a name that is one's, of today or of its time; None for a person, a place and a group."""
    try:
        found = named(OTHERWISE.get(name, name))
    except UnknownState:
        return None
    # Singapore is a capital too.
    plain = found.kind in {NAME, FORMER} or name in OTHERWISE or name_of(found.code) == name
    return found.code if plain else None


def _coverage(days: pl.Series, layout: str, raw: RawFile) -> pl.DataFrame:
    """Any pair, from the file's first day to its last."""
    if layout == "tab":
        return covered(card("icews"), raw, days_of(days), "news of the whole world")
    sparse = {instrument: chance * SPARSE for instrument, chance in card("icews").detection.items()}
    return covered(card("icews"), raw, days_of(days), "news of the whole world, frequent names only", sparse)
