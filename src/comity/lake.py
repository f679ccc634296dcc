"""The evidence store: raw files' rows and a case's derived tables on disk; the only file that knows Delta.

Layout under the root: ``raw/<source>`` for files as they were fetched, ``tables/<name>`` for what was read,
``cases/<case>/<name>`` for what is woven from it, ``aside/<day>`` for both as an older release left them.

A raw file's rows and the mark "this file is in this table" are one Delta commit (an idempotent-writer transaction), and
the ledger ``file`` is written last. A killed update therefore leaves each file whole or absent in each table, and the
next run adds what is missing and doubles nothing.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import count, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from deltalake import ColumnProperties, DeltaTable, WriterProperties, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.transaction import CommitProperties, PostCommitHookProperties, Transaction
from filelock import FileLock, Timeout
from platformdirs import user_data_path

from comity.damage import WRITTEN, cut_short, damaged, mend, of_disk, of_table, unnameable, whole
from comity.errors import StoreBusy, StoreError
from comity.tables import FILE, TABLES, Table, expect, identity

# Whole numbers and addresses hardly repeat, and nothing is looked up by address: to write mentions so takes a third less time.
NUMBER = ColumnProperties(dictionary_enabled=False, encoding="DELTA_BINARY_PACKED")
ADDRESS = ColumnProperties(dictionary_enabled=False, statistics_enabled="NONE")
# More files than so between half of one size and half of the next are put together to files of the next: each file costs
# every reader an open and every commit a tenth of a millisecond, and a row is written about once for each size.
MANY_FILES = 16
SIZES = (1 << 20, 10 << 20, 100 << 20)  # bytes
# Commits after which a table's log is summed up, as each behind the last summary costs a read, and data files that it no longer names go.
SWEPT = 20
KEPT_HOURS = 24  # from then on: who opened the table before still reads it
LATER = PostCommitHookProperties(create_checkpoint=False)  # Delta's own summary would fail a commit that is there
MANY_PAGES = 64  # kept of a case
# Bytes that a commit wants beside its rows: Delta panics in the background where the disk is full.
LEAST_ROOM = 64 * 1024


class RawFile(NamedTuple):
    """A file as it was found."""

    path: Path
    sha256: str
    size: int  # bytes
    retrieved: datetime  # when it was fetched or last changed
    url: str | None = None  # where it was fetched from


class Batch(NamedTuple):
    """What a reader made of one raw file."""

    tables: dict[str, pl.DataFrame]
    layout: str
    rows: int  # rows found
    kept: int  # rows that became evidence
    skipped: dict[str, int]  # reason -> rows


def raw_file(path: Path) -> RawFile:
    """A file's identity: SHA-256 of its bytes, size, and time of last change. Raises ``StoreError``."""
    try:
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        stat = path.stat()
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be read ({error.strerror or error}); check that it exists and is yours"
        ) from error
    return RawFile(path, digest, stat.st_size, datetime.fromtimestamp(int(stat.st_mtime), UTC))


@dataclass(frozen=True)
class Lake:
    """A folder that holds evidence."""

    root: Path
    patience: float = 5.0  # seconds that a writer waits for another

    @property
    def raw(self) -> Path:
        """Where fetched files are kept as they were published, a folder a source."""
        return self.root / "raw"

    def read(self, table: Table, case: str | None = None) -> pl.LazyFrame:
        """A table, lazily; without rows when nothing was ever written. Raises ``StoreError`` when it is damaged."""
        place = self._place(table.name, case)
        with storing(place):
            stored = _opened(place)
            if stored is None:
                return table.empty().lazy()
            if missing := set(table.schema) - _columns(stored):
                without = ", ".join(sorted(missing))
                raise StoreError(f"{place}: another release of Comity wrote it, without {without}; {mend(place)}")
            paths = _paths(stored, place)
            if "%" not in stored.table_uri:
                frame = pl.scan_delta(stored)
            else:  # Polars takes addresses for names (issue 20944 of its tracker)
                frame = pl.scan_parquet(paths, glob=False) if paths else table.empty().lazy()
            return frame.select(list(table.schema)).cast(dict(table.schema))  # type: ignore[arg-type]

    def files(self, table: Table) -> list[str]:
        """The Parquet files that make up a table now, for an engine that reads Parquet."""
        with storing(place := self._place(table.name, None)):
            return _paths(stored, place) if (stored := _opened(place)) else []

    def spans(self, table: Table, column: str) -> dict[str, tuple[int, int] | None]:
        """Each Parquet file of a table with the least and greatest value of a column; None where a file does not say."""
        with storing(place := self._place(table.name, None)):
            if (stored := _opened(place)) is None:
                return {}
            found = _added(stored)
            ends = [f"min.{column}", f"max.{column}"]
            if not set(ends) <= set(found.columns):
                return dict.fromkeys(_paths(stored, place))
            told = {path: (low, high) for path, low, high in found.select("path", *ends).iter_rows() if low is not None}
            return {path: told.get(Path(path).name) for path in _paths(stored, place)}

    def ledger(self) -> pl.DataFrame:
        """Table FILE, whole; read again only when it has changed: an update asks for it many times."""
        with storing(place := self._place(FILE.name, None)):
            return _whole(self, _OPEN[place][0]) if _opened(place) else FILE.empty()

    def done(self, source: str, reader: int) -> frozenset[str]:
        """SHA-256 of every file that this version of a source's reader has read whole."""
        return frozenset(self._read_by(source, reader)["raw"])

    def names(self, source: str, reader: int) -> frozenset[str]:
        """Names of the files that this version of a source's reader has read whole."""
        return frozenset(self._read_by(source, reader)["path"])

    def _read_by(self, source: str, reader: int) -> pl.DataFrame:
        return self.ledger().filter(pl.col("source") == source, pl.col("reader") == reader)

    def store(self, source: str, reader: int, items: Sequence[tuple[RawFile, Batch]]) -> pl.DataFrame:
        """Add the rows of some raw files, and their ledger rows, which are returned.

        A file already in a table is left out; one that an older reader put there is replaced.
        """
        ledger = FILE.frame([_ledger(source, reader, raw, batch) for raw, batch in items])
        every = {raw.sha256: batch.tables for raw, batch in items}
        for name in sorted({*(n for tables in every.values() for n in tables), *self._stored()} - {FILE.name}):
            self._add(TABLES[name], source, reader, {raw: tables.get(name) for raw, tables in every.items()})
        self._add(FILE, source, reader, {row["raw"]: ledger[i] for i, row in enumerate(ledger.iter_rows(named=True))})
        return ledger

    def replace(self, table: Table, frame: pl.DataFrame, case: str) -> bool:
        """Put a case's derived table in place of the last one, at once; unchanged content writes nothing (False)."""
        place, new = self._place(table.name, case), expect(frame, table)
        with storing(place):
            stored = _opened(place)
            alike = stored and _columns(stored) == set(table.schema)  # else another release wove it
            if stored and alike and sum(_added(stored)["num_records"]) == len(new) and self.read(table, case).collect().equals(new):  # fmt: skip
                return False
            _write(place, new, mode="overwrite", schema_mode="overwrite")
        return True

    def append(self, table: Table, frame: pl.DataFrame, case: str | None) -> None:
        """Add rows to an append-only table, of a case or of all, all rows or none."""
        self.exchange(table, frame, (), case)

    def exchange(self, table: Table, frame: pl.DataFrame, gone: Sequence[str], case: str | None) -> None:
        """Add rows to a table in place of those whose id (its first column) is in ``gone``, all or none."""
        place, key = self._place(table.name, case), table.columns[0].name
        if not len(frame) and not gone:
            return
        with storing(place):
            if gone and _opened(place):
                # Delta wants new rows to be among them.
                listed = ", ".join(f"'{id}'" for id in sorted({*gone, *frame[key]}))
                _write(place, expect(frame, table), mode="overwrite", predicate=f"{key} IN ({listed})")
            else:
                _write(place, expect(frame, table), mode="append")

    def version(self, table: Table, case: str | None = None) -> int | None:
        """A number that grows whenever a table changes; None before it is first written."""
        with storing(place := self._place(table.name, case)):
            return stored.version() if (stored := _opened(place)) else None

    def grown(self, table: Table, since: int | None) -> bool:
        """Whether nothing but new rows came into a table since it had a version: none was replaced and none taken out."""
        with storing(place := self._place(table.name, None)):
            now = stored.version() if (stored := _opened(place)) else None
            if stored is None or now is None or since is None or now == since:
                return since is None or now == since
            done = stored.history(max(1, now - since))
        kinds = {str(h["operationParameters"].get("mode", h["operation"])).upper() for h in done}
        return len(done) == now - since and kinds <= {"APPEND", "OPTIMIZE", "VACUUM START", "VACUUM END"}

    def noted(self, case: str, what: str) -> str:
        """A note kept beside a case's tables; empty when there is none, or what a failing disk made of one."""
        with storing(place := self.root / "cases" / case / what):
            said = place.read_text("utf-8", "replace") if place.is_file() else ""
        return "" if {"\0", "\ufffd"} & {*said} else said

    def note(self, case: str, what: str, text: str) -> None:
        """Put a note beside a case's tables in place of the last one, at once."""
        put(self.root / "cases" / case / what, text)

    def stamp(self, case: str) -> tuple[tuple[str, int], ...]:
        """The version of each of a case's tables; it changes when one of them does."""
        place = self.root / "cases" / case
        with storing(place):
            return tuple((p.name, t.version()) for p in sorted(place.glob("*")) if p.is_dir() and (t := _opened(p)))

    def state(self, case: str) -> str:
        """A hash of the versions of every table of the store and of a case; it changes when one of them does."""
        with storing(self.root):
            found = [(p.name, t.metadata().id, t.version()) for p in self.tables(case) if (t := _opened(p))]
        return identity(*found)

    def tables(self, case: str) -> list[Path]:
        """The folders of the store's tables and of a case's; ``*`` stands for every case."""
        logs = (sorted(self.root.glob(each)) for each in ("tables/*/_delta_log", f"cases/{case}/*/_delta_log"))
        return [log.parent for some in logs for log in some]

    def page(self, case: str, key: str) -> str | None:
        """A page that was kept under a key; None when there is none, or none that can be read."""
        try:
            return self._page(case, key).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return None

    def keep_page(self, case: str, key: str, text: str) -> None:
        """Keep a page beside the case's tables, and the newest others; where nothing can be written it is not kept."""
        path = self._page(case, key)
        with suppress(OSError, StoreError):
            put(path, text)
            for old in sorted(path.parent.glob("*"), key=lambda p: p.stat().st_mtime)[:-MANY_PAGES]:
                old.unlink()

    def _page(self, case: str, key: str) -> Path:
        return self.root / "cases" / case / "pages" / f"{key}.json"

    @contextmanager
    def writing(self, what: str = "update") -> Iterator[None]:
        """Alone with the store for one kind of work: a second one waits ``patience``, then raises ``StoreBusy`` with who holds it. A dead holder holds nothing."""
        lock, holder = FileLock(self.root / f"{what}.lock", timeout=self.patience), self.root / f"{what}.pid"
        with storing(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            try:
                lock.acquire()
            except Timeout:
                pid = holder.read_text() if holder.exists() else "unknown"
                raise StoreBusy(
                    f"{self.root}: another {what} (process {pid}) is writing; run this one again when it is done"
                ) from None
        try:
            with storing(holder):
                holder.write_text(str(os.getpid()))
            yield
        finally:
            lock.release()

    def set_aside(self, day: date) -> Path:
        """Move every table that can be made again out of the way, and say where it is kept; what people wrote, notes and raw files stay.

        Nothing is deleted: moving the folders back undoes it. Raises ``StoreError`` where it cannot be moved.
        """
        spare = (self.root / "aside" / (f"{day}-{n}" if n else str(day)) for n in count())
        kept = next(place for place in spare if not place.exists())
        woven = [p.parent for p in self.root.glob("cases/*/*/_delta_log") if p.parent.name not in WRITTEN]
        for place in [self.root / "tables", *woven]:
            with storing(place):
                if place.exists():
                    there = kept / place.relative_to(self.root)
                    there.parent.mkdir(parents=True, exist_ok=True)
                    place.replace(there)
        return kept

    def _place(self, name: str, case: str | None) -> Path:
        return self.root / "cases" / case / name if case else self.root / "tables" / name

    def _stored(self) -> list[str]:
        return [p.name for p in (self.root / "tables").glob("*") if p.name in TABLES]

    def _add(self, table: Table, source: str, reader: int, rows: dict[str, pl.DataFrame | None]) -> None:
        with storing(place := self._place(table.name, None)):
            stored = _opened(place)  # which knows what reader put each raw file there, if any
            marks = {raw: stored.transaction_version(f"{source}:{raw}") if stored else None for raw in rows}
            fresh = {raw: f for raw, f in rows.items() if marks[raw] is None and f is not None and len(f)}
            stale = {raw: frame for raw, frame in rows.items() if marks[raw] not in {None, reader}}
            if fresh:
                self._commit(place, table, source, reader, fresh, None)
            if stale:
                listed = ", ".join(f"'{raw}'" for raw in stale)
                self._commit(place, table, source, reader, stale, f"raw IN ({listed})")

    def _commit(
        self,
        place: Path,
        table: Table,
        source: str,
        reader: int,
        rows: Mapping[str, pl.DataFrame | None],
        replaced: str | None,
    ) -> None:
        frame = pl.concat([table.empty(), *(expect(f, table) for f in rows.values() if f is not None)])
        marks = CommitProperties(app_transactions=[Transaction(f"{source}:{raw}", reader) for raw in rows])
        _write(place, frame, mode="overwrite" if replaced else "append", predicate=replaced, commit_properties=marks)


def put(path: Path, text: str) -> None:
    """A short text in its place, whole or not at all. Raises ``StoreError`` where it cannot be written."""
    with storing(path):
        whole(path, text.encode())


def home() -> Path:
    """The folder of the store when none is given: this user's data folder for comity."""
    return user_data_path("comity", appauthor=False)


_OPEN: dict[Path, tuple[tuple[str, int, int], DeltaTable]] = {}  # with the last file of its log


@lru_cache(maxsize=2)
def _whole(lake: Lake, log: tuple[str, int, int]) -> pl.DataFrame:
    """The ledger while its log ends thus."""
    return lake.read(FILE).collect()


def _sized(stored: DeltaTable, place: Path) -> list[tuple[Path, int]]:
    """The data files of a table as they are named on disk, with the bytes that were written of each."""
    added = _added(stored).select("path", "size_bytes")
    return [(place.absolute() / Path(path).name, size) for path, size in added.iter_rows()]


def _paths(stored: DeltaTable, place: Path) -> list[str]:
    """The data files of a table. Raises ``StoreError`` when one is missing or cut short, at which Polars would panic."""
    if said := cut_short(found := _sized(stored, place)):
        raise StoreError(said)
    return [str(path) for path, _ in found]


def _opened(place: Path) -> DeltaTable | None:
    """A table as it is now, or None; its log is read again only when it has grown: an update asks for each many times."""
    last: os.DirEntry[str] | None = None
    with suppress(FileNotFoundError):
        last = max((e for e in os.scandir(place / "_delta_log") if e.name[0].isdigit()), key=lambda e: e.name, default=None)  # fmt: skip
    if last is None:
        return None
    stat = last.stat()
    now = (last.name, stat.st_mtime_ns, stat.st_size)
    then, stored = _OPEN.get(place, (None, None))
    if stored is None or then is None or now[0] < then[0] or (now[0] == then[0] and now != then):
        if said := unnameable(place):
            raise StoreError(said)
        stored = DeltaTable(place)  # never opened, or another folder by now
    elif now != then:
        stored.update_incremental()
    _OPEN[place] = (now, stored)
    return stored


def _write(place: Path, frame: pl.DataFrame, **how: Any) -> None:
    """One commit; many small files are put together, and what was replaced goes. Nothing is begun for which there is no room."""
    if said := unnameable(place):
        raise StoreError(said)
    before = _opened(place)
    version = before.version() if before else 0
    there = next(p for p in (place, *place.parents) if p.exists())
    if shutil.disk_usage(there).free < frame.estimated_size() + LEAST_ROOM:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(there))
    special = {c: NUMBER for c, dtype in frame.schema.items() if dtype.is_integer()} | {"url": ADDRESS}
    writer = WriterProperties(compression="ZSTD", compression_level=1, column_properties=special)
    write_deltalake(before or place, frame, writer_properties=writer, post_commithook_properties=LATER, **how)
    with suppress(OSError, DeltaError):  # what is committed stands: a later commit may tidy
        _tidied(_opened(place) or DeltaTable(place), version, writer)


def _tidied(stored: DeltaTable, version: int, writer: WriterProperties) -> None:
    """A table without too many small files, and, now and then, its folder without what no reader can want; ``version`` was its last."""
    for least, size in pairwise((0, *SIZES)) if len(stored.file_uris()) > MANY_FILES else ():
        found = _added(stored)["size_bytes"]
        if found.is_between(least / 2, size / 2, closed="left").sum() > MANY_FILES:
            stored.optimize.compact(target_size=size, writer_properties=writer)
    if stored.version() // SWEPT > version // SWEPT:
        stored.create_checkpoint()
        stored.cleanup_metadata()
        stored.vacuum(KEPT_HOURS, dry_run=False, enforce_retention_duration=False, full=True)


def _added(stored: DeltaTable) -> pl.DataFrame:
    return pl.DataFrame(stored.get_add_actions(flatten=True))


def _columns(stored: DeltaTable) -> set[str]:
    return {field.name for field in stored.schema().fields}


def _ledger(source: str, reader: int, raw: RawFile, batch: Batch) -> dict[str, object]:
    return {
        "source": source, "path": raw.path.name, "url": raw.url, "raw": raw.sha256, "layout": batch.layout,
        "reader": reader, "size": raw.size, "retrieved": raw.retrieved, "rows": batch.rows, "kept": batch.kept,
        "skipped": json.dumps(batch.skipped, sort_keys=True),
    }  # fmt: skip


@contextmanager
def storing(place: Path) -> Iterator[None]:
    """Turn what the disk and Delta say into a ``StoreError`` that names the place, or the file there that is damaged, and what to do."""
    try:
        yield
    except (OSError, DeltaError, TableNotFoundError, pl.exceptions.ComputeError, pl.exceptions.PanicException) as error:
        raise StoreError(of_disk(place, error) or _damaged(place) or of_table(place, error)) from error


@contextmanager
def reading(lake: Lake | None) -> Iterator[None]:
    """Turn what Polars says of a damaged file of a store, which it reads long after the table was opened, into a ``StoreError`` that names it."""
    try:
        yield
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        if said := [s for place in [*_OPEN] if lake and place.is_relative_to(lake.root) and (s := _damaged(place))]:
            raise StoreError(said[0]) from error
        raise


def damages(lake: Lake) -> list[str]:
    """The first damaged data file of each table of a store, what is wrong with it and what to do. All are read whole."""
    return [said for place in lake.tables("*") if (said := _damaged(place))]


def _damaged(place: Path) -> str | None:
    with suppress(DeltaError, OSError):
        return damaged(_sized(stored, place)) if (stored := _opened(place)) else None
    return None
