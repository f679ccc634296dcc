"""The Global Sanctions Data Base: who put which sanctions on whom, from year to year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from comity.columns import frame, header
from comity.errors import SourceError, UnknownState
from comity.lake import Batch, RawFile
from comity.measures import measured, numbers
from comity.sources import card, common, covered, whole_years
from comity.states import name_of, resolve
from comity.tables import REPORT, identity
from comity.vocabulary import Stage

MEANS = ("trade", "arms", "military", "financial", "travel", "other")
COLUMNS = {"case_id", "sanctioned_state", "sanctioning_state", "begin", "end", *MEANS}
WEAPONS = ("arms", "military")
PAGE = "https://www.globalsanctionsdatabase.com/"
FIRST = 1940
NOBODY = ("Balkans", "Western Balkans", "Kimberly Process Participants", "Kimberley Process Participants")
GROUP = "Terrorist Organizations"
OTHERWISE = {"Commonwealth": "CWN", "Cyprus (Northern)": "NCY"}


class Case(NamedTuple):
    """One sanction: who, on whom, from which year to which, by which means."""

    row: int
    id: str
    senders: tuple[str, ...]
    targets: tuple[str, ...]
    begin: int
    end: int
    means: tuple[str, ...]
    aim: str


def layout(path: Path) -> str | None:
    """``cases`` by the names of the columns."""
    return "cases" if header(path) >= COLUMNS else None


def read(raw: RawFile, layout: str) -> Batch:
    """Reports of each case, the number in force by pair and year, and coverage of the years."""
    rows = numbers(frame(raw.path), ["begin", "end", *MEANS], raw)
    cases = [_case(row, raw.path.name) for row in rows.iter_rows(named=True)]
    kept = [c for c in cases if c.senders and c.targets]
    skipped = {"sender or target is no state": len(cases) - len(kept)} if len(kept) < len(cases) else {}
    ends = [case.end for case in kept]
    years = whole_years(min(ends), max(ends)) if ends else []  # from the first in which a case of the file ended
    tables = {
        "report": REPORT.frame([report for c in kept for report in _reports(c, raw)]),
        "measure": measured(_in_force(kept), "sanctions", raw),
        "coverage": covered(card("sanctions"), raw, years, "sanctions of the whole world"),
    }
    return Batch(tables, layout, len(rows), len(kept), skipped)


def _case(row: dict[str, Any], file: str) -> Case:
    where = f"{file}, row {row['row']}"
    begin, end = row["begin"], row["end"]
    if begin is None or end is None or not FIRST <= begin <= end <= 2100:
        raise SourceError(f"{where}: from {begin} to {end} are no years of a sanction; fetch the file again")
    targets = _states(row["sanctioned_state"] or "", where)
    senders = tuple(state for state in _states(row["sanctioning_state"] or "", where) if state not in targets)
    means = tuple(m for m in MEANS if row[m] == 1)
    return Case(row["row"], row["case_id"], senders, targets, int(begin), int(end), means, row.get("objective") or "")


def _states(text: str, where: str) -> tuple[str, ...]:
    """The codes in a list of names parted by commas, some of which have a comma themselves (Yemen, North)."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    found = set()
    while parts:
        whole = next((n for n in (2, 1) if len(parts) >= n and _code(", ".join(parts[:n])) is not None), 0)
        if not whole:
            raise UnknownState(
                f"{where}: {parts[0]!r} is no state or organisation known; add it to knowledge/names.csv or organisations.csv"
            )
        found.add(_code(", ".join(parts[:whole])))
        del parts[:whole]
    return tuple(sorted(code for code in found if code))


@cache
def _code(name: str) -> str | None:
    """The code of a name; empty for what is deliberately nobody, None for an unknown name."""
    if name in NOBODY or name.startswith(GROUP):
        return ""
    try:
        return OTHERWISE.get(name) or resolve(name)
    except UnknownState:
        return None


def _reports(case: Case, raw: RawFile) -> Iterator[dict[str, Any]]:
    """That it was imposed; and that arms or military aid were cut off."""
    senders, targets = (" and ".join(map(name_of, side)) for side in (case.senders, case.targets))
    by = ", ".join(case.means) or "unnamed"
    span = f"from {case.begin} to {case.end}" if case.end > case.begin else f"in {case.begin}"
    said = f"{senders} had sanctions on {targets} {span}; means: {by}{'; aim: ' + case.aim if case.aim else ''}."
    yield _report(case, raw, "imposed", "coercion", Stage.EXECUTED, said)
    if cut := [means for means in WEAPONS if means in case.means]:
        what = " and ".join({"arms": "arms", "military": "military aid"}[c] for c in cut)
        yield _report(case, raw, "arms", "rupture", Stage.SUSPENDED, f"{senders} cut off {what} to {targets} {span}.")


def _report(case: Case, raw: RawFile, kind: str, instrument: str, stage: Stage, said: str) -> dict[str, Any]:
    first, last = date(case.begin, 1, 1), date(case.begin, 12, 31)
    return {
        "report": identity("sanctions", kind, case.id),
        **common(card("sanctions"), raw),
        "url": PAGE,
        "publisher": "GSDB",
        "position": f"case {case.id}, row {case.row}",
        "coder": "gsdb",
        "coder_version": "cases",
        "credibility": 2,
        "date_from": first,
        "date_to": last,
        "known": last,
        "actors": list(case.senders),
        "recipients": list(case.targets),
        "instrument": instrument,
        "stage": str(stage),
        "polarity": -1,
        "belief": card("sanctions").beliefs[kind],
        "text": said,
    }


def _in_force(cases: list[Case]) -> pl.DataFrame:
    """How many cases of a sender on a target were in force in a year, from the first year in which one of the file ended."""
    whole = min((c.end for c in cases), default=0)
    counts: defaultdict[tuple[str, str, int], list[int]] = defaultdict(list)
    for case in cases:
        names = ["sanctions_active", *(["sanctions_arms_active"] if {*WEAPONS} & {*case.means} else [])]
        for year, name, s, t in product(range(max(case.begin, whole), case.end + 1), names, case.senders, case.targets):
            counts[f"{s}>{t}", name, year].append(case.row)
    rows = [(*key, float(len(which)), min(which)) for key, which in counts.items()]
    schema = {"subject": pl.String, "name": pl.String, "year": pl.Int32, "value": pl.Float64, "row": pl.UInt32}
    years = pl.DataFrame(rows, schema=schema, orient="row").with_columns(part=pl.format("{} {}", "subject", "year"))
    return years.with_columns(date=pl.date("year", 12, 31), known=pl.date(pl.col("year") + 1, 12, 31))
