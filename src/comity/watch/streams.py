"""What is watched: acts a month at four levels, by the month in which they became known.

Counting by the day on which an act was *known* is what makes an alarm stand: evidence that appears later enters later
months. An act known more than three months after it ended is history, not news, and is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from comity.acts import counted, pairs
from comity.tables import WORLD, Roles
from comity.ties import exposure, month_ends
from comity.vocabulary import TIES, Modality

REGION, PATRON, PAIR, INSTRUMENT = LEVELS = ("region", "patron", "pair", "instrument")
PRESSURE = "pressure"
NEWS = 92  # days after which an act that becomes known is history
EVIDENCE_YEARS = 20  # months further back are not looked at


class Stream(NamedTuple):
    """One count a month."""

    subject: str  # *, TUR, KAZ-TUR, KAZ-TUR:arms; acts of pressure have :pressure behind it
    level: str
    parent: str | None  # subject one level up
    counts: npt.NDArray[np.int64]  # acts that became known in each month
    exposure: npt.NDArray[np.floating]  # how well each month was watched, years; the unit cancels out
    acts: Mapping[int, list[str]]  # ids by month


def ends(as_of: date) -> list[date]:
    """The last day of each month watched; the running month ends at ``as_of``."""
    return month_ends(as_of)[-12 * EVIDENCE_YEARS :]


def streams(acts: pl.DataFrame, coverage: pl.DataFrame, roles: Roles, as_of: date) -> list[Stream]:
    """Every stream of a case that ever had an act, region first."""
    months = ends(as_of)
    place = {(end.year, end.month): t for t, end in enumerate(months)}
    found: defaultdict[str, defaultdict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    spots: defaultdict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for row in _news(acts, as_of).iter_rows(named=True):
        t = place.get((row["known"].year, row["known"].month))
        for pair in pairs(row) if t is not None else ():
            for subject in _subjects(pair.a, pair.b, row, roles):
                if row["act"] not in found[subject][t]:
                    found[subject][t].append(row["act"])
                spots[subject].add((pair.a, pair.b, row["instrument"]))
    looked = _exposures(coverage, spots, months)
    made = [_stream(subject, found[subject], looked[subject], len(months)) for subject in found]
    return sorted(made, key=lambda s: (LEVELS.index(s.level), s.subject))


def parent(subject: str) -> str | None:
    """The subject one level up.

    >>> parent("KAZ-TUR:arms"), parent("KAZ-TUR"), parent("TUR"), parent("*"), parent("KAZ-TUR:pressure")
    ('KAZ-TUR', None, '*', None, None)
    """
    head, _, tail = subject.partition(":")
    if tail and tail != PRESSURE:
        return head
    return WORLD + subject.removeprefix(head) if "-" not in head and head != WORLD else None


def _news(acts: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Cooperation that counts and pressure that happened, known in time and by the day."""
    fresh = acts.filter(
        pl.col("known") <= as_of, (pl.col("known") - pl.col("date_to")).dt.total_days().is_between(-366, NEWS)
    )
    against = fresh.filter(pl.col("polarity") == -1, pl.col("modality") == Modality.ACTUAL)
    return pl.concat([counted(fresh), against]).sort("known", "act")


def _subjects(a: str, b: str, row: Mapping[str, object], roles: Roles) -> list[str]:
    """The streams that a pair's act enters: those of the region are of somebody who holds with somebody held."""
    courting, held = {roles.patron, *roles.rivals}, set(roles.held)
    holder = next((x for x, y in ((a, b), (b, a)) if x in courting and y in held), None)
    if holder is None and not {a, b} <= held and not (roles.patron in {a, b} and {a, b} <= courting):
        return []
    tail = f":{PRESSURE}" if row["polarity"] == -1 else ""
    found = [f"{a}-{b}{tail}"] + ([f"{a}-{b}:{row['instrument']}"] if not tail else [])
    return found + ([f"{holder}{tail}", f"{WORLD}{tail}"] if holder else [])


def _exposures(
    coverage: pl.DataFrame, spots: Mapping[str, set[tuple[str, str, str]]], months: list[date]
) -> dict[str, npt.NDArray[np.floating]]:
    """Mean exposure of a stream's cells, month by month."""
    every = sorted({(a, b) for cells in spots.values() for a, b, _ in cells})
    kinds = sorted({k for cells in spots.values() for *_, k in cells})
    looked = exposure(coverage, every, months, kinds) if every else np.zeros((len(months), 0, 0))
    column, depth = {p: i for i, p in enumerate(every)}, {k: i for i, k in enumerate(kinds)}
    return {
        subject: np.mean([looked[:, column[a, b], depth[k]] for a, b, k in sorted(cells)], axis=0)
        for subject, cells in spots.items()
    }


def _stream(
    subject: str, found: Mapping[int, list[str]], looked: npt.NDArray[np.floating], months: int
) -> Stream:
    counts = np.zeros(months, dtype=np.int64)
    for t, ids in found.items():
        counts[t] = len(ids)
    head, _, tail = subject.partition(":")
    level = INSTRUMENT if tail in TIES else PAIR if "-" in head else REGION if head == WORLD else PATRON
    return Stream(subject, level, parent(subject), counts, looked, dict(found))
