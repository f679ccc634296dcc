"""How long the world's ties and a case's readings need."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from comity import cases, flow, indicators
from comity import ties as room
from comity.bench.measure import Measure
from comity.lake import Lake
from comity.ties import filtered, priors
from comity.vocabulary import TIES

PAIRS, MONTHS, ACTS = 35_000, 300, 1_000_000
AS_OF = date(2026, 11, 1)
RUNS = 3  # the fastest counts: the slower ones measure the rest of the machine


def ties(folder: Path | None = None) -> Iterator[Measure]:
    """35,000 pairs x 10 instruments x 300 months, with a million acts at random places and the last month kept.

    Three measures: the filter alone; with it the built-in case woven anew with all its doubts and every indicator read on
    200 draws; and the memory of it all. The limit is one pass of numpy over the same array: reading every month once.
    """
    with TemporaryDirectory() as there:
        case, lake = cases.load("turan"), Lake(Path(there))
        flow.update(case, lake, AS_OF)
        picture = flow.picture(case, lake, AS_OF)
    rng = np.random.default_rng(1)
    y = np.zeros((MONTHS, PAIRS, len(TIES)), dtype=np.float32)
    np.add.at(
        y, (rng.integers(MONTHS, size=ACTS), rng.integers(PAIRS, size=ACTS), rng.integers(len(TIES), size=ACTS)), 0.8
    )
    start = perf_counter()
    for month in y:
        month.sum()
    limit = perf_counter() - start
    alone, both = map(min, zip(*(_timed(y, picture) for _ in range(RUNS)), strict=True))
    n = PAIRS * len(TIES) * MONTHS
    yield Measure("ties", alone, "s", limit=limit, n=n)
    yield Measure("ties and indicators", both, "s", limit=limit, n=n)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    yield Measure("ties and indicators, memory", peak, "GiB", n=n)


def _timed(y: room.Array, picture: flow.Picture) -> tuple[float, float]:
    """Seconds of the world's filter, and of that with the case woven and read."""
    start = perf_counter()
    _world(y)
    alone = perf_counter() - start
    case = picture.case
    woven = room.weave(picture.acts, picture.coverage, AS_OF, case.pairs)
    indicators.measure_all(
        indicators.Evidence(case.roles, AS_OF, picture.acts, woven, picture.coverage, picture.measures)
    )
    return alone, perf_counter() - start


def _world(y: room.Array) -> None:
    m = np.full((MONTHS, 1, 1), 1 / 12, dtype=np.float32)
    mean = np.full((1, 1), 0.05, dtype=np.float32)
    filtered(y, m, [[priors()[k] for k in TIES]], np.array([MONTHS - 1]), mean)
