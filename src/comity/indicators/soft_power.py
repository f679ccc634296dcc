"""I10: whose schools, scholarships and screens?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from comity.indicators.card import SHARE, Card
from comity.indicators.evidence import LOOKED_BACK, VAGUE, Evidence, Reading, carried, frequency, gap, lag, observed
from comity.states import blocs, family, members
from comity.tables import OBSERVED, subject_of
from comity.ties import DRAWS, Array

ACTS = ("culture", "communication", "aid")
VOTES = "ideal_point"
# By name, as sources give them from patron to partner; students go the other way.
STUDENTS = "students_to"
MEASURES = (STUDENTS, "culture_institutes", "scholarships", "media_partnerships", "official_finance_usd")
YEARS, LEAST, HORIZON = 10, 3, 3
CARD = Card(
    "I10",
    "Soft-power position",
    "The patron's share, beside its rivals, of what carries soft power in a partner: students, cultural institutes, scholarships, media "
    "audience, development money, cultural acts, public diplomacy, aid, and likeness of votes in the General Assembly. Shared "
    "identity is shown apart, because it hardly moves.",
    f"mean over components of patron / (patron + rivals), at least {LEAST} of {len(MEASURES) + len(ACTS) + 1}; acts as "
    f"Gamma({VAGUE} + belief of {YEARS} years, years watched), where the partner has one with any of them; votes as exp(-distance of "
    "ideal points); identity = 1 where the state languages are of one family",
    "share, 0 to 1",
    "low is exposed",
    (
        "A component counts only where patron and a rival were both measured; rivals that were not are named.",
        "Students, institutes, scholarships, media and development money enter when a source gives them of the patron and of a rival, "
        "as pairs of states by year; no file at hand does (of China's there is one, of Türkiye's none). UNESCO's tables of "
        "students by origin and OECD's of aid would.",
        "Voting alike is an outcome of attraction as well as of interest, and it is cheap.",
        "What soft power does to a defence tie cannot be estimated (assumption A7).",
        "One language family is no proof of a shared identity, and identity none of a tie.",
    ),
    "Shares of presence after Hackett and others; language families: Glottolog",
    f"yearly numbers at most {HORIZON} years beyond the last whole year",
    sources=("softpower", "unga"),
    parts=(("culture", "share, 0 to 1"), ("identity", "0 or 1")),
    ranges={"": SHARE},
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """Three readings a partner: position, its share of cultural acts, identity."""
    for partner in evidence.roles.held:
        shares = {**_by_acts(evidence, partner), **_by_votes(evidence, partner), **_by_measures(evidence, partner)}
        yield _position(partner, shares)
        subject = f"{partner}:culture"
        if ACTS[0] in shares:
            drawn, used, note = shares[ACTS[0]]
            yield observed(subject, drawn, 1.0, used, note)
        else:
            yield gap(
                subject, 0.0, "no cultural act of the patron or a rival is on record, or they were hardly watched"
            )
        yield _identity(evidence, partner)


Share = tuple[Array, list[str], str]


def _position(partner: str, shares: dict[str, Share]) -> Reading:
    every = (*ACTS, "votes", *MEASURES)
    if len(shares) < LEAST:
        missing = ", ".join(c.replace("_", " ") for c in every if c not in shares)
        return gap(partner, len(shares) / len(every), f"{len(shares)} of {LEAST} components needed; without {missing}")
    used = sorted({id for _, ids, _ in shares.values() for id in ids})
    drawn = np.mean([d for d, _, _ in shares.values()], axis=0)
    return observed(partner, drawn, len(shares) / len(every), used, f"mean of {', '.join(shares)}")


def _by_acts(evidence: Evidence, partner: str) -> dict[str, Share]:
    found: dict[str, Share] = {}
    for kind in ACTS:
        rates = {
            p: frequency(evidence, kind, [p], [partner], YEARS, f"{subject_of(p, partner)}:{kind}")
            for p in evidence.roles.patrons
        }
        drawn = {p: r.drawn for p, r in rates.items() if r.drawn is not None}
        if any(rates[p].seen for p in drawn) and (share := _share(evidence, drawn)) is not None:
            used = sorted({act for p in drawn for act in rates[p].used})
            counts = ", ".join(f"{p} {rates[p].seen}" for p in drawn)
            found[kind] = (share, used, f"acts of {YEARS} years: {counts}")
    return found


def _by_votes(evidence: Evidence, partner: str) -> dict[str, Share]:
    """Closeness of the partner's votes to the patron's, beside the rivals', each in its own newest year within the horizon."""
    points = {p: evidence.points.get((VOTES, p), []) for p in (partner, *evidence.roles.patrons)}
    fresh = {p: series[-1] for p, series in points.items() if lag(series, evidence.as_of) <= HORIZON}
    if partner not in fresh:
        return {}
    here = fresh.pop(partner)
    close = {p: np.full(DRAWS, np.exp(-abs(point.value - here.value))) for p, point in fresh.items()}
    share = _share(evidence, close)
    used = sorted({here.measure, *(point.measure for point in fresh.values())})
    return {} if share is None else {"votes": (share, used, f"votes of {here.year}")}


def _by_measures(evidence: Evidence, partner: str) -> dict[str, Share]:
    found: dict[str, Share] = {}
    for kind in MEASURES:
        series = {p: evidence.points.get((kind, _way(kind, p, partner)), []) for p in evidence.roles.patrons}
        fresh = {p: s for p, s in series.items() if lag(s, evidence.as_of) <= HORIZON}
        drawn = {p: carried(s, evidence.as_of) for p, s in fresh.items()}
        if (share := _share(evidence, drawn)) is not None:
            used = sorted({point.measure for s in fresh.values() for point in s[-LOOKED_BACK:]})
            found[kind] = (share, used, f"{kind} of {', '.join(fresh)}")
    return found


def _way(kind: str, patron: str, partner: str) -> str:
    return f"{partner}>{patron}" if kind == STUDENTS else f"{patron}>{partner}"


def _share(evidence: Evidence, drawn: dict[str, Array]) -> Array | None:
    """The patron's share of what it and its rivals have; None unless it and one of them were measured."""
    if evidence.roles.patron not in drawn or len(drawn) < 2:
        return None
    return np.asarray(drawn[evidence.roles.patron] / np.sum(list(drawn.values()), axis=0))


def _identity(evidence: Evidence, partner: str) -> Reading:
    """Static, and known without any report: what languages they speak and to what organisations both belong."""
    subject = f"{subject_of(evidence.roles.patron, partner)}:identity"
    ours, theirs = family(evidence.roles.patron), family(partner)
    if ours is None or theirs is None:
        return gap(subject, 0.0, "the language family of one of them is not in the knowledge file")
    both = {evidence.roles.patron, partner}
    shared = [b for b in blocs() if both <= set(members(b, evidence.as_of))]
    same = float(ours == theirs)
    note = f"{ours} and {theirs}; both in {', '.join(shared) or 'no organisation listed here'}"
    return Reading(subject, same, same, same, 1.0, OBSERVED, note, [])
