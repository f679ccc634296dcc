"""POLECAT: the weekly tab files of PLOVER events."""

from __future__ import annotations

from collections import Counter
from functools import cache
from importlib.resources import files
from pathlib import Path

import polars as pl

from comity import events
from comity.columns import header
from comity.errors import SourceError
from comity.lake import Batch, Lake, RawFile
from comity.measures import sifted
from comity.sources import card, covered, days_of
from comity.states import is_state
from comity.tables import EVENT

COLUMNS = (
    "Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts", "Actor Name",
    "Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors", "Actor Title", "Actor Name Raw",
    "Wikipedia Actor ID", "Recipient Name", "Recipient Country", "Recipient COW", "Primary Recipient Sector",
    "Recipient Sectors", "Recipient Title", "Recipient Name Raw", "Wikipedia Recipient ID", "Placename", "City", "District",
    "Province", "Country", "Latitude", "Longitude", "GeoNames ID", "Raw Placename", "Feature Type", "Source",
    "Publication Date", "Story People", "Story Organizations", "Story Locations", "Language", "Version",
)  # fmt: skip
READ = ("Event ID", "Event Date", "Event Type", "Event Mode", "Contexts", "Actor Country", "Primary Actor Sector", "Recipient Country", "Primary Recipient Sector", "Placename", "Publication Date")  # fmt: skip
PAGE = "https://doi.org/10.7910/DVN/AJGVIT"
NOTHING = ("", "None", "NA", "nan")
OFFICIAL = ("GOV", "MIL", "SPY", "LEG", "JUD", "PTY", *NOTHING)  # sectors of who may act for a state


def layout(path: Path) -> str | None:
    """``week`` by the names of the columns."""
    return "week" if header(path) >= set(READ) else None


def read(raw: RawFile, layout: str) -> Batch:
    """Events between two states, and what the week is covered for."""
    rows, skipped, mended = _rows(raw)
    table = _events(rows, raw)
    kept, left = sifted(
        table,
        ("impossible day", pl.any_horizontal(pl.col("date", "known").is_null())),
        ("not two states", pl.any_horizontal(pl.col("actor", "recipient").is_null())),
        ("within one state", pl.col("actor") == pl.col("recipient")),
        ("no official", ~pl.col("official")),
        ("type says nothing of a tie", pl.col("code").is_null()),
    )
    tables = {
        "event": EVENT.of(kept),
        "coverage": covered(card("polecat"), raw, days_of(table["known"]), "news of the whole world"),
    }
    said = f"week, {mended}" if mended else "week"
    found = len(rows) + sum(skipped.values())
    return Batch(tables, said, found, len(kept), dict(skipped + left))


def derive(lake: Lake, found: events.Found, states: frozenset[str]) -> dict[str, pl.DataFrame]:
    """Reports of events."""
    stream = events.Stream("polecat", "POLECAT", PAGE, card("polecat").reliability)
    beliefs = card("polecat").beliefs
    meanings = plover().select(
        "code",
        "instrument",
        "stage",
        "polarity",
        belief=pl.col("class").replace_strict(beliefs, return_dtype=pl.Float64),
        meaning=pl.col("code").str.to_lowercase(),
    )
    return {"report": events.reports(lake, stream, found.of("polecat"), meanings)}


@cache
def plover() -> pl.DataFrame:
    """Which types, modes and contexts are read, and as what; ``code`` is the three in words."""
    table = pl.read_csv(files(__package__).joinpath("plover.csv").read_bytes(), schema_overrides={"polarity": pl.Int8})
    return table.with_columns(code=pl.concat_str("type", "mode", "context", separator=" ", ignore_nulls=True))


def _rows(raw: RawFile) -> tuple[pl.DataFrame, Counter[str], str]:
    """The lines under the names that they have, each with its number in the file (the header is 0); lines left out by reason;
    and what had to be mended.
    """
    try:
        text = raw.path.read_text("utf-8-sig", errors="replace")
    except OSError as error:
        raise SourceError(f"{raw.path.name}: cannot be read ({error}); fetch it again") from error
    # Not ``splitlines``: a name may hold a line separator of Unicode, which ends no row.
    numbered = [(n, line.split("\t")) for n, line in enumerate(text.split("\n")) if line.strip()] or [(0, [])]
    names, lines = numbered[0][1], [line for _, line in numbered[1:]]
    surplus = [name for name in names if name not in COLUMNS]
    width = Counter(len(_trimmed(line)) for line in lines).most_common(1)
    if surplus and width and width[0][0] == len(names) - len(surplus):  # the lines never had those columns
        names = [name for name in names if name in COLUMNS]
    whole = [_trimmed(line, len(names)) for line in lines]
    kept = [line for line in whole if len(line) == len(names)]
    rows = [n for (n, _), line in zip(numbered[1:], whole, strict=True) if len(line) == len(names)]
    trailing = sum(
        len(line) > len(names) and len(mended) == len(names) for line, mended in zip(lines, whole, strict=True)
    )
    mended = [*([f"{len(surplus)} surplus names in the header"] if surplus else []), *([f"{trailing} lines with surplus empty columns"] if trailing else [])]  # fmt: skip
    places = [names.index(column) for column in READ]
    table = pl.DataFrame(
        [[line[p] for p in places] for line in kept], schema=dict.fromkeys(READ, pl.String), orient="row"
    )
    lost = Counter({"wrong number of columns": len(lines) - len(kept)}) if len(kept) < len(lines) else Counter[str]()
    return table.with_columns(row=pl.Series(rows, dtype=pl.UInt32)), lost, ", ".join(mended)


def _trimmed(line: list[str], width: int = len(COLUMNS)) -> list[str]:
    """A line without the empty columns that it has beyond a width."""
    while len(line) > width and not line[-1].strip():
        line = line[:-1]
    return line


def _events(rows: pl.DataFrame, raw: RawFile) -> pl.DataFrame:
    sectors = ("Primary Actor Sector", "Primary Recipient Sector")
    return rows.select(
        event=events.id_of_row("row", raw.sha256),
        source=pl.lit("polecat"),
        date=pl.col("Event Date").str.to_date("%Y-%m-%d", strict=False),
        known=pl.col("Publication Date").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False),
        actor=_state(rows["Actor Country"]),
        recipient=_state(rows["Recipient Country"]),
        official=pl.all_horizontal(pl.col(c).str.strip_chars().is_in(OFFICIAL) for c in sectors),
        code=_code(),
        place=pl.when(~pl.col("Placename").is_in(NOTHING)).then("Placename"),
        raw=pl.lit(raw.sha256),
        position="row",
    )


def _state(countries: pl.Series) -> pl.Series:
    """The one state of each cell; none for several, for none and for a code that is nobody's."""
    codes = {c: c for c in countries.str.strip_chars().unique() if c and is_state(c)}
    return countries.str.strip_chars().replace_strict(codes, default=None, return_dtype=pl.String)


def _code() -> pl.Expr:
    """The first line of ``plover.csv`` that fits."""
    contexts = pl.concat_str(pl.lit(";"), pl.col("Contexts").str.to_lowercase().str.replace_all(" ", ""), pl.lit(";"))
    mode = pl.col("Event Mode").str.to_lowercase()

    def fits(row: dict[str, str]) -> pl.Expr:
        asked = [pl.col("Event Type") == row["type"]]
        asked += [mode == row["mode"]] if row["mode"] else []
        asked += [contexts.str.contains(f";{row['context']};", literal=True)] if row["context"] else []
        return pl.when(pl.all_horizontal(asked)).then(pl.lit(row["code"]))

    return pl.coalesce(*(fits(row) for row in plover().iter_rows(named=True)))
