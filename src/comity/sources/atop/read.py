"""ATOP 5.1: pacts signed, broken and not renewed from the member file; promises by pair and year."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from comity.columns import frame, header
from comity.errors import SourceError, UnknownState
from comity.lake import Batch, RawFile
from comity.measures import (
    SINCE,
    a_year_later,
    cow_years,
    gleditsch_ward,
    measured,
    numbers,
    of_the_world,
    pair,
    unpivoted,
)
from comity.sources import card, common, covered, whole_years
from comity.states import name_of
from comity.tables import REPORT, identity
from comity.vocabulary import Stage

PROMISES = {
    "atop_defense": "alliance_defence",
    "atop_offense": "alliance_offence",
    "atop_neutral": "alliance_neutrality",
    "atop_nonagg": "alliance_nonaggression",
    "atop_consul": "alliance_consultation",
}
PAIR = ("ccode1", "ccode2")
WORDS = {
    "defense": "defence",
    "offense": "offence",
    "neutral": "neutrality",
    "nonagg": "non-aggression",
    "consul": "consultation",
}
DATES = ("yrent", "moent", "dayent", "yrexit", "moexit", "dayexit")
MEMBERS = {"atopid", "member", "phase", "bilat", "ineffect", "termmode", "termcaus", *DATES, *WORDS}
PAGE = "https://www.atopdata.org/"
LAST = 2018
BROKEN, NOT_RENEWED = 3, 1
OTHER_ENDS = {2: "replaced by a new agreement", 4: "a member lost independence", 5: "its purpose was gone", 6: "a war was lost"}  # fmt: skip
CAUSES = {4: "over other policy", 5: "over the alliance itself", 6: "members fought each other", 7: "in a war", 8: "a promise was broken"}  # fmt: skip
Days = tuple[date, date]


class Member(NamedTuple):
    """One state's time in one phase of an alliance."""

    row: int
    alliance: int
    phase: int
    number: int
    bilateral: bool
    signed: Days
    left: Days | None  # None while in force
    mode: int
    cause: int | None
    promises: tuple[str, ...]


def layout(path: Path) -> str | None:
    """``members`` or ``pair years`` by the names of the columns."""
    columns = header(path)
    return "members" if columns >= MEMBERS else "pair years" if columns >= {*PAIR, "year", *PROMISES} else None


def read(raw: RawFile, layout: str) -> Batch:
    """Reports of signatures and ends, or measures of promises."""
    return (_members if layout == "members" else _pair_years)(raw, layout)


def _pair_years(raw: RawFile, layout: str) -> Batch:
    """Each row is one direction; a promise of either counts for the pair."""
    rows, skipped, found = cow_years(raw, list(PROMISES), PAIR)
    pairs = (
        rows.with_columns(subject=pair(*PAIR, directed=False), known=a_year_later(7, 1))
        .group_by("subject", "date", "known", maintain_order=True)
        .agg(pl.col("row").min(), pl.col(list(PROMISES)).max())
    )
    table = of_the_world(unpivoted(pairs, PROMISES).filter(pl.col("value") > 0))
    return Batch({"measure": measured(table, "atop", raw)}, layout, found, len(rows), dict(skipped))


def _members(raw: RawFile, layout: str) -> Batch:
    rows = numbers(frame(raw.path), sorted(MEMBERS), raw)
    recent = rows.filter((pl.max_horizontal("yrent", "yrexit") >= SINCE) | (pl.col("ineffect") == 1))
    members = [_member(row, raw.path.name) for row in recent.iter_rows(named=True)]
    reports = [*_signed(members, raw), *_ended(members, raw)]
    used = {row for _, which in reports for row in which}
    skipped = Counter(_unused(m) for m in members if m.row not in used)
    skipped[f"ended before {SINCE}"] = len(rows) - len(recent)
    tables = {
        "report": REPORT.frame([report for report, _ in reports]),
        "coverage": covered(card("atop"), raw, whole_years(SINCE, LAST), "alliances of the whole world"),
    }
    return Batch(tables, layout, len(rows), len(used), {why: n for why, n in skipped.items() if n})


def _unused(member: Member) -> str:
    if member.left and member.mode in OTHER_ENDS:
        return OTHER_ENDS[member.mode]
    if member.signed[0].year < SINCE:
        return f"signed before {SINCE} and in force"
    return "a later phase" if member.phase > 1 else "entry into a pact of many"


def _member(row: dict[str, Any], file: str) -> Member:
    where = f"{file}, row {row['row']}"
    if None in {row["atopid"], row["phase"], row["member"]}:
        raise SourceError(f"{where}: no alliance, phase or member; fetch the file again")
    member = Member(
        row["row"],
        int(row["atopid"]),
        int(row["phase"]),
        int(row["member"]),
        row["bilat"] == 1,
        _span(row, "ent", where),
        None if row["ineffect"] == 1 else _span(row, "exit", where),
        int(row["termmode"] or 0),
        row["termcaus"] and int(row["termcaus"]),
        tuple(word for column, word in WORDS.items() if row[column] == 1),
    )
    try:
        _states([member], member.signed[1])
    except UnknownState as error:
        raise UnknownState(f"{where}: {error}") from None
    return member


def _states(members: Iterable[Member], on: date) -> list[str]:
    """The states of some members on a day: Russia's seat was the Soviet Union's until the end of 1991."""
    return sorted({gleditsch_ward(m.number, on) for m in members})


def _span(row: dict[str, Any], which: str, where: str) -> Days:
    """The day, or the days of the month where the day is missing."""
    year, month, day = (row[f"{part}{which}"] for part in ("yr", "mo", "day"))
    try:
        first = date(int(year), int(month), int(day or 1))
    except (TypeError, ValueError) as error:
        raise SourceError(f"{where}: {year}-{month}-{day} is no day; fetch the file again") from error
    return first, first if day else first.replace(day=monthrange(first.year, first.month)[1])


def _signed(members: list[Member], raw: RawFile) -> Iterator[tuple[dict[str, Any], list[int]]]:
    """Pacts of two signed since 1980."""
    pacts: defaultdict[int, list[Member]] = defaultdict(list)
    for member in members:
        if member.bilateral and member.phase <= 1 and member.signed[0].year >= SINCE:
            pacts[member.alliance].append(member)
    for alliance, both in pacts.items():
        days = max(m.signed for m in both)
        states = _states(both, days[1])
        if len(states) == 2:
            promised = ", ".join(dict.fromkeys(word for m in both for word in m.promises)) or "nothing listed"
            said = f"{_and(states)} signed a pact (ATOP {alliance}) that promises {promised}."
            yield _report(raw, "signed", (alliance,), both, days, states, [], said), [m.row for m in both]


def _ended(members: list[Member], raw: RawFile) -> Iterator[tuple[dict[str, Any], list[int]]]:
    """Pacts broken before their term or not renewed: who left on a day, and whom they left."""
    exits: defaultdict[tuple[int, int, Days, int], list[Member]] = defaultdict(list)
    for m in members:
        if m.left and m.left[0].year >= SINCE and m.mode in {BROKEN, NOT_RENEWED}:
            exits[m.alliance, m.phase, m.left, m.mode].append(m)
    for (alliance, phase, days, mode), leavers in exits.items():
        stayers = (
            m
            for m in members
            if (m.alliance, m.phase) == (alliance, phase) and m.signed < days and (m.left is None or m.left > days)
        )
        states = _states(leavers, days[1])
        stayed = sorted({*_states(stayers, days[1])} - {*states})
        if len(stayed) + len(states) < 2:
            continue
        did = "broke" if mode == BROKEN else "did not renew"
        cause = CAUSES.get(leavers[0].cause or 0, "for a reason not coded")
        said = f"{_and(states)} {did} a pact (ATOP {alliance}){' with ' + _and(stayed) if stayed else ''}: {cause}."
        stage = str(Stage.CANCELLED if mode == BROKEN else Stage.ENDED)
        report = _report(raw, "broken", (alliance, phase, *days, mode), leavers, days, states, stayed, said)
        yield {**report, "stage": stage, "polarity": -1}, [m.row for m in leavers]


def _and(states: list[str]) -> str:
    names = [name_of(state) for state in states]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _report(
    raw: RawFile, kind: str, key: tuple[object, ...], rows: list[Member], days: Days, actors: list[str], recipients: list[str], said: str
) -> dict[str, Any]:  # fmt: skip
    return {
        "report": identity("atop", kind, *key),
        **common(card("atop"), raw),
        "url": PAGE,
        "publisher": "ATOP",
        "position": ", ".join(f"row {m.row}" for m in rows[:5]) + (" ..." if len(rows) > 5 else ""),
        "coder": "atop",
        "coder_version": "5.1",
        "credibility": 2,
        "date_from": days[0],
        "date_to": days[1],
        "known": days[1],
        "actors": actors,
        "recipients": recipients,
        "instrument": "agreement",
        "stage": str(Stage.SIGNED),
        "polarity": 1,
        "belief": card("atop").beliefs[kind],
        "text": said,
    }
