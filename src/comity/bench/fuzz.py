"""Rubbish for every reader: real-looking files gone wrong, read by their source and, of some, by a whole update."""

from __future__ import annotations

import faulthandler
import hashlib
import json
import random
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import NamedTuple

from comity import cases, flow
from comity.bench import small
from comity.bench.measure import Measure
from comity.bench.rubbish import mutated
from comity.errors import ComityError, UsageError
from comity.lake import Lake, raw_file
from comity.sources import Source, catalogue
from comity.tables import TABLES, expect

INPUTS, PART = 10_000, 2_000  # of each source; so many are read by one process
WHOLE = 250  # of so many inputs one goes through a whole update: reading, storing, weaving
SECONDS = 60  # of processor: what takes longer hangs, however busy the machine is
WAITED = 900  # seconds on the wall: nor does anything wait so long
READERS = ("columns.py", "events.py", "measures.py", "rfile.py")  # what sources share


class Part(NamedTuple):
    """What came of some inputs of one source."""

    source: str
    code: str  # hash of the reader: a part read by another one is done again
    first: int  # seed of the first input
    n: int
    longest: float  # seconds of processor
    peak: float  # MiB of memory
    wrong: list[str]  # what was neither a table nor an error of ours


def fuzz(folder: Path | None = None, inputs: int = INPUTS, part: int = PART) -> Iterator[Measure]:
    """Mutations of each source's samples, read by that source; every 250th goes through a whole update.

    One measure a source: ``value`` is the longest that one took, in seconds of processor. Then the peak memory of a process that read,
    and how many inputs ended in anything but tables or an error of ours within a minute of processor; each is named on stderr with the
    seed that shows it. A ``folder`` of its own keeps ``fuzz.jsonl``, a line a part: a bench that was stopped goes on from there. Raises
    ``UsageError`` where the folder holds anything else.
    """
    journal = folder / "fuzz.jsonl" if folder else None
    if folder and any(path != journal for path in folder.iterdir()):
        raise UsageError(f"{folder} holds other files: fuzz keeps in it what it did, so give an empty folder, or none")
    done = _parts(journal)
    every: list[Part] = []
    for name in catalogue():
        mine = [
            done.get((name, _code(name), first, min(part, inputs - first)))
            or _written(journal, _read(name, first, min(part, inputs - first)))
            for first in range(0, inputs, part)
        ]
        every += mine
        yield Measure(f"fuzz {name}", max(p.longest for p in mine), "s", n=sum(p.n for p in mine))
    wrong = [why for p in every for why in p.wrong]
    sys.stderr.writelines(f"{why}\n" for why in wrong)
    n = sum(p.n for p in every)
    yield Measure("fuzz memory", max(p.peak for p in every), "MiB", n=n)
    yield Measure("fuzz bad ends", float(len(wrong)), "bad ends", limit=0.0, n=n)


def trial(source: Source, seed: int, folder: Path, whole: bool = False) -> float:
    """Read one mutation of a sample, made in a folder that may be used again; the seconds of processor it took.

    What is raised is of our tree of errors, or the seed is named.
    """
    rng = random.Random(seed)
    beside = folder / "samples" / source.card.name  # a reader may look at the file beside its own
    path = rng.choice(sorted(p for p in beside.iterdir() if p.is_file()))
    sample = path.read_bytes()
    path.write_bytes(mutated(sample, rng))
    start = process_time()
    try:
        if whole:
            _updated(folder, beside)
        elif layout := source.layout(path):
            for name, frame in source.read(raw_file(path), layout).tables.items():
                expect(frame, TABLES[name]).rows()  # as Python sees them, whose years end with 9999
    except BaseException as error:
        if whole or not isinstance(error, ComityError):  # a file that is wrong stops no update
            error.add_note(f"{source.card.name}: {path.name}, seed {seed}{', whole' if whole else ''}")
            raise
    finally:
        path.write_bytes(sample)
    return process_time() - start


def _updated(folder: Path, samples: Path) -> None:
    with TemporaryDirectory(dir=folder) as there:
        case = cases.load(str(folder / "small"))
        small.updated(case, Path(there), samples)
        flow.picture(case, Lake(Path(there)), small.AS_OF)


def work(name: str, first: int, end: int) -> None:
    """Read some inputs in a process of its own, a line each: seed, seconds, peak memory in MiB, and what went wrong."""
    source = catalogue()[name]
    with TemporaryDirectory() as there:
        small.world(Path(there), (name,))
        for seed in range(first, end):
            signal.setitimer(signal.ITIMER_PROF, SECONDS)
            faulthandler.dump_traceback_later(WAITED, exit=True)
            seconds, why = 0.0, ""
            try:
                seconds = trial(source, seed, Path(there), seed % WHOLE == WHOLE - 1)
            except BaseException as error:  # noqa: BLE001 - that anything comes out is what is looked for
                why = f"{type(error).__name__}: {str(error)[:300]} ({'; '.join(error.__notes__)})"
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            sys.stdout.write(json.dumps([seed, seconds, peak, why]) + "\n")
            sys.stdout.flush()
        faulthandler.cancel_dump_traceback_later()


def _read(name: str, first: int, n: int) -> Part:
    """A part, by as many processes as it takes: one that dies is followed by another."""
    seed, longest, peak = first, 0.0, 0.0
    wrong: list[str] = []
    while seed < first + n:
        command = f"from comity.bench.fuzz import work; work({name!r}, {seed}, {first + n})"
        with subprocess.Popen(
            [sys.executable, "-c", command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ) as run:
            for line in run.stdout or ():
                seed, seconds, used, why = json.loads(line)
                longest, peak, seed = max(longest, seconds), max(peak, used), seed + 1
                wrong += [why] if why else []
        if seed < first + n:
            wrong.append(
                f"{name}, seed {seed}: the process ended with {run.returncode}; {-signal.SIGPROF} is a hang of {SECONDS} s"
            )
            seed += 1
    return Part(name, _code(name), first, n, longest, peak, wrong)


def _parts(journal: Path | None) -> dict[tuple[str, str, int, int], Part]:
    found = []
    for line in journal.read_text("utf-8").splitlines() if journal and journal.is_file() else []:
        with suppress(ValueError):  # a line that a kill cut
            found += [Part(*json.loads(line))]
    return {(p.source, p.code, p.first, p.n): p for p in found}


def _written(journal: Path | None, part: Part) -> Part:
    if journal:
        with journal.open("a", encoding="utf-8") as lines:
            lines.write("\n" + json.dumps(part))  # on a line of its own, also behind one that a kill cut
    return part


def _code(name: str) -> str:
    """Hash of a source's folder and of what readers share."""
    with as_file(files("comity")) as home:
        paths = [*(home / one for one in READERS), *sorted((home / "sources" / name).rglob("*.*"))]
        mine = (p for p in paths if p.is_file() and p.suffix != ".pyc")
        return hashlib.blake2b(b"".join(p.read_bytes() for p in mine), digest_size=8).hexdigest()
