"""How long the filter needs for the whole world."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import numpy as np

from comity.bench.measure import Measure
from comity.ties import filtered, priors
from comity.vocabulary import TIES

PAIRS, MONTHS, ACTS = 35_000, 300, 1_000_000


def ties(folder: Path | None = None) -> Iterator[Measure]:
    """35,000 pairs x 10 instruments x 300 months, with a million acts at random places and the last month kept.

    The limit is one pass of numpy over the same array: reading every month once.
    """
    rng = np.random.default_rng(1)
    y = np.zeros((MONTHS, PAIRS, len(TIES)), dtype=np.float32)
    np.add.at(
        y, (rng.integers(MONTHS, size=ACTS), rng.integers(PAIRS, size=ACTS), rng.integers(len(TIES), size=ACTS)), 0.8
    )
    m = np.full((MONTHS, 1, 1), 1 / 12, dtype=np.float32)
    prior = [priors()[k] for k in TIES]
    start = perf_counter()
    filtered(y, m, prior, np.array([MONTHS - 1]))
    seconds = perf_counter() - start
    start = perf_counter()
    for month in y:
        month.sum()
    yield Measure("ties", seconds, "s", perf_counter() - start, None, None, PAIRS * len(TIES) * MONTHS)
