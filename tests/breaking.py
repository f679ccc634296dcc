"""Ties that break, invented: rows of the chronicle."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from comity.rupture.chronicle import Row, chronicle
from comity.tables import Pair, pair_of


def broke(a: str, b: str, day: date, kind: str = "rupture", by: str | None = None, severity: str = "1") -> Row:
    """One row of the chronicle; the first in the alphabet does it unless said otherwise."""
    one, other = pair_of(a, b)
    told = {"id": f"{one}{other}{day}{kind}", "state_a": one, "state_b": other, "initiator": by or one, "date": day}
    return chronicle()[0].model_copy(update={**told, "date_precision": "day", "kind": kind, "severity": severity})


def ruptures_of(pairs: Sequence[Pair], seed: int) -> list[Row]:
    """The first quarter of the ties breaks often, the others hardly ever."""
    rng = np.random.default_rng(seed)
    return [
        broke(a, b, date(year, int(rng.integers(1, 7)), 15))
        for year in range(1990, 2025)
        for i, (a, b) in enumerate(pairs)
        if rng.uniform() < (0.2 if i < len(pairs) / 4 else 0.005)
    ]
