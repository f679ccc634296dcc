"""What a case's tables and pages were made from: only while it is the same are they good."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import polars as pl

from comity.cases import Case, names
from comity.errors import StoreError
from comity.lake import Lake
from comity.tables import (
    ACT,
    CODED,
    COVERAGE,
    EVENT,
    FAILURE,
    MEASURE,
    MENTION,
    READING,
    REPORT,
    TABLES,
    TIE,
    VERDICT,
    identity,
)

NAME, PLACE = "woven", "place"  # notes in the store: what a case is woven from, and where its folder is
WOVEN = (REPORT, MEASURE, COVERAGE, EVENT, MENTION, ACT, TIE, READING)  # what a weaving writes


class Read(NamedTuple):
    """The files behind some rows, in short."""

    vintage: str  # 12 hex digits: changes when any file changes, or a reader
    built: str  # when the newest was found, ISO 8601; empty without files
    files: int


class Mark(NamedTuple):
    """What a case's tables are woven from."""

    name: str  # hash of everything
    same: str  # hash of the case, the program and the verdicts: without the day and the files read
    as_of: str
    versions: dict[str, int | None]  # of the tables of the lake
    read: Read  # the files of the lake by then

    def written(self) -> str:
        """As text."""
        return json.dumps(self)


def of(case: Case, lake: Lake, as_of: date, retired: Iterable[str], coder: str) -> Mark:
    """The mark of a case woven now, as known on a day; ``retired`` files count no more, ``coder`` reads the articles."""
    read = pl.concat_str("source", "raw", pl.col("reader").cast(pl.String))
    files = lake.ledger()
    listed = files.select(read.sort().str.join(" ")).item()  # one text: there may be a million of them
    same = identity(case.digest, code(), lake.version(VERDICT, case.name), *sorted(retired))
    name = identity(same, as_of, coder, lake.version(CODED), lake.version(FAILURE, case.name), listed)
    return Mark(name, same, str(as_of), {name: lake.version(table) for name, table in TABLES.items()}, read_of(files))


def read_of(files: pl.DataFrame) -> Read:
    """The rows of table FILE in short."""
    vintage = identity(*files.select(pl.col("raw") + pl.col("reader").cast(pl.String))["raw"].sort())[:12]
    return Read(vintage, files["retrieved"].max().isoformat() if len(files) else "", len(files))  # type: ignore[union-attr]


def last(case: Case, lake: Lake) -> Mark | None:
    """The mark of the case's tables as they are; None while they are not woven to the end, by another release, or one is gone."""
    try:
        kept = json.loads(lake.noted(case.name, NAME))
        mark = Mark._make([*kept[:-1], Read(*kept[-1])])
    except (ValueError, TypeError, LookupError):
        return None
    return mark if present(case, lake) else None


def own(case: Case, lake: Lake) -> None:
    """Raises ``StoreError`` where the store keeps another case under this name: both would share its tables.

    A case whose folder is gone has moved here.
    """
    other = lake.noted(case.name, PLACE)
    if other not in {"", case.place} and found(other):
        raise StoreError(
            f"{lake.root}: what it keeps under {case.name!r} is of the case {other}, not of {case.place}; "
            "give the folder another name, or name another store with --lake"
        )


def found(place: str) -> bool:
    """Whether there is a case where a store has one from."""
    return place in names() or Path(place, "case.toml").is_file()


def kept(lake: Lake) -> list[str]:
    """What names each case of a store on the command line."""
    return [lake.noted(note.parent.name, PLACE) for note in sorted(lake.root.glob(f"cases/*/{PLACE}"))]


def claim(case: Case, lake: Lake) -> None:
    """Write down that what the store keeps under the case's name is of this case. Raises as ``own`` does."""
    own(case, lake)
    if lake.noted(case.name, PLACE) != case.place:
        lake.note(case.name, PLACE, case.place)


def present(case: Case, lake: Lake) -> bool:
    """Whether each of the case's tables is there, whatever is in it."""
    return all(lake.version(table, case.name) is not None for table in WOVEN)


def page(case: Case, lake: Lake, as_of: date, *asked: object) -> str:
    """The key of a page: of everything that it could be made from, and what was asked."""
    return identity(case.digest, code(), lake.state(case.name), as_of, *asked)


@cache
def code() -> str:
    """What the program weaves with: a change of its code weaves anew."""
    parts = (p for p in sorted(Path(__file__).parent.rglob("*")) if p.suffix in {".py", ".toml", ".csv", ".jsonl"})
    return identity(version("comity"), *(hashlib.blake2b(p.read_bytes()).hexdigest() for p in parts))
