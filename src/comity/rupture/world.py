"""What was public about the defence ties of the world: a grid of states and years for each number, with the days on which it came out.

A grid says on any day only what was out by then, so whatever is read later moves nothing seen earlier.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import polars as pl

from comity.lake import Lake
from comity.rupture.lapse import REGISTER, SMALL, edition
from comity.rupture.panel import Array, Ints
from comity.states import is_state, successor
from comity.tables import MEASURE

TREATIES = ("defence", "offence", "neutrality", "nonaggression", "consultation")
NEEDED = {
    REGISTER: "arms deliveries (SIPRI)",
    "treaty": "alliances (ATOP)",
    "troops": "American forces abroad (troopdata)",
    "ideal_point": "votes in the UN (ideal points)",
    "cinc": "capability (Correlates of War)",
    "polyarchy": "democracy (V-Dem)",
    "distance_min_km": "distances (Correlates of War)",
    "internal_conflict": "wars within states (UCDP)",
}
_RAW = [name for name in NEEDED if name != "treaty"] + [f"alliance_{kind}" for kind in TREATIES]
SINCE = 1950  # first year of a grid that holds nothing


class Grid(NamedTuple):
    """One number by year, of states or of pairs."""

    values: Array  # [..., years], NaN where nothing is known
    first: int  # year of the first column
    known: Ints  # [years] day (ordinal) on which the year was out

    def upto(self, day: date) -> int:
        """How many columns were out on a day."""
        return int(np.searchsorted(self.known, day.toordinal(), side="right"))

    def at(self, day: date, back: int, before: int = 0) -> Array:
        """The newest value out on a day and at most ``back`` years older than the newest year out; ``before`` years earlier than that."""
        end = self.upto(day) - before
        found = np.full(self.values.shape[:-1], np.nan)
        for column in range(end - 1, max(end - 2 - back, -1), -1):
            found = np.where(np.isnan(found), self.values[..., column], found)
        return found


class World(NamedTuple):
    """All grids over the same states."""

    states: list[str]  # codes, in alphabetical order
    given: Grid  # [giver, taker, year] TIV of major arms delivered, 0 for none
    treaty: Grid  # [a, b, year] 1 while any promise of alliance was in force, 0 for none
    defence: Grid  # the same of a promise of defence
    troops: Grid  # [state, year] American soldiers there
    point: Grid  # [state, year] UN ideal point
    capability: Grid  # [state, year] share of the world's, 0-1
    democracy: Grid  # [state, year] polyarchy, 0-1
    distance: Grid  # [a, b, year] least distance of borders, km
    war: Grid  # [state, year] 2 in a year with a war within it (a thousand dead), 1 from 25 dead, 0 for none
    missing: tuple[str, ...]  # names of ``NEEDED`` that were never read
    vintages: dict[str, str]  # name -> SHA-256 of the files it was read from, joined


def of_lake(lake: Lake, also: Iterable[str]) -> World:
    """The world as the store holds it; ``also`` names states that must be in it."""
    rows = lake.read(MEASURE).filter(pl.col("name").is_in(_RAW))
    return world(rows.select("subject", "name", "date", "value", "known", "vintage", "raw").collect(), also)


def unread(codes: Iterable[str]) -> World:
    """The world of somebody who has read nothing."""
    text = dict.fromkeys(("subject", "name", "raw"), pl.String)
    days = dict.fromkeys(("date", "known", "vintage"), pl.Date)
    return world(pl.DataFrame(schema={**text, **days, "value": pl.Float64}), codes)


def world(measures: pl.DataFrame, also: Iterable[str] = ()) -> World:
    """The world of some rows of table ``measure``; an empty grid for what none of them tells."""
    parts = pl.col("subject").str.split(">")
    named = measures.with_columns(a=parts.list.first(), b=parts.list.last(), year=pl.col("date").dt.year())
    codes = {*named["a"].unique(), *named["b"].unique()}
    now = {c: successor(c) for c in codes if c and is_state(successor(c))}
    rows = named.filter(pl.all_horizontal(pl.col("a", "b").is_in(list(now)))).with_columns(
        pl.col("a", "b").replace_strict(now)
    )
    states = sorted({*now.values(), *also})
    arms = _pairs(edition(rows).with_columns(pl.col("value").fill_null(SMALL)), states, directed=True)
    pacts = rows.filter(pl.col("name").str.starts_with("alliance_"), pl.col("value") > 0)
    defence = pacts.filter(pl.col("name") == "alliance_defence")
    states_own = ("troops", "ideal_point", "cinc", "polyarchy", "internal_conflict")
    by = {name: rows.filter(pl.col("name") == name) for name in states_own}
    troops = by["troops"].with_columns(a="b")
    read = {**by, REGISTER: edition(rows), "treaty": pacts}
    read["distance_min_km"] = rows.filter(pl.col("name") == "distance_min_km")
    treaty, promised = (_held(_pairs(some.with_columns(value=1.0), states)) for some in (pacts, defence))
    alone = {name: _alone(frame, states) for name, frame in {**by, "troops": troops}.items()}
    return World(
        states,
        given=arms._replace(values=np.nan_to_num(arms.values)),
        treaty=treaty,
        defence=promised,
        troops=alone["troops"],
        point=alone["ideal_point"],
        capability=alone["cinc"],
        democracy=alone["polyarchy"],
        war=_held(alone["internal_conflict"]),
        distance=_carried(_pairs(read["distance_min_km"], states)),
        missing=tuple(name for name in NEEDED if read[name].is_empty()),
        vintages={name: " ".join(sorted(raw[:12] for raw in read[name]["raw"].unique())) for name in NEEDED},
    )


def _years(rows: pl.DataFrame) -> tuple[int, int, Ints]:
    """First year, number of years, and on which day each was out; a year without a row with the next that has one."""
    if rows.is_empty():
        return SINCE, 0, np.array([], dtype=np.int64)
    out = rows.group_by("year").agg(pl.col("known").max()).sort("year")
    first, last = int(out["year"][0]), int(out["year"][-1])
    known = {int(year): day.toordinal() for year, day in out.iter_rows()}
    days = np.array([known.get(year, date.max.toordinal()) for year in range(first, last + 1)], dtype=np.int64)
    return first, last - first + 1, np.minimum.accumulate(days[::-1])[::-1]


def _alone(rows: pl.DataFrame, states: Sequence[str]) -> Grid:
    first, n, known = _years(rows)
    place = {code: i for i, code in enumerate(states)}
    values = np.full((len(states), n), np.nan)
    for a, year, value in rows.select("a", "year", "value").drop_nulls().iter_rows():
        values[place[a], year - first] = value
    return Grid(values, first, known)


def _pairs(rows: pl.DataFrame, states: Sequence[str], *, directed: bool = False) -> Grid:
    """Numbers by pair and year: sums of a directed pair's, the least of an undirected one's, which is written both ways."""
    first, n, known = _years(rows)
    place = {code: i for i, code in enumerate(states)}
    values = np.full((len(states), len(states), n), np.nan)
    one = pl.col("value").sum() if directed else pl.col("value").min()
    summed = rows.filter(pl.col("a") != pl.col("b")).group_by("a", "b", "year").agg(one)
    if len(summed):
        a, b = (summed[side].replace_strict(place, return_dtype=pl.Int64).to_numpy() for side in ("a", "b"))
        year = summed["year"].to_numpy() - first
        values[a, b, year] = summed["value"].to_numpy()
        if not directed:
            values[b, a, year] = summed["value"].to_numpy()
    return Grid(values, first, known)


def _held(grid: Grid) -> Grid:
    """No promise and no war is coded by silence in a year that has any."""
    return grid._replace(values=np.nan_to_num(grid.values))


def _carried(grid: Grid) -> Grid:
    """A number that is written down only when it changes holds until the next."""
    values = grid.values.copy()
    for column in range(1, values.shape[-1]):
        values[..., column] = np.where(np.isnan(values[..., column]), values[..., column - 1], values[..., column])
    return grid._replace(values=values)
