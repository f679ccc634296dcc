"""Acts -> ties -> readings, as of one day: a pure function of the evidence and the day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import polars as pl

from comity import indicators, ties
from comity.cases import Case


class Made(NamedTuple):
    """What is woven from evidence."""

    acts: pl.DataFrame
    ties: pl.DataFrame
    readings: pl.DataFrame


def measured(
    case: Case,
    as_of: date,
    done: pl.DataFrame,
    measures: pl.DataFrame,
    coverage: pl.DataFrame,
    failed: Mapping[str, str],
    *,
    bounds: bool = True,
) -> Made:
    """Acts -> ties -> readings. Without ``bounds`` only the last month's ties have intervals; the readings are the same."""
    looked = seen(coverage, as_of)
    strengths = ties.weave(done, looked, as_of, case.pairs, bounds=bounds)
    slow = measures.filter(pl.col("known") <= as_of)
    evidence = indicators.Evidence(case.roles, as_of, done, strengths, looked, slow, case.weights, failed)
    return Made(done, strengths, indicators.measure_all(evidence))


def seen(coverage: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """What was covered by a day."""
    return coverage.filter(pl.col("date_from") <= as_of).with_columns(
        pl.min_horizontal("date_to", pl.lit(as_of)).alias("date_to")
    )
