"""Ideal points in the General Assembly."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from comity.errors import SourceError


@pytest.mark.parametrize("name", ["ideal_points_sample.dta", "ideal_points_sample.csv"])
def test_stata_and_csv_say_the_same(sample, reads, name: str) -> None:
    batch = reads("unga", sample("unga", name))
    assert batch.tables["measure"].select("subject", "date", "value", "low", "high").rows() == [
        ("TUR", date(2020, 12, 31), 0.25, 0.1, 0.4),
        ("KAZ", date(2020, 12, 31), -0.5, -0.7, -0.3),
        ("RUS", date(2020, 12, 31), -1.0, -1.3, -0.8),
    ]
    assert batch.skipped == {"no estimate": 1, "no state of today": 1}


def test_a_years_votes_are_public_in_the_middle_of_the_next(sample, reads) -> None:
    measures = reads("unga", sample("unga", "ideal_points_sample.csv")).tables["measure"]
    assert measures["known"].unique().to_list() == [date(2021, 7, 1)]


def test_an_impossible_year_names_the_row(sample, reads, tmp_path: Path) -> None:
    path = tmp_path / "points.csv"
    path.write_text(sample("unga", "ideal_points_sample.csv").read_text().replace("2020", "1520"))
    with pytest.raises(SourceError, match=r"points\.csv, row 1: year 1520 is impossible"):
        reads("unga", path)


def test_real_ideal_points_place_russia_and_the_united_states_apart(shared_data: Path, reads) -> None:
    measures = reads("unga", shared_data / "unga/IdealpointsJuly2025.dta").tables["measure"]
    last = measures.filter(pl.col("date") == pl.col("date").max(), pl.col("subject").is_in(["USA", "TUR", "RUS"]))
    points = dict(last.select("subject", "value").iter_rows())
    assert points["USA"] > points["TUR"] > points["RUS"]
