"""Verdicts: what analysts say of reports, beside them and never in their place.

``accept`` says that the report's page says what its columns say; ``reject`` that it does not; ``recode`` what it says
instead. The last verdict on a report holds. Each keeps the columns that it judged, so that it says by itself what was
thought of what, and a rejection lapses when a later coder reads the sentence differently.

``merge`` says that the reports on two sides tell of one act, ``split`` that they tell of two; of two on the same reports the last
holds, so that each undoes the other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import polars as pl

from comity.errors import NotFound, UsageError
from comity.lake import Lake
from comity.rulings import Ruling, Rulings
from comity.sources import card
from comity.states import known
from comity.tables import REPORT, VERDICT, expect
from comity.vocabulary import INSTRUMENTS, Modality, Stage

ACCEPT, REJECT, RECODE = KINDS = ("accept", "reject", "recode")
MERGE, SPLIT = OF_ACTS = ("merge", "split")  # of acts: one or two
CORE = ("actors", "recipients", "instrument", "stage", "polarity", "modality", "date_from", "date_to")
SAME = ("actors", "recipients", "instrument", "polarity")  # while these are as they were, a rejection holds
LONGEST = 2_000  # letters of a reason or a name

Row = dict[str, Any]


class Judged(NamedTuple):
    """Reports as analysts left them: those that count, and those that were rejected."""

    reports: pl.DataFrame
    rejected: pl.DataFrame


def judge(
    lake: Lake,
    case: str,
    rows: Sequence[Row],
    kind: str,
    author: str,
    when: datetime,
    why: str,
    changes: Mapping[str, str],
) -> None:
    """Append a verdict on each of some reports (rows of REPORT). Raises ``UsageError`` for a word that is not in the vocabulary, ``NotFound`` without a report.

    ``changes`` are the columns that a recoding gives in place of the coder's: lists as codes separated by spaces, dates as
    2024-06-30. Who accepts a report and gives other columns than it has, recodes it: a correction is never dropped.
    """
    if kind not in KINDS:
        raise UsageError(f"{kind[:40]!r} is no verdict; there are {', '.join((*KINDS, *OF_ACTS))}")
    if not rows:
        raise NotFound("no report of that id is known; it may have become known later")
    new = recoded(changes) if kind != REJECT else {}
    if kind == ACCEPT and any(_plain(row[name]) != _plain(value) for row in rows for name, value in new.items()):
        kind = RECODE
    if kind == RECODE and not new:
        raise UsageError(f"a recoding says what the report says instead: one of {', '.join(CORE)}")
    made: list[dict[str, object]] = []
    for row in rows:
        was = {name: row[name] for name in CORE}
        now = was | new if kind == RECODE else was
        if now["date_from"] > now["date_to"]:
            raise UsageError(f"the act would end ({now['date_to']}) before it starts ({now['date_from']})")
        said = json.dumps({"was": was, "now": now if kind != REJECT else None}, default=str, ensure_ascii=False)
        made.append({"target": row["report"], "said": said})
    _append(lake, case, made, kind, author, when, why)


def _append(lake: Lake, case: str, made: Sequence[Row], kind: str, author: str, when: datetime, why: str) -> None:
    """Verdicts of one kind by one analyst, in one commit."""
    if not author.strip() or len(author) > LONGEST or len(why) > LONGEST:
        raise UsageError(f"a verdict needs its author's name, and name and reason at most {LONGEST} letters each")
    given = {"kind": kind, "author": author.strip(), "when": when, "why": why.strip()}
    with lake.writing("judging"):
        lake.append(VERDICT, VERDICT.frame([row | given for row in made]), case)


class Sides(NamedTuple):
    """The reports that a merge makes one act, or a split two."""

    one: list[str]
    other: list[str]


def rule(lake: Lake, case: str, sides: Sides, kind: str, author: str, when: datetime, why: str) -> None:
    """Append that the reports of two sides tell of one act (``merge``) or of two (``split``). Raises ``UsageError`` where they cannot."""
    if not sides.one or not sides.other or {*sides.one} & {*sides.other}:
        raise UsageError(
            "a merge or split names two different acts or reports; these are one already, or one of them is missing"
        )
    said = json.dumps(sides._asdict())
    _append(lake, case, [{"target": sides.one[0], "said": said}], kind, author, when, why)


def ruled(verdicts: pl.DataFrame) -> list[tuple[Row, Sides]]:
    """The merges and splits among verdicts, oldest first, each with its sides."""
    rows = verdicts.filter(pl.col("kind").is_in(OF_ACTS)).sort("when", maintain_order=True)
    return [(row, Sides(**json.loads(row["said"]))) for row in rows.iter_rows(named=True)]


def rulings(verdicts: pl.DataFrame) -> Rulings:
    """What verdicts say of which reports stand in one act."""
    return Rulings(
        Ruling(row["kind"] == MERGE, frozenset(one), frozenset(other)) for row, (one, other) in ruled(verdicts)
    )


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def recoded(changes: Mapping[str, str]) -> Row:
    """Columns as an analyst writes them, checked; empty values are left out. Raises ``UsageError`` for what no recoding may say."""
    given = {k: v.strip() for k, v in changes.items() if v.strip()}
    if strange := set(given) - set(CORE):
        raise UsageError(f"{', '.join(sorted(strange))} cannot be recoded; there are {', '.join(CORE)}")
    return {name: _value(name, text) for name, text in given.items()}


def _value(name: str, text: str) -> Any:
    if name in {"actors", "recipients"}:
        codes = sorted({code.upper() for code in text.replace(",", " ").replace(";", " ").split()})
        for code in codes:
            known(code, f"the {name} of a recoding")
        return codes
    if name in _WORDS:
        if text not in _WORDS[name]:
            raise UsageError(f"{name}={text[:40]!r} is not known; choose from {', '.join(_WORDS[name])}")
        return int(text) if name == "polarity" else text
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{name}={text[:40]!r} is no day; write it as 2024-06-30") from None


_WORDS: dict[str, tuple[str, ...]] = {
    "instrument": tuple(INSTRUMENTS),
    "stage": tuple(map(str, Stage)),
    "modality": tuple(map(str, Modality)),
    "polarity": ("1", "0", "-1"),
}


def judged(reports: pl.DataFrame, verdicts: pl.DataFrame) -> Judged:
    """Reports as the last verdict on each leaves them; the verdicts are those that were given by the day in question.

    An accepted or recoded report is believed as an analyst's own one (card of the source ``manual``), unless it was
    believed more before; its coder names the analyst.
    """
    ours = verdicts.filter(pl.col("kind").is_in(KINDS)).sort("when", maintain_order=True)
    last = {v["target"]: v for v in ours.iter_rows(named=True)}
    touched = reports.filter(pl.col("report").is_in(list(last)))
    if touched.is_empty():
        return Judged(reports, REPORT.empty())
    good: list[dict[str, object]] = []
    bad: list[dict[str, object]] = []
    for row in touched.iter_rows(named=True):
        verdict = last[row["report"]]
        was, now = read(verdict["said"])
        mark = f"{row['coder']}, {DONE[verdict['kind']]} by {verdict['author']}"
        if verdict["kind"] == REJECT:
            holds = all(row[name] == was.get(name) for name in SAME)
            (bad if holds else good).append({**row, "coder": mark} if holds else row)
        else:
            believed = max(row["belief"] or 0.0, card("manual").beliefs["asserted"])
            good.append({**row, **now, "coder": mark, "belief": believed})
    rest = reports.filter(~pl.col("report").is_in(list(last)))
    return Judged(expect(pl.concat([rest, REPORT.frame(good)]), REPORT), REPORT.frame(bad))


DONE = {ACCEPT: "confirmed", REJECT: "rejected", RECODE: "recoded"}


def read(said: str) -> tuple[Row, Row]:
    """What a verdict judged, and what the report says by it, as columns; the second is empty for a rejection."""
    found = json.loads(said)
    was, now = (
        {k: _day(v) if k.startswith("date_") else v for k, v in (found[n] or {}).items()} for n in ("was", "now")
    )
    return was, now


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
