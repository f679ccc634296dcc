"""Fetching: the only place that opens a way out of this machine.

A source says in its folder what it wants (``Wanted``); ``errand`` fetches it, safely and politely, and keeps each file as it
was published. What a command needs only to fetch is loaded when it fetches: most commands do not.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from comity.fetch.files import Card, Due, Kept, Missed, Told, Wanted, card_of, files, names

if TYPE_CHECKING:
    from comity.fetch.config import Settings, settings
    from comity.fetch.door import Door, Page
    from comity.fetch.run import Errand, Plan, errand, page

_LATER = {
    **dict.fromkeys(("Door", "Page"), "door"),
    **dict.fromkeys(("Errand", "Plan", "errand", "page"), "run"),
    **dict.fromkeys(("Settings", "settings"), "config"),
}

__all__ = [
    "Card", "Door", "Due", "Errand", "Kept", "Missed", "Page", "Plan", "Settings", "Told", "Wanted", "card_of",
    "errand", "files", "names", "page", "settings",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """A public name that is loaded when it is first asked for."""
    if name not in _LATER:
        raise AttributeError(f"module 'comity.fetch' has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
