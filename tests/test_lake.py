"""The store: whole or absent, never doubled, never half; two writers do not meet; trouble is said."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from deltalake import write_deltalake
from polars.testing import assert_frame_equal

from comity import lake as store
from comity.errors import StoreError
from comity.lake import Batch, Lake, RawFile, raw_file
from comity.tables import ALERT, DELIVERY, FAILURE, FILE, MEASURE, READING, REMARK, TIE, VERDICT


def batch(raw: str, *values: float) -> tuple[RawFile, Batch]:
    rows = [{"measure": f"{raw}{v}", "subject": "KAZ", "name": "x", "value": v, "raw": raw} for v in values]
    found = RawFile(Path(raw), raw, 1, datetime(2024, 1, 1, tzinfo=UTC))
    return found, Batch({"measure": MEASURE.frame(rows)}, "plain", len(values), len(values), {})


def values(lake: Lake) -> list[float]:
    return sorted(lake.read(MEASURE).collect()["value"])


def test_a_table_never_written_is_empty_and_not_an_error(tmp_path: Path) -> None:
    assert Lake(tmp_path / "nowhere").read(MEASURE).collect().is_empty()
    assert Lake(tmp_path).files(MEASURE) == []


def test_storing_a_file_twice_adds_nothing(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.store("s", 1, [batch("r1", 1.0, 2.0)])
    lake.store("s", 1, [batch("r1", 1.0, 2.0), batch("r2", 3.0)])
    assert values(lake) == [1.0, 2.0, 3.0]
    assert lake.done("s", 1) == {"r1", "r2"}


def test_a_newer_reader_replaces_the_rows_of_the_older(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.store("s", 1, [batch("r1", 1.0), batch("r2", 2.0)])
    lake.store("s", 2, [batch("r1", 10.0)])
    assert values(lake) == [2.0, 10.0]
    assert lake.done("s", 1) == {"r2"}
    assert lake.done("s", 2) == {"r1"}


def test_a_file_whose_rows_went_in_before_the_kill_is_finished_not_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lake = Lake(tmp_path)

    def killed(self: Lake, table: object, *rest: object) -> None:
        if table is FILE:
            raise KeyboardInterrupt
        add(self, table, *rest)  # type: ignore[arg-type]

    add = Lake._add
    monkeypatch.setattr(Lake, "_add", killed)
    with pytest.raises(KeyboardInterrupt):
        lake.store("s", 1, [batch("r1", 1.0)])
    monkeypatch.undo()
    assert lake.done("s", 1) == frozenset()
    lake.store("s", 1, [batch("r1", 1.0)])
    assert values(lake) == [1.0]
    assert lake.done("s", 1) == {"r1"}


def test_replacing_a_table_by_the_same_rows_writes_nothing(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    frame = READING.frame([{"indicator": "I1", "subject": "KAZ"}])
    assert lake.replace(READING, frame, "c")
    stamp = lake.stamp("c")
    assert not lake.replace(READING, frame, "c")
    assert lake.stamp("c") == stamp
    assert lake.replace(READING, READING.empty(), "c")
    assert lake.stamp("c") != stamp


def test_many_small_appends_do_not_become_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MANY_FILES", 4)
    lake = Lake(tmp_path)
    for n in range(9):
        lake.store("s", 1, [batch(f"r{n}", float(n))])
    assert len(lake.files(MEASURE)) <= 5
    assert values(lake) == [float(n) for n in range(9)]


def test_small_files_are_put_together_to_larger_ones_step_by_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files of some 9 kB: more than four are put together to one of 32 kB, more than four of these to one of a MiB."""
    monkeypatch.setattr(store, "MANY_FILES", 4)
    monkeypatch.setattr(store, "SIZES", (32 << 10, 1 << 20))
    lake, most, merged = Lake(tmp_path), 0, 0
    for n in range(40):
        lake.store("s", 1, [batch(f"r{n}", float(n))])
        sizes = [Path(path).stat().st_size for path in lake.files(MEASURE)]
        most, merged = max(most, len(sizes)), max(merged, *sizes)
    assert most <= 2 * 4 + 2
    assert merged > min(sizes)
    assert values(lake) == [float(n) for n in range(40)]


def test_what_was_replaced_is_deleted_after_a_day_and_a_store_that_was_swept_has_only_grown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "SWEPT", 3)
    lake, kept = Lake(tmp_path), {}
    for hours in (24, 0):
        monkeypatch.setattr(store, "KEPT_HOURS", hours)
        for n in range(4):
            lake.replace(READING, READING.frame([{"indicator": "I1", "subject": f"S{hours}{n}"}]), "c")
        kept[hours] = len(list((tmp_path / "cases/c/reading").glob("*.parquet")))
    assert kept[24] == 4
    assert kept[0] < 4
    assert lake.read(READING, "c").collect()["subject"].to_list() == ["S03"]
    monkeypatch.setattr(store, "MANY_FILES", 2)
    for n in range(9):
        lake.store("s", 1, [batch(f"r{n}", float(n))])
    assert len(list((tmp_path / "tables/measure").glob("*.parquet"))) < 9
    assert lake.grown(MEASURE, 0)
    assert values(lake) == [float(n) for n in range(9)]


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    lake = Lake(tmp_path, patience=0.1)
    with lake.writing(), pytest.raises(StoreError, match=rf"process {os.getpid()}\) is writing"), lake.writing():
        pass
    with lake.writing():  # the first has gone
        pass


def test_a_store_that_may_not_be_locked_is_said(tmp_path: Path) -> None:
    (tmp_path / "update.lock").mkdir()  # as root, who may write anywhere, only this stands in the way
    with pytest.raises(StoreError, match=re.escape(str(tmp_path))), Lake(tmp_path).writing():
        pass


def test_a_dead_writer_holds_nothing(tmp_path: Path) -> None:
    code = f"from pathlib import Path; from comity.lake import Lake; import time\nwith Lake(Path({str(tmp_path)!r})).writing():\n print('in', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        assert writer.stdout.readline() == b"in\n"
        writer.send_signal(signal.SIGKILL)
    with Lake(tmp_path).writing():
        pass


def test_a_damaged_table_says_where_and_what_to_do(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.store("s", 1, [batch("r1", 1.0)])
    for path in (tmp_path / "tables/measure/_delta_log").glob("*.json"):
        path.write_text("not a log")
    with pytest.raises(
        StoreError, match=r"tables/measure.*comity update CASE --anew --offline sets it aside, unharmed"
    ):
        lake.read(MEASURE).collect()


def test_a_damaged_table_of_a_case_is_said_by_whoever_meets_it_first(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    lake.replace(TIE, TIE.empty(), "turan")
    for path in (tmp_path / "cases/turan/tie/_delta_log").glob("*.json"):
        path.write_text("not a log")
    with pytest.raises(StoreError, match="cases/turan/tie"):
        lake.replace(TIE, TIE.empty(), "turan")
    with pytest.raises(StoreError, match="cases/turan"):
        lake.stamp("turan")


def test_what_is_set_aside_is_whole_and_what_people_wrote_stays(tmp_path: Path) -> None:
    lake, day = Lake(tmp_path), date(2026, 11, 26)
    lake.store("s", 1, [batch("r1", 1.0)])
    lake.append(REMARK, REMARK.frame([{"alert": "a", "author": "A. Nalyst"}]), "turan")
    lake.replace(TIE, TIE.empty(), "turan")
    lake.note("turan", "place", "here")
    kept = lake.set_aside(day)
    assert kept == tmp_path / "aside/2026-11-26"
    assert values(lake) == []
    assert lake.read(REMARK, "turan").collect()["author"].to_list() == ["A. Nalyst"]
    assert lake.noted("turan", "place") == "here"
    assert values(Lake(kept)) == [1.0]
    assert (kept / "cases/turan/tie").is_dir()
    lake.store("s", 1, [batch("r1", 1.0)])
    assert lake.set_aside(day) == tmp_path / "aside/2026-11-26-1"
    assert values(Lake(kept)) == [1.0]


def test_nobody_is_told_to_delete_what_people_wrote(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    for table in (VERDICT, ALERT, REMARK, DELIVERY, TIE):
        log = tmp_path / "cases/turan" / table.name / "_delta_log"
        log.mkdir(parents=True)
        (log / "00000000000000000000.json").write_text("not a log")
        with pytest.raises(StoreError) as told:
            lake.read(table, "turan").collect()
        assert ("people wrote it" in str(told.value)) == (table is not TIE)
        assert "delete that" not in str(told.value)


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    lake = Lake(tmp_path / "file")
    with pytest.raises(StoreError, match=r"a file stands where the store needs a folder; name another"), lake.writing():
        pass
    with pytest.raises(StoreError, match=r"a file stands where the store needs a folder; name another"):
        lake.read(TIE, "turan")


@pytest.mark.parametrize(
    ("said", "do"),
    [
        (
            "Generic LocalFileSystem error\n  Unable to copy data: No space left on device (os error 28)",
            "free some space",
        ),
        (
            "Generic LocalFileSystem error\n  Unable to open file: Permission denied (os error 13)",
            "check its permissions",
        ),
        ("Kernel error: Json error\n  expected value at line 1", "sets it aside"),
    ],
)
def test_what_to_do_follows_from_the_cause_wherever_it_stands(tmp_path: Path, said: str, do: str) -> None:
    with pytest.raises(StoreError, match=do) as told, store.storing(tmp_path / "tables/act"):
        raise OSError(said)
    assert ("aside" in str(told.value)) == (do == "sets it aside")


def test_nothing_is_begun_for_which_there_is_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = Lake(tmp_path)
    lake.store("s", 1, [batch("r1", 1.0)])
    before = sorted(tmp_path.rglob("*"))
    nearly_full = shutil.disk_usage(tmp_path)._replace(free=store.LEAST_ROOM)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: nearly_full)
    with pytest.raises(StoreError, match=r"No space left on device.*free some space"):
        lake.store("s", 1, [batch("r2", 2.0)])
    assert sorted(tmp_path.rglob("*")) == before
    assert values(lake) == [1.0]


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="needs to mount a small disk: Linux and root")
def test_a_full_disk_is_said_and_loses_nothing(tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", small], capture_output=True, check=False
    ).returncode:
        pytest.skip("this machine does not let us mount a small disk")
    try:
        lake = Lake(small)
        lake.store("s", 1, [batch("r1", 1.0)])
        big = batch("r2", *(n / 7919 for n in range(60_000)))
        with pytest.raises(StoreError, match="free some space"):
            lake.store("s", 1, [big])
        assert values(lake) == [1.0]
        assert lake.done("s", 1) == {"r1"}
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_raw_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "a", tmp_path / "b"
    one.write_text("same")
    other.write_text("same")
    assert raw_file(one).sha256 == raw_file(other).sha256
    with pytest.raises(StoreError, match="cannot be read"):
        raw_file(tmp_path / "none")


@pytest.mark.parametrize("moment", [0.0, 0.8])
def test_an_update_killed_at_any_moment_is_finished_by_the_next(tmp_path: Path, moment: float, lake: Lake) -> None:
    """The real command, killed without warning while it writes, then run again: the same tables as an update never killed."""
    command = [sys.executable, "-m", "comity", "--lake", str(tmp_path), "update", "turan", "--offline"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
        while not (tmp_path / "update.pid").exists():
            assert first.poll() is None
            time.sleep(0.01)
        time.sleep(moment)
        first.send_signal(signal.SIGKILL)
    subprocess.run(command, check=True, capture_output=True)
    again = Lake(tmp_path)
    for name in ("report", "coverage"):
        table = store.TABLES[name]
        mine, whole = (one.read(table).collect().drop("retrieved", strict=False) for one in (again, lake))
        order = pl.all().exclude(pl.List(pl.String))
        assert mine.sort(order).equals(whole.sort(order))


def test_a_derived_table_of_another_release_is_woven_anew_and_a_read_one_is_named(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    old = VERDICT.empty().drop("why")
    for place in ("cases/turan/verdict", "tables/verdict"):
        write_deltalake(str(tmp_path / place), old)
    assert lake.replace(VERDICT, VERDICT.empty(), "turan")
    assert lake.read(VERDICT, "turan").collect().is_empty()
    with pytest.raises(StoreError, match="another release of Comity wrote it, without why; people wrote it"):
        lake.read(VERDICT)


@pytest.mark.parametrize("name", ["with a space", "Läger", "50 %", "#1", "what?"])
def test_a_store_lies_in_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    """So does a case: its tables lie in a folder of its name."""
    lake = Lake(tmp_path / name)
    rows = FAILURE.frame([{"source": "s", "path": "p", "why": "w", "known": date(2020, 1, 1)}])
    lake.replace(FAILURE, rows, "Сахель и ещё")
    assert_frame_equal(lake.read(FAILURE, "Сахель и ещё").collect(), rows)
    lake.replace(FAILURE, rows.clear(), "Сахель и ещё")
    assert lake.read(FAILURE, "Сахель и ещё").collect().is_empty()
    lake.store("casebook", 1, [(raw_file(Path(__file__)), Batch({}, "rows", 0, 0, {}))])
    assert lake.ledger()["path"].to_list() == [Path(__file__).name]
    assert [Path(file).is_file() for file in lake.files(FILE)] == [True]


def test_a_folder_whose_name_no_store_can_have_is_refused_in_one_line(tmp_path: Path) -> None:
    rows = FAILURE.frame([{"source": "s", "path": "p", "why": "w", "known": date(2020, 1, 1)}])
    with pytest.raises(StoreError, match=r"no store can lie in a folder with \[ \] in its name"):
        Lake(tmp_path / "new [1]").replace(FAILURE, rows, "case")


def test_a_folder_whose_name_delta_would_write_in_other_letters_is_refused(tmp_path: Path) -> None:
    """In ASCII, Python hands on the bytes of such a name; Delta would make a folder of its own beside it."""
    place = os.fsencode(tmp_path) + "/Şağ".encode()
    made = subprocess.run(
        [sys.executable, "-m", "comity", "--lake", place, "tie", "KGZ", "TUR"],
        capture_output=True,
        check=False,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    )
    assert (made.returncode, made.stdout) == (3, b"")
    assert b"whose name is not in UTF-8; choose another name, or set PYTHONUTF8=1" in made.stderr
    assert b"Traceback" not in made.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"Şağ"}
