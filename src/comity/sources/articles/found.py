"""What a text is once found, and the little of reading one that needs no parser."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from email.utils import parsedate_to_datetime
from typing import NamedTuple

HEAD = re.compile(r"^(title|url|date|publisher|lang|author)\s*:\s*(.*)$", re.IGNORECASE)


class Found(NamedTuple):
    """One text."""

    url: str | None
    publisher: str | None
    published: date | None
    lang: str | None
    title: str | None
    text: str
    position: str
    seen: date | None = None  # when an archive fetched it; null where the file's own day says so


def headed(content: bytes) -> tuple[dict[str, str], str]:
    """The head lines of a plain text, and its body."""
    lines = content.decode("utf-8-sig", "replace").splitlines()
    head: dict[str, str] = {}
    for line in lines:
        match = HEAD.match(line.strip())
        if not match:
            break
        head[match[1].lower()] = match[2].strip()
    return head, "\n".join(lines[len(head) :]).strip()


def day(text: str | None) -> date | None:
    """A day written as 2024-06-30 or as in a mail; None when it is neither."""
    with suppress(ValueError, TypeError):
        return date.fromisoformat((text or "")[:10])
    with suppress(ValueError, TypeError, IndexError):
        return parsedate_to_datetime(text or "").date()
    return None
