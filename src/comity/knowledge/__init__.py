"""What is known about states, actors and words: small tables that an analyst can edit, a line a fact."""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one table, as written."""
    text = files("comity").joinpath("knowledge", f"{name}.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines(), strict=True))
