"""The method card that every indicator carries."""

from __future__ import annotations

from typing import NamedTuple


class Card(NamedTuple):
    """What an indicator means and what it does not say."""

    id: str
    name: str
    meaning: str
    formula: str
    unit: str
    direction: str
    limits: tuple[str, ...]
    source: str
    horizon: str = "acts fade with the half-life of their instrument"  # how long an input is carried forward
    sources: tuple[str, ...] = ()  # whose numbers it cannot do without: one that failed is why there is no reading
