"""Rubbish for every reader: real-looking files with bytes changed, cut, doubled and swapped."""

from __future__ import annotations

import random
import resource
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from comity.bench.measure import Measure
from comity.errors import ComityError
from comity.lake import raw_file
from comity.sources import Source, catalogue

INPUTS = 10_000
NASTY = (b"\x00", b"\xff\xfe", b'"', b"\n", b"\t", b",", b"\xed\xa0\x80", b"9" * 400, b"-1", b"1e999", b"NaN", b"<!ENTITY a 'b'>", b"((((", b"%s%n", b"\x1f\x8b", b"PK\x03\x04")  # fmt: skip


def fuzz(folder: Path | None = None, inputs: int = INPUTS) -> Iterator[Measure]:
    """Mutations of each source's samples, read by that source.

    One measure a source: ``value`` is the longest that one took, in seconds; the last is the peak memory of the process. A
    crash outside the tree of errors stops the bench and names the seed that shows it.
    """
    for name, source in catalogue().items():
        longest, n = 0.0, 0
        for seed in range(inputs):
            longest, n = max(longest, once(source, seed)), n + 1
        yield Measure(f"fuzz {name}", longest, "s", None, None, None, n)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield Measure("fuzz memory", memory, "MiB", None, None, None, inputs)


def once(source: Source, seed: int) -> float:
    """Read one mutation; the seconds it took. What is raised is of our tree of errors, or the seed is named."""
    rng = random.Random(seed)
    with TemporaryDirectory() as there, as_file(files("comity.sources").joinpath(source.card.name, "sample")) as place:
        samples = sorted(p for p in Path(place).iterdir() if p.is_file())
        sample = rng.choice(samples)
        for beside in samples:  # a reader may look at the file beside its own
            Path(there, beside.name).write_bytes(beside.read_bytes())
        path = Path(there, sample.name)
        path.write_bytes(mutated(sample.read_bytes(), rng))
        start = perf_counter()
        try:
            if layout := source.layout(path):
                source.read(raw_file(path), layout)
        except ComityError:
            pass
        except BaseException as error:
            error.add_note(f"{source.card.name}: {sample.name}, seed {seed}")
            raise
        return perf_counter() - start


def mutated(content: bytes, rng: random.Random) -> bytes:
    """A few changes: bytes flipped, a stretch cut out, doubled or moved, something nasty put in, the end cut off."""
    found = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        at, end = sorted(rng.randrange(len(found) + 1) for _ in range(2))
        match rng.randrange(6):
            case 0:
                for _ in range(rng.choice((1, 8))):
                    if found:
                        found[rng.randrange(len(found))] = rng.randrange(256)
            case 1:
                del found[at:end]
            case 2:
                found[at:at] = found[at:end]
            case 3:
                piece = bytes(found[at:end])
                del found[at:end]
                found += piece
            case 4:
                found[at:at] = rng.choice(NASTY)
            case 5:
                del found[end:]
    return bytes(found)
