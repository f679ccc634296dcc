"""I1: how strong is the patron's tie with a partner by one instrument?"""

from __future__ import annotations

from collections.abc import Iterator

from comity.indicators.card import AMOUNT, Card
from comity.indicators.evidence import COVERED, Evidence, Reading
from comity.numerals import percent
from comity.tables import NONE_REPORTED, NOT_COVERED, OBSERVED, pair_of, subject_of
from comity.ties import PRESENCE, priors
from comity.vocabulary import TIES

CARD = Card(
    "I1",
    "Instrument strength",
    "The number of acts of one instrument to expect between patron and partner in the next twelve months.",
    "S = alpha / beta of the tie's Gamma posterior, presence view; interval: 5 and 95 % quantiles of Gamma(alpha / spread, beta / spread), spread for the doubt about memory and detection",
    "acts a year, 0 and up",
    "low is weak",
    (
        "Its value is the expected number, the mean; where there is little evidence the median is far lower.",
        "Instruments are not comparable act for act: a talk is not a frigate.",
        "Where little was watched, the value is mostly the prior; the note says how much.",
    ),
    "Discounted Gamma-Poisson filter: Chen, Irie, Banks, Haslinger, Thomas and West, JASA 2018",
    ranges={"": AMOUNT},
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """One reading a partner and instrument."""
    patron = evidence.roles.patron
    for partner in evidence.roles.held:
        used = evidence.used([(patron, partner)])
        for instrument in TIES:
            tie = evidence.today[PRESENCE, *pair_of(patron, partner), instrument]
            own = evidence.behind.get((*pair_of(patron, partner), instrument))
            coverage = min(1.0, tie["exposure"] / priors()[instrument].span)
            state = OBSERVED if own else NONE_REPORTED if coverage >= COVERED else NOT_COVERED
            note = f"{percent(tie['prior_share'])} of the weight is the prior's"
            subject = subject_of(patron, partner, instrument)
            yield Reading(subject, tie["strength"], tie["low"], tie["high"], coverage, state, note, used)
