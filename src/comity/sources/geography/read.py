"""CEPII's GeoDist: distances, borders, languages and colonial ties of pairs, and the shape of states."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl

from comity import rfile
from comity.columns import frame, header
from comity.errors import LayoutError, UnknownState
from comity.lake import Batch, RawFile
from comity.measures import coded, measured, numbers, pair, sifted, unpivoted
from comity.states import is_state

DISTANCES = {"dist": "distance_km", "distw": "distance_weighted_km"}
FLAGS = {
    "contig": "border",
    "comlang_off": "language_official",
    "comlang_ethno": "language_ethnic",
    "colony": "colony",
    "comcol": "common_colonizer",
    "smctry": "same_country",
}
SHAPES = {"area": "area_km2", "landlocked": "landlocked"}
PAIRS, STATES = {"iso_o", "iso_d", *DISTANCES, *FLAGS}, {"iso3", "cap", *SHAPES}
ALWAYS = date(1980, 12, 31)
# Codes that ISO has since given up, or that CEPII makes; its YUG is Serbia and Montenegro.
CODES = {"ROM": "ROU", "ZAR": "COD", "TMP": "TLS", "PAL": "PSE", "YUG": "SRB"}


def layout(path: Path) -> str | None:
    """``pairs`` or ``states`` by the name of the R file, or by the names of the columns."""
    if rfile.holds(path, "dist_cepii", "geo_cepii"):
        return "pairs" if path.stem == "dist_cepii" else "states"
    columns = header(path)
    return "pairs" if columns >= PAIRS else "states" if columns >= STATES else None


def read(raw: RawFile, layout: str) -> Batch:
    """Measures by pair or by state, dated once and for all."""
    rows = frame(raw.path).with_columns(date=pl.lit(ALWAYS), known=pl.lit(ALWAYS))
    if missing := (PAIRS if layout == "pairs" else STATES) - set(rows.columns):
        raise LayoutError(f"{raw.path.name}: no columns {', '.join(sorted(missing))}; fetch the file again")
    return (_pairs if layout == "pairs" else _states)(rows, raw)


def _pairs(rows: pl.DataFrame, raw: RawFile) -> Batch:
    states = coded(numbers(rows, [*DISTANCES, *FLAGS], raw), ["iso_o", "iso_d"], _code, raw)
    kept, skipped = sifted(states, ("a state with itself", pl.col("iso_o") == pl.col("iso_d")))
    pairs = (
        kept.with_columns(subject=pair("iso_o", "iso_d", directed=False))
        .group_by("subject", "date", "known", maintain_order=True)
        .agg(pl.col("row").min(), pl.col(list(DISTANCES)).mean(), pl.col(list(FLAGS)).max())
    )
    table = unpivoted(pairs, DISTANCES | FLAGS).filter(pl.col("name").is_in(list(DISTANCES.values())) | (pl.col("value") > 0))  # fmt: skip
    return Batch({"measure": measured(table, "geography", raw)}, "pairs", len(rows), len(kept), dict(skipped))


def _states(rows: pl.DataFrame, raw: RawFile) -> Batch:
    """A row a city; a state's first row has its shape."""
    states = coded(numbers(rows, list(SHAPES), raw), ["iso3"], _code, raw)
    kept, skipped = sifted(states, ("another city of the state", ~pl.col("iso3").is_first_distinct()))
    table = unpivoted(kept.select("row", "date", "known", *SHAPES, subject="iso3"), SHAPES)
    return Batch({"measure": measured(table, "geography", raw)}, "states", len(rows), len(kept), dict(skipped))


def _code(code: str, on: date) -> str:
    if is_state(found := CODES.get(code, code)):
        return found
    raise UnknownState(f"{code!r} is no state's code; add it to CODES of this source")
