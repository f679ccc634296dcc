"""Data frames of R (.rda, .RData) as Polars frames.

R's serialisation in its big-endian form, versions 2 and 3, as "R Internals", section 1.8, describes it; only what a data
frame needs. Of the libraries for it one is under the AGPL and the other brings pandas and xarray with it.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from comity.errors import SourceError

MAX_BYTES = 1024**3  # unpacked
MAGIC = (b"RDX2\nX\n", b"RDX3\nX\n")
PACKED: tuple[tuple[bytes, Callable[..., Any]], ...] = (
    (b"\x1f\x8b", gzip.open),
    (b"BZh", bz2.open),
    (b"\xfd7zXZ", lzma.open),
)
NA_INT = -(2**31)
# Types of R's values, as R Internals numbers them.
SYMBOL, PAIRS, STRING, LOGICAL, INTEGER, REAL, TEXTS, LIST = 1, 2, 9, 10, 13, 14, 16, 19
ALTREP, NIL, REFERENCE, GLOBAL = 238, 254, 255, 253


class Value(NamedTuple):
    """A value of R and its attributes."""

    data: Any
    attributes: dict[str, Any]


def holds(path: Path, *names: str) -> bool:
    """Whether a file is one of R's that is called as one of some objects, which is how packages store them."""
    if path.suffix.lower() not in {".rda", ".rdata"} or path.stem not in names:
        return False
    with path.open("rb") as stream:
        start = stream.read(8)
    return start.startswith((*(magic for magic, _ in PACKED), *MAGIC))


def frame(path: Path) -> pl.DataFrame:
    """The first data frame in a file. Raises ``SourceError`` when there is none or the file is not whole."""
    try:
        found = _Reader(_unpacked(path)).everything()
        table = next(v for v in found.values() if "data.frame" in v.attributes.get("class", ()))
        names = table.attributes["names"]
        return pl.DataFrame([_column(n, v) for n, v in zip(names, table.data, strict=True)])
    except Exception as error:  # bytes that lie can end in any of Python's errors
        raise SourceError(f"{path.name}: no whole data frame of R ({error}); fetch it again") from error


def _unpacked(path: Path) -> bytes:
    with path.open("rb") as stream:
        start = stream.read(8)
    how = next((unpack for magic, unpack in PACKED if start.startswith(magic)), open)
    with how(path, "rb") as stream:
        content: bytes = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES} bytes unpacked")
    if not content.startswith(MAGIC):
        raise ValueError("not in R's big-endian form")
    return content


def _column(name: str, value: Value) -> pl.Series:
    """A column: factors become text, dates dates, and R's NA null."""
    if levels := value.attributes.get("levels"):
        codes = pl.Series(np.where(value.data == NA_INT, 0, value.data))
        return pl.Series(name, [None, *levels], dtype=pl.String).gather(codes)
    if value.data is None or isinstance(value.data, list):
        return pl.Series(name, value.data, dtype=pl.String)
    series = pl.Series(name, value.data)
    if series.dtype == pl.Int32:
        series = series.set(series == NA_INT, None)
    elif series.dtype == pl.Float64:
        series = series.fill_nan(None)
    if "Date" in value.attributes.get("class", ()):
        return series.floor().cast(pl.Int32).cast(pl.Date)
    return series


class _Reader:
    """A place in the bytes, and the symbols met so far, to which later ones refer."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at, self.symbols = content, len(MAGIC[0]), list[str]()
        if self.integer() == 3:
            self.at += 8  # versions of R
            self.at += self.integer()  # its encoding
        else:
            self.at += 8

    def everything(self) -> dict[str, Value]:
        """The objects of the file by name."""
        value: dict[str, Value] = self.item().data
        return value

    def integer(self) -> int:
        number: int = struct.unpack_from(">i", self.content, self.at)[0]
        self.at += 4
        return number

    def array(self, kind: str) -> np.ndarray[Any, Any]:
        length, width = self.integer(), np.dtype(kind).itemsize
        if length < 0 or self.at + length * width > len(self.content):
            raise ValueError("a vector is longer than the file")
        found = np.frombuffer(self.content, kind, length, self.at)
        self.at += length * width
        return found.astype(found.dtype.newbyteorder("="))

    def item(self) -> Value:
        flags = self.integer()
        kind = flags & 0xFF
        if kind == SYMBOL:
            self.symbols.append(self.item().data)
            return Value(self.symbols[-1], {})
        if kind == REFERENCE:
            return Value(self.symbols[(flags >> 8 or self.integer()) - 1], {})
        if kind in {NIL, GLOBAL}:
            return Value(None, {})
        if kind == PAIRS:
            return Value(self.pairs(flags), {})
        if kind == ALTREP:
            return self.compact()
        if kind == STRING:
            return Value(self.string(), {})
        data = self.data(kind)
        return Value(data, _plain(self.item().data or {}) if flags & 0x200 else {})

    def data(self, kind: int) -> Any:
        if kind == REAL:
            return self.array(">f8")
        if kind in {INTEGER, LOGICAL}:
            return self.array(">i4")
        if kind == TEXTS:
            return self.texts()
        if kind == LIST:
            return [self.item() for _ in range(self.length())]
        raise ValueError(f"R's type {kind} in a data frame")

    def length(self) -> int:
        length = self.integer()
        if not 0 <= length <= len(self.content):
            raise ValueError("a list is longer than the file")
        return length

    def texts(self) -> list[str | None]:
        """A vector of texts, of which a column has millions and few different ones."""
        content, at, pair = self.content, self.at + 4, struct.Struct(">ii").unpack_from
        found: list[str | None] = []
        seen: dict[bytes, str] = {}
        for _ in range(self.length()):
            flags, length = pair(content, at)
            start, at = at + 8, at + 8 + max(length, 0)
            if flags & 0xFF != STRING or length < -1 or at > len(content):
                raise ValueError("no text where text should be")
            piece = content[start:at]
            found.append(None if length == -1 else seen.get(piece) or seen.setdefault(piece, _decoded(piece)))
        self.at = at
        return found

    def string(self) -> str | None:
        length = self.integer()
        if length == -1:
            return None
        start, self.at = self.at, self.at + length
        if length < 0 or self.at > len(self.content):
            raise ValueError("a text is longer than the file")
        return _decoded(self.content[start : self.at])

    def pairs(self, flags: int) -> dict[str, Value]:
        """A linked list as a dictionary by tag, as far as it goes."""
        found: dict[str, Value] = {}
        while flags & 0xFF == PAIRS:
            if flags & 0x200:
                self.item()
            tag = self.item().data if flags & 0x400 else f"{len(found)}"
            found[tag] = self.item()
            flags = self.integer()
        if flags & 0xFF != NIL:
            raise ValueError("a list without an end")
        return found

    def compact(self) -> Value:
        """A vector that R has written in short form: a run of numbers, or another vector with notes about it."""
        kind = next(iter(self.item().data.values())).data
        state = self.item()
        self.item()
        if kind == "compact_intseq":
            length, first, step = (int(n) for n in state.data)
            if not 0 <= length <= MAX_BYTES // 8:
                raise ValueError("a run of numbers is longer than any file")
            return Value(np.arange(length, dtype=np.int32) * step + first, {})
        if str(kind).startswith("wrap_"):
            inner: Value = next(iter(state.data.values())) if isinstance(state.data, dict) else state.data[0]
            return inner
        raise ValueError(f"R's short form {kind}")


def _decoded(piece: bytes) -> str:
    try:
        return piece.decode()
    except UnicodeDecodeError:
        return piece.decode("latin-1")


def _plain(attributes: dict[str, Value]) -> dict[str, Any]:
    return {name: value.data for name, value in attributes.items()}
