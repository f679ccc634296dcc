"""The whole arrow: idempotent, resumable, blind to the future, and fair to a file that is wrong."""

from __future__ import annotations

import csv
import errno
import os
import random
import shutil
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from comity import cut, flow, health, mark, pages
from comity import lake as store
from comity.bench import small
from comity.cases import Case, load
from comity.errors import UsageError
from comity.flow import Picture, picture, update, woven
from comity.intake import files_in
from comity.lake import Lake, raw_file
from comity.sources import catalogue
from comity.tables import ACT, COVERAGE, EVENT, NOT_COVERED, READING, REPORT, SOURCE_FAILED, TIE, VERDICT, Table, expect

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


@pytest.fixture
def bare(tmp_path: Path) -> Case:
    """A case without evidence of its own: of few pairs, so that what is tested of files and stores is soon woven."""
    home = tmp_path / "bare"
    home.mkdir()
    (home / "case.toml").write_text(small.CASE)
    return load(home)


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


@pytest.mark.parametrize("seed", range(3))
def test_updates_that_bring_one_file_after_another_end_in_the_tables_of_one_update(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of four sources in any order, on later and later days: only what came is looked at, and nothing differs."""
    monkeypatch.setattr(store, "MANY_FILES", 3)  # tables are put together on the way, too
    case, samples = small.world(tmp_path, ("gdelt", "icews", "manual", "polecat"))
    paths = sorted(p for p in samples.rglob("*") if p.is_file())
    random.Random(seed).shuffle(paths)
    ways: list[str] = []
    for name in ("whole", "added"):
        real = getattr(cut, name)
        monkeypatch.setattr(cut, name, lambda *asked, name=name, real=real: (ways.append(name), real(*asked))[1])
    folder = tmp_path / "came"
    folder.mkdir()
    for n, path in enumerate(paths):
        shutil.copy2(path, folder)
        update(case, Lake(tmp_path / "steps"), small.AS_OF - timedelta(days=900 * (len(paths) - n - 1)), folder)
    assert ways == ["whole", *["added"] * (len(paths) - 1)]
    update(case, Lake(tmp_path / "once"), small.AS_OF, folder)
    assert ways[-1] == "whole"
    one, other = (small.content(tmp_path / name, case.name) for name in ("steps", "once"))
    assert small.same(one, other) == []
    assert len(one[f"{case.name} act"]) > 5


def test_stored_tables_serve_for_their_own_day_evidence_and_program_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake, (case, samples) = Lake(tmp_path / "lake"), small.world(tmp_path, ("manual", "sipri"))
    update(case, lake, AS_OF, samples)
    woven_now: list[date] = []
    real = flow.measured
    monkeypatch.setattr(flow, "measured", lambda *asked: (woven_now.append(asked[1]), real(*asked))[1])
    stored = picture(case, lake, AS_OF)
    assert woven_now == []
    anew = woven(case, AS_OF, stored.reports, stored.measures, lake.read(COVERAGE, case.name).collect(), stored.files)
    assert woven_now == [AS_OF]
    for name in ("acts", "ties", "readings", "coverage"):
        assert_frame_equal(getattr(stored, name), getattr(anew, name), check_exact=True)
    assert (stored.vintage, stored.built) == (anew.vintage, anew.built)

    def served() -> bool:
        before = len(woven_now)
        picture(case, lake, AS_OF)
        return len(woven_now) == before

    assert served()
    picture(case, lake, AS_OF - timedelta(days=1))  # another day
    picture(replace(case, digest="other"), lake, AS_OF)  # another case of that name
    with monkeypatch.context() as patched:
        patched.setattr(mark, "code", lambda: "another program")
        assert not served()
    assert len(woven_now) == 4
    written = lake.noted(case.name, mark.NAME)
    lake.note(case.name, mark.NAME, "")  # an update is at it
    assert not served()
    lake.note(case.name, mark.NAME, written)
    assert served()
    lake.append(VERDICT, VERDICT.frame([{"target": stored.reports["report"][0], "kind": "accept"}]), case.name)
    assert not served()
    update(case, lake, AS_OF)
    assert served()
    item = raw_file(SAMPLES / "20240301000000.export.CSV.zip")
    source = catalogue()["gdelt"]
    lake.store("gdelt", source.card.reader, [(item, source.read(item, "export"))])  # read, and not woven yet
    assert not served()


@pytest.fixture(scope="module")
def little(tmp_path_factory: pytest.TempPathFactory) -> tuple[Case, Path, Path]:
    """A case, its files, and a store that was updated with them."""
    folder = tmp_path_factory.mktemp("little")
    case, samples = small.world(folder, ("gdelt", "manual", "sipri"))
    small.updated(case, folder / "store", samples)
    return case, samples, folder / "store"


@pytest.mark.parametrize("gone", mark.WOVEN, ids=lambda table: table.name)
def test_a_table_of_a_case_that_was_deleted_is_made_anew(
    tmp_path: Path, gone: Table, little: tuple[Case, Path, Path]
) -> None:
    case, samples, store = little
    again = tmp_path / "store"
    shutil.copytree(store, again)
    shutil.rmtree(again / "cases" / case.name / gone.name)
    small.updated(case, again, samples)
    assert small.same(small.content(store, case.name), small.content(again, case.name)) == []


def test_a_file_read_anew_by_a_changed_reader_is_cut_anew(tmp_path: Path) -> None:
    """Rows that are replaced in the store are replaced in the case: growth alone is woven onward."""
    lake = Lake(tmp_path)
    item = raw_file(SAMPLES / "20240301000000.export.CSV.zip")
    source = catalogue()["gdelt"]
    lake.store("gdelt", 1, [(item, source.read(item, "export"))])
    first = lake.version(EVENT)
    assert lake.grown(EVENT, first)
    other = raw_file(SAMPLES / "20240301001500.translation.export.CSV")
    lake.store("gdelt", 1, [(other, source.read(other, "export"))])
    assert lake.grown(EVENT, first)
    lake.store("gdelt", 2, [(item, source.read(item, "export"))])
    assert not lake.grown(EVENT, first)
    assert lake.grown(EVENT, lake.version(EVENT))


def test_a_wrong_file_stops_no_other_and_is_named(bare: Case, tmp_path: Path) -> None:
    folder = tmp_path / "files"
    shutil.copytree(SAMPLES, folder)
    (folder / "20240301003000.export.CSV.zip").write_bytes(b"PK\x03\x04 cut short")
    (folder / "holiday.jpg").write_bytes(b"\xff\xd8")
    done = update(bare, Lake(tmp_path / "lake"), AS_OF, folder)
    assert [(f.source, f.path) for f in done.failures] == [("gdelt", "20240301003000.export.CSV.zip")]
    assert "fetch it again" in done.failures[0].why
    assert done.unread == ["holiday.jpg"]
    assert len(done.read) == 6
    mended = update(bare, Lake(tmp_path / "lake"), AS_OF, folder)
    assert (len(mended.read), mended.known, mended.changed) == (0, 6, [])


def test_a_file_that_may_not_be_read_stops_no_other_and_is_named(
    bare: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's refusal is played: root may read everything."""
    folder = tmp_path / "files"
    shutil.copytree(SAMPLES, folder)
    really = Path.open

    def refusing(path: Path, *how: Any, **more: Any) -> Any:
        if path.name.startswith("20240301000000.export"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return really(path, *how, **more)

    monkeypatch.setattr(Path, "open", refusing)
    done = update(bare, Lake(tmp_path / "store"), AS_OF, folder)
    assert [f.path for f in done.failures] == ["20240301000000.export.CSV.zip"]
    assert done.failures[0].why == "cannot be read (Permission denied); check that it is yours"
    assert "20240301000000.mentions.CSV.zip" in set(done.read["path"])


def test_a_damaged_card_stops_no_other_file(bare: Case, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "store")
    shutil.copytree(SAMPLES, lake.raw / "gdelt")
    (lake.raw / "gdelt/20240301000000.export.CSV.zip.card.json").write_text('{"url": ')
    done = update(bare, lake, AS_OF)
    (failure,) = done.failures
    assert "damaged" in failure.why
    assert "20240301000000.mentions.CSV.zip" in set(done.read["path"])


def test_evidence_of_several_sources_meets_in_one_picture(case: Case, tmp_path: Path) -> None:
    update(case, Lake(tmp_path), AS_OF, SAMPLES)
    both = picture(case, Lake(tmp_path), AS_OF)
    assert set(both.reports["source"]) == {"casebook", "gdelt"}
    assert both.reports.filter(pl.col("source") == "gdelt")["belief"].max() <= 0.2  # type: ignore[operator]


def test_a_share_of_arms_is_of_all_that_was_delivered_whoever_delivered_it(
    bare: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An invented register: Türkiye gave Kazakhstan 10 of 50, Belarus, which has no part in the case, 30, Russia 10.

    Of a part of the register there is no share: who else delivered is not in it.
    """
    folder = tmp_path / "given"
    folder.mkdir()
    head = (SAMPLES.parents[1] / "sipri/sample/trade-register_sample.csv").read_bytes().splitlines()[:8]
    lines = [
        f"Kazakhstan,{who},2020,,1,,Example-{n},vehicle,1,,{year},New,,{tiv},{tiv},{tiv}".encode()
        for n, (who, year, tiv) in enumerate(
            [("Turkiye", 2024, 10), ("Belarus", 2023, 30), ("Russia", 2022, 10), ("Turkiye", 2025, 0.5)]
        )
    ]
    (folder / "trade-register.csv").write_bytes(b"\n".join([*head, *lines]) + b"\n")

    def shares(store: str) -> dict[str, float]:
        lake = Lake(tmp_path / store)
        assert not update(bare, lake, AS_OF, folder).failures
        rows = picture(bare, lake, AS_OF).readings.filter(pl.col("indicator") == "I9").iter_rows(named=True)
        return {r["subject"]: r["value"] for r in rows if r["value"] is not None}

    assert shares("part") == {}
    monkeypatch.setattr("comity.sources.sipri.read._least", lambda layout: 4)
    found = shares("whole")
    assert found["KAZ:patron"] == pytest.approx(10.5 / 50.5)
    assert found["KAZ"] == pytest.approx(10 / 50.5)
    assert found["KAZ:suppliers"] == pytest.approx(50.5**2 / (10.5**2 + 30**2 + 10**2))


def test_the_files_of_a_linked_folder_are_found_once_and_a_circle_of_links_ends(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    (there / "one.csv").touch()
    (there / ".hidden").touch()
    for name, to in (("link", there), ("again", there), ("round", here)):
        (here / name).symlink_to(to, target_is_directory=True)
    assert [path.name for path in files_in(here)] == ["one.csv"]


def test_a_clone_of_this_project_holds_no_evidence_but_what_lies_beside_it(tmp_path: Path) -> None:
    """Samples are invented: whoever reads a folder with a clone or a .venv in it must not take them for reports."""
    for place in ("clone/sources/gdelt/sample/invented.csv", ".venv/lib/installed.csv", "files/sample/mine.csv"):
        (tmp_path / place).parent.mkdir(parents=True)
        (tmp_path / place).touch()
    (tmp_path / "clone/sources/gdelt/source.toml").touch()
    assert [path.name for path in files_in(tmp_path)] == ["source.toml", "mine.csv"]


def test_a_casebook_with_another_header_is_named_and_not_passed_over_in_silence(
    case: Case, lake: Lake, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    shutil.copytree(load("turan").folder, own)
    (own / "casebook.csv").write_text("id,date,who\n1,2024-01-01,TUR\n")
    done = update(load(own), Lake(tmp_path / "lake"), AS_OF)
    assert "header" in {f.path: f.why for f in done.failures}["casebook.csv"]
    assert not update(case, lake, AS_OF).failures


def test_only_the_sources_asked_for_read_the_folder(case: Case, tmp_path: Path) -> None:
    done = update(case, Lake(tmp_path), AS_OF, SAMPLES, only=["sipri"])
    assert set(done.read["source"]) == {"casebook"}
    with pytest.raises(UsageError, match=r"no source tass; there are .*casebook.*unga"):
        update(case, Lake(tmp_path), AS_OF, SAMPLES, only=["tass"])


def test_a_clock_that_went_back_is_noticed(case: Case, lake: Lake) -> None:
    """Every file of the store is from a later day than the machine believes it to be."""
    (found,) = [c for c in health.checks(case, lake, date(2020, 1, 1)) if c.check == "clock"]
    assert not found.ok
    assert "2 files are from after 2020-01-01" in found.says
    assert not [c for c in health.checks(case, lake, date(9000, 1, 1)) if c.check == "clock"]


def test_the_vintage_changes_with_the_files_and_with_nothing_else(
    case: Case, lake: Lake, then: Picture, tmp_path: Path
) -> None:
    assert then.vintage == picture(case, lake, AS_OF).vintage
    update(case, Lake(tmp_path), AS_OF, SAMPLES)
    assert picture(case, Lake(tmp_path), AS_OF).vintage != then.vintage


def test_a_source_that_failed_is_why_there_is_no_reading_until_it_is_read(bare: Case, tmp_path: Path) -> None:
    """Rival supply rests on the arms register alone: unread it is not covered, broken it failed, read it is neither."""
    lake, files = Lake(tmp_path / "store"), tmp_path / "files"
    files.mkdir()

    def states() -> set[str]:
        now = picture(bare, lake, AS_OF).readings.filter(pl.col("indicator") == "I9", ~pl.col("subject").str.contains(":"))  # fmt: skip
        return set(now["state"])

    update(bare, lake, AS_OF, files)
    assert states() == {NOT_COVERED}
    register = files / "trade-register.csv"
    whole = (SAMPLES.parents[1] / "sipri/sample/trade-register_sample.csv").read_bytes()
    register.write_bytes(whole[:700])  # in the middle of the header
    done = update(bare, lake, AS_OF, files)
    assert [f.source for f in done.failures] == ["sipri"]
    assert "reading" in done.changed
    assert states() == {SOURCE_FAILED}
    assert update(bare, lake, AS_OF, files).changed == []
    update(bare, lake, AS_OF)  # which does not try the register
    assert states() == {SOURCE_FAILED}
    register.write_bytes(whole)
    update(bare, lake, AS_OF, files)
    assert SOURCE_FAILED not in states()


def test_a_broken_promise_stops_its_file_and_shows_on_the_page_of_sources_until_it_is_kept(
    bare: Case, tmp_path: Path
) -> None:
    """A table of sanctions of which most targets are no states breaks the promise to keep half of its rows."""
    lake, path = Lake(tmp_path / "store"), tmp_path / "files/cases.csv"
    path.parent.mkdir()
    with (SAMPLES.parents[1] / "sanctions/sample/cases_sample.csv").open(encoding="utf-8") as sample:
        rows = list(csv.DictReader(sample))

    def shown() -> pages.sources.SourceCard:
        return next(
            s for s in pages.sources(picture(bare, lake, AS_OF), pages.Query()).sources if s.name == "sanctions"
        )

    for targets in ({"sanctioned_state": "Balkans"}, {}):
        with path.open("w", encoding="utf-8", newline="") as text:
            table = csv.DictWriter(text, rows[0])
            table.writeheader()
            table.writerows(row | targets for row in rows)
        done = update(bare, lake, AS_OF, path.parent)
        if targets:
            assert [f.source for f in done.failures] == ["sanctions"]
            assert (shown().state, shown().files, shown().reports) == ("failed", [], 0)
            [failed] = shown().failures
            assert (failed.path, failed.known) == ("cases.csv", AS_OF)
            assert "promises to keep 50% of the rows and kept 0" in failed.why
    assert (shown().state, shown().failures, len(shown().files)) == ("read", [], 1)
