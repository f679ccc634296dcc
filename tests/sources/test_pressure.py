"""The peace scale, signals of support, and sanctions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from tests.sources.rows import end, values

from comity.errors import SourceError, UnknownState


def test_a_year_spoilt_by_a_month_that_could_not_be_told_is_no_security_community(sample, reads) -> None:
    batch = reads("peace", sample("peace", "peace_years_sample.csv"))
    assert values(batch) == [
        ("KAZ>TUR", "peace_level", end(2015), 0.5),
        ("KAZ>TUR", "peace_level", end(2016), 0.75),
        ("KAZ>TUR", "peace_level", end(2017), 0.625),  # a mean of two steps
        ("KGZ>TJK", "peace_level", end(2010), 0.25),
        ("KGZ>TJK", "peace_level", end(2013), 0.25),  # beside a year of 9, and a plain step itself
    ]
    assert batch.skipped == {"before 1980": 1, "could not be told": 2}


def test_real_peace_levels_stay_on_the_scale(shared_data, reads) -> None:
    batch = reads("peace", shared_data / "peace_scale/peacedatav31dyyearmean.csv")
    assert batch.rows == 99_387 == batch.kept + sum(batch.skipped.values())
    assert batch.tables["measure"]["value"].is_between(0, 1).all()


def test_signals_go_from_each_power_to_a_state_and_never_to_itself(sample, reads) -> None:
    batch = reads("signals", sample("signals", "signals_sample.csv"))
    found = {(s, n, d): v for s, n, d, v in values(batch)}
    assert found["RUS>KAZ", "support_arms", end(2012)] == 75
    assert found["RUS>KAZ", "support_visit", end(2012)] == 1
    assert found["USA>KAZ", "support_aid_usd", end(2012)] == 7.6e7
    assert found["CHN>KAZ", "support_troops", end(2012)] == 0  # coded as none, which is a number
    assert found["USA>SUN", "support_words", end(1985)] == 12  # number 365 in 1985
    assert not [s for s, *_ in found if s.split(">")[0] == s.split(">")[1]]
    assert batch.skipped == {"before 1980": 1}


def test_real_signals_are_read_whole(shared_data, reads, case) -> None:
    batch = reads("signals", shared_data / "support_signals/mcmanus_nieman_individual_signals.csv")
    assert batch.rows == 9_266 == batch.kept + sum(batch.skipped.values())
    for partner in case.roles.held:
        mine = batch.tables["measure"].filter(pl.col("subject") == f"RUS>{partner}", pl.col("name") == "support_arms")
        assert mine["date"].max() == end(2012), partner


def test_senders_of_one_case_act_together_and_a_comma_may_be_part_of_a_name(sample, reads) -> None:
    batch = reads("sanctions", sample("sanctions", "cases_sample.csv"))
    found = batch.tables["report"].select("actors", "recipients", "instrument", "stage", "date_from", "date_to").rows()
    assert found == [
        (["EU", "NOR", "YEM"], ["TUR"], "coercion", "executed", date(2019, 1, 1), end(2019)),
        (["EU", "NOR", "YEM"], ["TUR"], "rupture", "suspended", date(2019, 1, 1), end(2019)),
        (["UZB"], ["KGZ"], "coercion", "executed", date(2013, 1, 1), end(2013)),
        (["NOR"], ["TUR"], "coercion", "executed", date(2021, 1, 1), end(2021)),
    ]
    assert batch.skipped == {"sender or target is no state": 1}


def test_cases_in_force_are_counted_from_the_first_year_in_which_one_ended(sample, reads) -> None:
    batch = reads("sanctions", sample("sanctions", "cases_sample.csv"))
    found = {(s, n, d.year): v for s, n, d, v in values(batch)}
    assert ("UZB>KGZ", "sanctions_active", 2013) not in found  # in force, but others that ended by then may be missing
    assert found["UZB>KGZ", "sanctions_active", 2014] == 1
    assert found["NOR>TUR", "sanctions_active", 2020] == 1
    assert found["NOR>TUR", "sanctions_active", 2021] == 2
    assert found["NOR>TUR", "sanctions_arms_active", 2021] == 1


def test_a_party_nobody_knows_names_its_row(sample, reads, tmp_path: Path) -> None:
    path = tmp_path / "gsdb.csv"
    path.write_text(sample("sanctions", "cases_sample.csv").read_text().replace("Kyrgyzstan", "Absurdistan"))
    with pytest.raises(UnknownState, match=r"gsdb\.csv, row 2: 'Absurdistan' is no state"):
        reads("sanctions", path)
    path.write_text(sample("sanctions", "cases_sample.csv").read_text().replace("2013,2014", "2014,2013"))
    with pytest.raises(SourceError, match=r"row 2: from 2014.0 to 2013.0 are no years"):
        reads("sanctions", path)


def test_real_sanctions_are_read_whole_with_those_of_uzbekistan_on_kyrgyzstan(shared_data, reads) -> None:
    batch = reads("sanctions", shared_data / "sanctions_gsdb/GSDB_V3.csv")
    assert batch.rows == 588 == batch.kept + sum(batch.skipped.values())
    mine = batch.tables["report"].filter(pl.col("actors") == pl.lit(["UZB"]), pl.col("recipients") == pl.lit(["KGZ"]))
    assert mine["date_from"].sort().to_list() == [date(2013, 1, 1), date(2014, 1, 1)]
