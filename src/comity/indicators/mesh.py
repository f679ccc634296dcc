"""I4: is it a net or a star?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np

from comity.indicators.card import Card
from comity.indicators.evidence import COVERED, Evidence, Reading, gap, observed

CARD = Card(
    "I4",
    "Mesh ratio",
    "How much of the network hangs together without the patron: 0 is a pure star.",
    "sum of C(p, q) over pairs of partners / (that + sum of C(patron, p)); C as on the page on composites, per draw",
    "share, 0 to 1",
    "low is exposed: without the patron nothing is left",
    (
        "Partners whose ties with the others were hardly watched are left out and named.",
        "Ties among partners are searched far less than those with the patron, so it needs an evenly covered source.",
    ),
    "Share of tie strength among the alters of an ego network: after Burt, Structural Holes, 1992",
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """One reading for the patron."""
    patron, partners = evidence.roles.patron, evidence.roles.partners
    kept = [p for p in partners if _watched(evidence, p) >= COVERED]
    dropped = [p for p in partners if p not in kept]
    coverage = float(np.mean([_watched(evidence, p) for p in partners])) if len(partners) > 1 else 0.0
    if len(kept) < 2:
        yield gap(patron, coverage, "ties among the partners were hardly watched")
        return
    among = sum((evidence.composite(p, q) for p, q in combinations(kept, 2)), start=np.zeros(1))
    spokes = sum((evidence.composite(patron, p) for p in kept), start=np.zeros(1))
    used = evidence.used([*combinations(kept, 2), *((patron, p) for p in kept)])
    yield observed(
        patron, among / (among + spokes), coverage, used, f"without {', '.join(dropped)}" if dropped else None
    )


def _watched(evidence: Evidence, partner: str) -> float:
    """How well a partner's ties with the patron and with the other partners were watched, 0-1: the worse of the two."""
    roles = evidence.roles
    others = [evidence.covered(partner, q) for q in roles.partners if q != partner]
    return min(evidence.covered(roles.patron, partner), float(np.mean(others)) if others else 0.0)
