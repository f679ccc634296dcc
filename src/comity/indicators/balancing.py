"""I6: whose side is it on, and how often does it change?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from comity.indicators.card import SHARE, Card
from comity.indicators.evidence import COVERED, Evidence, Reading, gap, observed, strong
from comity.states import name_of
from comity.ties import BILATERAL, DRAWS, Array

DOMAINS = ("arms", "exercise", "dialogue")
QUARTERS = 8
VOTES = "ideal_point"
HORIZON = 2  # years that votes are carried forward
CARD = Card(
    "I6",
    "Balancing ambiguity",
    "How evenly a state deals with both poles at once: 1 is as much with the one as with the other. Volatility is how far "
    "that moved over the last two years.",
    "A = mean over domains (arms, exercises, talks, votes) of B x (r + w) / largest (r + w), B = 1 - |r - w| / (r + w); "
    "r, w = sum over the covered states of a pole of log(1 + S / S_ref), in votes exp(-distance of ideal points); "
    "volatility = standard deviation of (r - w) / (r + w) over eight quarters",
    "0 to 1",
    "high ambiguity or high volatility is exposed",
    (
        "A domain is left out when a pole was not watched in it; the note names it, and who stands for each pole.",
        "Dealing with both sides may be skill as well as weakness.",
        "Votes are one number a year and do not enter volatility.",
    ),
    "Hedging as simultaneous ties: after Kuik, Contemporary Southeast Asia 2008; ideal points: Bailey, Strezhnev and Voeten, JCR 2017",
    f"votes at most {HORIZON} years beyond the last whole year",
    sources=("unga",),
    parts=(("volatility", "standard deviation, 0 to 1"),),
    ranges={"": SHARE},
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """Two readings a state: ambiguity, and volatility where a flow domain is covered."""
    for state in (*evidence.roles.held, evidence.roles.patron):
        yield from _readings(evidence, state)


def _readings(evidence: Evidence, state: str) -> Iterator[Reading]:
    poles = {
        k: (_covered(evidence, state, evidence.roles.east, k), _covered(evidence, state, evidence.roles.west, k))
        for k in DOMAINS
    }
    domains = {k: p for k, p in poles.items() if all(p)}
    found = {k: tuple(_pole(evidence, state, side, k) for side in sides) for k, sides in domains.items()}
    votes, ids = _votes(evidence, state)
    if votes:
        found["votes"] = votes
    coverage = len(found) / (len(DOMAINS) + 1)
    missing = [k for k in (*DOMAINS, "votes") if k not in found]
    if coverage < COVERED:
        yield gap(state, coverage, f"not covered for both poles: {', '.join(missing)}")
        return
    stands = sorted({code for sides in domains.values() for side in sides for code in side})
    notes = [f"without {', '.join(missing)}"] if missing else []
    notes += [f"poles as seen in {', '.join(map(name_of, stands))}"] if stands else []
    acts = evidence.used([(state, s) for s in stands])
    r, w = (np.array(side) for side in zip(*found.values(), strict=True))  # each [domains, draws]
    total = r + w
    ambiguity = (1 - np.abs(r - w) / total) * total / total.max(axis=0)
    yield observed(state, ambiguity.mean(axis=0), coverage, sorted({*acts, *ids}), "; ".join(notes))
    if domains:
        yield observed(
            f"{state}:volatility", _volatility(evidence, state, domains), coverage, acts, f"over {QUARTERS} quarters"
        )


def _covered(evidence: Evidence, state: str, pole: tuple[str, ...], domain: str) -> list[str]:
    return [s for s in pole if s != state and evidence.covered(state, s, [domain]) >= COVERED]


def _pole(evidence: Evidence, state: str, pole: list[str], domain: str) -> Array:
    rates = [evidence.rate(BILATERAL, state, other, domain) for other in pole]
    return np.asarray(np.log1p(np.array(rates) / strong(domain)).sum(axis=0))


def _volatility(evidence: Evidence, state: str, domains: dict[str, tuple[list[str], list[str]]]) -> Array:
    """Standard deviation per draw of the lean over the last quarters, averaged over domains."""
    return np.asarray(np.mean([_lean(evidence, state, *sides, k).std(axis=0) for k, sides in domains.items()], axis=0))


def _lean(evidence: Evidence, state: str, east: list[str], west: list[str], domain: str) -> Array:
    """(r - w) / (r + w) at the end of each quarter: [quarters, draws]."""
    r, w = (
        np.log1p(np.array([evidence.past(state, s, domain, QUARTERS) for s in side]) / strong(domain)).sum(axis=0)
        for side in (east, west)
    )
    return np.asarray((r - w) / (r + w))


def _votes(evidence: Evidence, state: str) -> tuple[tuple[Array, Array] | None, list[str]]:
    """Closeness to each pole in the last year in which the state and both poles voted, and the measures used."""
    poles = [[s for s in pole if s != state] for pole in (evidence.roles.east, evidence.roles.west)]
    table = evidence.measures.filter(
        pl.col("name") == VOTES, pl.col("subject").is_in([state, *poles[0], *poles[1]]), pl.col("value").is_not_null()
    )
    table = table.sort("vintage", "raw", nulls_last=False).unique(["subject", "date"], keep="last", maintain_order=True)
    table = table.filter(pl.col("date").dt.year() >= evidence.as_of.year - 1 - HORIZON)
    for last in sorted(set(table["date"]), reverse=True):
        rows = table.filter(pl.col("date") == last)
        point = dict(rows.select("subject", "value").iter_rows())
        sides = [[point[s] for s in pole if s in point] for pole in poles]
        if state in point and all(sides):
            r, w = (np.full(DRAWS, np.exp(-abs(point[state] - float(np.mean(side))))) for side in sides)
            return (r, w), sorted(rows["measure"])
    return None, []
