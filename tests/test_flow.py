"""The whole arrow: idempotent, resumable, blind to the future, and fair to a file that is wrong."""

from __future__ import annotations

import shutil
from datetime import date
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from comity import flow
from comity.cases import Case
from comity.errors import UsageError
from comity.flow import Picture, picture, update, woven
from comity.lake import Lake
from comity.tables import ACT, COVERAGE, NOT_COVERED, READING, REPORT, TIE, expect

AS_OF = date(2026, 6, 30)
EARLIER = date(2022, 6, 30)
SAMPLES = Path(str(files("comity.sources").joinpath("gdelt/sample")))


def test_a_picture_is_whole_tables(picture: Picture) -> None:
    for frame, table in (
        (picture.reports, REPORT),
        (picture.acts, ACT),
        (picture.ties, TIE),
        (picture.readings, READING),
    ):
        assert len(expect(frame, table))
    assert set(picture.acts["reports"].explode()) == set(picture.reports["report"])
    assert picture.acts["reports"].explode().is_unique().all()


def test_a_second_update_changes_nothing(case: Case, lake: Lake) -> None:
    stamp = lake.stamp(case.name)
    again = update(case, lake, AS_OF)
    assert (len(again.read), again.known, again.changed, again.failures) == (0, 2, [], [])
    assert lake.stamp(case.name) == stamp


@pytest.fixture(scope="module")
def then(case: Case, lake: Lake) -> Picture:
    return picture(case, lake, EARLIER)


def test_nothing_known_later_leaks(case: Case, lake: Lake, then: Picture) -> None:
    """Take away what became known later, and the picture of the earlier day is the same to the last bit."""
    now = picture(case, lake, AS_OF)
    assert len(then.reports) < len(now.reports)
    past = now.reports.filter(pl.col("known") <= EARLIER)
    coverage = lake.read(COVERAGE, case.name).collect()
    alone = woven(case, EARLIER, past, now.measures, coverage, now.files)
    for name in ("acts", "ties", "readings"):
        assert_frame_equal(getattr(alone, name), getattr(then, name), check_exact=True)


def test_a_picture_of_the_past_shows_nothing_of_the_future(then: Picture) -> None:
    assert then.reports["known"].max() <= EARLIER  # type: ignore[operator]
    assert then.acts["known"].max() <= EARLIER  # type: ignore[operator]
    assert then.ties["month"].max() <= EARLIER  # type: ignore[operator]
    assert then.coverage["date_to"].max() <= EARLIER  # type: ignore[operator]


def test_without_evidence_every_tie_is_its_prior_and_every_reading_says_not_covered(case: Case, tmp_path: Path) -> None:
    nothing = picture(case, Lake(tmp_path), AS_OF)
    assert nothing.acts.is_empty()
    assert nothing.ties["prior_share"].unique().to_list() == [1.0]
    read = nothing.readings.filter(~pl.col("subject").str.ends_with(":identity"))  # languages need no report
    assert read["state"].unique().to_list() == [NOT_COVERED]
    others = read.filter(pl.col("indicator") != "I1")  # I1 is the prior itself, and says so
    assert others["value"].null_count() == len(others)
    assert not flow.is_built(case, Lake(tmp_path))


def test_a_wrong_file_stops_no_other_and_is_named(case: Case, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    shutil.copytree(SAMPLES, folder)
    (folder / "20240301003000.export.CSV.zip").write_bytes(b"PK\x03\x04 cut short")
    (folder / "holiday.jpg").write_bytes(b"\xff\xd8")
    done = update(case, Lake(tmp_path / "lake"), AS_OF, folder)
    assert [(f.source, f.path) for f in done.failures] == [("gdelt", "20240301003000.export.CSV.zip")]
    assert "fetch it again" in done.failures[0].why
    assert done.unread == ["holiday.jpg"]
    assert len(done.read) == 2 + 5  # the case's own two files, and five samples
    mended = update(case, Lake(tmp_path / "lake"), AS_OF, folder)
    assert (len(mended.read), mended.known, mended.changed) == (0, 7, [])


def test_evidence_of_several_sources_meets_in_one_picture(case: Case, tmp_path: Path) -> None:
    update(case, Lake(tmp_path), AS_OF, SAMPLES)
    both = picture(case, Lake(tmp_path), AS_OF)
    assert set(both.reports["source"]) == {"casebook", "gdelt"}
    assert both.reports.filter(pl.col("source") == "gdelt")["belief"].max() <= 0.2  # type: ignore[operator]


def test_only_the_sources_asked_for_read_the_folder(case: Case, tmp_path: Path) -> None:
    done = update(case, Lake(tmp_path), AS_OF, SAMPLES, only=["sipri"])
    assert set(done.read["source"]) == {"casebook"}
    with pytest.raises(UsageError, match=r"no source tass; there are .*casebook.*unga"):
        update(case, Lake(tmp_path), AS_OF, SAMPLES, only=["tass"])


def test_the_vintage_changes_with_the_files_and_with_nothing_else(
    case: Case, lake: Lake, then: Picture, tmp_path: Path
) -> None:
    assert then.vintage == picture(case, lake, AS_OF).vintage
    update(case, Lake(tmp_path), AS_OF, SAMPLES)
    assert picture(case, Lake(tmp_path), AS_OF).vintage != then.vintage
