"""A small world for measurements: a case without evidence of its own, and every source's sample to read."""

from __future__ import annotations

import shutil
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path

import polars as pl

from comity import cases, flow
from comity.lake import Lake
from comity.sources import catalogue
from comity.tables import SEEN, TABLES

AS_OF = date(2026, 1, 1)
CASE = """\
title = "Small"
question = "What holds?"
since = 2015-01-01
[roles]
patron = "TUR"
partners = ["KAZ", "UZB"]
rivals = ["RUS"]
east = ["RUS"]
west = ["USA"]
"""


def world(folder: Path, only: tuple[str, ...] = ()) -> tuple[cases.Case, Path]:
    """The case, and a folder with the samples of some sources, of all when none is named."""
    home, samples = folder / "small", folder / "samples"
    home.mkdir(parents=True)
    (home / "case.toml").write_text(CASE)
    for name in only or catalogue():
        with as_file(files("comity.sources").joinpath(name, "sample")) as place:
            shutil.copytree(place, samples / name)
    return cases.load(str(home)), samples


def updated(case: cases.Case, root: Path, samples: Path) -> flow.Updated:
    """One update of the small world, without the network."""
    return flow.update(case, Lake(root), AS_OF, samples if samples.is_dir() else None)


def content(root: Path, case: str) -> dict[str, pl.DataFrame]:
    """Every table of a store, and those of the case, in an order that does not depend on when rows came in.

    Only the list of data files already looked into is left out: their names are chance.
    """
    lake = Lake(root)
    tables = {name: table for name, table in TABLES.items() if table is not SEEN}
    order = pl.all().exclude(pl.List(pl.String))
    found = {name: lake.read(table).collect() for name, table in tables.items()}
    found |= {f"{case} {name}": lake.read(table, case).collect() for name, table in tables.items()}
    return {name: frame.sort(order) for name, frame in found.items()}


def same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> list[str]:
    """Names of the tables that differ."""
    return [name for name in one if not one[name].equals(other[name])]
