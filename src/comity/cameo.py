"""CAMEO codes that say something of a tie: which instrument, stage and sign each stands for (``knowledge/cameo.csv``).

A code that is not listed counts as the longest listed one that it begins with, so that 0421 is a visit as 042 is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import polars as pl

from comity.knowledge import table


def believed(beliefs: Mapping[str, float]) -> pl.DataFrame:
    """Each listed code with instrument, stage, polarity, meaning, and the belief that a source has in its class."""
    return _table().with_columns(belief=pl.col("class").replace_strict(beliefs, return_dtype=pl.Float64)).drop("icews")


def rooted(codes: pl.Series) -> dict[str, str]:
    """The listed code that each code counts as; codes that count as none are left out."""
    known = set(_table()["cameo"])
    found = {
        code: next((code[:n] for n in range(len(code), 2, -1) if code[:n] in known), None)
        for code in codes.unique()
        if code
    }
    return {code: root for code, root in found.items() if root}


@cache
def said_by_icews() -> dict[str, str]:
    """The listed code of each event text of ICEWS that is read."""
    return {text: row["cameo"] for row in table("cameo") for text in row["icews"].split(";") if text}


@cache
def _table() -> pl.DataFrame:
    return pl.DataFrame(table("cameo")).cast({"polarity": pl.Int8})
