"""I15: do they trust each other with what is secret?"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from scipy.special import gammaincinv

from comity.indicators.card import AMOUNT, SHARE, Card
from comity.indicators.evidence import COVERED, VAGUE, Evidence, Reading, gap, observed, often
from comity.stocks import Standing, hazards, standing
from comity.tables import NONE_REPORTED, OBSERVED, pair_of, subject_of
from comity.ties import BILATERAL, shuffled

DEEP = ("intelligence", "training", "industry")
SECRET = re.compile(
    r"classified|secrecy|secret information|protection of (military |defence )?information", re.IGNORECASE
)
ENDINGS, AGREEMENT_YEARS = 66, 7425  # two-party alliances in ATOP since 1992, which the hazard of stocks rests on
FLOOR = 2.0  # the interval reaches at least half and twice the value: assumption A3
YEARS = 10
CARD = Card(
    "I15",
    "Trust depth",
    "Intelligence, training and industry together; whether an agreement on classified information is in force; and how "
    "often a rival's intelligence operation was exposed in the partner.",
    "depth = sum of S over intelligence, training and industry; secrecy = 1 - prod(1 - belief x exp(-h x age)) over agreements on "
    f"classified information, h = {ENDINGS}/{AGREEMENT_YEARS} a year; "
    f"exposed = Gamma({VAGUE} + belief in exposed operations of {YEARS} years, years watched)",
    "acts a year",
    "low depth is exposed; a high rate of exposed operations is pressure",
    (
        "Under-observed by nature: only what was announced is seen (assumption A3), so the interval of depth reaches at least from "
        f"1/{FLOOR:g} to {FLOOR:g} times its value.",
        "An agreement on classified information is found by its words in the source's sentence.",
        "The hazard is that of alliances; lesser agreements may end more quietly.",
    ),
    "Leeds and others, ATOP 5.1, for the hazard; docs/method/measurement.md",
    parts=(("secrecy", "probability, 0 to 1"), ("exposed", "acts a year")),
    ranges={"": AMOUNT, "secrecy": SHARE},
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """Three readings a partner."""
    patron = evidence.roles.patron
    secret = [one for one in standing(evidence.acts, evidence.as_of) if SECRET.search(one.text)]
    for partner in evidence.roles.held:
        yield _depth(evidence, patron, partner)
        yield _secrecy(evidence, patron, partner, secret)
        yield often(evidence, f"{partner}:exposed", "intelop", evidence.roles.rivals, [partner], YEARS)


def _depth(evidence: Evidence, patron: str, partner: str) -> Reading:
    subject, coverage = subject_of(patron, partner), evidence.covered(patron, partner, DEEP)
    if coverage < COVERED:
        return gap(subject, coverage, "too little of it was watched")
    drawn = np.sum([evidence.rate(BILATERAL, patron, partner, k) for k in DEEP], axis=0)
    low, value, high = (float(q) for q in np.quantile(drawn, [0.05, 0.5, 0.95]))
    used = evidence.used([(patron, partner)])
    note = "only what was announced: assumption A3"
    return Reading(subject, value, min(low, value / FLOOR), max(high, value * FLOOR), coverage, OBSERVED, note, used)


def _secrecy(evidence: Evidence, patron: str, partner: str, secret: list[Standing]) -> Reading:
    """Draws differ in the hazard."""
    subject = f"{subject_of(patron, partner)}:secrecy"
    coverage = evidence.covered(patron, partner, ["agreement"])
    found = [one for one in secret if (one.a, one.b) == pair_of(patron, partner)]
    if not found and coverage < COVERED:
        return gap(subject, coverage, "agreements were hardly watched")
    if not found:
        return Reading(subject, None, None, None, coverage, NONE_REPORTED, "no such agreement is on record", [])
    drawn = gammaincinv(VAGUE + ENDINGS, shuffled(subject)) / AGREEMENT_YEARS
    age = np.array([max(0, (evidence.as_of - one.since).days) / 365.25 for one in found])
    likely = np.array([one.probability for one in found])[:, None]
    in_force = np.minimum(1, likely * np.exp(-(drawn - hazards()["agreement"]) * age[:, None]))
    used = sorted({act for one in found for act in one.used})
    return observed(subject, 1 - np.prod(1 - in_force, axis=0), coverage, used, f"{len(found)} on record")
