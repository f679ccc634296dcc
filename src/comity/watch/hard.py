"""Hard acts: one coded rupture is enough, once it is believed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any

import polars as pl

from comity.acts import BREAK, Group, leading, pairs
from comity.acts import voice as spoken
from comity.knowledge import table
from comity.tables import Roles
from comity.vocabulary import BROKEN, CONTEXT, OVER, TIES, Modality
from comity.watch.alert import HARD, Alert

BELIEVED = 0.9
CAREFUL = 0.75  # of one report, by a person who read on its page when and by whose word something was ended
DATED = 2  # credibility of a report whose page says when and by whose word; hearsay is 3
VOICES = 2
LEFT = "alliance_shift"  # pressure that is a rupture by itself, as BREAK is
GENERAL = frozenset({"agreement", "dialogue"})  # ties that have words of every subject
DEFENCE = (
    *("defence", "defense", "militar", "armed", "army", "navy", "troops", "forces", "security"),
    *("оборон", "воен", "войск", "savunma", "asker", "ordu"),
)


def hard(acts: pl.DataFrame, reports: pl.DataFrame, roles: Roles, as_of: date) -> Iterator[Alert]:
    """An alert for each rupture act of the case, on the day from which it was believed; of several parties it names all.

    That day is when belief reached 0.9, a second independent voice told of it, or a person had read in one report that it was
    ended (belief 0.75), whichever came first, by the reports known until then: a later report cannot move it.
    """
    told = {r["report"]: r for r in reports.iter_rows(named=True)}
    mine = acts.filter(pl.col("known") <= as_of, pl.col("modality") == Modality.ACTUAL, rupture())
    for row in mine.iter_rows(named=True):
        found = sorted({side for p in pairs(row) if concerns(p.a, p.b, roles) for side in (p.a, p.b)})
        if found and (believed := _believed([told[id] for id in row["reports"] if told[id]["known"] <= as_of])):
            yield _alert(row, told[row["reports"][0]], found, *believed)


def rupture() -> pl.Expr:
    """Whether an act ends, suspends or cancels cooperation, or leaves an alliance.

    What shifts an alliance without leaving one, as arms for somebody else do, breaks no tie of the parties.
    """
    over = pl.col("stage").is_in(OVER)
    left = (pl.col("instrument") == LEFT) & (pl.col("forum").is_not_null() | over)
    return (pl.col("instrument").is_in(TIES) & over) | (
        (pl.col("polarity") == -1) & ((pl.col("instrument") == BREAK) | left)
    )


def of_defence(row: Mapping[str, Any]) -> bool:
    """Whether what was ended is of defence: not if its words are of trade, energy or culture, and none of defence."""
    text = (row["text"] or "").casefold()
    if row["instrument"] != BREAK or row["forum"] or not _named(CONTEXT).search(text):
        return True
    return bool(_named(tuple(k for k in TIES if k not in GENERAL)).search(text) or any(w in text for w in DEFENCE))


@cache
def _named(instruments: tuple[str, ...]) -> re.Pattern[str]:
    """The stems by which texts name some instruments, in every language of ``knowledge/topics.csv``."""
    stems = {row["stem"].casefold() for row in table("topics") if row["instrument"] in instruments}
    return re.compile(r"\b(?:" + "|".join(re.escape(s) for s in sorted(stems)) + ")")


def concerns(a: str, b: str, roles: Roles) -> bool:
    """Whether a pair is the case's: somebody held with anybody of the case, or the patron with a rival."""
    courting, held = {roles.patron, *roles.rivals, *roles.east, *roles.west}, set(roles.held)
    mine = {a, b}
    return (bool(mine & held) and mine <= courting | held) or (roles.patron in mine and mine <= courting)


def _believed(reports: list[dict[str, Any]]) -> tuple[date, float, date, str] | None:
    """The day on which an act was believed and known to be of defence, how much, since when it may have happened, and the first report's words."""
    voices: dict[str, float] = {}
    order = sorted(reports, key=lambda r: (r["known"], r["report"]))
    told = Group([], order[0]["date_from"], order[0]["date_to"])
    for r in order:
        told.add(r)
        name = spoken(r)
        voices[name] = max(voices.get(name, 0.0), r["belief"] or 0.0)
        belief = 1 - math.prod(1 - p for p in voices.values())
        enough = len(voices) >= VOICES or belief >= (CAREFUL if _careful(r) else BELIEVED)
        if enough and of_defence(leading(told.rows)[0]):
            return r["known"], belief, told.start, order[0]["text"] or ""
    return None


def _careful(report: Mapping[str, Any]) -> bool:
    person = (
        report["coder"] == "hand" or report["coder_version"] == "by hand"
    )  # the casebook's, or an author's own report
    return bool(person and report["stage"] in BROKEN and (report["credibility"] or 6) <= DATED)


def _alert(
    row: Mapping[str, Any],
    first: Mapping[str, Any],
    parties: list[str],
    day: date,
    belief: float,
    since: date,
    text: str,
) -> Alert:
    """Called as the first report has it: what a later one says was ended gives the alert no other id."""
    kind = first["instrument"] if first["instrument"] in {BREAK, LEFT} else f"{first['instrument']} {first['stage']}"
    return Alert(
        channel=HARD,
        kind=f"{kind.replace('_', ' ')} {row['act']}",
        level="pair",
        subject="-".join(parties),
        raised=day,
        since=since,
        size=belief,
        unit="belief that it took place",
        text=text,
        evidence=[row["act"]],
        false_alarm_rate=1 - belief,
        sure=True,
    )
