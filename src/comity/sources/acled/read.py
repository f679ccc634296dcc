"""ACLED's events, as a user exports them: fighting between the forces of two states."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from comity.columns import frame, header
from comity.errors import SourceError, UnknownState
from comity.lake import Batch, RawFile
from comity.measures import sifted
from comity.sources import card, common, covered
from comity.states import name_of, resolve
from comity.tables import COVERAGE, REPORT, WORLD, identity
from comity.vocabulary import Stage

COLUMNS = {"event_id_cnty", "event_date", "time_precision", "event_type", "actor1", "actor2", "country", "notes"}
FIGHTING = ("Battles", "Explosions/Remote violence")
KINDS = 3  # kinds of event in a file that was not filtered
FORCES = re.compile(
    r"(?:Military|Police|Border|Coast Guard) Forces of (?:the )?(.+?)(?: \(\d{4}-.*)?$"
)  # Military Forces of Iran (1989-)
PAGE = "https://acleddata.com/"
FIRST, LAST = date(1997, 1, 1), date(2100, 12, 31)
WEEKLY = pl.duration(days=7)  # ACLED publishes what it coded every week


def layout(path: Path) -> str | None:
    """``events`` by the names of the columns."""
    return "events" if header(path) >= COLUMNS else None


def read(raw: RawFile, layout: str) -> Batch:
    """A report a clash, and coverage of each country of the file with anybody."""
    rows = _dated(frame(raw.path), raw)
    sides = rows.with_columns(
        pl.Series(side, [_state(name) for name in rows[side]], dtype=pl.String) for side in ("actor1", "actor2")
    )
    kept, skipped = sifted(
        sides,
        ("no fighting", ~pl.col("event_type").is_in(FIGHTING).fill_null(value=False)),
        ("not the forces of two states", pl.any_horizontal(pl.col("actor1", "actor2").is_null())),
        ("within one state", pl.col("actor1") == pl.col("actor2")),
        ("told before", ~pl.col("event_id_cnty").is_first_distinct()),
    )
    tables = {
        "report": REPORT.frame([_report(row, raw) for row in kept.iter_rows(named=True)]),
        "coverage": _coverage(rows, raw),
    }
    return Batch(tables, layout, len(rows), len(kept), dict(skipped))


def _dated(rows: pl.DataFrame, raw: RawFile) -> pl.DataFrame:
    """The rows with the first and last day on which each event may have been."""
    day = pl.coalesce(pl.col("event_date").str.to_date(form, strict=False) for form in ("%Y-%m-%d", "%d %B %Y"))
    days = rows.with_columns(day=day)
    if len(wrong := days.filter(pl.col("day").is_null() | ~pl.col("day").is_between(FIRST, LAST))):
        why = f"{wrong['event_date'][0]!r} is no day of an event"
        raise SourceError(f"{raw.path.name}, row {wrong['row'][0]}: {why}; export the file again")
    vague = pl.col("time_precision").cast(pl.String).str.strip_chars()
    first, last = (
        pl.when(vague == "3")
        .then(month)
        .when(vague == "2")
        .then(pl.col("day") + pl.duration(days=days))
        .otherwise("day")
        for month, days in ((pl.col("day").dt.month_start(), -3), (pl.col("day").dt.month_end(), 3))
    )
    return days.with_columns(first=first, last=last).with_columns(known=pl.col("last") + WEEKLY)


@cache
def _state(actor: str | None) -> str | None:
    """The state whose forces an actor is; None for anybody else."""
    if not (found := FORCES.match(actor or "")):
        return None
    return _named(found[1])


@cache
def _named(name: str) -> str | None:
    try:
        return resolve(name)
    except UnknownState:
        return None


def _report(row: dict[str, Any], raw: RawFile) -> dict[str, Any]:
    one, other = sorted((row["actor1"], row["actor2"]))
    return {
        "report": identity("acled", row["event_id_cnty"]),
        **common(card("acled"), raw),
        "url": PAGE,
        "publisher": "ACLED",
        "position": f"event {row['event_id_cnty']}, row {row['row']}",
        "coder": "acled",
        "coder_version": "events",
        "credibility": 2,
        "date_from": row["first"],
        "date_to": row["last"],
        "known": row["known"],
        "actors": [one],
        "recipients": [other],
        "instrument": "frictions",
        "stage": str(Stage.EXECUTED),
        "polarity": -1,
        "belief": card("acled").beliefs["clash"],
        "place": row.get("location"),
        "text": row["notes"] or f"Forces of {name_of(one)} and {name_of(other)} fought ({row['event_type']}).",
    }


def _coverage(rows: pl.DataFrame, raw: RawFile) -> pl.DataFrame:
    """Each country with anybody, from its first event to its last; nothing of a file that was filtered."""
    spans = rows.group_by("country", maintain_order=True).agg(first=pl.col("day").min(), last=pl.col("day").max())
    found = [COVERAGE.empty()]
    for country, first, last in spans.iter_rows() if rows["event_type"].n_unique() >= KINDS else ():
        if country and (state := _named(country)):
            days, basis = [(first, last, last)], "every event of the country in the file"
            found.append(covered(card("acled"), raw, days, basis, sides=(state, WORLD)))
    return pl.concat(found)
