"""How alike two states vote in the General Assembly beyond chance, by year: Cohen's kappa over yes, abstain and no."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from comity import columns
from comity.errors import LayoutError, SourceError, UnknownState
from comity.measures import SINCE
from comity.states import resolve

CHOICES = ("yes", "abstain", "no")
FEWEST = 20  # votes that both cast in a year; with fewer kappa says little
CALLS = "un_roll_calls.rda"


def dated_votes(path: Path) -> tuple[pl.DataFrame, int]:
    """Votes since 1980 with ``state``, ``vote`` and the ``year`` of the roll call, which stands in a file beside this one.

    With them comes how many votes the file has. Raises ``SourceError`` without the file of roll calls, ``UnknownState`` for a name.
    """
    votes = _with(path, "rcid", "country", "vote")
    beside = path.with_name(CALLS)
    if not beside.is_file():
        raise SourceError(f"{path.name}: no {CALLS} beside it; votes say nothing without their dates")
    calls = roll_calls(beside)
    dated = votes.join(calls.select("rcid", "year"), on="rcid", how="left", maintain_order="left")
    recent = dated.filter(pl.col("year") >= SINCE)
    codes = {}
    for name in recent["country"].unique():
        try:
            codes[name] = resolve(name)
        except UnknownState as error:
            row = recent.filter(pl.col("country") == name)["row"][0]
            raise UnknownState(f"{path.name}, row {row}: {error}; add it to knowledge/names.csv") from None
    return recent.with_columns(state=pl.col("country").replace_strict(codes, return_dtype=pl.String)), len(votes)


def roll_calls(path: Path) -> pl.DataFrame:
    """Roll calls with ``rcid`` and ``year``."""
    calls = _with(path, "rcid", "date")
    return calls.with_columns(
        pl.col("rcid").cast(pl.Float64), year=pl.col("date").cast(pl.Date, strict=False).dt.year()
    )


def _with(path: Path, *wanted: str) -> pl.DataFrame:
    table = columns.frame(path)
    if missing := set(wanted) - set(table.columns):
        raise LayoutError(f"{path.name}: no columns {', '.join(sorted(missing))}; fetch the file again")
    return table.with_columns(pl.col("rcid").cast(pl.Float64, strict=False))


def kappas(votes: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """``subject``, ``year`` and ``value`` of each pair that cast enough votes together, a frame a year."""
    for (year,), cast in sorted(votes.group_by("year"), key=lambda group: str(group[0])):
        states = cast["state"].unique().sort()
        calls = cast["rcid"].unique().sort()
        ballot = np.full((len(states), len(calls)), -1, np.int8)
        choice = cast["vote"].cast(pl.String).replace_strict({c: i for i, c in enumerate(CHOICES)}, default=-1)
        ballot[states.search_sorted(cast["state"]), calls.search_sorted(cast["rcid"])] = choice
        table, both = kappa(ballot)
        a, b = np.nonzero(np.triu(both >= FEWEST, 1) & np.isfinite(table))
        yield pl.DataFrame(
            {
                "subject": states[a] + ">" + states[b],
                "year": np.full(len(a), year, np.int32),
                "value": table[a, b].round(3),
            }
        )


def kappa(ballot: np.ndarray[tuple[int, int], np.dtype[np.int8]]) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float64]], np.ndarray[tuple[int, int], np.dtype[np.float64]]]:  # fmt: skip
    """Cohen's kappa of each pair of rows over the columns in which both have a choice (0 and up), and how many these are.

    (p - e) / (1 - e), with p the share of equal choices and e what their own shares of each choice would give by chance.
    Source: Cohen (1960); for votes of states Häge (2011).
    """
    cast = (ballot >= 0).astype(np.float64)
    both = cast @ cast.T
    each = [(ballot == choice).astype(np.float64) for choice in range(len(CHOICES))]
    with np.errstate(divide="ignore", invalid="ignore"):
        same = sum(one @ one.T for one in each) / both
        chance = sum((one @ cast.T) * (one @ cast.T).T for one in each) / both**2
        return (same - chance) / (1 - chance), both
