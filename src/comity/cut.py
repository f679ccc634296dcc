"""A case's evidence, cut out of the store: all of it, or what came since it was last cut.

The case keeps its own copy of the rows, and the list of the store's data files that they were taken from.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import NamedTuple

import polars as pl

from comity import events
from comity.cases import Case
from comity.indicators.rival_supply import REGISTER
from comity.lake import Lake
from comity.mark import present
from comity.sources import catalogue
from comity.tables import COVERAGE, EVENT, FILE, MEASURE, MENTION, REPORT, SEEN, WORLD, Table, expect, identity

CUT = (REPORT, MEASURE, COVERAGE)
GATHERED = (*CUT, EVENT, MENTION)  # tables of the store whose data files are looked into once
MANY = 2_000  # changed reports beyond which the table is written anew: Delta reads a long list of ids slowly
Made = dict[str, pl.DataFrame]  # tables by name
_LISTS = ("actors", "recipients", "reports", "publishers", "used")
_RANK = ("detection", "known", "raw")
_SAME = ("source", "a", "b", "instrument", "date_from", "date_to")


class Cut(NamedTuple):
    """The evidence of a case, and what of it is not as it was."""

    measures: pl.DataFrame
    coverage: pl.DataFrame
    news: pl.DataFrame  # reports that came or changed
    gone: pl.DataFrame  # reports that went or changed, as they were
    changed: list[str]  # names of the case's tables that were written


def seen(case: Case, lake: Lake) -> frozenset[str]:
    """The store's data files that the case's own tables were taken from; none when other readers or states took them, or a table is gone."""
    if not present(case, lake):
        return frozenset()
    rows = lake.read(SEEN, case.name).filter(pl.col("key") == _key(case))
    return frozenset(rows.select("path").collect()["path"])


def mark(case: Case, lake: Lake) -> None:
    """Write down that the case's tables hold what concerns it of every data file there is now."""
    paths = sorted(path for table in GATHERED for path in lake.files(table))
    lake.replace(SEEN, SEEN.frame([{"key": _key(case), "path": path} for path in paths]), case.name)


def _key(case: Case) -> str:
    return identity(*(f"{name} {source.card.reader}" for name, source in catalogue().items()), *sorted(case.states))


def whole(case: Case, lake: Lake, engine: str, retired: frozenset[str], read: Made) -> Cut:
    """Everything, cut anew; files that are ``retired`` count no more. ``read`` is what the coder read in articles."""
    before = lake.read(REPORT, case.name).collect()
    found = events.renewed(lake, case.name, case.states, seen(case, lake), engine)
    made = [*_made(lake, found, case.states), read]
    rows = {t.name: _rows(case, t, lake.read(t), made).filter(~pl.col("raw").is_in(retired)) for t in CUT}
    reports, coverage = _once(rows["report"]), _best(_own(case, lake, rows["coverage"]))
    put = {REPORT: reports, MEASURE: rows["measure"], COVERAGE: coverage}
    changed = [table.name for table, frame in put.items() if lake.replace(table, frame, case.name)]
    news, gone = _differing(reports, before)
    return Cut(rows["measure"], coverage, news, gone, changed)


def added(case: Case, lake: Lake, engine: str, retired: frozenset[str], read: Made) -> Cut:
    """The same where the store has only grown since: only data files not seen before are opened. ``read`` is told whole."""
    paths = seen(case, lake)
    found = events.added(lake, case.name, case.states, paths, engine)
    made = [*_made(lake, found, case.states), read]
    fresh = {t.name: _rows(case, t, _unseen(lake, t, paths), made).filter(~pl.col("raw").is_in(retired)) for t in CUT}
    news, gone = _reported(case, lake, fresh["report"], made)
    told = pl.col("source").is_in(_sources(made, MEASURE))  # anew, whole
    measures = lake.read(MEASURE, case.name).filter(~told).collect()
    more = fresh["measure"].join(measures, on=["measure", "raw"], how="anti")
    measures = pl.concat([measures, more]).sort(pl.all())
    covered = lake.read(COVERAGE, case.name).filter(~pl.col("source").is_in(_sources(made, COVERAGE)))
    coverage = _best(pl.concat([covered.collect(), _own(case, lake, fresh["coverage"])]))
    changed = ["report"] if len(news) or len(gone) else []
    if len(more) and lake.replace(MEASURE, measures, case.name):
        changed.append("measure")
    if lake.replace(COVERAGE, coverage, case.name):
        changed.append("coverage")
    return Cut(measures, coverage, news, gone, changed)


def _reported(case: Case, lake: Lake, fresh: pl.DataFrame, made: Sequence[Made]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Put reports that came into the case's table; those that came or changed, and those that changed as they were."""
    kept = lake.read(REPORT, case.name)
    articles = pl.col("source") == "articles"  # all of them are told anew, those that are no more too
    before = kept.filter(pl.col("report").is_in(fresh["report"].implode()) | articles).collect()
    # These are told anew, whole.
    remade = pl.concat([REPORT.empty(), *(m["report"] for m in made if "report" in m)])["report"]
    now = _once(pl.concat([before.filter(~pl.col("report").is_in(remade.implode()), ~articles), fresh]))
    news, gone = _differing(now, before)
    if len(gone) > MANY:
        rest = kept.join(news.lazy(), on="report", how="anti").collect()
        lake.replace(REPORT, pl.concat([rest, news]).sort("report"), case.name)
    else:
        lake.exchange(REPORT, news, gone["report"].to_list(), case.name)
    return news, gone


def _differing(now: pl.DataFrame, before: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of each that are not in the other."""
    one, other = ((frame, frame.hash_rows()) for frame in (now, before))
    return tuple(f.filter(~own.is_in(out.implode())) for (f, own), (_, out) in ((one, other), (other, one)))  # type: ignore[return-value]


def _made(lake: Lake, found: events.Found, states: frozenset[str]) -> list[Made]:
    """What sources that have read any file make of several, about some states."""
    there = set(lake.ledger()["source"])
    return [s.derive(lake, found, states) for name, s in catalogue().items() if s.derive and name in there]


def _sources(made: Sequence[Made], table: Table) -> list[str]:
    return sorted({source for m in made if table.name in m for source in m[table.name]["source"].unique()})


def _unseen(lake: Lake, table: Table, paths: frozenset[str]) -> pl.LazyFrame:
    fresh = [path for path in lake.files(table) if path not in paths]
    return pl.scan_parquet(fresh).select(list(table.schema)) if fresh else table.empty().lazy()


def _rows(case: Case, table: Table, read: pl.LazyFrame, made: Sequence[Made]) -> pl.DataFrame:
    """The rows of a table that concern a case: read ones, and those that a source has made from several files."""
    every = [read, *(m[table.name].lazy() for m in made if table.name in m)]
    return expect(pl.concat([_of_case(case, table, rows).collect() for rows in every]), table).sort(
        pl.all().exclude(*_LISTS)
    )


def _once(reports: pl.DataFrame) -> pl.DataFrame:
    """One claim may stand in two files: of these the newest counts, then the one that names most parties."""
    ranked = reports.with_columns(named=pl.col("actors").list.len() + pl.col("recipients").list.len()).sort(
        "report",
        "retrieved",
        "named",
        "raw",
        "position",
        descending=[False, True, True, False, False],
        maintain_order=True,
    )
    return ranked.unique("report", keep="first", maintain_order=True).drop("named")


def _best(coverage: pl.DataFrame) -> pl.DataFrame:
    """Two files of a source that cover the same days cover them once."""
    ranked = coverage.sort(*_SAME, *_RANK, descending=[False] * len(_SAME) + [True, False, False])
    return ranked.unique(_SAME, keep="first", maintain_order=True)


def _own(case: Case, lake: Lake, coverage: pl.DataFrame) -> pl.DataFrame:
    """Coverage without what the authors of other cases came across by the way: they never looked at this one's pairs."""
    folder = lake.read(FILE, case.name).select("raw").collect()["raw"]
    by_the_way = (pl.col("source") == "casebook") & (pl.col("a") == WORLD)
    return coverage.filter(~by_the_way | pl.col("raw").is_in(folder.implode()))


def _of_case(case: Case, table: Table, rows: pl.LazyFrame) -> pl.LazyFrame:
    states = sorted(case.states)
    match table.name:
        case "report":
            named = pl.concat_list("actors", "recipients").list.unique()
            courted = named.list.set_intersection([*case.roles.held]).list.len() > 0
            among_patrons = named.list.contains(case.roles.patron) & (
                named.list.set_intersection([*case.roles.rivals, *case.roles.east, *case.roles.west]).list.len() > 0
            )
            return rows.filter(named.list.set_intersection(states).list.len() > 1, courted | among_patrons)
        case "measure":  # millions of them in a full lake: told by whole subjects, which the store can skip by
            among = pl.col("subject").is_in([WORLD, *states, *(f"{a}>{b}" for a, b in permutations(states, 2))])
            # A share of what a partner was given is of all of it, also of what those without a part in the case gave.
            given = rows.filter(pl.col("name") == REGISTER).filter(_to(case.roles.held), ~among)
            return pl.concat([rows.filter(among), given])
    return rows.filter(pl.col("a").is_in([*states, WORLD]) & pl.col("b").is_in([*states, WORLD]))


def _to(states: Sequence[str]) -> pl.Expr:
    return pl.col("subject").str.split(">").list.last().is_in(states)
