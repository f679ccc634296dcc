"""I4: is it a net or a star?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import combinations

import numpy as np

from comity.indicators.card import SHARE, Card
from comity.indicators.evidence import COVERED, Evidence, Reading, gap, observed
from comity.states import name_of
from comity.ties import BILATERAL, Array
from comity.vocabulary import TIES

CARD = Card(
    "I4",
    "Mesh ratio",
    "How much of the network hangs together without the patron: 0 is a pure star. In all ties together, and by each "
    "instrument that a source watched among the partners as well.",
    "sum of C(p, q) over pairs of partners / (that + sum of C(patron, p)); C as on the page on composites, per draw; by one "
    "instrument with its strength in acts a year in place of C",
    "share, 0 to 1",
    "low is exposed: without the patron nothing is left",
    (
        "Partners whose ties with the others were hardly watched are left out and named.",
        "Ties among partners are searched far less than those with the patron, so all ties together need an evenly covered source, "
        "as reports of one's own on every pair. SIPRI's register watches arms everywhere, lists of exercises end in 2010.",
        "One instrument says nothing of the others: partners that sell each other no arms may train together all the year.",
    ),
    "Share of tie strength among the alters of an ego network: after Burt, Structural Holes, 1992",
    ranges={"": SHARE},
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """The patron's net in all ties together, then by each instrument that was watched among the partners."""
    patron = evidence.roles.patron
    yield _net(evidence, patron, TIES, evidence.composite)
    for k in TIES:
        found = _net(evidence, f"{patron}:{k}", (k,), partial(evidence.rate, BILATERAL, instrument=k))
        if found.value is not None:
            yield found


def _net(
    evidence: Evidence, subject: str, instruments: Iterable[str], strength: Callable[[str, str], Array]
) -> Reading:
    patron, partners = evidence.roles.patron, evidence.roles.partners
    watched = {p: _watched(evidence, p, instruments) for p in partners}
    kept = [p for p in partners if watched[p] >= COVERED]
    dropped = [p for p in partners if p not in kept]
    coverage = float(np.mean(list(watched.values()))) if len(partners) > 1 else 0.0
    if len(kept) < 2:
        return gap(subject, coverage, "ties among the partners were hardly watched")
    among = sum((strength(p, q) for p, q in combinations(kept, 2)), start=np.zeros(1))
    spokes = sum((strength(patron, p) for p in kept), start=np.zeros(1))
    used = evidence.used([*combinations(kept, 2), *((patron, p) for p in kept)])
    note = f"without {', '.join(map(name_of, dropped))}" if dropped else None
    return observed(subject, among / (among + spokes), coverage, used, note)


def _watched(evidence: Evidence, partner: str, instruments: Iterable[str]) -> float:
    """How well a partner's ties with the patron and with the other partners were watched, 0-1: the worse of the two."""
    roles = evidence.roles
    others = [evidence.covered(partner, q, instruments) for q in roles.partners if q != partner]
    return min(evidence.covered(roles.patron, partner, instruments), float(np.mean(others)) if others else 0.0)
