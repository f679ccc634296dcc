"""What a full disk or a damaged file means for the store, and what to do; how a file is spared both.

Nobody is told to delete what cannot be made again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

import polars as pl

WRITTEN = ("verdict", "remark", "alert", "basis", "delivery")  # tables of a case that are made from no file
DISK = {  # what the system says -> what to do
    r"No space left|os error 28|Disk quota|os error 122|File too large|os error 27": "free some space and run the same command again: what was stored before is whole",
    r"Permission denied|os error 13|not permitted|Read-only|os error 30": "check its permissions, or name another folder with --lake",
    r"Not a directory|os error 20|File exists": "a file stands where the store needs a folder; name another folder with --lake",
}  # fmt: skip
REFUSED = frozenset("[]^|")  # in the name of a folder Delta panics at them


def unnameable(place: Path) -> str | None:
    """Why no table can lie at a place, and what to do; None when one can.

    Delta names files in UTF-8 whatever the machine speaks: where Python does not, the two would write into different folders.
    """
    path = str(place.absolute())
    if wrong := sorted(set(path) & REFUSED):
        return f"{place}: no store can lie in a folder with {' '.join(wrong)} in its name; choose another name"
    if os.fsencode(path) != path.encode(errors="replace"):
        return f"{place}: no store can lie in a folder whose name is not in UTF-8; choose another name, or set PYTHONUTF8=1 where the machine's language is the cause"
    return None


def whole(path: Path, content: bytes) -> None:
    """A file in its place, whole or not at all: what stood there stays until it is. Raises ``OSError`` where it cannot be written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def of_disk(place: Path, error: BaseException) -> str | None:
    """What to do where the disk failed at a place of the store; None when something else did."""
    found = ((line, do) for mark, do in DISK.items() for line in _lines(error) if re.search(mark, line))
    why, do = next(found, (None, None))
    return f"{place}: {why}; {do}" if why else None


def of_table(place: Path, error: BaseException) -> str:
    """What to do where a table failed for a reason of its own."""
    return f"{place}: {_lines(error)[0]}; {mend(place)}"


def mend(place: Path) -> str:
    """What to do about a table that cannot be read."""
    if place.name in WRITTEN:
        return f"people wrote it, and nothing can make it again: put it back from a backup, or move the folder {place.name} away, unharmed, to go on without"
    return (
        "comity update CASE --anew --offline sets it aside, unharmed, and makes it again (CASE is turan in the demo); "
        "where you gave folders with --from, give each of them again"
    )


def cut_short(files: Sequence[tuple[Path, int]]) -> str | None:
    """The first of some data files, each with the bytes that were written of it, that is missing or not so long; and what to do."""
    return next((_of_file(path, wrong) for path, size in files if (wrong := _short(path, size))), None)


def damaged(files: Sequence[tuple[Path, int]]) -> str | None:
    """The first of some data files that cannot be read to its end, and what to do. It takes as long as reading them."""
    return next(
        (_of_file(path, wrong) for path, size in files if (wrong := _short(path, size) or _garbled(path))), None
    )


def _of_file(path: Path, wrong: str) -> str:
    return f"{path}: this file of the store {wrong}; {mend(path.parent)}"


def _short(path: Path, size: int) -> str | None:
    try:
        found = path.stat().st_size
    except FileNotFoundError:
        return "is missing"
    if found == size:
        return None
    return f"has {found:,} of the {size:,} bytes that were written" if found else "is empty"


def _garbled(path: Path) -> str | None:
    try:
        for _ in pl.scan_parquet(path, glob=False).collect_batches():
            pass
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        return f"is damaged ({_lines(error)[0]})"
    return None


def _lines(error: BaseException) -> list[str]:
    """What an error says, the cause below the rest."""
    plain = re.sub(r"\x1b\[\d*m|↳", "", str(error))  # Delta colours its causes
    return [line.strip() for line in plain.splitlines() or [type(error).__name__]]
