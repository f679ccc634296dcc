"""I2: does the tie stand on one leg or on many?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from comity.indicators.card import Card
from comity.indicators.evidence import COVERED, Evidence, Reading, gap, observed
from comity.tables import subject_of
from comity.ties import PRESENCE
from comity.vocabulary import TIES

CARD = Card(
    "I2",
    "Breadth",
    "Over how many instruments a tie is spread, as if it used that many equally.",
    "exp(-sum of pi ln pi), pi = S of an instrument / sum of S; per draw, presence view, instruments watched for at least 30 % of the memory",
    "instruments, 1 to 10",
    "low is brittle",
    ("Talks are the commonest act, so a tie of many talks looks narrow.", "Needs two instruments that were watched."),
    "Exponential of Shannon entropy (Hill number of order 1): Hill, Ecology 1973",
    ranges={"": (1, len(TIES))},
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """One reading a partner."""
    patron = evidence.roles.patron
    for partner in evidence.roles.held:
        watched = [k for k in TIES if evidence.covered(patron, partner, [k]) >= COVERED]
        subject, coverage = subject_of(patron, partner), evidence.covered(patron, partner)
        if len(watched) < 2:
            yield gap(subject, coverage, "fewer than two instruments were watched")
            continue
        rates = np.array([evidence.rate(PRESENCE, patron, partner, k) for k in watched])
        share = rates / rates.sum(axis=0)
        spread = np.exp(-np.sum(share * np.log(np.maximum(share, 1e-300)), axis=0))
        yield observed(subject, spread, coverage, evidence.used([(patron, partner)]))
