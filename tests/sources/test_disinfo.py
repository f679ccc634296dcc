"""Cases of disinformation, and defence cooperation agreements."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from comity.errors import SourceError, UnknownState
from comity.tables import WORLD


def test_a_case_told_twice_is_one_report_and_russia_is_never_its_own_target(sample, reads) -> None:
    batch = reads("disinfo", sample("disinfo", "cases_sample.csv"))
    assert batch.tables["report"].select("actors", "recipients", "date_from").rows() == [
        (["RUS"], ["EST", "LTU", "LVA", "TUR"], date(2020, 5, 4)),
        (["RUS"], ["KAZ", "USA"], date(2020, 6, 1)),
    ]
    assert batch.skipped == {"told before": 1, "names no state but Russia": 1}
    pairs = batch.tables["coverage"].select("a", "b").unique().rows()
    assert ("RUS", "TUR") in pairs
    assert ("KAZ", "RUS") in pairs


def test_the_months_after_the_newest_case_are_not_covered(sample, reads) -> None:
    coverage = reads("disinfo", sample("disinfo", "cases_sample.csv")).tables["coverage"]
    assert coverage["date_from"].min() == date(2020, 1, 1)
    assert coverage["date_to"].max() == coverage["known"].max() == date(2020, 6, 1)


def test_a_name_nobody_knows_names_its_row(sample, reads, tmp_path: Path) -> None:
    path = tmp_path / "posts.csv"
    path.write_text(sample("disinfo", "cases_sample.csv").read_text().replace("Kazakhstan", "Absurdistan"))
    with pytest.raises(UnknownState, match=r"posts\.csv, row 3: 'Absurdistan' is no state"):
        reads("disinfo", path)


def test_real_cases_are_read_whole_with_the_225_that_name_turkey(shared_data, reads) -> None:
    batch = reads("disinfo", shared_data / "euvsdisinfo/posts_2015-01_2021-02.csv")
    assert batch.rows == 11_052 == batch.kept + sum(batch.skipped.values())
    assert batch.skipped["told before"] == 160
    turkey = batch.tables["report"].filter(pl.col("recipients").list.contains("TUR"))
    assert 200 < len(turkey) <= 225  # 225 rows name it, some of them twice under one address
    cases = batch.tables["measure"]
    every = cases.filter(pl.col("subject") == WORLD)
    assert (every["date"].min(), every["date"].max()) == (
        date(2015, 3, 31),
        date(2020, 12, 31),
    )  # not the quarter cut short
    mine = cases.filter(pl.col("subject") == "RUS>TUR")["value"].sum()
    assert mine == len(turkey.filter(pl.col("date_from") <= date(2020, 12, 31)))


def test_codes_for_not_known_are_never_read_as_no_agreement(sample, reads) -> None:
    batch = reads("agreements", sample("agreements", "dcad_dyadic_sample.csv"))
    rows = batch.tables["measure"].filter(pl.col("subject") != WORLD).select("subject", "name").rows()
    assert set(rows) == {
        ("KAZ>TUR", "defence_agreement"),
        ("KAZ>TUR", "defence_agreement_broad"),
        ("KAZ>TUR", "defence_agreement_general"),
        ("TUR>UZB", "defence_agreement_broad"),  # the rest of that row is not known
    }
    assert batch.tables["measure"]["value"].min() == 1
    assert batch.skipped == {"no value": 1}
    assert batch.kept == 4


def test_a_new_code_below_zero_is_an_error_and_not_a_number(sample, reads, tmp_path: Path) -> None:
    path = tmp_path / "DCAD-v1.0-dyadic.csv"
    path.write_text(sample("agreements", "dcad_dyadic_sample.csv").read_text().replace("-99", "-77"))
    with pytest.raises(SourceError, match=r"DCAD-v1\.0-dyadic\.csv, row 4: a code below zero"):
        reads("agreements", path)
