"""McManus and Nieman's signals of support, from each of five powers to each state and year."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from comity.columns import header
from comity.lake import Batch, RawFile
from comity.measures import a_year_later, coded, cow_years, gleditsch_ward, measured, sifted, unpivoted

POWERS = {"us": 2.0, "uk": 200.0, "fra": 220.0, "rus": 365.0, "chi": 710.0}
SIGNALS = {
    "vis": "support_visit",
    "ex": "support_exercise",
    "pact": "support_pact",
    "bit": "support_investment_treaty",
    "nukes": "support_nuclear",
    "arms": "support_arms",
    "troops": "support_troops",
    "words": "support_words",
    "econaid": "support_aid_usd",
}
ENOUGH = {"ccode", "year", *(f"{power}_{signal}" for power in POWERS for signal in ("vis", "ex", "arms", "troops"))}


def layout(path: Path) -> str | None:
    """``signals`` by the names of the columns."""
    columns = header(path)
    return "signals" if columns >= ENOUGH else None


def read(raw: RawFile, layout: str) -> Batch:
    """Measures by power, state and year."""
    columns = [f"{p}_{s}" for p in POWERS for s in SIGNALS if f"{p}_{s}" in header(raw.path)]
    rows, skipped, found = cow_years(raw, columns)
    cells = unpivoted(rows.select("row", "date", "ccode", *columns), columns)
    sides = cells.with_columns(
        power=pl.col("name").str.extract(r"^(\w+?)_").replace_strict(POWERS, return_dtype=pl.Float64),
        name=pl.col("name").str.extract(r"_(\w+)$").replace_strict(SIGNALS, return_dtype=pl.String),
        part=pl.col("name"),
        known=a_year_later(7, 1),
    )
    table, _ = sifted(coded(sides, ["power"], gleditsch_ward, raw), ("itself", pl.col("power") == pl.col("ccode")))
    subject = table.with_columns(subject=pl.concat_str("power", pl.lit(">"), "ccode"))
    return Batch({"measure": measured(subject, "signals", raw)}, layout, found, len(rows), dict(skipped))
