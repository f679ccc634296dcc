"""Fetching on a disk that fails: run in a process before which the library of faults stands."""

from __future__ import annotations

import ctypes
import errno
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tests.publishing import Answer, configured, publishing, zipped

from comity.errors import ComityError
from comity.fetch import Door, Due, Errand, Kept, Wanted, card_of, errand, files


def fetches(library: str, folder: str) -> None:
    """Every operation of a fetch fails once and for good: an error of ours, then the file whole with its card, or none."""
    shim = ctypes.CDLL(library)
    shim.fault_seen.restype = ctypes.c_long
    body = zipped("x" * 5000)

    with publishing(lambda asked: Answer(body)) as site:

        async def plan(door: Door, due: Due) -> Sequence[Wanted]:
            return [Wanted("s", f"{site.url}/a.zip", "2024/a.zip")]

        def fetched(home: Path) -> list[object]:
            return list(
                errand(
                    home, home / "raw", [Errand("s", plan, ("free", "The Publisher"))], None, home, lambda *told: None
                )
            )

        def trial(home: Path, at: int, error: int, stays: int) -> int:
            home.mkdir()
            configured(home)
            shim.fault_arm(str(home).encode(), ctypes.c_long(at), error, stays)
            with suppress(ComityError):
                fetched(home)
            seen = int(shim.fault_seen())
            shim.fault_arm(b"", ctypes.c_long(0), 0, 0)
            for path in files(home / "raw", "s"):
                assert path.read_bytes() == body
                assert card_of(path)
            after = fetched(home)
            assert all(isinstance(one, Kept) for one in after)
            (path,) = files(home / "raw", "s")
            assert path.read_bytes() == body
            assert card_of(path)
            return seen

        operations = trial(Path(folder) / "count", 0, 0, 0)
        for at in range(1, operations + 1):
            trial(Path(folder) / f"once{at}", at, errno.EIO, 0)
            trial(Path(folder) / f"stays{at}", at, errno.ENOSPC, 1)
    sys.stdout.write(f"{operations} operations\n")
