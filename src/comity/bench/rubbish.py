"""Files gone wrong: bytes changed, cut, doubled and swapped, in a file as it lies there or in what is packed into it."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
import zlib
from typing import Any

import polars as pl

NASTY = (
    b"\x00", b"\xff\xfe", b'"', b"\n", b"\t", b",", b";", b"\xed\xa0\x80", b"9" * 400, b"-1", b"1e999", b"NaN", b"99999999",
    b"9999-12-31", b"<!ENTITY a 'b'>", b"((((", b"[" * 200, b"<p>" * 200, b"%s%n", b"\x1f\x8b", b"PK\x03\x04", "\u202e\u0130\u00df".encode(),
)  # fmt: skip
NUMBERS = (-1, 0, 2**31, 2**62, -(2**62), 1e308, -1e308, float("nan"), float("inf"), 9999, 99999)


def mutated(content: bytes, rng: random.Random) -> bytes:
    """A file with a few changes; of one that is packed, half of the time in what it holds."""
    if rng.random() < 0.5:  # else the container is hurt, and few of its readers get beyond that
        if content.startswith(b"PK\x03\x04"):
            return _in_zip(content, rng)
        if content.startswith(b"\x1f\x8b"):
            return _in_gzip(content, rng)
        if content.startswith(b"PAR1"):
            return _in_table(content, rng)
    return changed(content, rng)


def changed(content: bytes, rng: random.Random) -> bytes:
    """A few changes: bytes flipped, a stretch cut out, doubled or moved, something nasty put in, the end cut off."""
    found = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at, end = sorted(rng.randrange(len(found) + 1) for _ in range(2))
        if rng.random() < 0.5:
            end = min(end, at + 16)  # a field rather than half of the file
        match rng.randrange(7):
            case 0:
                for _ in range(rng.choice((1, 8))):
                    if found:
                        found[rng.randrange(len(found))] = rng.randrange(256)
            case 1:
                del found[at:end]
            case 2:
                found[at:at] = found[at:end]
            case 3:
                piece = bytes(found[at:end])
                del found[at:end]
                found += piece
            case 4:
                found[at:at] = rng.choice(NASTY)
            case 5:
                found[at:end] = rng.choice(NASTY)
            case 6:
                del found[max(at, end) :]
    return bytes(found)


def _in_zip(content: bytes, rng: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = rng.choice(sorted(members))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, body in members.items():
            archive.writestr(member, changed(body, rng) if member == name else body)
    return packed.getvalue()


def _in_gzip(content: bytes, rng: random.Random) -> bytes:
    """Each gzip member by itself: a web archive has one a record."""
    members = []
    while content:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        members.append(unpacker.decompress(content))
        content = unpacker.unused_data
    at = rng.randrange(len(members))
    members[at] = changed(members[at], rng)
    return b"".join(map(gzip.compress, members))


def _in_table(content: bytes, rng: random.Random) -> bytes:
    table = pl.read_parquet(content)
    for _ in range(rng.choice((1, 1, 2, 4))):
        if not table.width:
            break
        column = rng.choice(table.columns)
        values = table[column]
        match rng.randrange(6):
            case 0:
                table = table.drop(column)
            case 1:
                table = table.with_columns(pl.lit(None, values.dtype).alias(column))
            case 2:
                table = table.with_columns(values.cast(pl.String, strict=False))
            case 3:
                table = pl.concat([table, table.sample(min(3, len(table)), seed=rng.randrange(99))])
            case 4:
                table = table.with_columns(pl.Series(column, [rng.choice(NUMBERS) for _ in values], strict=False))
            case 5:
                cells = [_cell(value, rng) if rng.random() < 0.3 else value for value in values]
                table = table.with_columns(pl.Series(column, cells, strict=False))
    packed = io.BytesIO()
    table.write_parquet(packed)
    return packed.getvalue()


def _cell(value: Any, rng: random.Random) -> Any:
    if isinstance(value, str):
        return changed(value.encode(), rng).decode(errors="replace")
    return rng.choice(NUMBERS) if isinstance(value, int | float) else None
