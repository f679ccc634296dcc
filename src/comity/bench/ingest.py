"""How long GDELT's mentions and exports need from zipped files to validated rows in the store."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import polars as pl

from comity.bench.measure import Measure
from comity.errors import UsageError
from comity.intake import Claim, absorb, claimed
from comity.lake import Lake
from comity.sources import catalogue
from comity.sources.gdelt.read import MENTION_COLUMNS

EXPORT_COLUMNS = 61
QUARTERS = 96  # of an hour, in a day
MONTH = 8_650_000  # mentions, English feed, April to May 2026
PEER = "gdeltforge convert, whole process"


def ingest(folder: Path | None = None) -> Iterator[Measure]:
    """Every ``*.mentions.CSV.zip`` under the folder, and its exports many times over, read and stored as an update does it.

    Each figure is the fastest of three. The limit is inflating the files and parsing their text with Polars one after
    another, nothing else. The peer is gdeltforge's ``convert`` (zips to Parquet, no store, no check), when its command is
    on the path or in COMITY_GDELTFORGE; its figure is a whole process with its start-up, ours and the limit are not. Of
    exports hardly any real ones are at hand: each is repeated under other ids until there are as many as in a day.
    """
    paths = sorted(folder.rglob("*.mentions.CSV.zip")) if folder else []
    if not paths or folder is None:
        raise UsageError("bench ingest reads real files: give --from DIR with *.mentions.CSV.zip under it")
    value, limit, rows = _both(paths, MENTION_COLUMNS)
    peer = _peer(paths)
    yield Measure("ingest", value, "s", limit=limit, peer=peer, peer_name=PEER if peer else None, n=rows)
    if exports := sorted(folder.rglob("*.export.CSV.zip")):
        with TemporaryDirectory() as there:
            many = [_again(path, Path(there), n) for n in range(-(-QUARTERS // len(exports))) for path in exports]
            value, limit, rows = _both(many, EXPORT_COLUMNS)
        yield Measure("ingest events", value, "s", limit=limit, n=rows)


def month(folder: Path | None = None) -> Iterator[Measure]:
    """A month of mentions, read and stored: the seconds, and the most memory that the process held.

    The files at hand are repeated under other ids until there are as many rows as GDELT had in a month of 2026.
    """
    paths = sorted(folder.rglob("*.mentions.CSV.zip")) if folder else []
    if not paths:
        raise UsageError("bench month reads real files: give --from DIR with *.mentions.CSV.zip under it")
    rows = _parsed(paths, MENTION_COLUMNS)
    days = len({path.name[:8] for path in paths})
    with TemporaryDirectory() as there:
        many = [_again(path, Path(there), days * n) for n in range(-(-MONTH // rows)) for path in paths]
        files = list(claimed(many, {"gdelt": catalogue()["gdelt"]}))
        start = perf_counter()
        rows = _stored(files)
        seconds = perf_counter() - start
    yield Measure("month", seconds, "s", n=rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Measure("month memory", peak, "MiB", n=rows)


def _both(paths: list[Path], columns: int) -> tuple[float, float, int]:
    """Seconds of reading and storing some files, seconds of the limit, and the rows in them."""
    _parsed(paths[:2], columns)
    files = list(claimed(paths, {"gdelt": catalogue()["gdelt"]}))
    limit, rows = _best(lambda: _parsed(paths, columns))
    value, found = _best(lambda: _stored(files))
    if found != rows:
        raise UsageError(f"bench ingest: {found} rows were read and {rows} parsed; the figures would not compare")
    return value, limit, rows


def _again(path: Path, folder: Path, n: int) -> Path:
    """A copy of a zipped file for another quarter of an hour, with ids of its own."""
    with zipfile.ZipFile(path) as archive:
        inside = archive.infolist()[0]
        lines = archive.read(inside).splitlines()
    stamp = datetime.strptime(path.name[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC) + timedelta(days=n)
    copy = folder / f"{stamp:%Y%m%d%H%M%S}{path.name[14:]}"
    fields = (line.partition(b"\t") for line in lines)
    text = b"".join(b"%d\t%s\n" % (int(id) + n * 10**6, rest) for id, _, rest in fields)
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(inside.filename, text)
    return copy


def _best(work: Callable[[], int]) -> tuple[float, int]:
    """Seconds of the fastest of three runs, and what it found: the slower ones measure the rest of the machine."""
    seconds = []
    for _ in range(3):
        start = perf_counter()
        found = work()
        seconds.append(perf_counter() - start)
    return min(seconds), found


def _parsed(paths: list[Path], columns: int) -> int:
    rows = 0
    schema = {f"column_{i}": pl.String for i in range(columns)}
    for path in paths:
        with zipfile.ZipFile(path) as archive:
            text = archive.read(archive.infolist()[0])
        rows += len(pl.read_csv(text, separator="\t", has_header=False, quote_char=None, schema=schema))
    return rows


def _stored(files: list[Claim]) -> int:
    with TemporaryDirectory() as there:
        ledger, _, failures = absorb(Lake(Path(there)), files)
    if failures:
        raise UsageError(f"bench ingest: {failures[0].path}: {failures[0].why}")
    return int(ledger["rows"].sum())


def _peer(paths: list[Path]) -> float | None:
    """Seconds of the peer's whole process, the fastest of three; None when it is not installed."""
    command = os.environ.get("COMITY_GDELTFORGE") or shutil.which("gdeltforge")
    return min(_converted(command, paths) for _ in range(3)) if command else None


def _converted(command: str, paths: list[Path]) -> float:
    """Seconds that the peer needs on copies of the files in a folder of its own: it passes over what it has converted."""
    with TemporaryDirectory() as there:
        raw = Path(there, "data/mentions/raw")
        raw.mkdir(parents=True)
        for path in paths:
            shutil.copy(path, raw / path.name)
        start = perf_counter()
        subprocess.run(
            [command, "convert", "--dataset", "mentions", "--quiet"], cwd=there, check=True, capture_output=True
        )
        return perf_counter() - start
