"""What stands in the way of a good answer on this machine: the checks of ``comity doctor``."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.util import find_spec

import polars as pl

from comity.cases import Case
from comity.flow import is_built
from comity.lake import Lake, damages
from comity.numerals import many
from comity.sources import catalogue
from comity.tables import COVERAGE, MEASURE, REPORT, Table

FRESH = timedelta(days=60)  # older evidence than this is worth a word
ROOM = 2 * 1024**3  # bytes: an update that fills the disk loses nothing and gets nothing done
EXTRAS = {  # the modules that show it is there, and what it is for
    "spark": ("pyspark", "tables too large for one machine"),
    "nlp": ("spacy", "coding acts from texts"),
    "llm": ("pydantic_ai", "reading texts with a language model"),
    "russian": ("slovnet", "reading Russian by grammar"),
    "brief": ("typst", "printable briefs"),
    "alerts": ("apprise", "telling others of alerts"),
    "sql": ("duckdb pyarrow", "questions in SQL"),
    "mcp": ("mcp", "answering a program"),
}


@dataclass(frozen=True)
class Check:
    """One thing looked at."""

    check: str
    ok: bool
    says: str
    next: str  # what to do about it; empty when it is well


def checks(case: Case, lake: Lake, today: date) -> list[Check]:
    """Store, evidence, freshness, sources and optional parts; an optional part or a source that is absent is no finding."""
    broken = [Check("files", False, *said.split("; ", 1)) for said in damages(lake)]
    return [_room(lake), *(broken or _evidence(case, lake, today)), *_extras()]


def _room(lake: Lake) -> Check:
    place = next(p for p in (lake.root, *lake.root.parents) if p.exists())
    free, ours = shutil.disk_usage(place).free, place.is_dir() and os.access(place, os.W_OK)
    says = f"{lake.root}, {free / 1024**3:.0f} GiB free" + ("" if ours else ", not ours to write")
    more = "free some space, or set COMITY_HOME to a larger disk"
    if not ours:
        more = "check its permissions, or name a folder of yours with --lake or COMITY_HOME"
    return Check("store", ours and free > ROOM, says, "" if ours and free > ROOM else more)


def _evidence(case: Case, lake: Lake, today: date) -> list[Check]:
    build = f"comity update {case.place} --offline"
    if not is_built(case, lake):
        return [Check("evidence", False, f"{case.name} was never built from its present evidence", build)]
    newest = lake.read(REPORT, case.name).select(pl.col("known").max()).collect().item()
    old = newest is None or today - newest > FRESH
    files, own = lake.ledger(), {raw for t in (REPORT, MEASURE, COVERAGE) for raw in _files_of(case, lake, t)}
    late = files.filter(pl.col("retrieved").dt.date() > today)
    clock = f"{len(late)} files are from after {today}, the day that this machine's clock has"
    more = f"comity update {case.place} --from DIR with newer files"
    told = f"the newest report was public on {newest}" if newest else "no report yet"
    found = [
        Check("evidence", True, f"{len(own)} of the {len(files)} files in the store tell of {case.name}", ""),
        Check("freshness", not old, told, more if old else ""),
    ]
    if len(late):
        wrong = "set the clock; if it is right, these files have a wrong date, and what they say without one counts from then"
        found.append(Check("clock", False, clock, wrong))
    for name, source in catalogue().items():
        read = len(files.filter(pl.col("source") == name))
        none = (
            f"no file read; it would add to the picture: {source.card.homepage or 'your own files (docs/articles.md)'}"
        )
        found.append(Check(f"source {name}", True, f"{many(read, 'file')} read" if read else none, ""))
    return found


def _files_of(case: Case, lake: Lake, table: Table) -> pl.Series:
    """The files that rows of a case's table were read from."""
    return lake.read(table, case.name).select(pl.col("raw").unique()).collect()["raw"]


def _extras() -> list[Check]:
    return [
        Check(
            f"extra {extra}",
            True,
            "installed" if all(map(find_spec, modules.split())) else f"not installed; only needed for {use}",
            "",
        )
        for extra, (modules, use) in EXTRAS.items()
    ]
