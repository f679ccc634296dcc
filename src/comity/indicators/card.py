"""The method card that every indicator carries."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from types import MappingProxyType
from typing import NamedTuple

Range = tuple[float, float]  # least and greatest value that there can be
SHARE: Range = (0, 1)
AMOUNT: Range = (0, inf)  # acts a year, months, days
NUMBER: Range = (1, inf)  # effective number of things
SIGNED: Range = (-1, 1)


class Card(NamedTuple):
    """What an indicator means and what it does not say."""

    id: str
    name: str
    meaning: str
    formula: str
    unit: str  # of its value, with the range; of a further part see ``parts``
    direction: str
    limits: tuple[str, ...]
    source: str
    horizon: str = "acts fade with the half-life of their instrument"  # how long an input is carried forward
    parts: tuple[tuple[str, str], ...] = ()  # further readings: the word after the colon of their subject, their unit
    sources: tuple[str, ...] = ()  # whose numbers it cannot do without: one that failed is why there is no reading

    # By what stands behind the colon of a subject; under "" that of every other.
    ranges: Mapping[str, Range] = MappingProxyType({"": AMOUNT})

    def unit_of(self, part: str) -> str:
        """Unit and range of one part; of the value itself where the card names no such part.

        >>> card = Card("I0", "Lag", "", "", "months", "", (), "", parts=(("kept", "share, 0 to 1"),))
        >>> card.unit_of(""), card.unit_of("kept"), card.units
        ('months', 'share, 0 to 1', 'months; kept: share, 0 to 1')
        """
        return dict(self.parts).get(part, self.unit)

    @property
    def units(self) -> str:
        """Every unit, that of the value first."""
        return "; ".join([self.unit, *(f"{part}: {unit}" for part, unit in self.parts)])

    def range(self, subject: str) -> Range:
        """The ends between which a reading of this subject lies."""
        return self.ranges.get(subject.partition(":")[2], self.ranges[""])
