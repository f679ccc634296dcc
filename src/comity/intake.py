"""Files become rows: what is due is fetched, every file goes to the source that recognises it, and what fails stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import polars as pl

from comity import fetch
from comity.cases import Case
from comity.errors import ComityError
from comity.lake import Batch, Lake, RawFile, raw_file
from comity.sources import Source, attempted
from comity.tables import FILE

Progress = Callable[[str, int, int], None]  # what is being done, how many files are done, of how many
Claim = tuple[Path, Source, str]  # a file, the source that recognises it, and as which of its layouts
# Raw files are stored in groups: one commit a group, little lost by a kill, 700 MiB of memory for a month of mentions.
GROUP_BYTES = 16 * 1024 * 1024


class Live(NamedTuple):
    """That an update is to fetch, and how."""

    since: date | None = None  # from this day on; from where the last update ended when null
    told: fetch.Told = lambda name, have, total: None


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
    came = fetch.errand(lake.root, lake.raw, errands, live.since, case.folder, live.told)
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
                fresh.append((path, source, layout))
            else:
                why = "what came is laid out as nothing that this source knows; its publisher may have changed it"
                strange.append(Failure(name, path.name, why))
    return fresh, strange, passed


def files_in(folder: Path) -> list[Path]:
    """Every file under a folder, without hidden ones."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))


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
        found = ((source, source.layout(path)) for source in sources.values())
        if claim := next(((s, layout) for s, layout in found if layout), None):
            yield path, *claim


def absorb(
    lake: Lake, files: list[Claim], progress: Progress = lambda what, done, total: None
) -> tuple[pl.DataFrame, int, list[Failure]]:
    """Read files that were claimed into the lake: their ledger rows, how many were known before, and what failed."""
    ledgers, known = [FILE.empty()], 0
    failures: list[Failure] = []
    done = {name: lake.done(name, reader) for name, reader in {(s.card.name, s.card.reader) for _, s, _ in files}}
    for source, layout, paths in _groups(files):
        progress(f"{paths[0].name} ...", sum(map(len, ledgers)) + known + len(failures), len(files))
        tried = [(path, attempted(path, _identified)) for path in paths]
        lost = [Failure(source.card.name, path.name, str(raw)) for path, raw in tried if isinstance(raw, ComityError)]
        raws = {raw.sha256: raw for _, raw in tried if isinstance(raw, RawFile)}
        new = [raw for sha256, raw in raws.items() if sha256 not in done[source.card.name]]
        known += len(paths) - len(lost) - len(new)
        failures += lost
        found = list(zip(new, source.read_many(new, layout), strict=True))
        failures += [
            Failure(source.card.name, raw.path.name, str(error))
            for raw, error in found
            if isinstance(error, ComityError)
        ]
        if items := [(raw, batch) for raw, batch in found if isinstance(batch, Batch)]:
            ledgers.append(lake.store(source.card.name, source.card.reader, items))
    return pl.concat(ledgers), known, failures


def _identified(path: Path) -> RawFile:
    """A file's identity, with the address and the time on its card if it was fetched."""
    raw, card = raw_file(path), fetch.card_of(path)
    return raw._replace(url=card.found, retrieved=datetime.fromisoformat(card.retrieved)) if card else raw


def _groups(files: list[Claim]) -> Iterator[tuple[Source, str, list[Path]]]:
    """Files of one layout of one source, together at most so large that a kill costs little."""
    ordered = sorted(files, key=lambda c: (c[1].card.name, c[2]))
    for (_, layout), alike in groupby(ordered, key=lambda c: (c[1].card.name, c[2])):
        group: list[Path] = []
        size = 0
        for path, source, _ in alike:
            if group and size > GROUP_BYTES:
                yield source, layout, group
                group, size = [], 0
            group.append(path)
            size += path.stat().st_size
        yield source, layout, group
