"""Alliances: signed, broken, not renewed, and promised by year."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from comity.errors import SourceError


def test_a_pact_of_two_is_signed_and_who_left_leaves_those_who_stay(sample, reads) -> None:
    batch = reads("atop", sample("atop", "members_sample.csv"))
    found = batch.tables["report"].select("actors", "recipients", "stage", "polarity", "date_from", "date_to").rows()
    assert found == [
        (["AZE", "TUR"], [], "signed", 1, date(2010, 8, 16), date(2010, 8, 16)),  # the other row has no day
        (["UZB"], ["KAZ", "RUS"], "cancelled", -1, date(2012, 6, 1), date(2012, 6, 30)),
        (["ALB", "SUN"], [], "ended", -1, date(1990, 1, 1), date(1990, 1, 1)),
    ]
    assert batch.skipped == {
        "ended before 1980": 1,
        "a later phase": 2,
        "replaced by a new agreement": 2,
    }


def test_a_promise_of_either_side_is_the_pairs(sample, reads) -> None:
    batch = reads("atop", sample("atop", "pair_years_sample.parquet"))
    mine = batch.tables["measure"].filter(pl.col("subject") == "AZE>TUR")
    assert mine.select("name", "date", "value").rows() == [
        ("alliance_consultation", date(2015, 12, 31), 1.0),
        ("alliance_defence", date(2015, 12, 31), 1.0),
    ]
    assert (batch.rows, batch.kept) == (3, 2)


def test_an_impossible_day_names_its_row(sample, reads, tmp_path: Path) -> None:
    path = tmp_path / "atop5_1m.csv"
    path.write_text(sample("atop", "members_sample.csv").read_text().replace("2010,8,16", "2010,13,16"))
    with pytest.raises(SourceError, match=r"atop5_1m\.csv, row 1: .*is no day"):
        reads("atop", path)


def test_real_alliances_have_the_two_pacts_of_turkey_and_azerbaijan_and_uzbekistan_leaving(shared_data, reads) -> None:
    batch = reads("atop", shared_data / "atop/atop5_1m.csv")
    assert batch.rows == 2_510 == batch.kept + sum(batch.skipped.values())
    reports = batch.tables["report"]
    pacts = reports.filter(pl.col("actors") == pl.lit(["AZE", "TUR"]))
    assert pacts["date_from"].sort().to_list() == [date(1994, 2, 9), date(2010, 8, 16)]
    left = reports.filter(pl.col("actors") == pl.lit(["UZB"]), pl.col("date_from") == date(2012, 6, 28))
    assert left.select("recipients", "stage").rows() == [(["ARM", "BLR", "KAZ", "KGZ", "RUS", "TJK"], "cancelled")]


def test_real_pair_years_are_read_whole_and_nato_is_in_them(shared_data, reads) -> None:
    batch = reads("atop", shared_data / "peacesciencer/atop_alliance.parquet")
    assert batch.rows == 273_296 == batch.kept + sum(batch.skipped.values())
    table = batch.tables["measure"].filter(pl.col("subject") == "TUR>USA", pl.col("name") == "alliance_defence")
    assert table["date"].dt.year().to_list() == list(range(1980, 2019))
