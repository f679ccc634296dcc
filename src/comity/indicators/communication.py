"""I13: after a quarrel, how soon do they speak, and who calls?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.special import betaincinv

from comity.acts import parties
from comity.indicators.card import AMOUNT, SHARE, Card
from comity.indicators.durations import Spell, curves, days, medians
from comity.indicators.evidence import COVERED, Evidence, Reading, gap, observed, watched_to
from comity.numerals import many
from comity.tables import subject_of
from comity.ties import shuffled
from comity.vocabulary import BROKEN, PRESSURE

LEAST = 5  # fewer quarrels, and all partners are pooled
TALKS = "dialogue"
CARD = Card(
    "I13",
    "Communication resilience",
    "The median number of days between a hostile act of the two and their next meeting, and how evenly they seek each other.",
    "median of the Kaplan-Meier estimate of days from an act of pressure, refusal or breach to the next held meeting of the two, open "
    "waits censored; reciprocity = 2 x min(p, 1 - p), p ~ Beta(1 + meetings sought by the one, 1 + by the other)",
    "days",
    "slow or one-sided is exposed",
    (
        "A call that nobody reported does not shorten a wait, so the number is an upper bound.",
        "Who sought a meeting is the state that the source names first.",
        f"With fewer than {LEAST} quarrels the partners are pooled, and the note says so.",
    ),
    "Kaplan and Meier 1958; Bayesian bootstrap of quarrels, Rubin 1981",
    parts=(("reciprocity", "0 (one asks) to 1 (both alike)"),),
    ranges={"": AMOUNT, "reciprocity": SHARE},
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """Two readings a partner."""
    patron, held = evidence.roles.patron, evidence.roles.held
    mine = {p: _quarrels(evidence, patron, p) for p in held}
    everybody = [found for p in held for found in mine[p]]
    for partner in held:
        yield _wait(evidence, partner, mine[partner], everybody)
        yield _reciprocity(evidence, partner)


Quarrel = tuple[Spell, list[str]]


def _quarrels(evidence: Evidence, patron: str, partner: str) -> list[Quarrel]:
    end = watched_to(evidence, patron, partner)
    both = [row for row in evidence.happened if {patron, partner} <= set(parties(row))]
    bad = [r for r in both if (r["polarity"] == -1 and r["instrument"] in PRESSURE) or r["stage"] in BROKEN]
    met = _met(both)
    found = []
    for row in bad:
        last = row["date_to"].toordinal()
        later = [m for m in met if m["date_from"] > row["date_to"]]
        spell = Spell((last, last), [days(m) for m in later], [], end)
        found.append((spell, [row["act"], *(m["act"] for m in later)]))
    return found


def _met(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        r
        for r in rows
        if r["instrument"] == TALKS and r["polarity"] == 1 and r["stage"] in ("executed", "talks", "signed")
    ]


def _wait(evidence: Evidence, partner: str, mine: list[Quarrel], everybody: list[Quarrel]) -> Reading:
    patron = evidence.roles.patron
    key, coverage = subject_of(patron, partner), evidence.covered(patron, partner, [TALKS])
    few = len(mine) < LEAST
    chosen = everybody if few else mine
    if coverage < COVERED or len(chosen) < LEAST:
        why = "meetings were hardly watched" if coverage < COVERED else f"{many(len(chosen), 'quarrel')} on record"
        return gap(key, coverage, why)
    note = many(len(mine), "quarrel") + (f", so all {len(chosen)} with the partners are pooled" if few else "")
    middles = medians(curves([spell for spell, _ in chosen], key))
    if middles is None:
        return gap(key, coverage, f"fewer than half were followed by a meeting, so there is no median; {note}")
    used = sorted({act for _, acts in chosen for act in acts})
    return observed(key, middles, coverage, used, note)


def _reciprocity(evidence: Evidence, partner: str) -> Reading:
    patron = evidence.roles.patron
    key, coverage = f"{subject_of(patron, partner)}:reciprocity", evidence.covered(patron, partner, [TALKS])
    if coverage < COVERED:
        return gap(key, coverage, "meetings were hardly watched")
    met = [r for r in _met(evidence.happened) if {patron, partner} <= set(parties(r))]
    ours, theirs = (sum(r["belief"] for r in met if r["actors"] == [s]) for s in (patron, partner))
    p = betaincinv(1 + ours, 1 + theirs, shuffled(key))
    note = f"{ours:.1f} meetings sought by {patron}, {theirs:.1f} by {partner}"
    return observed(key, 2 * np.minimum(p, 1 - p), coverage, sorted(r["act"] for r in met), note)
