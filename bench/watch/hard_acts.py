"""Would a hard act coded by another machine have told of the chronicle's ruptures?

python bench/watch/hard_acts.py icews05_15_named.parquet icews18_named.parquet

Each file is a table of subject, relation, object and date: ICEWS events as knowledge-graph papers cut them (rare actors are left
out). What is precise enough is learnt on the first, relation by relation and in sets, with one event or several in two weeks;
the last is the test. An act is a relation that cuts military cooperation between two states; names are
read as states where they are one or end in one in brackets. Recall: ruptures of the chronicle with such an act within two
weeks. Precision: runs of such acts of a pair (four weeks apart at least) within four weeks of any row of the chronicle; the
chronicle is incomplete, so this is a lower bound.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from comity.rupture.chronicle import COMPETING, RUPTURE, SCARE, Row, chronicle
from comity.states import from_icews

CUTS = ("Reduce or stop military assistance", "Reject military cooperation", "Expel or withdraw peacekeepers")
WIDER = (*CUTS, "Impose embargo, boycott, or sanctions")
BREAKS = (
    *WIDER,
    "Reduce relations",
    "Reduce or break diplomatic relations",
    "Reduce or stop material aid",
    "Halt negotiations",
)
FEWEST = 5  # runs of which a share is told


def acts(path: Path, relations: tuple[str, ...]) -> list[tuple[str, str, date]]:
    """Pairs of states and days on which one cut something, in order of time."""
    rows = pl.read_parquet(path).filter(pl.col("relation").is_in(relations))
    pairs = (
        (from_icews(a), from_icews(b), day)
        for a, b, day in rows.select("subject", "object", pl.col("date").dt.date()).iter_rows()
    )
    return sorted({(min(a, b), max(a, b), day) for a, b, day in pairs if a and b and a != b}, key=lambda r: r[2])


def measure(path: Path, relations: tuple[str, ...], least: int = 1) -> tuple[int, int, int, int]:
    """Ruptures found, of how many; runs that the chronicle has, of how many; ``least`` events within two weeks make an act."""
    first, last_day = (
        pl.read_parquet(path).select(pl.col("date").dt.date().min(), b=pl.col("date").dt.date().max()).row(0)
    )
    found = repeated(acts(path, relations), least)
    rows = [
        r
        for r in chronicle()
        if r.between_states and r.date_precision != "year" and r.end >= first and r.date <= last_day
    ]
    told = [r for r in rows if r.kind in {RUPTURE, SCARE, COMPETING}]

    def near(row: Row, act: tuple[str, str, date], days: int) -> bool:
        a, b, day = act
        apart = timedelta(days=days)
        return (a, b) == (row.state_a, row.state_b) and row.date - apart <= day <= row.end + apart

    runs, last = [], {}
    for act in found:
        if act[:2] not in last or (act[2] - last[act[:2]]).days > 28:
            runs.append(act)
        last[act[:2]] = act[2]
    ruptures = [r for r in rows if r.kind == RUPTURE]
    hit = sum(any(near(r, act, 14) for act in found) for r in ruptures)
    return hit, len(ruptures), sum(any(near(r, act, 28) for r in told) for act in runs), len(runs)


def repeated(found: list[tuple[str, str, date]], least: int) -> list[tuple[str, str, date]]:
    """Of the acts of each pair those that are at least so many within two weeks."""
    days: dict[tuple[str, str], list[date]] = {}
    for a, b, day in found:
        days.setdefault((a, b), []).append(day)
    return [f for f in found if sum(0 <= (f[2] - d).days <= 14 for d in days[f[:2]]) >= least]


def told(path: Path, name: str, relations: tuple[str, ...], least: int = 1) -> None:
    """One line."""
    hit, ruptures, right, runs = measure(path, relations, least)
    if runs >= FEWEST:
        print(f"{path.name}: {name}, {least} in two weeks: {hit} of {ruptures} ruptures found; {right} of {runs} runs of acts are in the chronicle")  # fmt: skip


if __name__ == "__main__":
    training, test = map(Path, sys.argv[1:])
    for relation in BREAKS:
        told(training, relation, (relation,))
    for name, relations in (("military", CUTS), ("and embargoes", WIDER), ("and relations", BREAKS)):
        for least in (1, 2, 3):
            told(training, name, relations, least)
        told(test, name, relations)
