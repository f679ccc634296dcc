"""Exports open elsewhere, run nothing there, and say whose data they carry."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from comity.errors import StoreError, UsageError
from comity.export import export
from comity.flow import Picture
from comity.tables import REPORT


def test_every_table_is_written_and_the_manifest_says_what_it_is(picture: Picture, tmp_path: Path) -> None:
    paths = export(picture, tmp_path / "out", "csv")
    assert [p.name for p in paths] == [
        "reports.csv",
        "acts.csv",
        "ties.csv",
        "readings.csv",
        "measures.csv",
        "coverage.csv",
        "files.csv",
        "manifest.json",
    ]
    manifest = json.loads(paths[-1].read_text("utf-8"))
    assert (manifest["case"], manifest["as_of"], manifest["vintage"]) == ("turan", "2026-06-30", picture.vintage)
    assert manifest["sources"]["casebook"]["attribution"]
    assert len(pl.read_csv(paths[0])) == len(picture.reports)


def test_parquet_comes_back_as_it_was(picture: Picture, tmp_path: Path) -> None:
    export(picture, tmp_path, "parquet")
    assert pl.read_parquet(tmp_path / "acts.parquet").equals(picture.acts)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_runs_nothing_that_a_stranger_wrote(picture: Picture, tmp_path: Path, start: str) -> None:
    import dataclasses

    evil = REPORT.frame(
        [{"report": "x", "source": "casebook", "text": f"{start}HYPERLINK(1)", "actors": ["TUR", "KAZ"]}]
    )
    paths = export(dataclasses.replace(picture, reports=evil), tmp_path, "csv")
    row = pl.read_csv(paths[0], infer_schema=False).row(0, named=True)
    assert row["text"].startswith("'")
    assert row["actors"] == "TUR;KAZ"


def test_an_unknown_format_and_a_folder_that_cannot_be_are_said(picture: Picture, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="choose from csv, parquet"):
        export(picture, tmp_path, "docx")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="choose another folder"):
        export(picture, tmp_path / "file", "csv")
