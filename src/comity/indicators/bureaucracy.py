"""I7: how long from a signature to something done?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from comity.acts import parties
from comity.indicators.card import AMOUNT, SHARE, Card
from comity.indicators.durations import DAYS_A_MONTH, Curve, Spell, by, curves, days, medians
from comity.indicators.evidence import COVERED, Evidence, Reading, gap, observed, watched_to
from comity.numerals import many
from comity.tables import subject_of
from comity.threads import ridden
from comity.ties import Array
from comity.vocabulary import CARRIED_OUT, OVER, TIES, Stage

LEAST = 5  # fewer signatures, and all partners are pooled
MONTHS = 24
CARRIED_BY = {"agreement": tuple(k for k in TIES if k not in {"agreement", "dialogue"})}  # any other: by its own kind
CARD = Card(
    "I7",
    "Bureaucratic lag",
    "How many months pass between a signature and the first act that carries it out, how many signatures are carried out within "
    f"{MONTHS} months, and how far the partners differ in that.",
    f"Aalen-Johansen incidence of the first executed or delivered act of the instrument (of any for an agreement); its median, and "
    f"its value at {MONTHS} months; what was suspended, cancelled or ended competes; disparity = largest - smallest over partners, each "
    f"drawn to all with the weight of {LEAST} signatures",
    "months",
    "a long lag, a low share or a large disparity is exposed",
    (
        "Sources seldom say which deal an act carries out, so the first of its kind counts: the lag is a lower bound.",
        "What nobody reported was not seen; a low share is also a sign of closed states.",
        f"With fewer than {LEAST} signatures the partners are pooled, and the note says so.",
        "A licence that a register's line tells of beside its order is no signature of its own.",
        "A signature is waited for until the last day on which any source looked at the two, however little; were it the last on which .3 "
        "of such acts would be seen, medians of the built-in case would be up to 1.2 months longer and shares up to .02 lower.",
        "Dates known to the month or the year are drawn within it.",
    ),
    "Aalen and Johansen 1978; Bayesian bootstrap of signatures, Rubin 1981; competing risks after Leeds and Savun, JOP 2007",
    parts=(("conversion", "share carried out, 0 to 1"), ("disparity", "difference of shares, 0 to 1")),
    ranges={"": AMOUNT, "conversion": SHARE, "disparity": SHARE},
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """Two readings a partner, and the disparity for the patron."""
    patron, held = evidence.roles.patron, evidence.roles.held
    mine = {p: signatures(evidence, patron, p) for p in held}
    everybody = [found for p in held for found in mine[p]]
    shares: dict[str, Array] = {}
    for partner in held:
        coverage = evidence.covered(patron, partner)
        few = len(mine[partner]) < LEAST
        chosen = everybody if few else mine[partner]
        if coverage < COVERED or len(chosen) < LEAST:
            why = (
                "too little of it was watched" if coverage < COVERED else f"{many(len(chosen), 'signature')} on record"
            )
            yield from (gap(f"{subject_of(patron, partner)}{part}", coverage, why) for part in ("", ":conversion"))
            continue
        note = many(len(mine[partner]), "signature") + (
            f", so all {len(chosen)} of the partners are pooled" if few else ""
        )
        yield from _of(chosen, subject_of(patron, partner), coverage, note)
        if not few:
            shares[partner] = _conversion(curves([spell for spell, _ in chosen], subject_of(patron, partner)))
    yield _disparity(evidence, mine, everybody, shares)


Signature = tuple[Spell, list[str]]


def signatures(evidence: Evidence, patron: str, partner: str) -> list[Signature]:
    """Every deal signed by the two, with what followed, and the acts that it rests on."""
    both = [r for r in evidence.happened if r["instrument"] in TIES and {patron, partner} <= set(parties(r))]
    return signed(both, watched_to(evidence, patron, partner))


def signed(both: list[dict[str, Any]], end: int) -> list[Signature]:
    """The same of the acts of the two that happened, oldest first, with the last day on which anybody looked."""
    ends = [r for r in both if (r["stage"] in CARRIED_OUT and r["polarity"] == 1) or r["stage"] in OVER]
    out, riding = [], ridden(both)
    for row in both:
        if row["stage"] != Stage.SIGNED or row["polarity"] != 1 or row["act"] in riding:
            continue
        kinds = CARRIED_BY.get(row["instrument"], (row["instrument"],))
        later = [r for r in ends if r["date_to"] >= row["date_from"] and r["instrument"] in kinds]
        done = [r for r in later if r["stage"] in CARRIED_OUT]
        off = [r for r in later if r["stage"] in OVER]
        spell = Spell(days(row), [days(r) for r in done], [days(r) for r in off], end)
        out.append((spell, [r["act"] for r in (row, *done, *off)]))
    return out


def _conversion(drawn: list[Curve]) -> Array:
    return np.array([by(MONTHS * DAYS_A_MONTH, curve) for curve in drawn])


def _of(found: list[Signature], key: str, coverage: float, note: str) -> Iterator[Reading]:
    used = sorted({act for _, acts in found for act in acts})
    drawn = curves([spell for spell, _ in found], key)
    middles = medians(drawn)
    if middles is None:
        yield gap(key, coverage, f"fewer than half were seen carried out, so there is no median; {note}")
    else:
        yield observed(key, middles / DAYS_A_MONTH, coverage, used, note)
    yield observed(f"{key}:conversion", _conversion(drawn), coverage, used, note)


def _disparity(
    evidence: Evidence, mine: dict[str, list[Signature]], everybody: list[Signature], shares: dict[str, Array]
) -> Reading:
    subject = f"{evidence.roles.patron}:disparity"
    if len(shares) < 2:
        return gap(subject, len(shares) / len(mine), f"fewer than two partners with {LEAST} signatures")
    pooled = _conversion(curves([spell for spell, _ in everybody], subject))
    drawn = np.array([(s * len(mine[p]) + pooled * LEAST) / (len(mine[p]) + LEAST) for p, s in shares.items()])
    used = sorted(
        {act for p in shares for _, acts in mine[p] for act in acts} | {a for _, acts in everybody for a in acts}
    )
    return observed(subject, np.ptp(drawn, axis=0), len(shares) / len(mine), used, f"among {', '.join(shares)}")
