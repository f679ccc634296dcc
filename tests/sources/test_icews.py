"""Events of ICEWS and POLECAT, and the reports made of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from comity import cameo, flow, intake
from comity.cases import Case
from comity.errors import UnknownState
from comity.events import renewed
from comity.lake import Lake
from comity.sources import catalogue
from comity.sources.polecat.read import plover
from comity.vocabulary import INSTRUMENTS, Stage


def told(batch) -> list[tuple]:
    return batch.tables["event"].select("actor", "recipient", "code", "date", "known").rows()


def test_only_those_who_act_for_a_state_count_and_a_longer_code_is_its_root(sample, reads) -> None:
    batch = reads("icews", sample("icews", "events.2018.sample.tab"))
    days = (date(2018, 6, 1), date(2018, 6, 2))
    assert told(batch) == [
        ("TUR", "KAZ", "057", *days),
        ("TUR", "KAZ", "042", *days),
        ("MKD", "KAZ", "040", *days),
    ]
    assert batch.skipped == {"not two governments": 1, "within one state": 1, "code says nothing of a tie": 1}


def test_offices_and_bare_names_of_states_act_for_them_in_a_table_of_names(sample, reads) -> None:
    batch = reads("icews", sample("icews", "names_sample.parquet"))
    assert [row[:3] for row in told(batch)] == [("TUR", "KAZ", "057"), ("TUR", "UZB", "062")]
    assert batch.rows == batch.kept + sum(batch.skipped.values())


def test_a_table_that_has_lost_turkey_is_not_read_as_turkish_silence(sample, reads, tmp_path: Path) -> None:
    whole = pl.read_parquet(sample("icews", "names_sample.parquet"))
    path = tmp_path / "names.parquet"
    whole.filter(pl.col("subject") != "Turkey", pl.col("object") != "Turkey").write_parquet(path)
    batch = reads("icews", path)
    assert (batch.kept, batch.skipped) == (0, {"table without Turkey": batch.rows})
    assert "coverage" not in batch.tables


def test_a_country_nobody_knows_names_its_row(sample, reads, tmp_path: Path) -> None:
    path = tmp_path / "events.2018.tab"
    path.write_text(sample("icews", "events.2018.sample.tab").read_text().replace("Macedonia", "Absurdistan"))
    with pytest.raises(UnknownState, match=r"events\.2018\.tab, row 6: .*Absurdistan.* is no state known"):
        reads("icews", path)


REAL = {"icews14": 90_730, "icews18": 468_558, "icews05_15": 461_329}


@pytest.mark.parametrize("name", REAL)
def test_real_tables_of_names_are_read_whole_or_left_whole(shared_data, reads, name: str) -> None:
    batch = reads("icews", shared_data / f"tkg_icews/{name}_named.parquet")
    assert batch.rows == REAL[name] == batch.kept + sum(batch.skipped.values())
    events = batch.tables["event"]
    turkish = events.filter((pl.col("actor") == "TUR") | (pl.col("recipient") == "TUR"))
    assert len(turkish) > 1000 if name == "icews18" else len(events) == 0  # the others have lost Turkey and eight more


def test_the_real_raw_sample_is_read_whole(shared_data, reads) -> None:
    batch = reads("icews", shared_data / "icews_sample/events.2018.sample.tab")
    assert batch.rows == 3_705 == batch.kept + sum(batch.skipped.values())


def test_turkish_talks_with_uzbekistan_of_march_2018_become_reports(shared_data, case: Case, tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    sources = catalogue()
    path = shared_data / "tkg_icews/icews18_named.parquet"
    intake.absorb(lake, list(intake.claimed([path], {"icews": sources["icews"]})))
    derive = sources["icews"].derive
    assert derive
    reports = derive(lake, renewed(lake, case.name, case.states, frozenset()), case.states)["report"]
    mine = reports.filter(pl.col("actors") == pl.lit(["TUR"]), pl.col("recipients") == pl.lit(["UZB"]))
    assert ("agreement", date(2018, 3, 9)) in mine.select("instrument", "date_from").rows()
    assert reports["report"].is_unique().all()
    assert set(reports["coder_version"]) <= set(cameo.rooted(pl.Series([*cameo.said_by_icews().values()])))


def test_weekly_files_are_mended_and_say_so(sample, reads) -> None:
    plain = reads("polecat", sample("polecat", "ngecEvents.20230508.Release001.DV.txt"))
    days = (date(2023, 5, 1), date(2023, 5, 2))
    assert told(plain) == [
        ("TUR", "KAZ", "AGREE military", *days),
        ("TUR", "KAZ", "CONSULT", *days),
        ("USA", "TUR", "SANCTION military", *days),
    ]
    assert plain.skipped == {"type says nothing of a tie": 1, "not two states": 2, "within one state": 1}
    header = reads("polecat", sample("polecat", "ngecEvents.20230515.Release001.DV.txt"))
    assert told(header) == told(plain)
    assert header.layout == "week, 1 surplus names in the header"
    empty = reads("polecat", sample("polecat", "ngecEvents.20230522.Release001.DV.txt"))
    assert told(empty) == told(plain)[:2]
    assert empty.layout == "week, 2 lines with surplus empty columns"
    assert empty.skipped == {"wrong number of columns": 1, "type says nothing of a tie": 1}


def test_a_line_separator_within_a_name_ends_no_row(sample, reads, tmp_path: Path) -> None:
    plain = sample("polecat", "ngecEvents.20230508.Release001.DV.txt")
    odd = tmp_path / plain.name
    odd.write_text(plain.read_text("utf-8").replace("Invented", "In\u2028ven\x85ted"), "utf-8")
    assert told(reads("polecat", odd)) == told(reads("polecat", plain))


def test_the_position_of_an_event_is_that_of_its_line_in_the_file(sample, reads, tmp_path: Path) -> None:
    """Counted from the header, which is line 0; lines that are left out, and empty ones, count too."""
    whole = sample("polecat", "ngecEvents.20230508.Release001.DV.txt").read_text().splitlines()
    hurt = tmp_path / "ngecEvents.20230508.Release001.DV.txt"
    hurt.write_text("\n".join([whole[0], "cut\tshort", "", *whole[1:]]) + "\n")
    for path in (hurt, sample("icews", "events.2018.sample.tab")):
        lines = path.read_text().splitlines()
        events = reads("polecat" if path == hurt else "icews", path).tables["event"]
        assert len(events) >= 3
        for position, day in events.select("position", "date").iter_rows():
            assert str(day) in lines[position].split("\t")


@pytest.mark.parametrize("row", plover().rows(named=True), ids=lambda row: row["code"])
def test_every_type_that_is_read_has_an_instrument_a_stage_and_a_class(row) -> None:
    assert row["instrument"] in INSTRUMENTS
    assert row["stage"] in set(Stage)
    assert row["polarity"] in {1, -1}
    assert row["class"] in catalogue()["polecat"].card.beliefs


def test_events_of_all_streams_meet_as_reports_of_one_case(sample, case: Case, tmp_path: Path) -> None:
    for source, name in (("icews", "events.2018.sample.tab"), ("polecat", "ngecEvents.20230508.Release001.DV.txt")):
        flow.update(case, Lake(tmp_path), date(2024, 1, 1), sample(source, name).parent, only=[source])
    reports = flow.picture(case, Lake(tmp_path), date(2024, 1, 1)).reports
    assert {"icews", "polecat"} <= set(reports["source"])
    mine = reports.filter(pl.col("source") == "polecat")
    assert ("rupture", ["USA"], ["TUR"]) in mine.select("instrument", "actors", "recipients").rows()
