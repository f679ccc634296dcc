"""One alert has one id. An act takes another name when a report of it is read late; its alert keeps that under which it was first raised.

What an alert of one act is known by is its channel, its subject and any report that it ever rested on: the ledger keeps them
all. So it is the same one when its act's first report is joined by an earlier one, rejected or withdrawn. Nor is it another one
where alerts of the same report named all of its states before, be it one by one or with more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from comity.lake import Lake
from comity.tables import ALERT, BASIS
from comity.watch.alert import OF_ONE_ACT, name


class Book(NamedTuple):
    """What the ledger holds of a case's alerts."""

    raised: pl.DataFrame = ALERT.empty()
    basis: pl.DataFrame = BASIS.empty()


def book_of(lake: Lake, case: str) -> Book:
    """The ledger of a case; without rows where none was kept."""
    return Book(*(lake.read(table, case).collect() for table in (ALERT, BASIS)))


def names(found: pl.DataFrame, acts: pl.DataFrame, book: Book) -> dict[str, str]:
    """Every other id of the alerts found, with the id by which that alert goes.

    Of two alerts found none takes the other's id. One rather goes by a name that its act had than by another report's.
    """
    rows = {row["alert"]: row for row in _of_one_act(found).iter_rows(named=True)}
    reports = _reports(found, acts)
    claims = sorted(_claims(rows, reports, book))
    goes: dict[str, str] = {}
    taken: set[str] = set()
    for *_, id, first in claims:
        if id not in goes and first not in taken:
            goes[id] = first
            taken.add(first)
    goes = {id: goes.get(id, id) for id in rows}
    same = {_named(row, report): goes[id] for id, row in rows.items() for report in reports[id]}
    same |= {first: goes[id] for *_, id, first in reversed(claims)} | goes
    standing = set(goes.values())
    return {id: first for id, first in same.items() if id not in standing}


def renamed(found: pl.DataFrame, same: Mapping[str, str]) -> pl.DataFrame:
    """Alerts under the ids by which they go."""
    return found.with_columns(pl.col("alert").replace(dict(same)))


def learnt(called: pl.DataFrame, acts: pl.DataFrame, book: Book) -> pl.DataFrame:
    """What the ledger does not hold yet of the reports that alerts rest on; they are called as they go."""
    rests: list[dict[str, object]] = [
        {"alert": id, "report": report} for id, told in _reports(called, acts).items() for report in told
    ]
    return BASIS.frame(rests).join(book.basis, on=["alert", "report"], how="anti")


def _of_one_act(alerts: pl.DataFrame) -> pl.DataFrame:
    return alerts.filter(pl.col("channel").is_in(OF_ONE_ACT))


def _reports(found: pl.DataFrame, acts: pl.DataFrame) -> dict[str, list[str]]:
    """The reports that each alert of one act rests on; what is no act stands for itself."""
    told = dict(acts.select("act", "reports").iter_rows())
    rows = _of_one_act(found).select("alert", "evidence").iter_rows()
    return {alert: [report for id in evidence for report in told.get(id, [id])] for alert, evidence in rows}


def _claims(
    found: Mapping[str, dict[str, Any]], reports: Mapping[str, list[str]], book: Book
) -> list[tuple[int, int, str, str]]:
    """How well, in which order, and which alert found may be which alert raised."""
    rests: defaultdict[str, list[str]] = defaultdict(list)
    for alert, report in book.basis.iter_rows():
        rests[alert].append(report)
    known: defaultdict[tuple[str, str, str], list[tuple[int, int, str]]] = defaultdict(list)
    named: defaultdict[tuple[str, str, str], set[tuple[int, str, frozenset[str]]]] = defaultdict(set)
    ids: dict[str, int] = {}
    for place, row in enumerate(_of_one_act(book.raised).sort("raised", "alert").iter_rows(named=True)):
        ids[row["alert"]] = place
        for report in {*row["evidence"], *rests[row["alert"]]}:
            how = 1 if report in row["evidence"] else 2
            known[row["channel"], row["subject"], report].append((how, place, row["alert"]))
            states, of = _subject(row)
            named[row["channel"], of, report].add((place, row["alert"], states))
    return (
        [(0, ids[id], id, id) for id in found if id in ids]
        + [
            (how, place, id, first)
            for id, row in found.items()
            for report in reports[id]
            for how, place, first in known.get((row["channel"], row["subject"], report), ())
        ]
        + [(3, place, id, first) for id, row in found.items() for place, first in _before(row, reports[id], named)]
    )


def _before(
    row: Mapping[str, Any],
    reports: Sequence[str],
    named: Mapping[tuple[str, str, str], set[tuple[int, str, frozenset[str]]]],
) -> set[tuple[int, str]]:
    """The alerts raised of some of an alert's states, or of more, if together they name all of them."""
    mine, of = _subject(row)
    every = {one for report in reports for one in named.get((row["channel"], of, report), ())}
    alike = [one for one in every if one[2] <= mine or one[2] >= mine]
    whole = mine <= frozenset().union(*(states for *_, states in alike))
    return {(place, first) for place, first, _ in alike} if whole else set()


def _subject(row: Mapping[str, Any]) -> tuple[frozenset[str], str]:
    """The states of an alert, and the instrument if it is of one."""
    states, _, of = row["subject"].partition(":")
    return frozenset(states.split("-")), of


def _named(row: Mapping[str, Any], report: str) -> str:
    """The id of an alert if its act bore the name of a report."""
    return name(row["channel"], row["kind"].replace(row["evidence"][0], report), row["subject"], row["raised"])
