"""The measure of ties put to the test: forecasts of act counts, and what the strength of a tie claims."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from comity.proof import counts
from comity.proof.forecasts import scored
from comity.proof.measure import measured
from comity.proof.planted import recovered
from comity.scores import Score

__all__ = ["acts"]


def acts(folder: Path | None) -> Iterator[Score]:
    """Every score of the measure: the planted truth, and from a folder of real files the forecasts and the known groups."""
    if folder:
        found = counts.read(folder)
        yield from scored(found)
        yield from measured(found, folder)
    yield from recovered()
