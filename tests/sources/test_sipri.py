"""SIPRI's register in its three layouts."""

from __future__ import annotations

import codecs
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from comity.errors import LayoutError, SourceError, UnknownState
from comity.indicators import Evidence, catalogue
from comity.tables import ACT, TIE, Roles


def by_year(batch) -> dict[tuple[str, int], float | None]:
    rows = batch.tables["measure"].select("subject", pl.col("date").dt.year(), "value").rows()
    return {(subject, year): value for subject, year, value in rows}


def test_a_lines_worth_is_split_evenly_over_its_delivery_years(sample, reads) -> None:
    worth = by_year(reads("sipri", sample("sipri", "trade-register_sample.csv")))
    assert worth["TUR>KAZ", 2022] == worth["TUR>KAZ", 2023] == 3.0  # 6 over two years
    assert worth["RUS>KAZ", 2020] == 24.0


def test_a_worth_of_nought_is_somewhere_below_a_half_and_not_nothing(sample, reads) -> None:
    measures = reads("sipri", sample("sipri", "trade-register_sample.csv")).tables["measure"]
    assert measures.filter(pl.col("subject") == "TUR>UZB").select("value", "low", "high").rows() == [(None, 0.0, 0.5)]


def test_the_delivery_layout_gives_each_year_its_own_worth(sample, reads) -> None:
    batch = reads("sipri", sample("sipri", "trade-register_deliveries_sample.csv"))
    assert by_year(batch) == {("TUR>KAZ", 2022): 2.0, ("TUR>KAZ", 2023): 4.0, ("ESP>KAZ", 2019): 5.0}
    assert batch.rows == 2  # three rows, two deals


def test_the_old_layout_is_read_by_its_column_names(sample, reads) -> None:
    batch = reads("sipri", sample("sipri", "old_register_sample.csv"))
    assert batch.layout == "old register"
    assert by_year(batch) == {("TUR>TKM", 2014): 20.0}


def test_an_order_a_delivery_and_a_licence_are_three_reports(sample, reads) -> None:
    reports = reads("sipri", sample("sipri", "trade-register_sample.csv")).tables["report"]
    found = set(
        reports.filter(pl.col("recipients").list.first() == "KAZ").select("platform", "instrument", "stage").rows()
    )
    assert found == {
        ("Kestrel-A", "arms", "signed"),
        ("Kestrel-A", "arms", "delivered"),
        ("Example-30", "arms", "signed"),
        ("Example-30", "arms", "delivered"),
        ("Kestrel-B", "arms", "signed"),
        ("Kestrel-B", "industry", "signed"),
    }


def test_latin_letters_of_either_encoding_are_read(sample, reads) -> None:
    with pytest.raises(UnicodeDecodeError):
        sample("sipri", "trade-register_sample.csv").read_bytes().decode("utf-8")
    suppliers = reads("sipri", sample("sipri", "trade-register_sample.csv")).tables["report"]["actors"].list.first()
    assert set(suppliers) == {"TUR", "RUS"}  # Turkiye and Türkiye are one


def test_the_three_dots_of_windows_end_no_row(sample, reads, tmp_path: Path) -> None:
    plain = reads("sipri", sample("sipri", "trade-register_sample.csv"))
    odd = reads("sipri", changed(sample, tmp_path, "licen", "\x85licen"))
    assert (odd.rows, odd.kept) == (plain.rows, plain.kept)


def test_a_mark_of_utf_8_before_latin_letters_hides_no_header(sample, reads, tmp_path: Path) -> None:
    path = tmp_path / "register.csv"
    path.write_bytes(codecs.BOM_UTF8 + sample("sipri", "trade-register_sample.csv").read_bytes().split(b"\n", 7)[7])
    assert set(reads("sipri", path).tables["report"]["actors"].list.first()) == {"TUR", "RUS"}


def test_a_year_that_a_line_names_twice_saw_two_deliveries(sample, reads, tmp_path: Path) -> None:
    worth = by_year(reads("sipri", changed(sample, tmp_path, "2022; 2023", "2022; (2022); 2023")))
    assert worth["TUR>KAZ", 2022] == 4.0
    assert worth["TUR>KAZ", 2023] == 2.0


def test_a_delivery_below_a_half_takes_nothing_from_the_others_of_its_year(sample, reads, tmp_path: Path) -> None:
    text = sample("sipri", "trade-register_deliveries_sample.csv").read_text("utf-8-sig")
    row = next(line for line in text.splitlines() if ",No,2022,No," in line)
    path = tmp_path / "deliveries.csv"
    path.write_text(f"{text.rstrip()}\n{row.replace(',2,2,No;', ',2,0,No;')}\n", "utf-8")
    assert by_year(reads("sipri", path))["TUR>KAZ", 2022] == 2.0


def test_armed_groups_are_left_out_and_counted(sample, reads) -> None:
    assert reads("sipri", sample("sipri", "trade-register_sample.csv")).skipped == {"unknown or non-state party": 1}


def test_a_year_is_public_in_march_of_the_next(sample, reads) -> None:
    measures = reads("sipri", sample("sipri", "trade-register_sample.csv")).tables["measure"]
    assert {
        (known.year - day.year, known.month, known.day) for day, known in measures.select("date", "known").iter_rows()
    } == {(1, 3, 15)}


def changed(sample, tmp_path: Path, old: str, new: str) -> Path:
    path = tmp_path / "register.csv"
    text = sample("sipri", "trade-register_sample.csv").read_bytes().decode("latin-1")
    assert old in text
    path.write_text(text.replace(old, new), "latin-1")
    return path


def test_an_unknown_supplier_is_an_error_that_names_the_row(sample, reads, tmp_path: Path) -> None:
    with pytest.raises(UnknownState, match=r"register\.csv, row 2: 'Ruritania'"):
        reads("sipri", changed(sample, tmp_path, "Kazakhstan,Russia", "Kazakhstan,Ruritania"))


def test_an_impossible_year_is_an_error_that_names_the_row(sample, reads, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"row 2: order year 1019 is impossible"):
        reads("sipri", changed(sample, tmp_path, "Russia,2019", "Russia,1019"))


def test_a_missing_column_is_named(sample, reads, tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match="the header lacks Comments"):
        reads("sipri", changed(sample, tmp_path, ",Comments,", ","))


@pytest.mark.parametrize(
    ("comment", "stage", "did"),
    [
        ("K version; selected 2022 but not yet ordered by end-2023", "announced", "selected"),
        ("Selected but contract not yet signed by end-2024", "announced", "selected"),
        ("Selected 2008 but order delayed until 2014", "signed", "ordered"),
        ("More planned but not ordered", "signed", "ordered"),
    ],
)
def test_what_was_only_selected_is_announced_and_not_ordered(
    sample, reads, tmp_path: Path, comment: str, stage: str, did: str
) -> None:
    path = changed(sample, tmp_path, "Produced under licence in Kazakhstan", comment)
    reports = reads("sipri", path).tables["report"].filter(pl.col("platform") == "Kestrel-B")
    assert reports.select("instrument", "stage").rows() == [("arms", stage)]
    assert f"Kazakhstan {did} Kestrel-B" in reports["text"].item()


def test_a_licence_of_what_was_only_selected_is_not_signed(sample, reads, tmp_path: Path) -> None:
    comment = "Produced under licence in Kazakhstan; selected but not yet ordered by end-2023"
    path = changed(sample, tmp_path, "Produced under licence in Kazakhstan", comment)
    reports = reads("sipri", path).tables["report"].filter(pl.col("platform") == "Kestrel-B")
    assert reports.select("instrument", "stage").rows() == [("arms", "announced"), ("industry", "announced")]


def test_a_part_of_the_register_says_nothing_of_pairs_that_it_has_no_line_of(sample, reads, monkeypatch) -> None:
    path = sample("sipri", "trade-register_sample.csv")
    pairs = set(reads("sipri", path).tables["coverage"].select("a", "b").iter_rows())
    assert pairs == {("KAZ", "TUR"), ("KAZ", "RUS"), ("TUR", "UZB")}
    monkeypatch.setattr("comity.sources.sipri.read._least", lambda layout: 4)
    assert set(reads("sipri", path).tables["coverage"].select("a", "b").iter_rows()) == {("*", "*")}


# Effective number of suppliers of 2019-23 in the register generated on 2025-03-13, worked out apart from this code.
GOLDEN = {"KAZ": 1.12, "TKM": 3.25, "UZB": 1.90, "KGZ": 2.97}


def test_effective_suppliers_of_the_real_register(shared_data: Path, reads) -> None:
    tables = reads("sipri", shared_data / "sipri/trade-register_all_1950-2024_gen2025-03-13.csv").tables
    day = date(2024, 12, 31)  # of which 2023 is the last year that is out
    roles = Roles("TUR", tuple(GOLDEN), rivals=("RUS", "CHN"))
    evidence = Evidence(roles, day, ACT.empty(), TIE.empty(), tables["coverage"], tables["measure"])
    found = {r.subject: r.value for r in catalogue()["I9"].read(evidence)}
    assert {state: round(found[f"{state}:suppliers"], 2) for state in GOLDEN} == GOLDEN
