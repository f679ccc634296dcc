"""What a failing disk, a kill and rubbish do: a clear error or the truth. ``comity bench disk``, ``kills`` and ``fuzz`` try many more."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from comity.bench import small
from comity.bench.faults import disk, kills
from comity.bench.fuzz import Part, fuzz, trial
from comity.errors import UsageError
from comity.sources import catalogue

ROOT = Path(__file__).parents[1]
needs_linux = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("cc"),
    reason="stands between the program and libc: Linux and a C compiler",
)


@needs_linux
def test_an_update_on_a_failing_disk_ends_with_an_error_of_ours_and_the_next_one_mends_it() -> None:
    (found,) = disk(step=92)
    assert found.n >= 6
    assert found.value == 0


def test_an_update_killed_at_a_random_moment_is_finished_by_the_next() -> None:
    (found,) = kills(times=2)
    assert (found.value, found.n) == (0, 2)


@pytest.mark.parametrize("name", catalogue())
def test_a_hundred_mutations_of_each_sample_raise_nothing_but_errors_of_ours(name: str, tmp_path: Path) -> None:
    source = catalogue()[name]
    small.world(tmp_path, (name,))
    assert max(trial(source, seed, tmp_path) for seed in range(100)) < 20


def test_a_fuzz_that_was_stopped_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = sys.modules["comity.bench.fuzz"]
    monkeypatch.setattr(bench, "catalogue", lambda: {"peace": catalogue()["peace"]})
    read: list[int] = []

    def counted(name: str, first: int, n: int) -> Part:
        read.append(first)
        if first == 4 and len(read) == 3:
            raise KeyboardInterrupt
        return Part(name, bench._code(name), first, n, 0.5, 200.0, ["seed 1: no"] if first == 0 else [])

    monkeypatch.setattr(bench, "_read", counted)
    with pytest.raises(KeyboardInterrupt):
        list(fuzz(tmp_path, inputs=6, part=2))
    with (tmp_path / "fuzz.jsonl").open("a") as journal:
        journal.write('\n["peace", "cut by a k')
    *_, memory, bad = fuzz(tmp_path, inputs=6, part=2)
    assert read == [0, 2, 4, 4]
    assert (memory.value, bad.value, bad.n) == (200.0, 1.0, 6)


def test_fuzz_writes_into_no_folder_that_holds_anything_else(tmp_path: Path) -> None:
    (tmp_path / "evidence.csv").write_text("a\n")
    with pytest.raises(UsageError, match="other files"):
        list(fuzz(tmp_path, inputs=2, part=1))
    assert [path.name for path in tmp_path.iterdir()] == ["evidence.csv"]


def test_what_kills_or_hangs_a_reader_is_named_and_the_next_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker's command is replaced by one that dies at the second of four inputs."""
    bench = sys.modules["comity.bench.fuzz"]
    real = subprocess.Popen

    def dying(command: list[str], **rest: object) -> object:
        first, end = map(int, command[-1].rsplit("(", 1)[1].rstrip(")").split(", ")[1:])
        code = f"import json, os\nfor n in range({first}, {end}):\n  os._exit(3) if n == 11 else print(json.dumps([n, 0.1, 9.0, '']), flush=True)"
        return real([sys.executable, "-c", code], **rest)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", dying)
    found = bench._read("peace", 10, 4)
    assert (found.n, found.longest, found.peak) == (4, 0.1, 9.0)
    assert [why[:40] for why in found.wrong] == ["peace, seed 11: the process ended with 3"]


@needs_linux
def test_a_fetch_on_a_failing_disk_leaves_the_file_whole_or_absent(tmp_path: Path) -> None:
    library = tmp_path / "fault.so"
    with as_file(files("comity.bench").joinpath("fault.c")) as code:
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, code, "-ldl"], check=True)
    home = tmp_path / "home"
    home.mkdir()
    work = f"from tests.faulty import fetches; fetches({str(library)!r}, {str(home)!r})"
    environment = os.environ | {
        "LD_PRELOAD": str(library),
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
    }
    ran = subprocess.run(
        [sys.executable, "-c", work], env=environment, capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert int(ran.stdout.split()[0]) >= 6
