"""Slow numbers: what is missing is null and never nought, nobody is given another's numbers, and none is known before it was out."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from comity import measures
from comity.errors import SourceError, UnknownState
from comity.lake import RawFile, raw_file


@pytest.fixture
def raw(tmp_path: Path) -> RawFile:
    path = tmp_path / "x.csv"
    path.write_text("x", "utf-8")
    return raw_file(path)


def table(**columns: list[object]) -> pl.DataFrame:
    rows = len(next(iter(columns.values())))
    return pl.DataFrame({"row": list(range(1, rows + 1)), **columns}, strict=False)


def test_what_stands_for_a_missing_number_is_null_and_a_text_that_is_none_is_an_error(raw: RawFile) -> None:
    rows = table(x=["1.5", "-9", "NA", " .. ", None, "inf", " 2.5 "])
    assert measures.numbers(rows, ["x"], raw, missing=[-9])["x"].to_list() == [1.5, None, None, None, None, None, 2.5]
    assert measures.numbers(rows, ["x"], raw)["x"].to_list()[1] == -9  # where the file does not use it so
    with pytest.raises(SourceError, match=r"row 2: x is 'n\.b\.', no number"):
        measures.numbers(table(x=["1", "n.b."]), ["x"], raw)


def test_a_number_is_of_the_last_day_of_its_year_and_a_year_that_is_none_is_an_error(raw: RawFile) -> None:
    rows = measures.dated(table(year=["1999", "2000"]), raw, 1800)
    assert rows["date"].to_list() == [date(1999, 12, 31), date(2000, 12, 31)]
    assert rows.select(measures.a_year_later(3, 15)).to_series().to_list() == [date(2000, 3, 15), date(2001, 3, 15)]
    for wrong in ("1799", "2101", "-9"):
        with pytest.raises(SourceError, match=f"row 1: year {wrong} is impossible"):
            measures.dated(table(year=[wrong]), raw, 1800)


def test_a_row_left_out_is_counted_once_under_the_first_reason() -> None:
    kept, why = measures.sifted(table(x=[1, 2, 3, 4]), ("small", pl.col("x") < 3), ("odd", pl.col("x") % 2 == 1))
    assert kept["x"].to_list() == [4]
    assert why == {"small": 2, "odd": 1}


@pytest.mark.parametrize(
    ("number", "day", "code"),
    [
        (255, date(2000, 12, 31), "DEU"),
        (260, date(1990, 10, 2), "DEU"),  # West Germany's last day
        (260, date(1990, 10, 3), None),  # rows of the year have 255 as well
        (817, date(1975, 5, 1), None),
        (640, date(2000, 12, 31), "TUR"),
    ],
)
def test_a_number_of_a_state_that_went_on_under_another_ends_with_it(
    number: float, day: date, code: str | None
) -> None:
    assert measures.cow(number, day) == code


def test_a_name_or_number_of_nobody_is_an_error_that_says_what_to_do(raw: RawFile) -> None:
    with pytest.raises(UnknownState, match=r"999 is no state's number .* knowledge/codes\.csv"):
        measures.cow(999, date(2000, 1, 1))
    rows = table(who=["Turkey", "Ruritania"], date=[date(2000, 12, 31)] * 2)
    with pytest.raises(UnknownState, match=r"x\.csv, row 2: .*Ruritania.* knowledge/names\.csv"):
        measures.coded(rows, ["who"], measures.named, raw)
    assert measures.coded(rows.head(1), ["who"], measures.named, raw)["who"].to_list() == ["TUR"]


def test_a_directed_pair_keeps_its_way_and_an_undirected_one_the_alphabet() -> None:
    rows = table(a=["TUR", "KAZ"], b=["KAZ", "TUR"])
    for directed, subjects in ((True, ["TUR>KAZ", "KAZ>TUR"]), (False, ["KAZ>TUR", "KAZ>TUR"])):
        assert rows.select(s=measures.pair("a", "b", directed=directed))["s"].to_list() == subjects


def told(**columns: list[object]) -> pl.DataFrame:
    n = len(next(iter(columns.values())))
    same = {"name": ["x"] * n, "date": [date(2000, 12, 31)] * n, "known": [date(2001, 3, 1)] * n, "value": [1.0] * n}
    return table(**{**same, **columns})


def test_two_rows_that_give_one_number_are_an_error_that_names_both(raw: RawFile) -> None:
    made = measures.measured(told(subject=["KAZ", "TUR"]), "s", raw)
    assert made.select("subject", "position", "source").rows() == [("KAZ", "row 1", "s"), ("TUR", "row 2", "s")]
    assert made["measure"].is_unique().all()
    with pytest.raises(SourceError, match="rows 1, 3 both give x of KAZ on 2000-12-31"):
        measures.measured(told(subject=["KAZ", "TUR", "KAZ"]), "s", raw)
    assert len(measures.measured(told(subject=["KAZ", "KAZ"], name=["x", "y"]), "s", raw)) == 2


def test_the_world_has_how_many_there_were_of_each_date() -> None:
    days = [date(2000, 12, 31), date(2000, 12, 31), date(2001, 12, 31)]
    rows = measures.of_the_world(told(subject=["KAZ", "TUR", "KAZ"], value=[5.0, 5.0, 5.0], date=days))
    world = rows.filter(pl.col("subject") == "*")
    assert world.select("date", "value").rows() == [(days[0], 2.0), (days[2], 1.0)]
    assert len(rows) == 5


def test_columns_become_numbers_under_their_new_names_and_empty_cells_none() -> None:
    rows = measures.unpivoted(table(a=[1.0, None], b=[2.0, 3.0]), {"a": "first", "b": "b"})
    assert sorted(rows.select("row", "name", "value").rows()) == [(1, "b", 2.0), (1, "first", 1.0), (2, "b", 3.0)]


def test_of_a_file_by_year_and_number_what_is_old_or_says_nothing_is_left_out_and_counted(tmp_path: Path) -> None:
    """A row with one number of two is kept."""
    path = tmp_path / "x.csv"
    path.write_text("ccode,year,x,y\n640,1979,1,1\n640,1980,1,-9\n640,1981,-9,\n260,1990,1,1\n", "utf-8")
    kept, why, rows = measures.cow_years(raw_file(path), ["x", "y"], missing=[-9])
    assert kept.select("ccode", "date", "x", "y").rows() == [("TUR", date(1980, 12, 31), 1.0, None)]
    assert why == {"before 1980": 1, "no value": 1, "state ended by the end of the year": 1}
    assert rows == 4
