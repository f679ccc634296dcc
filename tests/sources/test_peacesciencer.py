"""Tables that peacesciencer bundles: Correlates of War, conflict, politics."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from tests.sources.rows import end, values

from comity.tables import WORLD


def test_a_missing_budget_is_left_out_and_the_rest_of_the_row_stays(sample, reads) -> None:
    batch = reads("cow", sample("cow", "capability_sample.parquet"))
    assert values(batch) == [
        ("KAZ", "cinc", end(2020), 0.002),  # -9 thousand dollars is no number
        ("TUR", "cinc", end(2020), 0.015),
        ("TUR", "milex_usd", end(2020), 15e6),
    ]
    assert batch.skipped == {"before 1980": 1, "state ended by the end of the year": 1}  # West Germany in 1990


def test_both_sides_of_a_dispute_are_one_pair_and_the_world_says_which_years_were_looked_at(sample, reads) -> None:
    batch = reads("cow", sample("cow", "disputes_sample.parquet"))
    assert values(batch) == [
        (WORLD, "mid_onset", end(2000), 1),
        (WORLD, "mid_onset", end(2001), 1),
        ("KGZ>TJK", "mid_hostility", end(2000), 4),
        ("KGZ>TJK", "mid_hostility", end(2001), 4),
        ("KGZ>TJK", "mid_onset", end(2000), 2),
        ("KGZ>TJK", "mid_onset", end(2001), 0),
    ]
    assert (batch.rows, batch.kept) == (7, 6)


def test_sharing_no_organisation_is_zero_and_not_knowing_is_nothing(sample, reads) -> None:
    batch = reads("cow", sample("cow", "organisations_sample.parquet"))
    assert values(batch) == [("KAZ>TUR", "igo_shared", end(2010), 30), ("KAZ>TUR", "igo_shared", end(2011), 0)]
    assert batch.skipped == {"before 1980": 1, "no value": 1}


def test_a_border_counts_in_each_year_on_whose_last_day_it_was_there(sample, reads) -> None:
    batch = reads("cow", sample("cow", "contiguity_sample.parquet"))
    assert values(batch) == [("KAZ>KGZ", "contiguity", end(year), 1) for year in (2014, 2015, 2016)]
    assert batch.skipped == {"not contiguous": 1, "ended before 1980": 1}  # it ended in November 1980


def test_a_distance_is_written_when_it_moves(sample, reads) -> None:
    assert values(reads("cow", sample("cow", "distance_sample.parquet"))) == [
        ("KAZ>TUR", "distance_min_km", end(2000), 660),
        ("KAZ>TUR", "distance_min_km", end(2002), 670),
    ]


def test_a_quarter_and_an_eighth_of_the_equator(sample, reads) -> None:
    found = reads("cow", sample("cow", "capitals_sample.parquet")).tables["measure"]
    assert dict(found.select("date", "value").iter_rows()) == {
        end(2000): pytest.approx(10007.5, abs=0.5),  # 2 pi 6371 / 4
        end(2001): pytest.approx(5003.8, abs=0.5),
    }


def test_a_rivalry_holds_from_its_first_year_to_its_last(sample, reads) -> None:
    batch = reads("conflict", sample("conflict", "rivalries_sample.parquet"))
    mine = [(s, d) for s, _, d, _ in values(batch) if s != WORLD]
    assert mine == [("KGZ>TJK", end(year)) for year in (2018, 2019, 2020)]


def test_the_worst_of_a_states_conflicts_counts(sample, reads) -> None:
    batch = reads("conflict", sample("conflict", "conflicts_sample.parquet"))
    assert [row for row in values(batch) if row[0] != WORLD] == [
        ("KGZ>TJK", "interstate_conflict", end(2020), 1),
        ("TJK", "internal_conflict", end(2020), 2),
    ]
    assert batch.skipped == {"colonial war": 1, "before 1980": 1}


def test_a_first_leader_is_no_change_and_an_irregular_one_is_marked(sample, reads) -> None:
    batch = reads("politics", sample("politics", "leaders_sample.parquet"))
    assert [row for row in values(batch) if row[0] != WORLD] == [
        ("KGZ", "leader_change", date(2005, 3, 25), 1),
        ("KGZ", "leader_change", date(2010, 4, 8), 1),
        ("KGZ", "leader_change_irregular", date(2005, 3, 25), 1),
    ]
    assert batch.skipped == {"first leader of his state": 2, "before 1980": 1}


def test_of_two_rows_of_a_year_the_state_of_its_end_counts(sample, reads) -> None:
    batch = reads("politics", sample("politics", "fractionalisation_sample.parquet"))
    assert ("RUS", "ethnic_fractionalisation", end(1991), 0.3) in values(batch)
    assert batch.skipped == {"before 1980": 1, "a second row of the year": 1}


REAL = [
    ("cow", "cow_nmc", 17_121),
    ("cow", "cow_mid_dirdisps", 11_390),
    ("cow", "cow_igo_ndy", 917_695),
    ("cow", "cow_contdir", 1_874),
    ("cow", "cow_mindist", 952_244),
    ("cow", "cow_capitals", 242),
    ("conflict", "tss_rivalries", 264),
    ("conflict", "ucdp_acd", 5_652),
    ("politics", "archigos", 3_409),
    ("politics", "hief", 8_808),
]


@pytest.mark.parametrize(("source", "name", "rows"), REAL, ids=[name for _, name, _ in REAL])
def test_real_tables_are_read_whole_with_each_row_kept_or_counted(shared_data, reads, source, name, rows) -> None:
    batch = reads(source, shared_data / f"peacesciencer/{name}.parquet")
    assert batch.rows == rows == batch.kept + sum(batch.skipped.values())
    assert batch.tables["measure"].filter(pl.col("subject").str.contains("TUR")).height > 0


def test_the_war_in_ukraine_and_the_kyrgyz_tajik_clashes_are_conflicts_between_states(shared_data, reads) -> None:
    found = values(reads("conflict", shared_data / "peacesciencer/ucdp_acd.parquet"))
    assert {("RUS>UKR", "interstate_conflict", end(year), 2.0) for year in (2022, 2023, 2024)} <= set(found)
    assert ("KGZ>TJK", "interstate_conflict", end(2022), 1.0) in found
