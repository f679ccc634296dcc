"""Military exercises of MME and JME."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

CENTRAL_ASIA = ["KAZ", "UZB", "TKM", "KGZ", "TJK"]
FILES = ["mme_sample.csv", "mme_long_sample.csv"]


@pytest.mark.parametrize("name", FILES)
def test_both_shapes_of_mme_tell_the_same_exercises(sample, reads, name: str) -> None:
    batch = reads("exercises", sample("exercises", name))
    found = batch.tables["report"].select("date_from", "date_to", "place", "actors").rows()
    assert found == [
        (date(1999, 9, 1), date(1999, 9, 10), "Almaty", ["KAZ", "TUR", "USA"]),
        (date(1985, 1, 1), date(1985, 12, 31), None, ["DDR", "SUN"]),  # NA is no day; the states of their time
    ]
    assert batch.skipped == {"fewer than two states": 1, "no year, or ends before it starts": 1}


def test_the_same_exercise_in_two_files_is_one_report(sample, reads) -> None:
    one, other = (reads("exercises", sample("exercises", name)).tables["report"]["report"] for name in FILES)
    assert set(one) == set(other)


def test_a_month_without_a_day_is_a_month(sample, reads) -> None:
    batch = reads("exercises", sample("exercises", "jme_sample.xlsx"))
    assert batch.tables["report"].select("date_from", "date_to", "actors").rows() == [
        (date(2002, 6, 1), date(2002, 6, 20), ["BGR", "ROU", "TUR"])
    ]  # ROM is Romania; the row without any date is left out
    assert batch.skipped == {"no year, or ends before it starts": 1}


def test_a_year_with_a_blank_behind_it_is_a_year(sample, reads, tmp_path: Path) -> None:
    path = tmp_path / "mme.csv"
    path.write_text(sample("exercises", "mme_sample.csv").read_text().replace(",1999,9,", ",1999.0 , 9.0 ,"))
    assert reads("exercises", path).tables["report"]["date_from"][0] == date(1999, 9, 1)


@pytest.mark.parametrize("name", ["mme_v7.csv", "mme-v7-long.csv"])
def test_no_turkish_drill_with_central_asia_of_1980_to_2010_was_bilateral(shared_data, reads, name: str) -> None:
    reports = reads("exercises", shared_data / "exercises_mme_jme" / name).tables["report"]
    both = reports.filter(
        pl.col("actors").list.contains("TUR"), pl.col("actors").list.set_intersection(CENTRAL_ASIA).list.len() > 0
    )
    assert len(both) > 15
    assert both["actors"].list.len().min() > 2  # type: ignore[operator]


def test_jme_has_bilateral_drills_so_the_finding_is_not_an_artefact_of_reading(shared_data, reads) -> None:
    reports = reads("exercises", shared_data / "exercises_mme_jme/jme_v3.xls").tables["report"]
    assert reports.filter(pl.col("actors").list.len() == 2).height > 500
