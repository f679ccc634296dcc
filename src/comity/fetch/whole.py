"""Whether a file that came is what was asked for: the size and sum that its list gives, and whole inside."""

from __future__ import annotations

import gzip
import hashlib
import os
import zipfile
import zlib
from pathlib import Path

from comity.errors import SourceError

ZIP = b"PK\x03\x04"
GZIP = b"\x1f\x8b"
MEMBERS = 1000  # no archive of ours has more
READ = 1024 * 1024
EDGE = 512  # bytes at both ends that say what a file is


def check(path: Path, name: str, url: str, md5: str | None, size: int | None, most: int) -> None:
    """Nothing, when the file is whole. Raises ``SourceError`` that says what came instead.

    ``name`` says what it must be by its ending; archives are unpacked in passing, and never further than ``most`` bytes.
    """
    with path.open("rb") as stream:
        head = stream.read(EDGE)
        stream.seek(-min(EDGE, path.stat().st_size), os.SEEK_END)
        tail = stream.read()
        stream.seek(0)
        found = hashlib.file_digest(stream, "md5").hexdigest() if md5 else None
    have = path.stat().st_size
    if name.endswith(".zip") and not head.startswith(ZIP):
        raise SourceError(
            f"{url}: {_instead(head)} came instead of a zip; run the same command later, or check the address"
        )
    if name.endswith(".gz") and not head.startswith(GZIP):
        raise SourceError(f"{url}: {_instead(head)} came instead of a gzip file; check the address")
    if name.endswith((".csv", ".json", ".txt", ".tsv")) and _is_page(head):
        raise SourceError(f"{url}: a web page came instead of data; run the same command later, or check the address")
    if not have:
        raise SourceError(f"{url}: an empty file came; run the same command later")
    if name.endswith(".json") and head.lstrip()[:1] + tail.rstrip()[-1:] not in {b"{}", b"[]"}:
        raise SourceError(f"{url}: it ends in the middle, or is no JSON; run the same command again")
    if size is not None and have != size:
        raise SourceError(f"{url}: {have} bytes came and its list says {size}; run the same command again")
    if md5 and found != md5.lower():
        raise SourceError(f"{url}: its MD5 is {found} and its list says {md5}; run the same command again")
    try:
        _unpacked(path, name, most)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise SourceError(f"{url}: cut short or damaged ({error}); run the same command again") from error


def _unpacked(path: Path, name: str, most: int) -> None:
    """Read an archive to its end, counting what comes out rather than believing what it says of itself."""
    left = most
    if name.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > MEMBERS:
                raise SourceError(f"{name}: {len(archive.infolist())} files in one zip; it is not read")
            for member in archive.infolist():
                with archive.open(member) as stream:
                    left = _drained(stream, left, name)
    elif name.endswith(".gz"):
        with gzip.open(path) as stream:
            _drained(stream, left, name)


def _drained(stream: object, left: int, name: str) -> int:
    while chunk := stream.read(READ):  # type: ignore[attr-defined]  # zip and gzip members share no type
        left -= len(chunk)
        if left < 0:
            raise SourceError(
                f"{name}: more than is allowed comes out of it (a bomb, or file_bytes in fetch.toml is too low)"
            )
    return left


def _is_page(head: bytes) -> bool:
    return head.lstrip().lower().startswith((b"<!doctype html", b"<html"))


def _instead(head: bytes) -> str:
    return "a web page" if _is_page(head) else "something else"
