"""Tone by week, troops, and soft power."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.sources.rows import end, values

from comity.errors import UnknownState
from comity.tables import WORLD


def test_a_week_without_a_day_seen_is_missing_and_says_so(sample, reads) -> None:
    batch = reads("dyadday", sample("dyadday", "days_sample.parquet"))
    assert values(batch) == [
        (WORLD, "gdelt_days", date(2018, 1, 7), 2.0),  # Monday the 1st and Wednesday the 3rd
        (WORLD, "gdelt_days", date(2018, 1, 14), 0.0),
        (WORLD, "gdelt_days", date(2018, 1, 21), 1.0),
        ("KAZ>TUR", "gdelt_against", date(2018, 1, 7), 1.5),  # its one day below zero
        ("KAZ>TUR", "gdelt_tone", date(2018, 1, 7), 3.5),
        ("KAZ>TUR", "gdelt_tone", date(2018, 1, 21), 3.0),
        ("TUR>UZB", "gdelt_tone", date(2018, 1, 7), 2.0),
    ]
    assert batch.tables["measure"]["known"].min() == date(2018, 1, 8)
    assert batch.skipped == {"a state with itself": 1}


def test_each_row_with_a_strange_code_is_named_with_its_own(sample, reads, tmp_path: Path) -> None:
    path = tmp_path / "days.parquet"
    rows = {"date": [date(2018, 1, 1)] * 3, "a": ["KAZ", "QQQ", "KAZ"], "b": ["TUR", "TUR", "QQZ"], "edge": [1.0] * 3}
    for turned in (False, True):
        days = pl.DataFrame(rows)
        (days.reverse() if turned else days).write_parquet(path)
        with pytest.raises(UnknownState, match=f"row {1 if turned else 2}: '{'QQZ' if turned else 'QQQ'}'"):
            reads("dyadday", path)


def test_the_96_missing_days_of_the_real_table_are_missing(shared_data, reads, case) -> None:
    batch = reads("dyadday", shared_data / "gdelt_dyad_day/gdelt_dyad_day_2018_2024.parquet")
    assert batch.rows == 2_706_067 == batch.kept + sum(batch.skipped.values())
    table = batch.tables["measure"]
    seen = table.filter(pl.col("subject") == WORLD)
    span = (date(2024, 2, 23) - date(2018, 1, 1)).days + 1
    assert span - int(seen["value"].sum()) == 96
    for partner in case.roles.held:
        subject = ">".join(sorted(("TUR", partner)))
        assert table.filter(pl.col("subject") == subject).height > 150, subject
    assert table["measure"].is_unique().all()


def test_of_two_spellings_the_one_with_troops_counts_and_former_states_have_theirs(sample, reads) -> None:
    batch = reads("presence", sample("presence", "troops_sample.csv"))
    assert values(batch) == [
        ("USA>BIH", "troops", end(2013), 9),
        ("USA>CSK", "troops", end(1985), 10),
        ("USA>KGZ", "troops", end(2020), 12),
    ]
    assert batch.skipped == {"before 1980": 1, "no state": 1, "another spelling of the state": 1}


def test_a_country_with_a_code_and_no_number_is_a_state(reads, tmp_path: Path) -> None:
    path = tmp_path / "troops.csv"
    path.write_text("countryname,year,ccode,iso3c,troops_ad\nGreenland,2020,NA,GRL,150\nKyrgyzstan,2020,NA,NA,2\n")
    assert values(reads("presence", path)) == [
        ("USA>GRL", "troops", end(2020), 150),
        ("USA>KGZ", "troops", end(2020), 2),
    ]


def test_real_troops_are_read_whole_and_the_base_at_manas_is_in_them(shared_data, reads) -> None:
    batch = reads("presence", shared_data / "us_troops/troopdata-rebuild-country-year.csv")
    assert batch.rows == 13_135 == batch.kept + sum(batch.skipped.values())
    assert batch.tables["measure"].filter(pl.col("subject") == "USA>KGZ")["date"].max() == end(2024)


def test_a_cell_not_known_is_no_zero_and_students_go_both_ways(sample, reads) -> None:
    batch = reads("softpower", sample("softpower", "diplomacy_sample.csv"))
    assert values(batch) == [
        ("CHN>KAZ", "confucius_institutes", end(2016), 0),
        ("CHN>KAZ", "government_visits", end(2016), 9),
        ("CHN>KAZ", "journalist_visits", end(2016), 5),
        ("CHN>KAZ", "military_visits", end(2016), 2),
        ("CHN>KAZ", "sister_cities", end(2016), 1),
        ("KAZ>CHN", "students_to", end(2016), 14000),
    ]
    assert batch.skipped == {"no value": 1}


def test_finance_is_summed_by_recipient_and_visits_are_counted(sample, reads) -> None:
    money = reads("softpower", sample("softpower", "finance_sample.csv"))
    assert values(money) == [("CHN>KAZ", "official_finance_usd", end(2010), 2000000.5)]
    assert money.skipped == {"not recommended for research": 1, "no sum": 1, "no one recipient": 1}
    visits = [row for row in values(reads("softpower", sample("softpower", "visits_sample.csv"))) if row[0] != WORLD]
    assert visits == [("CHN>KAZ", "leader_visits", end(2013), 2), ("CHN>SUN", "leader_visits", end(1991), 1)]


def test_real_files_of_soft_power_are_read_whole(shared_data, reads) -> None:
    folder = shared_data / "china_public_diplomacy"
    for name, rows in {
        "ChinesePublicDiplomacy.csv": 741,
        "GlobalChineseOfficialFinanceDataset_v1.0.xlsx": 5_466,
        "WHO-WHERE-WHEN-dataset-v.1.1.xlsx": 595,
    }.items():
        batch = reads("softpower", folder / name)
        assert batch.rows == rows == batch.kept + sum(batch.skipped.values()), name
        assert batch.tables["measure"].filter(pl.col("subject") == "CHN>KAZ").height > 3, name
