"""The one door to Aho-Corasick: many spellings sought in one pass over a text."""

from __future__ import annotations

from collections.abc import Iterable

from ahocorasick_rs import AhoCorasick, MatchKind


class Words:
    """A list of spellings, each found wherever it stands; ``find`` gives (number, start, end)."""

    def __init__(self, spellings: Iterable[str], longest: bool = False) -> None:
        self._overlapping = not longest
        self._automaton = AhoCorasick(spellings, matchkind=MatchKind.LeftmostLongest if longest else MatchKind.Standard)

    def find(self, text: str) -> list[tuple[int, int, int]]:
        """Every place; with ``longest`` only the longest of those that overlap."""
        return self._automaton.find_matches_as_indexes(text, overlapping=self._overlapping)
