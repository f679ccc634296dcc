"""Somebody new: the first offer of a kind by a rival, a forum not seen before, a change of leader."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain, product
from typing import Any

import polars as pl

from comity.acts import parties
from comity.indicators.evidence import COVERED
from comity.numerals import capital, listed, span
from comity.states import called
from comity.tables import WORLD, Pair, Roles, pair_of
from comity.ties import month_ends
from comity.vocabulary import BROKEN, NOT_SO, Stage
from comity.watch.alert import NEWS, Alert
from comity.watch.looks import Watched

OFFERS = (Stage.OFFERED, Stage.ANNOUNCED, Stage.SIGNED, Stage.EXECUTED, Stage.DELIVERED)
KINDS = ("arms", "industry", "basing", "training", "intelligence")  # where an offer competes with the patron's
STALE = 366  # days between an act and its becoming known, from which on it is history and no news
SILENCE = timedelta(days=730)  # of one rival, partner and instrument before an offer is news again
MONTHS = 24  # the same in whole months: how well these were watched says whether anybody would have seen it
LEARNT = timedelta(days=5 * 365)  # after the first act on record: before it, everything is new
HARDLY = ", though hardly anybody had looked"
LEADERS = ("leader_change", "leader_change_irregular")


def news(
    acts: pl.DataFrame, coverage: pl.DataFrame, measures: pl.DataFrame, roles: Roles, as_of: date
) -> Iterator[Alert]:
    """Competing offers, new forums and changes of leader, each once.

    An offer is told as one for which hardly anybody had looked where less than .3 of such acts of the two years before would have
    been seen, as known on its day: so little that no silence says anything.
    """
    known = acts.filter(
        pl.col("known") <= as_of,
        ~pl.col("modality").is_in(NOT_SO),
        (pl.col("known") - pl.col("date_to")).dt.total_days() < STALE,
    ).sort("known", "act")
    rows = known.rows(named=True)
    if rows:
        start = rows[0]["known"] + LEARNT
        yield from _offers(rows, coverage.filter(pl.col("instrument").is_in(KINDS)), roles, start)
        yield from _forums(rows, roles, start)
    yield from _leaders(measures.filter(pl.col("known") <= as_of, pl.col("name").is_in(LEADERS)), roles)


def _offers(rows: list[dict[str, Any]], coverage: pl.DataFrame, roles: Roles, start: date) -> Iterator[Alert]:
    last: dict[tuple[str, str, str], tuple[date, str]] = {}  # when the one before became known, and when it was
    for row in rows:
        first: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for rival, partner in _offered(row, roles):
            key = (rival, partner, row["instrument"])
            before = last.get(key)
            last[key] = row["known"], span(row["date_from"], row["date_to"])
            if row["known"] < start or (before and row["known"] - before[0] <= SILENCE):
                continue
            how = f" for the first time since {before[1]}" if before else ", of which nothing earlier is on record"
            hardly = _looked(coverage, pair_of(rival, partner), row["instrument"], row["known"]) < COVERED
            first[rival][how + HARDLY * hardly].append(partner)
        for rival, found in first.items():
            (how, whom), *more = ((how, listed([called(p) for p in some])) for how, some in found.items())
            said = f"{whom} with {row['instrument']}{how}" + "".join(f", and to {whom}{how}" for how, whom in more)
            parties = sorted([rival, *chain(*found.values())])
            yield Alert(
                NEWS, f"competing offer {row['act']}", "instrument", f"{'-'.join(parties)}:{row['instrument']}",
                row["known"], row["date_from"], row["belief"], "belief that it took place",
                f"{capital(called(rival))} comes to {said}: {row['text'] or ''}", [row["act"]], None,
                not all(how.endswith(HARDLY) for how in found),
            )  # fmt: skip


def _looked(coverage: pl.DataFrame, pair: Pair, instrument: str, day: date) -> float:
    """What share of a pair's acts of one instrument in the two years before a day would have been seen, as known on it, 0-1."""
    months = [end for end in month_ends(day) if end < day][-MONTHS:]
    among = (pl.col(side).is_in([*pair, WORLD]) for side in "ab")
    when = pl.col("known") <= day, pl.col("date_to") >= months[0].replace(day=1)
    known = coverage.filter(pl.col("instrument") == instrument, *among, *when)
    years = sum(end.day for end in months) / 365.25
    return float(Watched(known, [pair], months).exposure([pair], [instrument]).sum() / years)


def _offered(row: dict[str, Any], roles: Roles) -> Iterator[tuple[str, str]]:
    """The rivals that offer something by an act, each with the partners to whom; none where it is no offer."""
    if row["instrument"] in KINDS and row["stage"] in OFFERS and row["polarity"] == 1:
        there = set(parties(row))
        givers = set(row["actors"] or ()) | (set() if row["recipients"] else there)
        yield from product(sorted(givers & set(roles.rivals)), sorted(there & set(roles.held)))


def _forums(rows: list[dict[str, Any]], roles: Roles, start: date) -> Iterator[Alert]:
    seen: set[str] = set()
    for row in rows:
        forum, held = row["forum"], sorted(set(parties(row)) & set(roles.held))
        if not forum or forum in seen or row["stage"] in BROKEN:
            continue
        seen.add(forum)
        if row["known"] >= start and held:
            yield Alert(
                NEWS, f"new forum {forum}", "region", WORLD, row["known"], row["date_from"], float(len(held)), "states of the case in it",
                f"A forum not on record before, {forum}, with {', '.join(map(called, held))}: {row['text'] or ''}",
                [row["act"]], None, True,
            )  # fmt: skip


def _leaders(changes: pl.DataFrame, roles: Roles) -> Iterator[Alert]:
    odd = set(changes.filter(pl.col("name") == LEADERS[1]).select("subject", "date").iter_rows())
    here = {roles.patron, *roles.held}
    for id, who, day, known in (
        changes.filter(pl.col("name") == LEADERS[0])
        .sort("date", "subject")
        .select("measure", "subject", "date", "known")
        .iter_rows()
    ):
        if who in here:
            how = "irregularly" if (who, day) in odd else "by the rules"
            yield Alert(
                NEWS, f"leader {day}", "patron", who, known, day, 1.0, "change of leader",
                f"{capital(called(who))} has a new leader, {how}; agreements of the last one need a new look.", [id], None, True,
            )  # fmt: skip
