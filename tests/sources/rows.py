"""Measures of a batch as plain rows, for tests that compare them with numbers worked by hand."""

from __future__ import annotations

from datetime import date

from comity.lake import Batch

Row = tuple[str, str, date, float]


def values(batch: Batch) -> list[Row]:
    """Subject, name, date and value of every measure, sorted."""
    return sorted(batch.tables["measure"].select("subject", "name", "date", "value").rows())


def end(year: int) -> date:
    """The last day of a year."""
    return date(year, 12, 31)
