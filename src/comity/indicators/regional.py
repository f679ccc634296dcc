"""I16: how many patrons does a partner have, does it clash with its neighbours, does it change sides?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import betaincinv, gammaincinv

from comity.indicators.card import AMOUNT, NUMBER, SHARE, Card
from comity.indicators.evidence import COVERED, SHIFT, VAGUE, Evidence, Reading, gap, lag, observed, often
from comity.states import name_of
from comity.tables import WORLD, pair_of
from comity.ties import shuffled

YEARS = 5
LISTED = 10  # years of a list of armed conflicts that count
HORIZON = 2  # years that such a list is carried forward
BETWEEN, WITHIN, DISPUTES = "interstate_conflict", "internal_conflict", "mid_onset"
CARD = Card(
    "I16",
    "Regional balance and cleavage",
    "The effective number of patrons that a partner has among patron and rivals, the yearly rate of clashes with its "
    "neighbours, in how many years it fought another state or an armed group at home, and how often it joined, left or froze an "
    "alliance.",
    "patrons = 1 / sum of (C of a patron / sum of C) squared, per draw, over patrons watched; "
    f"clashes, shifts = Gamma({VAGUE} + belief in acts of {YEARS} years, years watched); clashes that were hardly watched = "
    f"Gamma({VAGUE} + militarised disputes begun, years) of the last {YEARS} years that the Correlates of War list, while their newest is "
    f"at most {HORIZON} years old; conflicts = Beta({VAGUE} + years with "
    f"one, {VAGUE} + years without) of the last {LISTED} years that UCDP lists, while its newest is at most {HORIZON} years old",
    "number of patrons, 1 and up",
    "few patrons, none of them ours, is exposed; so is a high rate of clashes, conflicts or shifts",
    (
        "Patrons that were hardly watched are left out and named, so the number is a lower bound.",
        "Kinship across borders is not in it: no open, dated list of it was at hand.",
        "Clashes among neighbours were searched less than ties with patrons. Where they were hardly watched the list of militarised "
        "disputes stands in (a threat, a show or a use of force by a state), which ends in 2014 and so gives values to 2017. For later "
        "days give a newer edition of that list (docs/measures.md), or reports of your own that cover these pairs; a sum of a day's "
        "news does not tell a shot from a word. Until then conflicts tell of the worst of them only.",
        "A conflict needs 25 battle deaths in a year. UCDP lists the wars over Karabakh as wars within Azerbaijan.",
    ),
    "Inverse Herfindahl index; Gamma-Poisson rate and Beta share with Jeffreys priors; UCDP/PRIO Armed Conflict Dataset",
    f"acts fade with the half-life of their instrument; lists of disputes and of conflicts at most {HORIZON} years beyond the last whole year",
    sources=("conflict", "cow"),
    parts=(("clashes", "acts a year"), ("shifts", "acts a year"), ("conflicts", "share of years, 0 to 1")),
    ranges={"": NUMBER, "clashes": AMOUNT, "conflicts": SHARE, "shifts": AMOUNT},
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """Four readings a partner."""
    roles = evidence.roles
    for partner in roles.held:
        yield _patrons(evidence, partner)
        yield _clashes(evidence, partner)
        yield _conflicts(evidence, partner)
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
    return observed(partner, number, coverage, used, f"without {', '.join(map(name_of, dropped))}" if dropped else None)


def _clashes(evidence: Evidence, partner: str) -> Reading:
    """The yearly rate of clashes with the others held: by acts where these were watched, else by the list of disputes."""
    key, others = f"{partner}:clashes", [q for q in evidence.roles.held if q != partner]
    acted = often(evidence, key, "frictions", [partner], others, YEARS)
    if acted.value is not None:
        return acted
    listed = evidence.points.get((DISPUTES, WORLD), [])[-YEARS:]
    if lag(listed, evidence.as_of) > HORIZON:
        newest = f"the list of disputes at hand ends in {listed[-1].year}" if listed else "no list of disputes was read"
        return acted._replace(note=f"{acted.note}, and {newest}")
    between = (evidence.points.get((DISPUTES, ">".join(pair_of(partner, q))), []) for q in others)
    begun = [point for points in between for point in points if point.year >= listed[0].year]
    n = sum(point.value for point in begun)
    rate = gammaincinv(VAGUE + n, shuffled(key)) / len(listed)
    note = f"{n:g} militarised disputes begun {listed[0].year}-{listed[-1].year}; reports were too few"
    return observed(key, rate, len(listed) / YEARS, sorted(p.measure for p in (*listed, *begun)), note)


def _conflicts(evidence: Evidence, partner: str) -> Reading:
    """The share of years in armed conflict: a listed year that does not name the partner had none."""
    key = f"{partner}:conflicts"
    listed = evidence.points.get((WITHIN, WORLD), [])
    if lag(listed, evidence.as_of) > HORIZON:
        return gap(key, 0.0, "no list of armed conflicts that is new enough was read")
    years = listed[-LISTED:]
    fought = [
        (name, point)
        for (name, subject), points in evidence.points.items()
        if name in {BETWEEN, WITHIN} and partner in subject.split(">")
        for point in points
        if point.year >= years[0].year
    ]
    any_one, abroad = ({p.year for name, p in fought if name in names} for names in ({BETWEEN, WITHIN}, {BETWEEN}))
    share = betaincinv(VAGUE + len(any_one), VAGUE + len(years) - len(any_one), shuffled(key))
    used = sorted(point.measure for point in (*years, *(point for _, point in fought)))
    note = f"{len(any_one)} of {len(years)} years{f', {len(abroad)} of them with another state' if any_one else ''}"
    return observed(key, np.asarray(share), len(years) / LISTED, used, note)
