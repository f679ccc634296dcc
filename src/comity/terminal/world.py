"""Ties anywhere."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from comity.numerals import number, percent
from comity.states import name_of
from comity.terminal.write import lined

if TYPE_CHECKING:
    import polars as pl


def world(table: pl.DataFrame, day: date, counts: pl.DataFrame) -> RenderableType:
    """The strongest pairs by instrument."""
    grid = lined(("pair", "instrument", "strength", "5 to 95 %", "prior"), {"strength", "prior"})
    for a, b, instrument, strength, low, high, prior in table.iter_rows():
        names = f"{name_of(a)} and {name_of(b)}"
        grid.add_row(names, instrument, number(strength), f"{number(low)} to {number(high)}", percent(prior))
    pairs = counts.select("a", "b").n_unique()
    return Group(
        Text.assemble(("Ties anywhere", "bold"), (f"  as machine-coded streams show them on {day}", "dim")),
        grid,
        Text(
            f"\n{counts['acts'].sum():,.0f} acts by belief between {pairs:,} pairs; machine-coded, never checked by a person, and "
            "strength follows how much news there is of a pair.",
            style="yellow",
        ),
    )
