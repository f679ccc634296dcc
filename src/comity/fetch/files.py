"""Files as they were published, kept untouched under ``raw/<source>`` of the store, each beside a card that says whence.

A file appears whole, by one rename, after its card; while it comes it is a part, which the next run goes on with when the
server says that the file is still the same. So at any kill a file is there with its card, or not there.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import httpx

from comity.errors import SourceError, StoreError
from comity.fetch import whole
from comity.fetch.door import Absent, Busy, Door, Unfinished

Told = Callable[[str, int, int | None], None]  # name of a file, bytes that have come, bytes in all where known
ABSENT_DAYS = 7  # a file that its publisher lists and does not have is asked for again after so long
CARD, ABSENT, PART = ".card.json", ".absent", ".part"  # what stands beside a file, or for one
PARTIAL = 206


class Wanted(NamedTuple):
    """One file to fetch."""

    source: str
    url: str
    name: str  # below the source's folder; its ending says what must come
    md5: str | None = None  # as its list gives it
    size: int | None = None  # bytes, as its list gives it
    post: dict[str, object] | None = None  # sent as JSON
    inside: str | None = None  # the field of a JSON answer that holds the file in base64
    cap: int | None = None  # bytes; the setting where none is given
    robots: bool = False  # whether the site's robots.txt is asked first: for pages, not for bulk files
    note: Mapping[str, str] = {}  # what the source knows of it beforehand; kept on its card


class Kept(NamedTuple):
    """A file that is now in the store."""

    wanted: Wanted
    path: Path
    sha256: str
    size: int  # bytes


class Missed(NamedTuple):
    """A file that did not come."""

    wanted: Wanted
    why: str
    absent: bool  # its publisher has no such file


class Card(NamedTuple):
    """What is known of a fetched file: ``<file>.card.json`` beside it."""

    source: str
    url: str  # asked for
    found: str  # where redirects and mirrors led
    retrieved: str  # ISO 8601, UTC
    sha256: str
    size: int
    licence: str
    attribution: str
    note: Mapping[str, str] = {}  # what its source knew beforehand


def folder(raw: Path, source: str) -> Path:
    """Where a source's fetched files are."""
    return raw / source


def files(raw: Path, source: str) -> list[Path]:
    """The fetched files of a source, by name; parts and cards are none."""
    found = (p for p in folder(raw, source).rglob("*") if not p.name.endswith((CARD, ABSENT, PART)) and p.is_file())
    return sorted(found)


def names(raw: Path, source: str) -> frozenset[str]:
    """Names of the files of a source that are there, and of those that its publisher lately did not have."""
    place = folder(raw, source)
    late = datetime.now(UTC) - timedelta(days=ABSENT_DAYS)
    absent = [p for p in place.rglob(f"*{ABSENT}") if datetime.fromtimestamp(p.stat().st_mtime, UTC) > late]
    there = [str(p.relative_to(place)) for p in files(raw, source)]
    return frozenset([*there, *(str(p.relative_to(place)).removesuffix(ABSENT) for p in absent)])


def card_of(path: Path) -> Card | None:
    """The card beside a fetched file; None when it was not fetched."""
    beside = path.with_name(path.name + CARD)
    try:
        return Card(**json.loads(beside.read_text("utf-8"))) if beside.is_file() else None
    except (ValueError, TypeError, OSError) as error:
        raise StoreError(f"{beside}: damaged ({error}); delete it and {path.name}, and run update again") from error


async def kept(door: Door, raw: Path, wanted: Wanted, terms: tuple[str, str], told: Told) -> Kept | Missed:
    """Fetch one file into its place; ``terms`` are licence and attribution for its card. Raises ``StoreError``."""
    place = folder(raw, wanted.source)
    path = place / wanted.name
    if not path.resolve().is_relative_to(place.resolve()) or path.name.startswith("."):  # a server may have chosen it
        return Missed(wanted, f"{wanted.url}: {wanted.name!r} is no name for a file; it is not fetched", False)
    part = path.with_name(path.name + PART)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        await door.welcomed(wanted.url, wanted.robots)
        found = await (_inside(door, wanted, part) if wanted.inside else _come(door, wanted, part, told))
        whole.check(part, wanted.name, wanted.url, wanted.md5, wanted.size, door.having.file_bytes)
        return _settled(wanted, part, path, found, terms)
    except Absent as error:
        path.with_name(path.name + ABSENT).touch()
        return Missed(wanted, str(error), True)
    except Unfinished as error:
        return Missed(wanted, str(error), False)
    except SourceError as error:
        _forgotten(part)  # what is wrong now would be wrong again
        return Missed(wanted, str(error), False)
    except OSError as error:
        raise StoreError(
            f"{path}: cannot be written ({error.strerror or error}); free some space or check its permissions, and run the same command again"
        ) from error


async def _come(door: Door, wanted: Wanted, part: Path, told: Told) -> str:
    """Bring the bytes of a file into its part, going on where an earlier try stopped; where they came from."""

    def headers() -> dict[str, str]:
        mark = _mark(part)
        start = part.stat().st_size if part.is_file() and mark else 0
        resumed = {"Range": f"bytes={start}-", "If-Range": mark} if start and mark else {}
        return {"Accept-Encoding": "identity", **resumed}

    async def read(answer: httpx.Response) -> str:
        return await _written(answer, wanted, part, door, told)

    return await door.answered(wanted.url, read, headers, json=wanted.post)


async def _written(answer: httpx.Response, wanted: Wanted, part: Path, door: Door, told: Told) -> str:
    start = part.stat().st_size if part.is_file() else 0
    if answer.status_code == PARTIAL and not answer.headers.get("content-range", "").startswith(f"bytes {start}-"):
        _forgotten(part)
        raise Busy("answered with another part than was asked for")
    if answer.status_code != PARTIAL:
        start = 0
        _forgotten(part)
        mark = answer.headers.get("etag") or answer.headers.get("last-modified")
        if mark and not mark.startswith("W/") and answer.headers.get("content-encoding", "identity") == "identity":
            _marked(part).write_text(mark, "utf-8")
    most, have = wanted.cap or door.having.file_bytes, start
    length = answer.headers.get("content-length", "")
    total = start + int(length) if length.isdigit() else None
    if total is not None and total > most:
        raise SourceError(f"{wanted.url}: {total} bytes, more than the {most} that are allowed; it is not fetched")
    with part.open("ab" if start else "wb") as stream:
        async for chunk in answer.aiter_bytes():
            have += len(chunk)
            if have > most:
                raise SourceError(
                    f"{wanted.url}: more than the {most} bytes that are allowed; it is not fetched further"
                )
            stream.write(chunk)
            told(wanted.name, have, total)
    return str(answer.url)


async def _inside(door: Door, wanted: Wanted, part: Path) -> str:
    """A file that comes in base64 inside a JSON answer."""
    page = await door.page(wanted.url, json=wanted.post, cap=wanted.cap or door.having.file_bytes)
    try:
        part.write_bytes(base64.b64decode(json.loads(page.body)[wanted.inside], validate=True))
    except (ValueError, KeyError, TypeError, binascii.Error, RecursionError) as error:
        raise SourceError(
            f"{wanted.url}: the answer is not laid out as before ({type(error).__name__}: {error}); its publisher may have changed it"
        ) from error
    return page.url


def _settled(wanted: Wanted, part: Path, path: Path, found: str, terms: tuple[str, str]) -> Kept:
    """A part that is whole becomes the file: card first, then one rename, both on disk before this returns."""
    with part.open("rb+") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        os.fsync(stream.fileno())
    size = part.stat().st_size
    card = Card(
        wanted.source,
        wanted.url,
        found,
        datetime.now(UTC).isoformat(timespec="seconds"),
        digest,
        size,
        *terms,
        dict(wanted.note),
    )
    beside = path.with_name(path.name + CARD)
    draft = beside.with_name(beside.name + PART)
    with draft.open("w", encoding="utf-8") as text:
        json.dump(card._asdict(), text, indent=1)
        text.flush()
        os.fsync(text.fileno())
    draft.replace(beside)
    part.replace(path)
    _forgotten(part)
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return Kept(wanted, path, digest, size)


def _marked(part: Path) -> Path:
    return part.with_name("." + part.name)


def _mark(part: Path) -> str | None:
    """What the server called the edition of which a part is here."""
    beside = _marked(part)
    return beside.read_text("utf-8") if beside.is_file() else None


def _forgotten(part: Path) -> None:
    part.unlink(missing_ok=True)
    _marked(part).unlink(missing_ok=True)
