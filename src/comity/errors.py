"""What can go wrong, as a tree; every message says what broke, where, and what to do next.

ComityError
├── UsageError          the question cannot be answered as asked (unknown case, impossible date): exit code 2
│   └── NotFound        nothing of that name is known on the day asked for
├── CaseError           a case folder does not say what a case must say
├── SourceError         a source's file or address could not be read; exit code 3
│   └── LayoutError     the file opened, but is not laid out as any layout this source knows
├── EvidenceError       a table does not have the shape its name promises
│   └── UnknownState    a name is no state, organisation or bloc known on that day
├── StoreError          the lake could not be read or written
│   └── StoreBusy       another process was writing for as long as one waited
└── MissingExtra        an optional part is not installed: exit code 2
"""

from __future__ import annotations

import re

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class ComityError(Exception):
    """Anything this package raises on purpose."""


class UsageError(ComityError):
    """The question cannot be answered as asked."""


class NotFound(UsageError):
    """Nothing of that name is known on the day asked for."""


class CaseError(ComityError):
    """A case folder does not say what a case must say."""


class SourceError(ComityError):
    """A source's file or address could not be read."""


class LayoutError(SourceError):
    """The file opened, but it is laid out as none of the layouts that its source knows."""


class EvidenceError(ComityError):
    """A table does not have the shape its name promises."""


class UnknownState(EvidenceError):
    """A name is no state, organisation or bloc known on that day."""


class StoreError(ComityError):
    """The lake could not be read or written."""


class StoreBusy(StoreError):
    """Another process was writing for as long as one waited."""


class MissingExtra(ComityError):
    """An optional part is needed and not installed."""


def escaped(json: str) -> str:
    """JSON without control characters: those that it lets stand, U+007F to U+009F, as escapes that read as the same letters."""
    return CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", json)


def printable(words: str) -> str:
    """Words without control characters, some of which write over the screen: a message may quote a stranger."""
    return CONTROL.sub("", words)
