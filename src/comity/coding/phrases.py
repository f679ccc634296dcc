"""English phrases that mean one word of the act list: "put off" postpones, "said no" rejects."""

from __future__ import annotations

from collections.abc import Set
from functools import cache

from comity.knowledge import table


def word(verb: str, below: Set[str]) -> str:
    """The word of the act list that a verb means with the words right below it, all as lemmas; itself where it is in no phrase."""
    return next((meant for beside, meant in _phrases().get(verb, ()) if beside <= below), verb)


@cache
def _phrases() -> dict[str, list[tuple[frozenset[str], str]]]:
    """By its verb, what must stand below it and what it then means."""
    found: dict[str, list[tuple[frozenset[str], str]]] = {}
    for row in table("phrases"):
        verb, *beside = row["phrase"].split()
        found.setdefault(verb, []).append((frozenset(beside), row["word"]))
    return found
