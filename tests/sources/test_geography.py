"""Distances, borders and languages; and files of R."""

from __future__ import annotations

import bz2
from pathlib import Path

import polars as pl
import pytest

from comity import rfile
from comity.errors import SourceError, UnknownState


def values(batch) -> dict:
    table = batch.tables["measure"]
    return {(s, n): v for s, n, v in table.select("subject", "name", "value").iter_rows()}


def test_a_pair_is_one_row_and_a_flag_is_written_where_it_holds(sample, reads) -> None:
    batch = reads("geography", sample("geography", "pairs_sample.csv"))
    assert values(batch) == {
        ("KAZ>TUR", "distance_km"): 3900,
        ("KAZ>TUR", "distance_weighted_km"): 3500.5,
        ("KAZ>UZB", "distance_km"): 700,  # the weighted one is missing
        ("KAZ>UZB", "border"): 1,
        ("KAZ>UZB", "language_official"): 1,
        ("KAZ>UZB", "same_country"): 1,  # in one of two rows that contradict each other
        ("ROU>TUR", "distance_km"): 450,
        ("ROU>TUR", "distance_weighted_km"): 600,
    }
    assert batch.skipped == {"a state with itself": 1}


def test_states_are_read_from_a_file_of_r(sample, reads) -> None:
    batch = reads("geography", sample("geography", "geo_cepii.rda"))
    assert values(batch) == {("KAZ", "area_km2"): 2717300, ("KAZ", "landlocked"): 1, ("TUR", "landlocked"): 0}
    assert batch.skipped == {"another city of the state": 1}


def test_a_code_nobody_knows_names_its_row(sample, reads, tmp_path: Path) -> None:
    path = tmp_path / "dist.csv"
    path.write_text(sample("geography", "pairs_sample.csv").read_text().replace("ROM", "RUM"))
    with pytest.raises(UnknownState, match=r"dist\.csv, row 5: 'RUM' is no state's code"):
        reads("geography", path)


def test_a_file_of_r_with_each_byte_changed_is_read_or_a_clear_error(sample, tmp_path: Path) -> None:
    whole = bz2.decompress(sample("geography", "geo_cepii.rda").read_bytes())
    path = tmp_path / "geo_cepii.rda"
    for place in range(7, len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            rfile.frame(path)
        except SourceError as error:
            assert "geo_cepii.rda" in str(error)  # noqa: PT017 - some changes leave a frame


# Rows, columns, and some cells of each file as pyreadr 0.5.8 reads it; the whole frames were compared once, cell by cell.
REAL = {
    "cepii/dist_cepii.rda": (50_176, 14, {"iso_d": "AFG", "dist": 13257.81}),
    "cepii/geo_cepii.rda": (238, 34, {"iso3": "AFG", "country": "Afghanistan"}),
    "unga/un_roll_calls.rda": (6_203, 9, {"rcid": 4, "unres": "R/1/79"}),
    "unga/un_roll_call_issues.rda": (5_745, 3, {"rcid": 9001, "short_name": "me"}),
}


@pytest.mark.parametrize("name", REAL)
def test_files_of_r_are_read_as_pyreadr_reads_them(shared_data: Path, name: str) -> None:
    rows, columns, cells = REAL[name]
    table = rfile.frame(shared_data / name)
    assert table.shape == (rows, columns)
    assert {c: table[c][1] for c in cells} == cells


def test_real_pairs_are_read_whole_and_turkey_shares_a_language_with_no_partner(shared_data, reads, case) -> None:
    batch = reads("geography", shared_data / "cepii/dist_cepii.rda")
    assert batch.rows == 50_176 == batch.kept + sum(batch.skipped.values())
    table = batch.tables["measure"]
    assert table.filter(pl.col("name") == "distance_km").height == 224 * 223 / 2
    for partner in case.roles.held:
        assert values(batch).get((">".join(sorted(("TUR", partner))), "language_ethnic")) is None
        assert values(batch)[">".join(sorted(("TUR", partner))), "distance_km"] > 500
