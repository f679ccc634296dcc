"""What is known about states, actors and words: small tables that an analyst can edit, a line a fact."""

from __future__ import annotations

import csv
import hashlib
from functools import cache
from importlib.resources import files


def fingerprint(*names: str, lang: str = "") -> str:
    """A short hash of tables as they stand, by which weights that were learned with others are noticed.

    With ``lang`` only the lines of that language count, and those of none.
    """
    told = hashlib.blake2b(digest_size=8)
    for name in names:
        for row in table(name):
            if row.get("lang", lang) == lang or not lang:
                told.update("\t".join(row.values()).encode() + b"\n")
    return told.hexdigest()


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one table, as written."""
    text = files("comity").joinpath("knowledge", f"{name}.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines(), strict=True))
