"""I15: do they trust each other with what is secret?"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import polars as pl
from scipy.special import gammaincinv

from comity.acts import parties
from comity.indicators.card import Card
from comity.indicators.evidence import COVERED, VAGUE, Evidence, Reading, gap, name, observed, often, shuffled
from comity.tables import NONE_REPORTED, OBSERVED
from comity.ties import BILATERAL
from comity.vocabulary import DONE, Modality

DEEP = ("intelligence", "training", "industry")
SECRET = re.compile(
    r"classified|secrecy|secret information|protection of (military |defence )?information", re.IGNORECASE
)
ENDINGS, AGREEMENT_YEARS, UNKNOWN = (
    43,
    8294,
    0.54,
)  # of agreements of known status in DCAD, and the share of unknown ones
FLOOR = 2.0  # the interval reaches at least half and twice the value: assumption A3
YEARS = 10
CARD = Card(
    "I15",
    "Trust depth",
    "Intelligence, training and industry together; whether an agreement on classified information is in force; and how "
    "often a rival's intelligence operation was exposed in the partner.",
    "depth = sum of S over intelligence, training and industry; secrecy = 1 - prod(1 - belief x exp(-h x age)) over agreements on "
    f"classified information, h = {ENDINGS}/{AGREEMENT_YEARS} a year and up to {1 / (1 - UNKNOWN):.1f} times that; "
    f"exposed = Gamma({VAGUE} + belief in exposed operations of {YEARS} years, years watched)",
    "acts a year; probability 0 to 1; acts a year",
    "low depth is exposed; a high rate of exposed operations is pressure",
    (
        "Under-observed by nature: only what was announced is seen (assumption A3), so the interval of depth reaches at least from "
        f"1/{FLOOR:g} to {FLOOR:g} times its value.",
        "An agreement on classified information is found by its words in the source's sentence.",
        "The hazard is that of all agreements of known status; most endings are not recorded anywhere.",
    ),
    "Kinne, Defense Cooperation Agreement Dataset, JCR 2020, for the hazard",
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """Three readings a partner."""
    patron = evidence.roles.patron
    for partner in evidence.roles.held:
        yield _depth(evidence, patron, partner)
        yield _secrecy(evidence, patron, partner)
        yield often(evidence, f"{partner}:exposed", "intelop", evidence.roles.rivals, [partner], YEARS)


def _depth(evidence: Evidence, patron: str, partner: str) -> Reading:
    subject, coverage = name(patron, partner), evidence.covered(patron, partner, DEEP)
    if coverage < COVERED:
        return gap(subject, coverage, "too little of it was watched")
    drawn = np.sum([evidence.rate(BILATERAL, patron, partner, k) for k in DEEP], axis=0)
    low, value, high = (float(q) for q in np.quantile(drawn, [0.05, 0.5, 0.95]))
    used = evidence.used([(patron, partner)], DEEP)
    note = "only what was announced: assumption A3"
    return Reading(subject, value, min(low, value / FLOOR), max(high, value * FLOOR), coverage, OBSERVED, note, used)


def _secrecy(evidence: Evidence, patron: str, partner: str) -> Reading:
    """Draws differ in the hazard: 43 endings in 8,294 agreement-years, of which up to 54 % of the true ones are unrecorded."""
    subject = f"{name(patron, partner)}:secrecy"
    coverage = evidence.covered(patron, partner, ["agreement"])
    signed = evidence.acts.filter(
        pl.col("instrument").is_in(["agreement", "intelligence"]),
        pl.col("stage").is_in(DONE),
        pl.col("polarity") == 1,
        pl.col("modality") == Modality.ACTUAL,
    )
    found = [
        row
        for row in signed.iter_rows(named=True)
        if {patron, partner} <= set(parties(row)) and SECRET.search(row["text"] or "")
    ]
    if not found and coverage < COVERED:
        return gap(subject, coverage, "agreements were hardly watched")
    if not found:
        return Reading(subject, None, None, None, coverage, NONE_REPORTED, "no such agreement is on record", [])
    missed = 1 + (1 / (1 - UNKNOWN) - 1) * shuffled(f"missed {subject}")
    hazard = gammaincinv(VAGUE + ENDINGS, shuffled(subject)) / AGREEMENT_YEARS * missed
    age = np.array([(evidence.as_of - row["date_to"]).days / 365.25 for row in found])
    belief = np.array([row["belief"] for row in found])
    in_force = belief[:, None] * np.exp(-hazard * np.maximum(0.0, age)[:, None])
    used = sorted(row["act"] for row in found)
    return observed(subject, 1 - np.prod(1 - in_force, axis=0), coverage, used, f"{len(found)} on record")
