"""What a failing disk, a kill and rubbish do: a clear error or the truth. ``comity bench disk``, ``kills`` and ``fuzz`` try many more."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.resources import as_file, files
from pathlib import Path

import pytest

from comity.bench.faults import disk, kills
from comity.bench.fuzz import once
from comity.sources import catalogue

ROOT = Path(__file__).parents[1]
needs_linux = pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("cc"),
    reason="stands between the program and libc: Linux and a C compiler",
)


@needs_linux
def test_an_update_on_a_failing_disk_ends_with_an_error_of_ours_and_the_next_one_mends_it() -> None:
    (found,) = disk(step=29)
    assert found.n >= 6
    assert found.value == 0


def test_an_update_killed_at_a_random_moment_is_finished_by_the_next() -> None:
    (found,) = kills(times=4)
    assert (found.value, found.n) == (0, 4)


@pytest.mark.parametrize("name", catalogue())
def test_a_hundred_mutations_of_each_sample_raise_nothing_but_errors_of_ours(name: str) -> None:
    source = catalogue()[name]
    assert max(once(source, seed) for seed in range(100)) < 20


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
