"""Files as they were published, kept untouched under ``raw/<source>`` of the store, each beside a card that says whence.

A file appears whole, by one rename, after its card; while it comes it is a part, which the next run goes on with when the
server says that the file is still the same. So at any kill a file is there with its card, or not there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from comity.errors import StoreError

Told = Callable[[str, int, int | None], None]  # name of a file, bytes that have come, bytes in all where known
ABSENT_DAYS = 7  # a file that its publisher lists and does not have is asked for again after so long
CARD, ABSENT, PART = ".card.json", ".absent", ".part"  # what stands beside a file, or for one


class Due(NamedTuple):
    """What a source is asked to bring."""

    now: datetime  # UTC
    since: date | None  # asked for by the user
    have: frozenset[str]  # names of the files that are there
    case: Path  # the case's folder, for a source that reads a list there
    until: date | None = None  # asked for by the user: nothing of a later day


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


def files(raw: Path, source: str) -> list[Path]:
    """The fetched files of a source, by name; parts and cards are none."""
    found = (p for p in (raw / source).rglob("*") if not p.name.endswith((CARD, ABSENT, PART)) and p.is_file())
    return sorted(found)


def names(raw: Path, source: str) -> frozenset[str]:
    """Names of the files of a source that are there, and of those that its publisher lately did not have."""
    place = raw / source
    late = datetime.now(UTC) - timedelta(days=ABSENT_DAYS)
    absent = [p for p in place.rglob(f"*{ABSENT}") if datetime.fromtimestamp(p.stat().st_mtime, UTC) > late]
    return frozenset(p.relative_to(place).as_posix().removesuffix(ABSENT) for p in (*files(raw, source), *absent))


def card_of(path: Path) -> Card | None:
    """The card beside a fetched file; None when it was not fetched. Raises ``StoreError`` for a damaged one."""
    beside = path.with_name(path.name + CARD)
    try:
        return Card(**json.loads(beside.read_text("utf-8"))) if beside.is_file() else None
    except (ValueError, TypeError, OSError) as error:
        raise StoreError(f"{beside}: damaged ({error}); delete it and {path.name}, and run update again") from error
