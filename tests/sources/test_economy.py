"""Size, wealth and democracy of states."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from comity.errors import SourceError


def test_numbers_come_in_whole_dollars_and_persons_with_bounds_not_below_zero(sample, reads) -> None:
    batch = reads("economy", sample("economy", "gdp_sample.parquet"))
    found = {(s, n): (v, low, high) for s, n, v, low, high in batch.tables["measure"].select("subject", "name", "value", "low", "high").iter_rows()}  # fmt: skip
    assert found["TUR", "gdp_usd"] == pytest.approx((2000e6, 355e6, 3645e6))  # 2000 +- 1.645 * 1000
    assert found["KAZ", "gdp_usd"] == pytest.approx((400e6, 0, 1222.5e6))
    assert found["TUR", "population"] == pytest.approx((80e6, 73.42e6, 86.58e6))
    assert ("SUN", "gdp_usd") in found  # number 365 in 1990
    assert batch.skipped == {"before 1980": 1, "no value": 1}


def test_democracy_is_public_in_the_spring_after(sample, reads) -> None:
    batch = reads("economy", sample("economy", "democracy_sample.parquet"))
    assert batch.tables["measure"].select("subject", "name", "value", "known").rows() == [
        ("KAZ", "polyarchy", 0.2, date(2025, 4, 1)),
        ("TUR", "polyarchy", 0.3, date(2025, 4, 1)),
    ]
    assert batch.skipped == {"no value": 1, "before 1980": 1}


@pytest.mark.parametrize("name", ["bank_sample.csv", "bank_api_sample.csv"])
def test_the_bulk_file_and_the_one_with_a_preamble_say_the_same(sample, reads, name: str) -> None:
    batch = reads("economy", sample("economy", name))
    assert batch.tables["measure"].select("subject", "name", "date", "value").rows() == [
        ("TUR", "population", date(2000, 12, 31), 64e6),
        ("TUR", "population", date(2001, 12, 31), 65e6),
        ("XKX", "population", date(2000, 12, 31), 1.7e6),
    ]
    assert batch.skipped == {"region or group": 1, "indicator not used": 1, "no value": 1}


def test_an_answer_of_the_api_is_read_without_regions(sample, reads) -> None:
    batch = reads("economy", sample("economy", "bank_sample.json"))
    assert batch.tables["measure"].select("subject", "name", "value").rows() == [
        ("KAZ", "lpi", 2.7),
        ("KAZ", "population", 2e7),
        ("TUR", "population", 8.5e7),
    ]
    assert batch.skipped == {"region or group": 1, "before 1980": 1, "indicator not used": 1, "no value": 1}


def test_text_where_a_number_should_be_names_row_and_column(sample, reads, tmp_path: Path) -> None:
    path = tmp_path / "wdi.csv"
    path.write_text(sample("economy", "bank_sample.csv").read_text().replace("65000000", "many"))
    with pytest.raises(SourceError, match=r"wdi\.csv, row 1: 2001 is 'many', no number"):
        reads("economy", path)


def test_real_tables_name_every_state_of_the_case_each_year(shared_data: Path, reads, case) -> None:
    gdp = reads("economy", shared_data / "isard/cw_gdppop.parquet")
    democracy = reads("economy", shared_data / "isard/cw_democracy.parquet")
    assert (gdp.rows, democracy.rows) == (16_536, 17_706)
    for state in case.roles.held + case.roles.patrons:
        mine = gdp.tables["measure"].filter(pl.col("subject") == state, pl.col("date") > date(1995, 1, 1))
        assert mine.group_by("name").len()["len"].to_list() == [25, 25], state  # 1995 to 2019
        votes = democracy.tables["measure"].filter(pl.col("subject") == state, pl.col("date") > date(1995, 1, 1))
        assert len(votes) == 31, state  # 1995 to 2025
