"""The hand-sourced casebook and its search effort."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

from comity.errors import SourceError, UnknownState
from comity.sources import card
from comity.sources.casebook.read import _origin, detection

BUNDLED = Path(str(files("comity.cases").joinpath("turan/casebook.csv")))


def test_a_date_known_to_the_year_is_an_interval(sample, reads) -> None:
    reports = reads("casebook", sample("casebook", "casebook.csv")).tables["report"]
    assert reports.select("date_from", "date_to", "instrument", "stage", "forum").rows() == [
        (date(2021, 5, 3), date(2021, 5, 3), "exercise", "executed", None),
        (date(2020, 1, 1), date(2020, 12, 31), "arms", "delivered", None),
        (date(2021, 11, 12), date(2021, 11, 12), "dialogue", "talks", "OTS"),
    ]


def test_nothing_is_known_before_it_was_published(sample, reads) -> None:
    reports = reads("casebook", sample("casebook", "casebook.csv")).tables["report"]
    assert reports["known"].to_list() == [date(2021, 5, 4), date(2021, 2, 1), date(2021, 11, 12)]


def test_more_searches_detect_more_and_never_all(sample, reads) -> None:
    numbers = card("casebook").detection
    assert detection(10) == pytest.approx(1 - math.exp(-(10 + numbers["unlogged"]) / numbers["e_fold"]))
    coverage = reads("casebook", sample("casebook", "effort.csv")).tables["coverage"]
    arms = {
        (a, b): p
        for a, b, p in coverage.filter(pl.col("instrument") == "arms").select("a", "b", "detection").iter_rows()
    }
    assert arms["KAZ", "TUR"] == detection(10) > arms["KAZ", "RUS"] == detection(2.5) > arms["*", "*"] > 0


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        (
            "2021-05-03",
            "2021-02-31",
            SourceError,
            r"casebook\.csv, line 2 \(x-drill\): date '2021-02-31' is no day; write it as 2024-03-05",
        ),
        (
            ",TUR,KAZ,,exercise",
            ",TUR;AZE,KAZ,,exercise",
            SourceError,
            r"initiator 'TUR;AZE' names several; write one there",
        ),
        (",KAZ,,exercise", ",Ruritania,,exercise", UnknownState, "'Ruritania' is no code of a state"),
        ("exercise", "parade", SourceError, r"line 2 \(x-drill\): instrument 'parade' is none of exercise, arms, "),
        (
            "executed",
            "dreamt",
            SourceError,
            r"line 2 \(x-drill\): phase 'dreamt' is none of talks, asked, .*, reported;",
        ),
        ("Almaty,", "Almaty,,", SourceError, "line 2: not as many columns"),
    ],
)
def test_a_wrong_row_is_an_error_that_names_it(
    sample, reads, tmp_path: Path, old: str, new: str, error, message: str
) -> None:
    path = tmp_path / "casebook.csv"
    text = sample("casebook", "casebook.csv").read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(error, match=message):
        reads("casebook", path)


def test_the_bundled_casebook_is_read_whole(reads) -> None:
    batch = reads("casebook", BUNDLED)
    assert batch.rows == batch.kept == 1304
    assert batch.tables["report"]["report"].n_unique() == 1304
    assert batch.tables["report"]["url"].str.starts_with("http").all()


def test_years_whose_pages_are_gone_are_watched_less(sample, reads, tmp_path: Path) -> None:
    for name in ("casebook.csv", "effort.csv"):
        (tmp_path / name).write_bytes(sample("casebook", name).read_bytes())
    rows = [f"{year},1,{0.25 if year < 2010 else 1:.2f},0.1,1" for year in range(1992, 2022)]
    (tmp_path / "years.csv").write_text("\n".join(["year,rows,seen,low,high", *rows]) + "\n")
    coverage = reads("casebook", tmp_path / "effort.csv").tables["coverage"]
    mine = coverage.filter(pl.col("a") == "KAZ", pl.col("b") == "TUR", pl.col("instrument") == "arms").sort("date_from")
    assert mine["detection"].to_list() == pytest.approx([detection(10) / 4, detection(10)])
    assert mine["date_to"].to_list() == [date(2009, 12, 31), date(2021, 11, 30)]
    assert "25%" in mine["basis"][0]


def test_searches_behind_own_reports_count_without_a_casebook(sample, reads, tmp_path: Path) -> None:
    path = tmp_path / "effort.csv"
    path.write_bytes(sample("casebook", "effort.csv").read_bytes())
    coverage = reads("casebook", path).tables["coverage"]
    mine = coverage.filter(pl.col("a") == "KAZ", pl.col("b") == "TUR", pl.col("instrument") == "arms")
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    assert mine.select("detection", "date_to").rows() == [(detection(10), written)]


def test_a_casebook_without_a_row_ends_no_search(sample, reads, tmp_path: Path) -> None:
    (tmp_path / "effort.csv").write_bytes(sample("casebook", "effort.csv").read_bytes())
    alone = reads("casebook", tmp_path / "effort.csv").tables["coverage"]
    (tmp_path / "casebook.csv").write_text(BUNDLED.read_text("utf-8").splitlines()[0] + "\n")
    assert reads("casebook", tmp_path / "effort.csv").tables["coverage"].equals(alone)


@pytest.mark.parametrize("row", ["TUR-KAZ,nan,x", "TUR-KAZ,-5,x", "TUR-KAZ,3,x\nKAZ-TUR,4,x"])
def test_a_search_effort_is_a_number_from_0_up_and_said_once(reads, tmp_path: Path, row: str) -> None:
    """From -5 searches would follow a chance to see an act that is below 0."""
    (tmp_path / "effort.csv").write_text(f"pair,lookups,basis\n{row}\n")
    with pytest.raises(SourceError, match=r"line [23]: \S+ \S+; each pair once, with lookups from 0 up"):
        reads("casebook", tmp_path / "effort.csv")


def test_a_year_without_a_row_is_an_error_that_names_it(sample, reads, tmp_path: Path) -> None:
    for name in ("casebook.csv", "effort.csv"):
        (tmp_path / name).write_bytes(sample("casebook", name).read_bytes())
    (tmp_path / "years.csv").write_text("year,rows,seen,low,high\n1992,1,0.5,0.1,1\n")
    with pytest.raises(SourceError, match="1993"):
        reads("casebook", tmp_path / "effort.csv")


def test_the_bundled_casebook_says_that_its_old_years_are_seen_less() -> None:
    table = pl.read_csv(BUNDLED.with_name("years.csv"))
    seen = dict(table.select("year", "seen").iter_rows())
    assert seen[1995] < 0.5 * seen[2022]
    assert seen[2026] < 0.5 * seen[2025]  # the running year is not found yet
    assert (table["low"] <= table["seen"]).all()
    assert (table["seen"] <= table["high"]).all()


@pytest.mark.parametrize(
    ("printed", "whose"),
    [
        ("Naharnet (AFP)", "AFP"),
        ("RID (also Ares Difesa)", "RID"),
        ("Foreign Affairs New Zealand (mil-osi)", "Foreign Affairs New Zealand"),
        ("Trend / MENAFN", "Trend"),
        ("Blog (copy)", "Blog"),
    ],
)
def test_whose_word_it_is_and_not_who_else_printed_it(printed: str, whose: str) -> None:
    assert _origin(printed) == whose
