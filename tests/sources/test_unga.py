"""Ideal points in the General Assembly."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from importlib.resources import files
from itertools import combinations
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import cohen_kappa_score

from comity.errors import SourceError
from comity.sources.unga.votes import kappa


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


def test_a_stata_file_that_names_billions_of_rows_is_left_at_once(sample, reads, tmp_path: Path) -> None:
    """ReadStat reads on for hours; the five rows of the sample become 1,962,934,277 by one byte."""
    content = bytearray(sample("unga", "ideal_points_sample.dta").read_bytes())
    content[content.index(b"<N>") + 6] = 0x75
    path = tmp_path / "points.dta"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"points\.dta: too short for the 1962934277 rows that it names"):
        reads("unga", path)


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


def test_kappa_takes_out_what_chance_would_give() -> None:
    """Of four votes three alike; by chance 0.5 x 0.25 + 0.25 x 0.5 + 0.25 x 0.25 = 0.3125: (0.75 - 0.3125) / 0.6875."""
    table, both = kappa(np.array([[0, 0, 1, 2, -1], [0, 1, 1, 2, 0]], np.int8))
    assert table[0, 1] == pytest.approx(0.4375 / 0.6875)
    assert both[0, 1] == 4  # an absence is no choice


def test_kappa_agrees_with_scikit_learn_on_invented_ballots() -> None:
    ballot = np.random.default_rng(7).integers(-1, 3, (6, 80)).astype(np.int8)
    table, _ = kappa(ballot)
    for a, b in combinations(range(6), 2):
        cast = (ballot[a] >= 0) & (ballot[b] >= 0)
        assert table[a, b] == pytest.approx(cohen_kappa_score(ballot[a][cast], ballot[b][cast]))


def test_states_that_vote_alike_and_against_each_other(sample, reads) -> None:
    batch = reads("unga", sample("unga", "un_votes.rda"))
    found = dict(batch.tables["measure"].select("subject", "value").iter_rows())
    # 16 of 24 alike; Turkey yes 16, no 8; Kazakhstan yes 8, no 8, abstain 8: chance (16 x 8 + 8 x 8) / 24^2 = 1/3
    assert found["KAZ>TUR"] == pytest.approx(0.5)
    assert found["RUS>TUR"] < 0
    assert not [s for s in found if "UZB" in s]  # two votes are too few
    assert batch.rows == batch.kept + sum(batch.skipped.values())
    calls = reads("unga", sample("unga", "un_roll_calls.rda")).tables["measure"]
    assert calls.select("subject", "value").rows() == [("*", 24.0)]


def test_votes_without_their_dates_beside_them_say_so(sample, reads, tmp_path: Path) -> None:
    path = tmp_path / "un_votes.rda"
    path.write_bytes(sample("unga", "un_votes.rda").read_bytes())
    with pytest.raises(SourceError, match=r"un_votes\.rda: no un_roll_calls\.rda beside it"):
        reads("unga", path)


def test_real_votes_are_read_whole_and_israel_votes_with_the_united_states(shared_data: Path, reads) -> None:
    batch = reads("unga", shared_data / "unga/un_votes.rda")
    assert batch.rows == 870_109 == batch.kept + sum(batch.skipped.values())
    year = batch.tables["measure"].filter(pl.col("date") == date(2018, 12, 31))
    found = dict(year.select("subject", "value").iter_rows())
    # scikit-learn 1.7, cohen_kappa_score over the votes that both cast in 2018
    expected = {"ISR>USA": 0.784, "TUR>USA": 0.094, "KAZ>RUS": 0.175, "AZE>TUR": -0.033}
    assert {s: found[s] for s in expected} == expected


def test_stata_files_are_recognised_where_pandas_is_not_installed() -> None:
    """The parser asks for pandas unless it is told otherwise, and the package does not bring it."""
    sample = files("comity.sources.unga").joinpath("sample/ideal_points_sample.dta")
    asks = f"""
import sys
sys.modules["pandas"] = None
from pathlib import Path
from comity.columns import header
from comity.sources.unga.read import layout
assert layout(Path({str(sample)!r})) == "stata"
assert header(Path({str(sample)!r}))
"""
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
