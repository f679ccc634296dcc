"""I16: how many patrons does a partner have, does it clash with its neighbours, does it change sides?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from comity.indicators.card import Card
from comity.indicators.evidence import COVERED, SHIFT, VAGUE, Evidence, Reading, gap, observed, often

YEARS = 5
CARD = Card(
    "I16",
    "Regional balance and cleavage",
    "The effective number of patrons that a partner has among patron and rivals, the yearly rate of clashes with its "
    "neighbours, and how often it joined, left or froze an alliance.",
    "patrons = 1 / sum of (C of a patron / sum of C) squared, per draw, over patrons watched; "
    f"clashes, shifts = Gamma({VAGUE} + belief in acts of {YEARS} years, years watched)",
    "patrons, 1 and up; clashes and shifts, acts a year",
    "few patrons, none of them ours, is exposed; so is a high rate of clashes or shifts",
    (
        "Patrons that were hardly watched are left out and named, so the number is a lower bound.",
        "Kinship across borders is not in it: no open, dated list of it was at hand.",
        "Clashes among neighbours were searched less than ties with patrons.",
    ),
    "Inverse Herfindahl index; Gamma-Poisson rate with Jeffreys prior",
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """Three readings a partner."""
    roles = evidence.roles
    for partner in roles.held:
        yield _patrons(evidence, partner)
        yield often(
            evidence, f"{partner}:clashes", "frictions", [partner], [q for q in roles.held if q != partner], YEARS
        )
        yield often(evidence, f"{partner}:shifts", SHIFT, [partner], [*roles.patrons, *roles.held], YEARS)


def _patrons(evidence: Evidence, partner: str) -> Reading:
    watched = {p: evidence.covered(partner, p) for p in evidence.roles.patrons}
    kept = [p for p, c in watched.items() if c >= COVERED]
    dropped = [p for p in watched if p not in kept]
    coverage = float(np.mean(list(watched.values())))
    if len(kept) < 2:
        return gap(partner, coverage, "fewer than two patrons were watched")
    strength = np.array([evidence.composite(partner, p) for p in kept])
    number = 1 / np.square(strength / strength.sum(axis=0)).sum(axis=0)
    used = evidence.used((partner, p) for p in kept)
    return observed(partner, number, coverage, used, f"without {', '.join(dropped)}" if dropped else None)
