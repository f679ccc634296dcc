"""ACLED's events, from a file that a user exported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from comity.errors import SourceError
from comity.sources import catalogue


def test_a_clash_of_two_armies_is_read_and_nothing_else(sample, reads) -> None:
    batch = reads("acled", sample("acled", "events_sample.csv"))
    rows = batch.tables["report"].select(
        "actors", "recipients", "instrument", "date_from", "date_to", "known", "belief"
    )
    assert rows.rows() == [
        (["KGZ"], ["TJK"], "frictions", date(2021, 4, 29), date(2021, 4, 29), date(2021, 5, 6), 0.85),
        (["KGZ"], ["TJK"], "frictions", date(2021, 4, 29), date(2021, 5, 5), date(2021, 5, 12), 0.85),
    ]
    assert batch.skipped == {"no fighting": 1, "not the forces of two states": 1, "within one state": 1}
    assert batch.tables["coverage"].select("a", "b", "instrument", "date_from", "date_to").rows() == [
        ("KGZ", "*", "frictions", date(2021, 4, 29), date(2021, 6, 11))
    ]


def test_a_file_of_one_kind_of_event_covers_nothing(sample, reads, tmp_path: Path) -> None:
    lines = sample("acled", "events_sample.csv").read_text("utf-8").splitlines()
    path = tmp_path / "battles.csv"
    path.write_text("\n".join(line for line in lines if "Battles" in line or line.startswith("event_id")), "utf-8")
    batch = reads("acled", path)
    assert len(batch.tables["report"]) == 1
    assert batch.tables["coverage"].is_empty()


def test_a_day_that_is_none_names_its_row(sample, reads, tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    path.write_text(sample("acled", "events_sample.csv").read_text("utf-8").replace("29 April 2021", "soon"), "utf-8")
    with pytest.raises(SourceError, match=r"events\.csv, row 1: 'soon' is no day"):
        reads("acled", path)


def test_it_is_never_fetched() -> None:
    assert catalogue()["acled"].plan is None
