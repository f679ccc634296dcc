"""The chronicle: every row whole and sourced, nothing counted before it was over, and how complete it is said to be."""

from __future__ import annotations

from collections import Counter
from datetime import date
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from comity import pages
from comity.errors import CaseError, ComityError, UnknownState
from comity.flow import Picture
from comity.pages import Query
from comity.rupture.chronicle import KINDS, Row, chronicle, completeness

TEXT = files("comity.rupture").joinpath("chronicle.csv").read_text("utf-8")
ROWS = chronicle()


def test_it_holds_what_its_makers_counted() -> None:
    assert Counter(row.kind for row in ROWS) == {"rupture": 287, "repair": 78, "scare": 23, "competing_end": 15}
    assert len({(r.state_a, r.state_b) for r in ROWS if r.kind == "rupture"}) == 188
    assert max(row.date for row in ROWS) <= date(2024, 6, 30)  # what came later is held back to judge forecasts


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_row_is_whole_sourced_and_in_order(row: Row) -> None:
    assert urlsplit(row.source_url).scheme in {"http", "https"}
    assert row.source_publisher
    assert 10 < len(row.summary) <= 260
    assert row.sweeps
    assert row.date <= row.end
    assert row.kind in KINDS
    if row.kind == "repair" and row.repair_of:
        assert row.repair_of in {other.id for other in ROWS}


def test_a_vague_date_counts_at_its_end() -> None:
    ends = {row.id: row.end for row in ROWS}
    assert ends["usa-pak-1990-training-cut"] == date(1990, 12, 31)
    assert ends["eu-irq-1990-08-embargo"] == date(1990, 8, 31)


def test_an_embargo_by_an_organisation_breaks_no_partnership() -> None:
    assert not next(r for r in ROWS if r.id == "un-irq-1990-08-embargo").between_states
    assert sum(not r.between_states for r in ROWS) > 50


@pytest.mark.parametrize(
    ("old", "new", "error", "message"),
    [
        (",MMR,EU,1990", ",XQQ,EU,1990", ComityError, "line 2"),
        ("EU,MMR,EU", "MMR,EU,EU", CaseError, "alphabetical order"),
        ("1990-01-01,year", "1990-02-31,month", CaseError, "line 2"),
        (",rupture,embargo,1,arms", ",rupture,embargo,1,parades", CaseError, "no instrument"),
        (",rupture,embargo,1,", ",end,embargo,1,", CaseError, "line 2"),
        (",rupture,embargo,1,", ",rupture,embargo,9,", CaseError, "line 2"),
    ],
)
def test_a_wrong_row_names_its_line(tmp_path: Path, old: str, new: str, error: type[Exception], message: str) -> None:
    assert old in TEXT.splitlines()[1]
    path = tmp_path / "mine.csv"
    path.write_text(TEXT.replace(old, new, 1), "utf-8")
    with pytest.raises(error, match=message):
        chronicle(path)


def test_a_row_given_twice_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("\n".join([*TEXT.splitlines()[:2], TEXT.splitlines()[1], ""]), "utf-8")
    with pytest.raises(CaseError, match="eu-mmr-1990-embargo given twice"):
        chronicle(path)


def fake(id: str, *sweeps: str) -> Row:
    return ROWS[0].model_copy(update={"id": id, "sweeps": sweeps, "kind": "rupture"})


def test_the_estimate_is_chapmans() -> None:
    both = [fake(f"b{i}", "A", "B") for i in range(10)]
    rows = [*both, *(fake(f"a{i}", "A") for i in range(20)), *(fake(f"c{i}", "B") for i in range(30))]
    one, other = completeness(rows)
    assert (one.found, one.elsewhere, one.shared) == (30, 40, 10)
    assert one.estimate == other.estimate == pytest.approx(31 * 41 / 11 - 1)
    assert one.error == pytest.approx((31 * 41 * 20 * 30 / (11**2 * 12)) ** 0.5)


def test_too_few_shared_say_nothing() -> None:
    rows = [*(fake(f"b{i}", "A", "B") for i in range(6)), fake("a", "A"), fake("c", "B")]
    assert [found.estimate for found in completeness(rows)] == [None, None]


def test_the_page_of_a_day_knows_no_later_rupture_nor_its_end(picture: Picture) -> None:
    import dataclasses

    then = dataclasses.replace(picture, as_of=date(2001, 1, 1))
    page = pages.chronicle(then, Query(as_of=date(2001, 1, 1)))
    assert page.ends
    assert all(e.date_to <= date(2001, 1, 1) for e in page.ends)
    assert all(e.reversed_on is None or e.reversed_on <= date(2001, 1, 1) for e in page.ends)
    assert sum(page.counts.values()) == len(page.ends)


def test_the_page_can_be_narrowed(picture: Picture) -> None:
    page = pages.chronicle(picture, Query(partners=("UZB",)))
    assert page.ends
    assert all("UZB" in (e.a, e.b) for e in page.ends)
    assert sum(page.counts.values()) == len(ROWS)
    with pytest.raises(UnknownState):
        pages.chronicle(picture, Query(partners=("XQQ",)))
