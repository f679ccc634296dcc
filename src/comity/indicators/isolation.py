"""I12: does the patron still get its share of the visits, and does the partner still vote with it?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import ndtri

from comity.indicators.card import SIGNED, Card
from comity.indicators.evidence import COVERED, LOOKED_BACK, Evidence, Reading, gap, lag, observed
from comity.states import name_of
from comity.tables import pair_of, subject_of
from comity.ties import shuffled

TALKS, VOTES = "dialogue", "un_kappa"
QUARTERS, NOW = 40, 4
CHANGE, HORIZON = 3, 2
KAPPA_ERROR = 0.1  # of a change of kappa where fewer than three years are known: a stated assumption
CARD = Card(
    "I12",
    "Diplomatic isolation",
    "How far the patron's share of the partner's talks has fallen below its own ten-year mean; and how the two states' "
    "agreement in the General Assembly moved.",
    f"1 - (share now / mean share of {QUARTERS} quarters, the last {NOW} left out), between -1 and 1; share = S of the patron / sum of S "
    f"over patron and watched rivals, talks only; votes = kappa now - kappa {CHANGE} years before",
    "-1 (courted) to 1 (left out)",
    "high isolation, or a falling agreement of votes, is exposed",
    (
        "Rivals whose talks were hardly watched are left out and named.",
        "The strength of talks forgets slowly (half-life of the instrument), so a sudden boycott shows with delay; alerts are for that.",
        "Votes are yearly and cheap; they are shown beside, never added.",
    ),
    "Share of contacts against own history; chance-corrected agreement: Haege, Political Analysis 2011",
    f"votes at most {HORIZON} years beyond the last whole year",
    sources=("unga",),
    parts=(("votes", "change of agreement beyond chance (kappa), -2 to 2"),),
    ranges={"": SIGNED, "votes": (-2, 2)},
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """Two readings a partner."""
    for partner in evidence.roles.held:
        yield _left_out(evidence, partner)
        yield _votes(evidence, partner)


def _left_out(evidence: Evidence, partner: str) -> Reading:
    roles, key = evidence.roles, subject_of(evidence.roles.patron, partner)
    coverage = evidence.covered(roles.patron, partner, [TALKS])
    seen = [r for r in roles.rivals if evidence.covered(r, partner, [TALKS]) >= COVERED]
    if coverage < COVERED or not seen:
        return gap(key, coverage, "talks of the patron or of every rival were hardly watched")
    every = np.array([evidence.past(p, partner, TALKS, QUARTERS) for p in (roles.patron, *seen)])
    shares = every[0] / every.sum(axis=0)
    usual = shares[:-NOW].mean(axis=0)
    used = evidence.used([(p, partner) for p in (roles.patron, *seen)])
    dropped = [r for r in roles.rivals if r not in seen]
    note = f"without {', '.join(map(name_of, dropped))}" if dropped else None
    return observed(key, np.clip(1 - shares[-1] / usual, -1, 1), coverage, used, note)


def _votes(evidence: Evidence, partner: str) -> Reading:
    a, b = pair_of(evidence.roles.patron, partner)
    subject = f"{a}-{b}:votes"
    points = {p.year: p for p in evidence.points.get((VOTES, f"{a}>{b}"), [])}
    last = max(points, default=0)
    if lag(points.values(), evidence.as_of) > HORIZON or last - CHANGE not in points:
        return gap(subject, 0.0, f"no votes of the two within {HORIZON} years of {evidence.as_of.year - 1}")
    now, before = points[last], points[last - CHANGE]
    years = sorted(points)[-LOOKED_BACK:]
    noise = float(np.std(np.diff([points[y].value for y in years]))) if len(years) > 2 else KAPPA_ERROR
    drawn = now.value - before.value + noise * ndtri(shuffled(subject))
    used = sorted(points[y].measure for y in {*years, last - CHANGE})
    return observed(subject, drawn, 1.0, used, f"{last - CHANGE} to {last}")
