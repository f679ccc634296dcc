"""Would a hard act coded by another machine have told of the chronicle's ruptures of 2018?

python bench/watch/hard_acts.py icews18_named.parquet

The file is a table of subject, relation, object and date: ICEWS events of January to October 2018 as knowledge-graph
papers cut them (rare actors are left out). An act is a relation that cuts military cooperation between two states; names are
read as states where they are one or end in one in brackets. Recall: ruptures of the chronicle with such an act within two
weeks. Precision: runs of such acts of a pair (four weeks apart at least) within four weeks of any row of the chronicle; the
chronicle is incomplete, so this is a lower bound.
"""

from __future__ import annotations

import re
import sys
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import polars as pl

from comity.errors import UnknownState
from comity.rupture.chronicle import COMPETING, RUPTURE, SCARE, chronicle
from comity.states import is_state, resolve

CUTS = ("Reduce or stop military assistance", "Reject military cooperation", "Expel or withdraw peacekeepers")
WIDER = (*CUTS, "Impose embargo, boycott, or sanctions")
FIRST, LAST = date(2018, 1, 1), date(2018, 10, 31)


@cache
def state(name: str) -> str | None:
    """The state that an actor's name is, or ends in."""
    inner = re.search(r"\(([^()]*)\)\s*$", name)
    try:
        code = resolve(inner.group(1) if inner else name, where="an ICEWS actor")
    except UnknownState:
        return None
    return code if is_state(code) else None


def acts(path: Path, relations: tuple[str, ...]) -> list[tuple[str, str, date]]:
    """Pairs of states and days on which one cut something, in order of time."""
    rows = pl.read_parquet(path).filter(pl.col("relation").is_in(relations))
    pairs = (
        (state(a), state(b), day)
        for a, b, day in rows.select("subject", "object", pl.col("date").dt.date()).iter_rows()
    )
    return sorted({(min(a, b), max(a, b), day) for a, b, day in pairs if a and b and a != b}, key=lambda r: r[2])


def measure(path: Path, relations: tuple[str, ...]) -> tuple[int, int, int, int]:
    """Ruptures found, of how many; runs that the chronicle has, of how many."""
    found = acts(path, relations)
    rows = [
        r for r in chronicle() if r.between_states and r.date_precision != "year" and r.end >= FIRST and r.date <= LAST
    ]
    told = [r for r in rows if r.kind in {RUPTURE, SCARE, COMPETING}]

    def near(row: object, act: tuple[str, str, date], days: int) -> bool:
        a, b, day = act
        apart = timedelta(days=days)
        return (a, b) == (row.state_a, row.state_b) and row.date - apart <= day <= row.end + apart  # type: ignore[attr-defined]

    runs, last = [], {}
    for act in found:
        if act[:2] not in last or (act[2] - last[act[:2]]).days > 28:
            runs.append(act)
        last[act[:2]] = act[2]
    ruptures = [r for r in rows if r.kind == RUPTURE]
    hit = sum(any(near(r, act, 14) for act in found) for r in ruptures)
    return hit, len(ruptures), sum(any(near(r, act, 28) for r in told) for act in runs), len(runs)


if __name__ == "__main__":
    for name, relations in (("military", CUTS), ("and embargoes", WIDER)):
        hit, ruptures, right, runs = measure(Path(sys.argv[1]), relations)
        print(f"{name}: {hit} of {ruptures} ruptures found; {right} of {runs} runs of acts are in the chronicle")
