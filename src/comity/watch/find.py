"""All channels in one pass."""

from __future__ import annotations

from datetime import date

import polars as pl

from comity.tables import Roles
from comity.watch.alert import frame
from comity.watch.due import due
from comity.watch.feed import health
from comity.watch.hard import hard
from comity.watch.news import news
from comity.watch.shift import shifts
from comity.watch.streams import ends


def find(
    acts: pl.DataFrame, reports: pl.DataFrame, coverage: pl.DataFrame, measures: pl.DataFrame, roles: Roles, as_of: date
) -> pl.DataFrame:
    """Every alert that a case's evidence gives as known on a day, newest first (table ``alert``).

    A function of what was known on that day alone: the same day gives the same alerts, and a later day adds to them.
    """
    return frame(
        [
            *hard(acts, reports, roles, as_of),
            *shifts(acts, reports, coverage, roles, as_of),
            *health(reports, measures.filter(pl.col("known") <= as_of), ends(as_of)),
            *due(acts, coverage, roles, as_of),
            *news(acts, coverage, measures, roles, as_of),
        ]
    )
