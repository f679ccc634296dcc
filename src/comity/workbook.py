"""Excel workbooks, opened by a process of their own: the only file that knows their reader.

A workbook of one kilobyte can name a cell in the last row and column. The reader then asks for half a terabyte, is refused,
and takes its whole process down, which no ``except`` can stop.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from comity.errors import SourceError

Cell = str | float | bool  # a day as 2024-03-05, with the time behind it where one is given
Sheet = list[list[Cell]]  # rows

MOST_BYTES, MOST_SECONDS = 2 << 30, 120  # of memory and of processor for one workbook
READ = """
import json, sys
from contextlib import suppress
with suppress(ImportError):  # Windows has no such limits, and refuses half a terabyte by itself
    import resource
    for limit, most in ((resource.RLIMIT_AS, sys.argv[2]), (resource.RLIMIT_CPU, sys.argv[3])):
        with suppress(ValueError):  # whoever started us may use less than that; and macOS refuses the first whatever it is
            resource.setrlimit(limit, (int(most),) * 2)
from python_calamine import CalamineWorkbook
book = CalamineWorkbook.from_path(sys.argv[1])
sheets = [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]
json.dump(sheets, sys.stdout, default=lambda day: str(day).removesuffix(" 00:00:00"))
"""


def sheets(path: Path) -> list[Sheet]:
    """The sheets of a workbook, one at least. Raises ``SourceError`` when it is none, or one that asks for too much."""
    stat = path.stat()
    return _sheets(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=1)  # several sources ask for the same file in turn
def _sheets(path: Path, size: int, changed: int) -> list[Sheet]:
    command = [sys.executable, "-I", "-c", READ, str(path), str(MOST_BYTES), str(MOST_SECONDS)]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [""]
        why = said[-1] if done.returncode == 1 else "it asks for more memory or time than a workbook may take"
        raise SourceError(f"{path.name}: no workbook, or one cut short ({why}); fetch it again")
    found: list[Sheet] = json.loads(done.stdout)
    if not found:
        raise SourceError(f"{path.name}: a workbook without a sheet; fetch it again")
    return found
