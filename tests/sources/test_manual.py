"""An analyst's own reports: in as they were written, with their author, or refused with the row named."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from comity.errors import SourceError
from comity.lake import Batch

Reads = Callable[[str, Path], Batch]
Sample = Callable[[str, str], Path]
HEAD = "author,date,actors,recipients,instrument,stage,text"


@pytest.mark.parametrize("name", ["table_sample.csv", "workbook_sample.xlsx", "note_sample.txt"])
def test_table_workbook_and_note_say_the_same(reads: Reads, sample: Sample, name: str) -> None:
    row = reads("manual", sample("manual", name)).tables["report"].to_dicts()[0]
    assert (row["coder"], row["publisher"], row["actors"], row["recipients"]) == (
        "A. Nalyst",
        "A. Nalyst",
        ["TUR"],
        ["KAZ", "UZB"],
    )
    assert (row["date_from"], row["date_to"], row["known"]) == (date(2024, 3, 4), date(2024, 3, 8), date(2024, 3, 8))
    assert (row["instrument"], row["stage"], row["polarity"], row["belief"]) == ("exercise", "executed", 1, 0.8)
    assert row["text"] == "An invented drill was held."


def test_the_same_report_has_the_same_id_in_every_form(reads: Reads, sample: Sample) -> None:
    ids = {
        reads("manual", sample("manual", name)).tables["report"]["report"][0]
        for name in ("table_sample.csv", "workbook_sample.xlsx", "note_sample.txt")
    }
    assert len(ids) == 1


def test_an_end_speaks_against_a_tie(reads: Reads, sample: Sample) -> None:
    assert reads("manual", sample("manual", "table_sample.csv")).tables["report"]["polarity"].to_list() == [1, -1]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",2024-01-01,TUR,KAZ,arms,signed,x", "author is empty"),
        ("A,01.02.2024,TUR,KAZ,arms,signed,x", "date '01.02.2024' is no day; write it as 2024-03-05"),
        ("A,2999-01-01,TUR,KAZ,arms,signed,x", "date 2999-01-01 is after the day on which the file was written"),
        ("A,2024-01-01,TUR,Turkey,arms,signed,x", "recipients 'Turkey' are among the actors"),
        ("A,2024-01-01,Atlantis,KAZ,arms,signed,x", "Atlantis"),
        ("A,2024-01-01,TUR,KAZ,weapons,signed,x", "instrument 'weapons' is none of .*exercise, arms"),
        ("A,2024-01-01,TUR,KAZ,arms,maybe,x", "stage 'maybe' is none of .*signed, executed"),
    ],
)
def test_a_row_that_cannot_be_understood_is_named(tmp_path: Path, reads: Reads, row: str, why: str) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"{HEAD}\nA,2024-01-01,TUR,KAZ,arms,signed,fine\n{row}\n")
    with pytest.raises(SourceError, match=rf"mine\.csv, row 2: .*{why}"):
        reads("manual", path)


def test_a_column_that_nobody_knows_is_an_error(tmp_path: Path, reads: Reads) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"{HEAD},belif\nA,2024-01-01,TUR,KAZ,arms,signed,fine,0.5\n")
    with pytest.raises(SourceError, match="no column belif"):
        reads("manual", path)


@pytest.mark.parametrize("lost", ["author", "recipients", "text"])
def test_a_table_that_lacks_one_column_is_told_which(tmp_path: Path, reads: Reads, lost: str) -> None:
    names = [name for name in HEAD.split(",") if name != lost]
    path = tmp_path / "mine.csv"
    path.write_text(f"{','.join(names)}\n{','.join('x' for _ in names)}\n")
    with pytest.raises(SourceError, match=rf"mine\.csv: a table of own reports needs the column {lost}"):
        reads("manual", path)


def test_a_sum_that_is_no_number_is_named_with_its_column(tmp_path: Path, reads: Reads) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"{HEAD},value_usd\nA,2024-01-01,TUR,KAZ,arms,signed,x,6.5 billion\n")
    with pytest.raises(SourceError, match=r"row 1: value_usd '6\.5 billion' is no number"):
        reads("manual", path)


@pytest.mark.parametrize(
    ("column", "said", "why"),
    [
        ("value_usd", "nan", "'nan' is no number"),
        ("quantity", "1e999", "'1e999' is no number"),
        ("quantity", "-3", "'-3' is below nought"),
        ("belief", "nan", "'nan' is no number"),
        ("belief", "1.5", "1.5 is not between 0.001 and 1"),
        ("credibility", "2.5", "2.5 is none of 1, 2, 3, 4, 5, 6"),
        ("polarity", "0.5", "0.5 is none of -1, 0, 1"),
    ],
)
def test_a_number_that_says_nothing_of_the_kind_is_refused(
    tmp_path: Path, reads: Reads, column: str, said: str, why: str
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"{HEAD},{column}\nA,2024-01-01,TUR,KAZ,arms,signed,x,{said}\n")
    with pytest.raises(SourceError, match=rf"mine\.csv, row 1: {column} {re.escape(why)}"):
        reads("manual", path)


def test_what_is_planned_may_lie_ahead(tmp_path: Path, reads: Reads) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"{HEAD},modality\nA,2999-01-01,TUR,KAZ,exercise,announced,x,planned\n")
    assert len(reads("manual", path).tables["report"]) == 1
