"""A picture as files for other programs: its tables, its network or its acts, and a manifest that says what it is and whose."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import polars as pl

from comity.errors import StoreError, UsageError
from comity.export.forecast import Progress, forecasts
from comity.export.ftm import ftm
from comity.export.graph import gexf, graphml
from comity.flow import Picture
from comity.sources import card

TABLES: dict[str, Callable[[pl.DataFrame, Path], None]] = {
    "csv": lambda table, path: _flat(table).write_csv(path, datetime_format=MOMENT),
    "parquet": lambda table, path: table.write_parquet(path),
}
WHOLE: dict[str, tuple[str, Callable[[Picture, Path], None]]] = {
    "graphml": ("ties.graphml", graphml),
    "gexf": ("ties.gexf", gexf),
    "ftm": ("acts.ftm.json", ftm),
}
FORMATS = (*TABLES, *WHOLE)
MOMENT = "%Y-%m-%dT%H:%M:%S%.f%:z"  # ISO 8601 with a colon in the offset, as JSON has it
FORMULA = r"^[=+\-@\t\r\n\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]"  # also in full width: a spreadsheet would run what begins so, and evidence is written by strangers


def export(
    picture: Picture, folder: Path, form: str, progress: Progress = lambda what, done, total: None
) -> list[Path]:
    """Write a picture into a folder: every table, or one file of ties or acts; the files written, the manifest last.

    Tables of forecasts are reckoned for it, of which ``progress`` is told.
    Raises ``UsageError`` for a format that is not one of ``FORMATS``, ``StoreError`` when the folder cannot be written.
    """
    if form not in FORMATS:
        raise UsageError(f"--format {form}: choose from {', '.join(FORMATS)}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = list(_written(picture, folder, form, progress))
        manifest = folder / "manifest.json"
        manifest.write_text(json.dumps(_manifest(picture), indent=1, ensure_ascii=False), "utf-8")
    except OSError as error:
        raise StoreError(f"{folder}: {error}; choose another folder with --output") from error
    return [*written, manifest]


def _written(picture: Picture, folder: Path, form: str, progress: Progress) -> Iterator[Path]:
    if form in WHOLE:
        name, write = WHOLE[form]
        write(picture, folder / name)
        yield folder / name
        return
    for name, table in (tables(picture) | forecasts(picture, progress)).items():
        TABLES[form](table, folder / f"{name}.{form}")
        yield folder / f"{name}.{form}"


def tables(picture: Picture) -> dict[str, pl.DataFrame]:
    """Every table of a picture by name; what is reckoned from it, as forecasts are, is not among them."""
    return {
        n: getattr(picture, n)
        for n in ("reports", "acts", "ties", "readings", "measures", "coverage", "files", "verdicts")
    }


def _manifest(picture: Picture) -> dict[str, object]:
    names = sorted(set(picture.reports["source"]) | set(picture.measures["source"]))
    cards = [card(name).of(picture.case.built_in) for name in names]
    return {
        "cite": _citation(picture),
        "case": picture.case.name,
        "as_of": picture.as_of.isoformat(),
        "built": picture.built and picture.built.isoformat(),
        "vintage": picture.vintage,
        "digest": picture.case.digest,
        "software": f"comity {version('comity')}",
        "sources": {
            c.name: {n: getattr(c, n) for n in ("attribution", "licence", "terms", "may_redistribute")} for c in cards
        },
    }


def _citation(picture: Picture) -> str:
    """The line to print under what was made from an export: the same four give the same numbers."""
    case, read = picture.case, f", read on {picture.built:%Y-%m-%d}" if picture.built else ""
    return (
        f"Comity {version('comity')}: {case.title} (case {case.name}, {case.digest}), as known on {picture.as_of}; evidence of vintage "
        f"{picture.vintage}{read}."
    )


def _flat(table: pl.DataFrame) -> pl.DataFrame:
    """Lists as text separated by semicolons, and text that a spreadsheet would run as a formula made plain."""
    lists = [c for c, t in table.schema.items() if isinstance(t, pl.List)]
    flat = table.with_columns(pl.col(lists).list.join(";")) if lists else table
    text = pl.col(pl.String)
    return flat.with_columns(pl.when(text.str.contains(FORMULA)).then("'" + text).otherwise(text).name.keep())
