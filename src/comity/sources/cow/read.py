"""Tables of the Correlates of War project as peacesciencer bundles them: capability, disputes, organisations, neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from comity.columns import frame, layout_of
from comity.errors import SourceError
from comity.lake import Batch, RawFile
from comity.measures import (
    SINCE,
    Found,
    a_year_later,
    coded,
    cow,
    cow_years,
    gone,
    measured,
    numbers,
    of_the_world,
    pair,
    sifted,
    unpivoted,
    year_end,
)
from comity.states import from_cow

LAYOUTS = {
    "capability": {"ccode", "year", "milex", "milper", "cinc"},
    "disputes": {"dispnum", "ccode1", "ccode2", "year", "disponset", "hostlev1", "hostlev2"},
    "organisations": {"ccode1", "ccode2", "year", "dyadigos"},
    "contiguity": {"ccode1", "ccode2", "conttype", "stdate", "enddate"},
    "distance": {"ccode1", "ccode2", "year", "mindist"},
    "capitals": {"ccode", "capital", "stdate", "enddate", "lat", "lng"},
}
PAIR = ("ccode1", "ccode2")
THOUSAND = 1000.0  # military spending is in thousands
NEGATIVES = (-9, -8)  # missing
EARTH_KM = 6371.0
MOVED_KM = 1.0


def layout(path: Path) -> str | None:
    """Which of the project's tables it is, by the names of the columns."""
    return layout_of(path, LAYOUTS)


def read(raw: RawFile, layout: str) -> Batch:
    """Measures by state, or by pair, and year."""
    table, skipped, rows, kept = _READERS[layout](raw)
    return Batch({"measure": measured(table, "cow", raw)}, layout, rows, kept, dict(skipped))


def _capability(raw: RawFile) -> Found:
    rows, skipped, found = _known(raw, ["milex", "cinc"], ("ccode",))
    state = rows.select("row", "date", "known", "cinc", subject="ccode", milex_usd=pl.col("milex") * THOUSAND)
    return unpivoted(state, ["cinc", "milex_usd"]), skipped, found, len(rows)


def _organisations(raw: RawFile) -> Found:
    rows, skipped, found = _known(raw, ["dyadigos"])
    table = rows.with_columns(subject=pair(*PAIR, directed=False), name=pl.lit("igo_shared"), value="dyadigos")
    return table, skipped, found, len(rows)


def _known(raw: RawFile, columns: list[str], states: tuple[str, ...] = PAIR) -> tuple[pl.DataFrame, Counter[str], int]:
    rows, skipped, found = cow_years(raw, columns, states, missing=NEGATIVES)
    return rows.with_columns(known=a_year_later(7, 1)), skipped, found


def _disputes(raw: RawFile) -> Found:
    """Both directions of a dispute are one pair; a year's disputes are counted, and the highest level of either side taken."""
    rows, skipped, found = _known(raw, ["disponset", "hostlev1", "hostlev2"])
    years = (
        rows.with_columns(subject=pair(*PAIR, directed=False))
        .group_by("subject", "date", "known", "dispnum", maintain_order=True)
        .agg(pl.col("row").min(), pl.col("disponset").max(), level=pl.max_horizontal("hostlev1", "hostlev2").max())
        .group_by("subject", "date", "known", maintain_order=True)
        .agg(pl.col("row").min(), mid_onset=pl.col("disponset").sum(), mid_hostility=pl.col("level").max())
    )
    begun = of_the_world(unpivoted(years.drop("mid_hostility"), ["mid_onset"]))
    level = unpivoted(years.drop("mid_onset"), ["mid_hostility"])
    return pl.concat([begun, level.select(begun.columns)]), skipped, found, len(rows)


def _contiguity(raw: RawFile) -> Found:
    """A row a spell; it holds on the last day of each year up to the end of its last month. Both directions are one pair."""
    rows = numbers(frame(raw.path), [*PAIR, "conttype"], raw)
    near, skipped = sifted(_days(rows, raw), ("not contiguous", pl.col("conttype") == 0))
    kept, _ = sifted(coded(_year_ends(near), PAIR, cow, raw), gone(*PAIR))
    pairs = (
        kept.filter(pl.col("ccode1") < pl.col("ccode2"))
        .with_columns(subject=pair(*PAIR, directed=False))
        .group_by("subject", "date", maintain_order=True)
        .agg(pl.col("row").min(), value=pl.col("conttype").min())
        .with_columns(name=pl.lit("contiguity"), known="date")
    )
    used = kept["row"].n_unique()
    return pairs, skipped + Counter({f"ended before {SINCE}": len(near) - used}), len(rows), used


def _days(rows: pl.DataFrame, raw: RawFile) -> pl.DataFrame:
    spells = rows.with_columns(pl.col("stdate", "enddate").cast(pl.String).str.to_date("%Y-%m-%d", strict=False))
    if len(wrong := spells.filter(pl.any_horizontal(pl.col("stdate", "enddate").is_null()))):
        raise SourceError(f"{raw.path.name}, row {wrong['row'][0]}: no first or last day; fetch the file again")
    return spells


def _year_ends(spells: pl.DataFrame) -> pl.DataFrame:
    """A row for each last day of a year since 1980 on which a spell held."""
    first = pl.max_horizontal(pl.col("stdate").dt.year(), pl.lit(SINCE))
    end = pl.col("enddate").dt
    last = end.year() - (end.month() < 12)  # a spell that ends in December held on the last day of the year
    held = spells.with_columns(year=pl.int_ranges(first, last + 1)).filter(pl.col("year").list.len() > 0)
    return held.explode("year").with_columns(date=year_end("year"))


def _distance(raw: RawFile) -> Found:
    rows, skipped, found = cow_years(raw, ["mindist"], PAIR)
    years = rows.with_columns(
        subject=pair(*PAIR, directed=False), name=pl.lit("distance_min_km"), value="mindist", known="date"
    )
    moves, same = sifted(_moves(years), ("the same as the year before", ~pl.col("moved")))
    return moves, skipped + same, found, len(moves)


def _moves(years: pl.DataFrame) -> pl.DataFrame:
    """Marks the first year of each subject and the years in which its value moved."""
    change = (pl.col("value") - pl.col("value").shift(1).over("subject")).abs()
    return years.sort("subject", "date").with_columns(moved=(change >= MOVED_KM).fill_null(value=True))


def _capitals(raw: RawFile) -> Found:
    """Where each capital was on the last day of each year, and from that how far apart any two were."""
    rows = numbers(frame(raw.path), ["ccode", "lat", "lng"], raw)
    kept, _ = sifted(coded(_year_ends(_days(rows, raw)), ["ccode"], _listed, raw), gone("ccode"))
    places = kept.select("row", "date", "lat", "lng", state="ccode").unique(["state", "date"], keep="last")
    both = places.join(places, on="date", suffix="_other").filter(pl.col("state") < pl.col("state_other"))
    years = both.select(
        "row", "date", subject=pair("state", "state_other", directed=False), name=pl.lit("distance_capitals_km"),
        value=_great_circle(), known="date",
    )  # fmt: skip
    used = kept["row"].n_unique()
    skipped = Counter({f"state ended before {SINCE}": len(rows) - used})
    moves = _moves(years).filter("moved").with_columns(row=pl.int_range(1, pl.len() + 1))
    return moves, skipped, len(rows), used


def _listed(number: float, on: date) -> str | None:
    """A state's code; the list gives places of states of the nineteenth century until today, which are nobody's."""
    return cow(number, on) if from_cow(int(number), on) else None


def _great_circle() -> pl.Expr:
    """The haversine distance in kilometres between ``lat``, ``lng`` and ``lat_other``, ``lng_other`` in degrees."""
    north, north_other = pl.col("lat").radians(), pl.col("lat_other").radians()
    east = pl.col("lng_other").radians() - pl.col("lng").radians()
    half = ((north_other - north) / 2).sin() ** 2 + north.cos() * north_other.cos() * (east / 2).sin() ** 2
    return 2 * EARTH_KM * half.clip(0, 1).sqrt().arcsin()


_READERS: dict[str, Callable[[RawFile], Found]] = {
    "capability": _capability,
    "disputes": _disputes,
    "organisations": _organisations,
    "contiguity": _contiguity,
    "distance": _distance,
    "capitals": _capitals,
}
