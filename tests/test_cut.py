"""What of the store is a case's, and which of two rows of one thing counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from comity import cut
from comity.cases import Case
from comity.indicators.rival_supply import REGISTER
from comity.lake import Lake
from comity.tables import COVERAGE, FILE, MEASURE, REPORT, Roles


@pytest.fixture
def mine(case: Case) -> Case:
    """Türkiye holds Kazakhstan; Russia is its rival, China and the United States are the poles."""
    return replace(case, roles=Roles("TUR", ("KAZ",), ("AZE",), ("RUS",), ("CHN",), ("USA",)))


def claimed(**more: Any) -> dict[str, Any]:
    return {"report": "r", "retrieved": datetime(2024, 1, 1, tzinfo=UTC), "actors": ["TUR"], "recipients": ["KAZ"], "raw": "m", "position": "2"} | more  # fmt: skip


@pytest.mark.parametrize(
    "better",
    [{"retrieved": datetime(2024, 1, 2, tzinfo=UTC), "recipients": []}, {"recipients": ["KAZ", "UZB"], "raw": "z"}, {"raw": "a", "position": "9"}, {"position": "1"}],
    ids=["newer, of fewer parties", "of more parties", "of the first file", "of the first row"],
)  # fmt: skip
def test_of_one_claim_in_two_files_the_newest_counts_then_the_one_that_names_most(better: dict[str, Any]) -> None:
    rows = [claimed(), claimed(**better), claimed(report="other")]
    for order in (rows, rows[::-1]):
        kept = cut._once(REPORT.frame(order))
        assert kept["report"].to_list() == ["other", "r"]
        assert kept.filter(pl.col("report") == "r").to_dicts() == REPORT.frame([claimed(**better)]).to_dicts()


@pytest.mark.parametrize(
    "better",
    [{"detection": 0.6, "known": date(2024, 5, 1)}, {"known": date(2023, 5, 1), "raw": "z"}, {"raw": "a"}],
    ids=["seen best", "known first", "of the first file"],
)
def test_days_that_two_files_of_a_source_cover_are_covered_once_as_well_as_one_of_them_does(
    better: dict[str, Any],
) -> None:
    day = date(2024, 1, 1)
    row = {"source": "s", "a": "KAZ", "b": "TUR", "instrument": "arms", "date_from": day, "date_to": day, "detection": 0.5, "known": day, "raw": "m"}  # fmt: skip
    for order in ([row, row | better], [row | better, row]):
        assert cut._best(COVERAGE.frame(order)).to_dicts() == COVERAGE.frame([row | better]).to_dicts()
    assert len(cut._best(COVERAGE.frame([row, row | {"instrument": "aid"}, row | {"source": "t"}]))) == 3


@pytest.mark.parametrize(
    ("actors", "recipients", "is_mine"),
    [
        (["TUR"], ["KAZ"], True), (["RUS"], ["AZE"], True), (["CHN", "BRA"], ["KAZ"], True), (["KAZ"], ["AZE"], True),
        (["TUR"], ["RUS"], True), (["TUR", "USA"], [], True), (["CHN"], ["TUR"], True),
        (["RUS"], ["CHN"], False), (["USA"], ["RUS"], False), (["TUR"], ["BRA"], False), (["BRA"], ["KAZ"], False), (["KAZ"], [], False),
    ],
)  # fmt: skip
def test_a_case_has_reports_of_those_held_with_anybody_of_it_and_of_the_patron_with_rivals_and_poles(
    mine: Case, actors: list[str], recipients: list[str], is_mine: bool
) -> None:
    rows = REPORT.frame([claimed(actors=actors, recipients=recipients)]).lazy()
    assert len(cut._of_case(mine, REPORT, rows).collect()) == is_mine


def test_a_case_has_measures_of_its_states_and_every_delivery_to_those_it_holds(mine: Case) -> None:
    subjects = ["*", "KAZ", "BRA", "KAZ>TUR", "TUR>RUS", "BRA>KAZ", "BRA>TUR"]
    found = {
        name: cut._of_case(mine, MEASURE, MEASURE.frame([{"subject": s, "name": name} for s in subjects]).lazy()).collect()["subject"].to_list()
        for name in (REGISTER, "gdp")
    }  # fmt: skip
    assert found["gdp"] == ["*", "KAZ", "KAZ>TUR", "TUR>RUS"]
    assert found[REGISTER] == [*found["gdp"], "BRA>KAZ"]


def test_a_case_has_coverage_between_its_states_and_of_the_world(mine: Case) -> None:
    rows = [{"a": a, "b": b} for a, b in (("*", "*"), ("*", "KAZ"), ("KAZ", "TUR"), ("*", "BRA"), ("BRA", "KAZ"))]
    found = cut._of_case(mine, COVERAGE, COVERAGE.frame(rows).lazy()).collect()
    assert found.select("a", "b").rows() == [("*", "*"), ("*", "KAZ"), ("KAZ", "TUR")]


def test_what_other_authors_came_across_by_the_way_covers_nothing_here(mine: Case, tmp_path: Path) -> None:
    """Their search of a pair counts, and any other source's look at the whole world."""
    lake = Lake(tmp_path)
    lake.replace(FILE, FILE.frame([{"source": "casebook", "raw": "own"}]), mine.name)
    rows = [("casebook", "*", "own"), ("casebook", "*", "theirs"), ("casebook", "KAZ", "theirs"), ("gdelt", "*", "g")]
    told = COVERAGE.frame([{"source": s, "a": a, "b": "TUR", "raw": raw} for s, a, raw in rows])
    kept = cut._own(mine, lake, told)
    assert kept.select("source", "a", "raw").rows() == [rows[0], *rows[2:]]
