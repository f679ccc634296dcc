"""How long a scenario takes: 60 ties, 24 months, 2,000 draws, beside the run without it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from time import perf_counter

import numpy as np

from comity.bench.measure import Measure
from comity.scenarios.scenario import SEED, scenario
from comity.scenarios.simulate import run
from comity.scenarios.world import DRAWS, draw, world
from comity.tables import TIE, Roles
from comity.vocabulary import TIES

MONTHS = 24
# 63 ties.
ROLES = Roles("TUR", ("KAZ", "UZB", "TKM", "KGZ", "TJK"), ("AZE",), ("RUS", "CHN", "USA", "IRN", "IND", "ISR"))


def bench(folder: Path | None = None) -> Iterator[Measure]:
    """Draws, the run without and the run with seven shocks: the fastest of five, since the slower measure the rest of the machine.

    The limit is drawing the random numbers alone.
    """
    here = world(ROLES, date(2026, 1, 1), TIE.empty())
    shocks = ("competing_sale:RUS->all", "coercion:RUS->KAZ", "disinformation:RUS->all", "soft_power:CHN->all", "isolation:USA->TUR", "dispute:IRN->TUR", "alliance_shift:RUS->KAZ")  # fmt: skip
    asked = scenario(shocks, (), MONTHS, ROLES).asked
    whole, limits = [], []
    for _ in range(5):
        start = perf_counter()
        draws = draw(here, MONTHS, SEED, DRAWS)
        run(here, draws)
        run(here, draws, asked)
        whole.append(perf_counter() - start)
        rng = np.random.default_rng(1)
        start = perf_counter()
        rng.random((MONTHS, DRAWS, len(here.pairs)), dtype=np.float32)
        rng.standard_gamma(here.alpha.astype(np.float32), (DRAWS, *here.alpha.shape), dtype=np.float32)
        limits.append(perf_counter() - start)
    yield Measure("scenario", min(whole), "s", limit=min(limits), n=DRAWS * MONTHS * len(here.pairs) * len(TIES))
