"""Files of named columns, opened: delimited text, Parquet, Excel, Stata and R; the only file that knows what is inside.

``header`` says cheaply which columns a file has, so that a source can tell its own; ``frame`` reads it whole. Text columns
stay text: what a missing value is called, and what a number means, is for the source to say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from functools import lru_cache
from pathlib import Path

import polars as pl
import pyreadstat

from comity import rfile
from comity.errors import SourceError
from comity.workbook import Sheet, sheets

TEXT = (".csv", ".tab", ".tsv", ".txt")
BOOKS = (".xlsx", ".xls")
DELIMITERS = (",", "\t", ";")
LINE_BYTES = 65536  # a header line is shorter


def header(path: Path) -> frozenset[str]:
    """The names of a file's columns; empty for a file that has none or cannot be opened.

    An R file would have to be opened whole for that: ask ``rfile.holds`` for its name.
    """
    stat = path.stat()
    return _header(path, stat.st_size, stat.st_mtime_ns)


def layout_of(path: Path, layouts: Mapping[str, Set[str]]) -> str | None:
    """The first of the layouts all of whose columns the file has."""
    columns = header(path)
    return next((name for name, wanted in layouts.items() if columns >= wanted), None)


@lru_cache(maxsize=4)  # every source asks for the same file in turn
def _header(path: Path, size: int, changed: int) -> frozenset[str]:
    kind = path.suffix.lower()
    try:
        if kind in TEXT:
            return frozenset(_names(_first_line(path)))
        if kind == ".parquet":
            return frozenset(pl.read_parquet_schema(path)) if _starts(path, b"PAR1") else frozenset()
        if kind in BOOKS:
            return frozenset(map(str, _sheet(path)[0]))
        if kind == ".dta":
            return frozenset(pyreadstat.read_dta(path, metadataonly=True, output_format="polars")[1].column_names)
    except Exception:  # noqa: BLE001 - pyreadstat has no error class of its own; a file that cannot be opened is not ours
        return frozenset()
    return frozenset()


def frame(path: Path, before: int = 0) -> pl.DataFrame:
    """Every row of a file, with its number from 1 in ``row``. Raises ``SourceError`` naming the file when it is not whole.

    Columns of delimited text are strings; so many lines may stand ``before`` the header. A file is read as UTF-8, and as
    Latin-1 when it is not that.
    """
    try:
        reader = _READERS.get(path.suffix.lower())
        rows = reader(path) if reader else _text(path, before)
    except SourceError:
        raise
    except (Exception, pl.exceptions.PanicException) as error:  # a panic is no Exception, and bad bytes are no bug
        raise SourceError(f"{path.name}: cannot be read to its end ({error}); fetch it again") from error
    return rows.with_row_index("row", 1)


def _text(path: Path, before: int) -> pl.DataFrame:
    content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    if b"\x00" in content:
        raise SourceError(f"{path.name}: binary rubbish in a text file; fetch it again")
    try:
        content.decode()
    except UnicodeDecodeError:
        content = content.decode("latin-1").encode()
    for _ in range(before):
        content = content[content.find(b"\n") + 1 :]
    line = content[:LINE_BYTES].split(b"\n", 1)[0].decode(errors="replace").strip("\r")
    read = pl.read_csv(content, separator=_delimiter(line), infer_schema=False, truncate_ragged_lines=False)
    names = _names(line)
    return read.rename(dict(zip(read.columns, _unique(names), strict=True))) if len(names) == read.width else read


def _first_line(path: Path) -> str:
    with path.open("rb") as stream:
        return stream.readline(LINE_BYTES).decode("utf-8-sig", errors="replace").strip("\r\n")


def _delimiter(line: str) -> str:
    return max(DELIMITERS, key=line.count)


def _names(line: str) -> list[str]:
    return [name.strip().strip('"').strip("\ufeff") for name in line.split(_delimiter(line))]


def _unique(names: list[str]) -> list[str]:
    """Names without doubles: a second empty name becomes ``column_<n>``."""
    return [name if name and names.index(name) == i else f"column_{i + 1}" for i, name in enumerate(names)]


def _starts(path: Path, magic: bytes) -> bool:
    with path.open("rb") as stream:
        return stream.read(len(magic)) == magic


def _sheet(path: Path) -> Sheet:
    """The rows of the first sheet of a workbook whose first row names more than two columns; a cover page has fewer."""
    return next(rows for rows in sheets(path) if rows and sum(cell != "" for cell in rows[0]) > 2)


def _book(path: Path) -> pl.DataFrame:
    """Every cell as text; whole numbers without a decimal point."""
    names, *rows = _sheet(path)
    text = [[f"{v:.15g}" if isinstance(v, float) else str(v) for v in row] for row in rows]
    return pl.DataFrame(text, schema=dict.fromkeys(_unique([str(n) for n in names]), pl.String), orient="row")


def _stata(path: Path) -> pl.DataFrame:
    """Only where the file can hold what it says of itself: ReadStat reads on for hours where it says billions of rows."""
    _, meta = pyreadstat.read_dta(path, metadataonly=True, output_format="polars")
    rows = meta.number_rows or 0
    if rows * (meta.number_columns or 0) > path.stat().st_size:
        raise SourceError(f"{path.name}: too short for the {rows} rows that it names; fetch it again")
    return pl.DataFrame(pyreadstat.read_dta(path, output_format="polars")[0])


_READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".parquet": pl.read_parquet,
    ".dta": _stata,
    ".xlsx": _book,
    ".xls": _book,
    ".rda": rfile.frame,
    ".rdata": rfile.frame,
}
