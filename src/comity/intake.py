"""Files become rows: what is due is fetched, every file goes to the source that recognises it, and what fails stops no other."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import NamedTuple

import polars as pl

from comity import fetch
from comity.cases import Case
from comity.errors import ComityError
from comity.lake import Batch, Lake, RawFile, raw_file
from comity.sources import Source, attempted
from comity.sources.casebook.read import UNSAID, search
from comity.tables import FILE

Progress = Callable[[str, int, int], None]  # what is being done, how many files are done, of how many
# Raw files are stored in groups: one commit a group, little lost by a kill, 700 MiB of memory for a month of mentions.
GROUP_BYTES = 16 * 1024 * 1024
PEOPLE = {"articles", "casebook", "manual"}  # sources whose files people write: beside them, a paper is a paper
_MANUAL = re.compile(
    r"(?:^|[\W_])(?:code[\W_]?book|manual|user[\W_]?(?:s[\W_]?)?guide|data[\W_]?dictionary|reference|readme)[\W_v\d]*$",
    re.IGNORECASE,
)


class Claim(NamedTuple):
    """A file, the source that recognises it, and as which of its layouts."""

    path: Path
    source: Source
    layout: str


class Live(NamedTuple):
    """That an update is to fetch, and how."""

    since: date | None = None  # from this day on; from where the last update ended when null
    told: fetch.Told = lambda name, have, total: None
    until: date | None = None  # to this day; to the newest when null


class Failure(NamedTuple):
    """A file that could not be fetched, or that a source recognised and could not read."""

    source: str
    path: str
    why: str


def fetched(case: Case, lake: Lake, chosen: dict[str, Source], live: Live) -> list[Failure]:
    """Fetch what is due of every source that is fetched; what did not come."""
    errands = [
        fetch.Errand(name, source.plan, (source.card.licence, source.card.attribution))
        for name, source in chosen.items()
        if source.plan
    ]
    came = fetch.errand(lake.root, lake.raw, errands, live.since, case.folder, live.told, live.until)
    return [Failure(m.wanted.source, m.wanted.name or m.wanted.url, m.why) for m in came if isinstance(m, fetch.Missed)]


def kept(lake: Lake, sources: dict[str, Source]) -> tuple[list[Claim], list[Failure], int]:
    """Fetched files that are not read yet, those that their source does not recognise, and how many were read before."""
    fresh: list[Claim] = []
    strange: list[Failure] = []
    passed = 0
    for name, source in sources.items():
        paths = fetch.files(lake.raw, name)
        read = lake.names(name, source.card.reader) if paths else frozenset()
        for path in paths:
            if path.name in read:  # a fetched file never changes: its name is enough
                passed += 1
            elif layout := source.layout(path):
                fresh.append(Claim(path, source, layout))
            else:
                why = "what came is laid out as nothing that this source knows; its publisher may have changed it"
                strange.append(Failure(name, path.name, why))
    return fresh, strange, passed


def files_in(folder: Path) -> list[Path]:
    """Every file under a folder and under the folders that it links to, each folder once.

    Without hidden ones, and without the invented samples of sources: a clone of this project with its .venv holds both.
    """
    found: list[Path] = []
    met: set[str] = set()
    for top, inside, names in os.walk(folder, followlinks=True):
        if (place := os.path.realpath(top)) in met:
            inside.clear()
        else:
            met.add(place)
            inside[:] = [n for n in inside if not (n.startswith(".") or (n == "sample" and "source.toml" in names))]
            found += (Path(top, name) for name in names if not name.startswith("."))
    return sorted(p for p in found if p.is_file())


def readable(paths: Iterable[Path]) -> tuple[list[Path], list[Failure]]:
    """The files that this user may read, and why not the others."""
    mine: list[Path] = []
    shut: list[Failure] = []
    for path in paths:
        try:
            with path.open("rb"):
                mine.append(path)
        except OSError as error:
            why = f"cannot be read ({error.strerror or error}); check that it is yours"
            shut.append(Failure("", path.name, why))
    return mine, shut


def claimed(paths: Iterable[Path], sources: dict[str, Source]) -> Iterator[Claim]:
    """Each file with the source and layout that recognise it; files of nobody are left out."""
    for path in paths:
        found = (Claim(path, source, layout) for source in sources.values() if (layout := source.layout(path)))
        yield from islice(found, 1)


def manuals(claims: Iterable[Claim]) -> list[Path]:
    """Papers that describe data and tell of no event: a PDF beside the files of a data set, and a PDF or page named like a codebook."""
    every = list(claims)
    data = {c.path.parent for c in every if c.source.card.name not in PEOPLE}
    papers = [c for c in every if c.source.card.name == "articles" and c.layout in {"pdf", "page"}]
    return [c.path for c in papers if (c.layout == "pdf" and c.path.parent in data) or _MANUAL.search(c.path.stem)]


def unlike(case: Case, claims: Iterable[Claim]) -> list[Failure]:
    """The case's own tables of acts and searches that no source recognises: their first line is not as it must be."""
    own = {c.path for c in claims}
    why = "its first line is not the header that docs/cases.md gives; nothing of it is read"
    tables = [case.folder / name for name in ("casebook.csv", "effort.csv")]
    return [Failure("casebook", path.name, why) for path in tables if path.is_file() and path not in own]


def absorb(
    lake: Lake, files: list[Claim], progress: Progress = lambda what, done, total: None
) -> tuple[pl.DataFrame, int, list[Failure]]:
    """Read files that were claimed into the lake: their ledger rows, how many were known before, and what failed."""
    ledgers, known = [FILE.empty()], 0
    failures: list[Failure] = []
    done = {
        name: lake.done(name, reader) for name, reader in {(c.source.card.name, c.source.card.reader) for c in files}
    }
    for source, group in _groups(files):
        progress(f"{group[0].path.name} ...", sum(map(len, ledgers)) + known + len(failures), len(files))
        items: list[tuple[RawFile, Batch]] = []
        lost: list[Failure] = []
        for layout, alike in groupby(group, key=lambda c: c.layout):
            read, failed = _read(source, layout, [c.path for c in alike], done[source.card.name])
            items, lost = items + read, lost + failed
        known, failures = known + len(group) - len(items) - len(lost), failures + lost
        if items:
            ledgers.append(lake.store(source.card.name, source.card.reader, items))
    return pl.concat(ledgers), known, failures


def _read(
    source: Source, layout: str, paths: list[Path], done: frozenset[str]
) -> tuple[list[tuple[RawFile, Batch]], list[Failure]]:
    """What files of one layout say, without those that are ``done``, and which could not be read."""
    tried = [(path, attempted(path, identified)) for path in paths]
    raws = {raw.sha256: raw for _, raw in tried if isinstance(raw, RawFile) and raw.sha256 not in done}
    found = list(zip(raws.values(), source.read_many([*raws.values()], layout), strict=True))
    wrong = [(path, raw) for path, raw in tried if isinstance(raw, ComityError)]
    wrong += [(raw.path, batch) for raw, batch in found if isinstance(batch, ComityError)]
    return (
        [(raw, batch) for raw, batch in found if isinstance(batch, Batch)],
        [Failure(source.card.name, path.name, str(error)) for path, error in wrong],
    )


def identified(path: Path) -> RawFile:
    """A file's identity, with the address and the time on its card if it was fetched.

    What is read of an ``effort.csv`` rests on what lies beside it, too: what the case says of its searches, until when its casebook was
    collected, and what its pages show of each year. With another of these it is another file.
    """
    raw, card = raw_file(path), fetch.card_of(path)
    if path.name == "effort.csv":
        said = search(path)
        beside = [p for name in ("casebook.csv", "years.csv") if (p := path.with_name(name)).is_file()]
        if beside or said != UNSAID:
            parts = [raw.sha256, said.model_dump_json(), *(raw_file(p).sha256 for p in beside)]
            raw = raw._replace(sha256=hashlib.sha256(" ".join(parts).encode()).hexdigest())
    return raw._replace(url=card.found, retrieved=datetime.fromisoformat(card.retrieved)) if card else raw


def _groups(files: list[Claim]) -> Iterator[tuple[Source, list[Claim]]]:
    """Files of one source, layout by layout, together at most so large that a kill costs little."""
    ordered = sorted(files, key=lambda c: (c.source.card.name, c.layout))
    for _, mine in groupby(ordered, key=lambda c: c.source.card.name):
        group: list[Claim] = []
        size = 0
        for claim in mine:
            if group and size > GROUP_BYTES:
                yield group[0].source, group
                group, size = [], 0
            group.append(claim)
            size += claim.path.stat().st_size
        yield group[0].source, group
