"""Bringing one file: into a part, going on where an earlier try stopped, and into its place when it is whole."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import httpx

from comity.errors import SourceError, StoreError
from comity.fetch import whole
from comity.fetch.door import Absent, Busy, Door, Unfinished
from comity.fetch.files import ABSENT, CARD, PART, Card, Kept, Missed, Told, Wanted

PARTIAL = 206


async def kept(door: Door, raw: Path, wanted: Wanted, terms: tuple[str, str], told: Told) -> Kept | Missed:
    """Fetch one file into its place; ``terms`` are licence and attribution for its card. Raises ``StoreError``."""
    place = raw / wanted.source
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
    """A part that is whole becomes the file: card first, then one rename, both on disk before this returns. Nothing is open by then."""
    with part.open("rb+") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        os.fsync(stream.fileno())
    size = part.stat().st_size
    retrieved = datetime.now(UTC).isoformat(timespec="seconds")
    card = Card(wanted.source, wanted.url, found, retrieved, digest, size, *terms, dict(wanted.note))
    beside = path.with_name(path.name + CARD)
    draft = beside.with_name(beside.name + PART)
    with draft.open("w", encoding="utf-8") as text:
        json.dump(card._asdict(), text, indent=1)
        text.flush()
        os.fsync(text.fileno())
    draft.replace(beside)
    part.replace(path)
    _forgotten(part)
    if os.name != "nt":  # Windows opens no folder as a file, and its journal keeps a rename
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
