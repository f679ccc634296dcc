"""How good the channel of hard acts is: its alerts beside the ruptures of the chronicle, by the rule of ``targets.toml``."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from comity.acts import pairs
from comity.rupture.chronicle import LAST_DAY, REPAIR, RUPTURE, Row, chronicle
from comity.scores import Interval, Score, score, wilson
from comity.tables import Roles
from comity.watch.hard import concerns, hard

TARGET = "hard_acts"
FIRST = date(2018, 1, 1)
NEAR = timedelta(days=31)
Z = 1.644854  # of the normal distribution, for 90 %
Act = Mapping[str, Any]


def hard_acts(acts: pl.DataFrame, reports: pl.DataFrame, roles: Roles, as_of: date) -> Iterator[Score]:
    """Recall over the chronicle, over what the stream holds and over what any source tells; precision by the chronicle and by the alerts' own words."""
    rows = {r["act"]: r for r in acts.iter_rows(named=True)}
    raised = [rows[a.evidence[0]] for a in hard(acts, reports, roles, as_of)]
    told = [r for r in chronicle() if r.kind != REPAIR and r.end >= FIRST - NEAR]
    asked = [r for r in told if _asked(r, roles)]
    against = [r for r in rows.values() if r["polarity"] == -1]
    hit = [any(near(row, act) for act in raised) for row in asked]
    held = [h for h, row in zip(hit, asked, strict=True) if any(near(row, act) for act in against)]
    said = [h for h, row in zip(hit, asked, strict=True) if row.id not in untold()]
    mine = [act for act in raised if FIRST <= act["date_to"] <= LAST_DAY]
    known = [any(near(row, act) for row in told) for act in mine]
    position = {r["report"]: r["position"] for r in reports.iter_rows(named=True)}
    read = (judged().get(position[act["reports"][0]]) for act in mine)
    true = [ended for ended in read if ended is not None]
    for name, values in (
        ("recall", hit),
        ("recall_held", held),
        ("recall_told", said),
        ("precision", known),
        ("precision_read", true),
    ):
        yield score(__package__, TARGET, name, share(values), len(values))


def near(row: Row, act: Act) -> bool:
    """Whether an act may be a row of the chronicle: the two are parties against each other, or one of them and the row's bloc,
    and it began within a month of the days on which the row may have happened."""
    two = {row.state_a, row.state_b}
    same = any({p.a, p.b} == two for p in pairs(dict(act))) or (
        act["forum"] in two and bool(two & {*act["actors"], *act["recipients"]})
    )
    return same and row.date - NEAR <= act["date_from"] <= row.end + NEAR


@cache
def judged() -> dict[str, bool]:
    """Whether an alert's own sentence says that defence cooperation was ended, by the row of the casebook."""
    return {row["row"]: row["ended"] == "yes" for row in _read("judged.csv")}


@cache
def untold() -> dict[str, str]:
    """The ruptures of which no report at hand tells, and why that is so."""
    return {row["row"]: row["why"] for row in _read("untold.csv")}


def _read(name: str) -> csv.DictReader[str]:
    return csv.DictReader(files(__package__).joinpath(name).read_text("utf-8").splitlines(), strict=True)


def share(values: Sequence[bool]) -> Interval:
    """A share with its 90 % interval; not a number of nothing."""
    n = len(values)
    if not n:
        return Interval(math.nan, math.nan, math.nan)
    p = sum(values) / n
    return Interval(p, *wilson(p, n, Z))


def _asked(row: Row, roles: Roles) -> bool:
    return row.kind == RUPTURE and row.between_states and row.end >= FIRST and concerns(row.state_a, row.state_b, roles)
