"""A picture as plain files for other programs: one file a table, and a manifest that says what it is and whose."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import polars as pl

from comity.errors import StoreError, UsageError
from comity.flow import Picture
from comity.sources import card

FORMATS: dict[str, Callable[[pl.DataFrame, Path], None]] = {
    "csv": lambda table, path: _flat(table).write_csv(path),
    "parquet": lambda table, path: table.write_parquet(path),
}
FORMULA = r"^[=+\-@\t\r]"  # a spreadsheet would run what begins so, and evidence is written by strangers


def export(picture: Picture, folder: Path, form: str) -> list[Path]:
    """Write every table of a picture into a folder; the files written, the manifest last.

    Raises ``UsageError`` for a format that is not one of ``FORMATS``, ``StoreError`` when the folder cannot be written.
    """
    if form not in FORMATS:
        raise UsageError(f"--format {form}: choose from {', '.join(FORMATS)}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = [folder / f"{name}.{form}" for name in _tables(picture)]
        for path, table in zip(written, _tables(picture).values(), strict=True):
            FORMATS[form](table, path)
        manifest = folder / "manifest.json"
        manifest.write_text(json.dumps(_manifest(picture), indent=1, ensure_ascii=False), "utf-8")
    except OSError as error:
        raise StoreError(f"{folder}: {error}; choose another folder with --output") from error
    return [*written, manifest]


def _tables(picture: Picture) -> dict[str, pl.DataFrame]:
    return {n: getattr(picture, n) for n in ("reports", "acts", "ties", "readings", "measures", "coverage", "files")}


def _manifest(picture: Picture) -> dict[str, object]:
    names = sorted(set(picture.reports["source"]) | set(picture.measures["source"]))
    cards = [card(name) for name in names]
    return {
        "case": picture.case.name,
        "as_of": picture.as_of.isoformat(),
        "built": picture.built and picture.built.isoformat(),
        "vintage": picture.vintage,
        "digest": picture.case.digest,
        "software": f"comity {version('comity')}",
        "sources": {
            c.name: {"attribution": c.attribution, "licence": c.licence, "may_redistribute": c.may_redistribute}
            for c in cards
        },
    }


def _flat(table: pl.DataFrame) -> pl.DataFrame:
    """Lists as text separated by semicolons, and text that a spreadsheet would run as a formula made plain."""
    lists = [c for c, t in table.schema.items() if isinstance(t, pl.List)]
    flat = table.with_columns(pl.col(lists).list.join(";")) if lists else table
    text = pl.col(pl.String)
    return flat.with_columns(pl.when(text.str.contains(FORMULA)).then("'" + text).otherwise(text).name.keep())
