"""One act or two, as analysts say: which reports tell of one act, and which do not, whatever they look like."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple


class Ruling(NamedTuple):
    """Two sets of reports that an analyst made one act (``merged``) or set apart."""

    merged: bool
    one: frozenset[str]
    other: frozenset[str]

    def says(self, a: str, b: str) -> bool | None:
        """Whether two reports tell of one act; None where this ruling says nothing of the two."""
        if (a in self.one and b in self.other) or (a in self.other and b in self.one):
            return self.merged
        both = self.one | self.other
        return True if self.merged and a in both and b in both else None


class Rulings:
    """All rulings in the order in which they were given: of two on the same reports the later holds."""

    def __init__(self, given: Iterable[Ruling] = ()) -> None:
        self._of: dict[str, list[Ruling]] = defaultdict(list)
        for ruling in given:
            for report in ruling.one | ruling.other:
                self._of[report].insert(0, ruling)

    def __contains__(self, report: str) -> bool:
        return report in self._of

    def says(self, a: str, b: str) -> bool | None:
        """Whether two reports tell of one act; None where nobody said."""
        return next((said for r in self._of.get(a, ()) if (said := r.says(a, b)) is not None), None)
