"""What a failing disk, a kill and rubbish do to an update: how many of many trials end in anything but a clear error or the truth."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from comity.bench import news, small
from comity.bench.measure import Measure
from comity.cases import Case
from comity.errors import ComityError, UsageError

SOURCES = ("articles", "gdelt", "manual", "sipri")
KILLS = 200


def disk(folder: Path | None = None, step: int = 1) -> Iterator[Measure]:
    """Every ``step``-th write, rename, link and sync of a day's work fails: once (EIO), and from there on (ENOSPC).

    The work is ``news.day``: a text is pasted and kept, files are read, articles coded, verdicts given, and all is woven. It
    is the first of a store, and then one that brings files to a store that holds others.

    ``value`` is how many trials did not end well out of ``n``. Well is: the work ended with an error of ours or was done,
    the store could be read afterwards, and the same work once more made the tables of an undisturbed one. Needs a C
    compiler and Linux.
    """
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        raise UsageError("bench disk stands between the program and libc: it needs Linux and a C compiler (cc)")
    with TemporaryDirectory() as there, as_file(files(__package__).joinpath("fault.c")) as code:
        library = Path(there) / "fault.so"
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, code, "-ldl"], check=True)
        work = f"from comity.bench.faults import trials; trials({str(library)!r}, {there!r}, {step})"
        environment = os.environ | {"LD_PRELOAD": str(library)}
        ran = subprocess.run([sys.executable, "-c", work], env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise UsageError(f"bench disk: the trials broke off: {ran.stderr[-2000:]}")
    wrong, n = json.loads(ran.stdout.splitlines()[-1])
    sys.stderr.writelines(f"{line}\n" for line in wrong)
    yield Measure("disk", float(len(wrong)), "bad ends", limit=0.0, n=n)


def trials(library: str, folder: str, step: int) -> None:
    """Run in a process before which the library stands: each trial, and at last the ends that were bad as JSON."""
    shim = ctypes.CDLL(library)
    shim.fault_seen.restype = ctypes.c_long
    root = Path(folder)
    case, samples = _world(root)

    def armed(place: Path, n: int, error: int, stays: bool) -> None:
        shim.fault_arm(str(place).encode(), ctypes.c_long(n), error, int(stays))

    wrong, n = [], 0
    for start in (None, _begun(root, case, samples)):
        _laid(start, root / "whole")
        armed(root / "whole", 0, 0, False)
        news.day(case, root / "whole", samples)
        operations = int(shim.fault_seen())
        armed(Path(), 0, 0, False)
        whole = small.content(root / "whole", case.name)
        for at in range(1, operations + 1, step):
            for error, stays in ((errno.EIO, False), (errno.ENOSPC, True)):
                place = root / f"{at}-{error}"
                _laid(start, place)
                why = "fine"
                armed(place, at, error, stays)
                try:
                    news.day(case, place, samples)
                except ComityError:
                    pass
                except BaseException as failure:  # noqa: BLE001 - that anything else comes out is what is looked for
                    why = f"{type(failure).__name__}: {failure}"
                armed(Path(), 0, 0, False)
                try:
                    small.content(place, case.name)
                    news.day(case, place, samples)
                    if differ := small.same(whole, small.content(place, case.name)):
                        why = f"{', '.join(differ)} differ after the next try"
                except Exception as failure:  # noqa: BLE001 - the same
                    why = f"the store cannot be used: {failure}"
                how = "onward" if start else "first"
                wrong += [f"{how} work, operation {at}, {errno.errorcode[error]}: {why}"] if why != "fine" else []
                n += 1
                shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(root / "whole")
    sys.stdout.write(json.dumps([wrong, n]) + "\n")


def _world(root: Path) -> tuple[Case, Path]:
    """The small world, with news of its own."""
    case, samples = small.world(root, SOURCES)
    news.laid(samples)
    return case, samples


def _begun(root: Path, case: Case, samples: Path) -> Path:
    """A store that holds the first file of each source, woven."""
    early = root / "early"
    for folder in sorted(samples.iterdir()):
        (early / folder.name).mkdir(parents=True)
        shutil.copy2(min(folder.iterdir()), early / folder.name)
    small.updated(case, root / "begun", early)
    return root / "begun"


def _laid(start: Path | None, place: Path) -> None:
    """A store as it is before a trial: a copy of one, or none."""
    if start:
        shutil.copytree(start, place)


def kills(folder: Path | None = None, times: int = KILLS) -> Iterator[Measure]:
    """The same work killed without warning at random moments, each then finished by another.

    Every other one is the first of its store, the rest bring files to a store that holds others. ``value`` is how many
    left tables other than those of undisturbed work, out of ``n`` that were killed at it.
    """
    rng = random.Random(1)
    with TemporaryDirectory() as there:
        root = Path(there)
        case, samples = _world(root)
        starts = (None, _begun(root, case, samples))
        seconds = [_timed(case.folder, root / f"whole{i}", samples, start) for i, start in enumerate(starts)]
        whole = small.content(root / "whole0", case.name)
        wrong, early, n = 0, 0, 0
        while early < times:
            n += 1
            place = root / str(n)
            _laid(starts[n % 2], place)
            early += _killed(case.folder, place, samples, rng.uniform(0, seconds[n % 2]))
            news.day(case, place, samples)
            wrong += bool(small.same(whole, small.content(place, case.name)))
            shutil.rmtree(place)
    yield Measure("kills", float(wrong), "bad ends", limit=0.0, n=early)


def _timed(case: Path, place: Path, samples: Path, start: Path | None) -> float:
    """Seconds of work that is left alone."""
    _laid(start, place)
    with _started(case, place, samples) as run:
        begin = perf_counter()
        if run.wait():
            raise UsageError("bench kills: the work that is left alone failed")
        return perf_counter() - begin


def _killed(case: Path, place: Path, samples: Path, after: float) -> bool:
    """Start the work, kill it some seconds after its start; whether it was still at work."""
    with _started(case, place, samples) as run:
        sleep(after)
        busy = run.poll() is None
        run.send_signal(signal.SIGKILL)
    return busy


def _started(case: Path, place: Path, samples: Path) -> subprocess.Popen[bytes]:
    """The work in a process of its own, from the moment at which all is loaded that it needs."""
    work = (
        "import sys; from pathlib import Path; from comity import cases, press; from comity.bench import news\n"
        f"case = cases.load({str(case)!r}); press.coder_version(); sys.stdout.write('in\\n'); sys.stdout.flush()\n"
        f"news.day(case, Path({str(place)!r}), Path({str(samples)!r}))"
    )
    run = subprocess.Popen([sys.executable, "-c", work], stdout=subprocess.PIPE)
    if run.stdout is None or run.stdout.readline() != b"in\n":
        raise UsageError("bench kills: the work did not start")
    return run
