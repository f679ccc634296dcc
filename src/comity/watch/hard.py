"""Hard acts: one coded rupture is enough, once it is believed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import polars as pl

from comity.acts import pairs
from comity.acts import voice as spoken
from comity.tables import Roles
from comity.vocabulary import INSTRUMENTS, TIES, Modality, Stage
from comity.watch.alert import HARD, Alert

BELIEVED = 0.9
VOICES = 2
OVER = (Stage.SUSPENDED, Stage.CANCELLED, Stage.ENDED)  # what ends a tie; a refusal ends none
BREAKS = ("rupture", "alliance_shift")  # pressure that is a rupture by itself


def hard(acts: pl.DataFrame, reports: pl.DataFrame, roles: Roles, as_of: date) -> Iterator[Alert]:
    """An alert for each rupture act of the case, on the day from which it was believed.

    That day is when belief reached 0.9 or a second independent voice told of it, whichever came first, by the reports
    known until then: a later report cannot move it.
    """
    told = {r["report"]: r for r in reports.iter_rows(named=True)}
    mine = acts.filter(pl.col("known") <= as_of, pl.col("modality") == Modality.ACTUAL, rupture())
    for row in mine.iter_rows(named=True):
        found = [(p.a, p.b) for p in pairs(row) if concerns(p.a, p.b, roles)]
        believed = _believed([told[id] for id in row["reports"] if told[id]["known"] <= as_of]) if found else None
        if believed:
            yield from (_alert(row, a, b, *believed) for a, b in found)


def rupture() -> pl.Expr:
    """Whether an act ends, suspends or cancels defence cooperation."""
    tie = pl.col("instrument").is_in(TIES) & pl.col("stage").is_in(OVER)
    return tie | (pl.col("instrument").is_in(BREAKS) & (pl.col("polarity") == -1))


def concerns(a: str, b: str, roles: Roles) -> bool:
    """Whether a pair is the case's: somebody held with anybody of the case, or the patron with a rival."""
    courting, held = {roles.patron, *roles.rivals, *roles.east, *roles.west}, set(roles.held)
    mine = {a, b}
    return (bool(mine & held) and mine <= courting | held) or (roles.patron in mine and mine <= courting)


def _believed(reports: list[dict[str, Any]]) -> tuple[date, float, str] | None:
    """The day on which an act was believed, how much, and the first report's words."""
    voices: dict[str, float] = {}
    order = sorted(reports, key=lambda r: (r["known"], r["report"]))
    for r in order:
        name = spoken(r)
        voices[name] = max(voices.get(name, 0.0), r["belief"] or 0.0)
        belief = 1 - math.prod(1 - p for p in voices.values())
        if len(voices) >= VOICES or belief >= BELIEVED:
            return r["known"], belief, order[0]["text"] or ""
    return None


def _alert(row: Mapping[str, Any], a: str, b: str, day: date, belief: float, text: str) -> Alert:
    kind = row["instrument"] if INSTRUMENTS[row["instrument"]].name in BREAKS else f"{row['instrument']} {row['stage']}"
    return Alert(
        channel=HARD,
        kind=f"{kind.replace('_', ' ')} {row['act']}",
        level="pair",
        subject=f"{a}-{b}",
        raised=day,
        since=row["date_from"],
        size=belief,
        unit="belief that it took place",
        text=text,
        evidence=[row["act"]],
        false_alarm_rate=1 - belief,
        sure=True,
    )
