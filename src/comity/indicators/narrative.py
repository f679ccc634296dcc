"""I8: how hostile is what rivals say of the tie, do they say it together, and how many of their stories name whom?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
from scipy.special import betaincinv

from comity.indicators.card import SIGNED, Card
from comity.indicators.evidence import Evidence, Reading, gap, observed
from comity.numerals import many
from comity.tables import WORLD, identity
from comity.ties import DRAWS, Array, shuffled
from comity.vocabulary import Modality

SAID = ("disinformation", "communication", "culture")  # what a state says of or to another; the first is hostile
LEAST, QUARTERS, WEEKS = 30, 4, 52
CASES = "disinformation_cases"
BEFORE = 8  # quarters of comparison
LATE = 366  # days after which cases say nothing of today
CARD = Card(
    "I8",
    "Adverse-narrative pressure",
    "The share of hostile items in what rivals say of the patron and a partner, less the same rivals' share towards everybody "
    "else; whether different rivals say it in the same weeks; and whether more of all published cases of disinformation than before "
    "name a state.",
    "p - p0, p ~ Beta(1 + hostile, 1 + other items) on the partner or the patron, p0 likewise on all others, over the last "
    f"{QUARTERS} quarters; synchrony = mean correlation of weekly items over pairs of rivals, {WEEKS} weeks; cases = q - q0, q ~ Beta(1 + "
    f"cases that name the state, 1 + others) over the last {QUARTERS} quarters published, q0 over the {BEFORE} before",
    "difference of shares, -1 to 1",
    "high is exposed",
    (
        f"With fewer than {LEAST} items a quarter nothing is said: hand-sourced rows never reach that, a coded news stream does. It needs "
        "what rivals' outlets say of both kinds, friendly and hostile; a list of hostile cases alone would read as a share of one.",
        "Cases are what one task force looked for (EUvsDisinfo, of Russia only; the file at hand ends in February 2021): a state that more "
        "of them name may be attacked more, or searched more, and is not always the target. Where Russia is no rival they say nothing.",
        "Hostile commentary is not proven falsehood.",
        "What it does to a defence tie cannot be estimated (assumption A7).",
    ),
    "Two-sample share with uniform priors; synchrony after coordinated-behaviour studies of state media",
    "cases at most one year beyond the last quarter published",
    sources=("disinfo",),
    parts=(("synchrony", "correlation, -1 to 1"), ("cases", "difference of shares, -1 to 1")),
    ranges={"": SIGNED},
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """Three readings a partner, and one of the patron."""
    rivals = set(evidence.roles.rivals)
    start = evidence.as_of - timedelta(days=QUARTERS * 91)
    rows = evidence.acts.filter(
        pl.col("instrument").is_in(SAID), pl.col("date_to") > start, pl.col("modality") == Modality.ACTUAL
    )
    said = [row for row in rows.sort("date_to", "act").iter_rows(named=True) if rivals & set(row["actors"])]
    for partner in evidence.roles.held:
        about = {partner, evidence.roles.patron}
        mine = [row for row in said if about & set(row["recipients"])]
        yield from _of(evidence, partner, mine, [row for row in said if not about & set(row["recipients"])])
    published = evidence.measures.filter(pl.col("name") == CASES, pl.col("value").is_not_null())
    told = {subject.split(">")[0] for subject in published["subject"] if ">" in subject}
    if told and not told & rivals:  # a list of one state's stories says nothing of those of others
        why = f"the cases are stories of {', '.join(sorted(told))}, who is no rival here"
        yield from (gap(f"{state}:cases", 0.0, why) for state in (*evidence.roles.held, evidence.roles.patron))
        return
    for state in (*evidence.roles.held, evidence.roles.patron):
        yield _cases(evidence, state, published)


def _of(evidence: Evidence, partner: str, mine: list[dict[str, Any]], rest: list[dict[str, Any]]) -> Iterator[Reading]:
    needed = LEAST * QUARTERS
    if len(mine) < needed:
        why = f"{many(len(mine), 'item')} in {QUARTERS} quarters, {needed} needed"
        yield from (gap(f"{partner}{part}", min(1.0, len(mine) / needed), why) for part in ("", ":synchrony"))
        return
    share, usual = _share(mine, partner), _share(rest, f"{partner} baseline")
    used = sorted(row["act"] for row in (*mine, *rest))
    yield observed(partner, share - usual, 1.0, used, f"{len(mine)} items, {len(rest)} on others")
    yield _synchrony(evidence, partner, mine)


def _cases(evidence: Evidence, state: str, published: pl.DataFrame) -> Reading:
    """How the share of all published cases that name a state moved; a quarter without it that has cases has none of it."""
    subject = f"{state}:cases"
    every = published.filter(pl.col("subject") == WORLD).sort("date", "raw").unique("date", keep="last").sort("date")
    quarters = every["date"].to_list()[-QUARTERS - BEFORE :]
    if not quarters or (evidence.as_of - quarters[-1]).days > LATE or len(quarters) < QUARTERS + BEFORE:
        why = f"cases are published to {quarters[-1]}" if quarters else "no list of cases was read"
        return gap(subject, 0.0, f"{why}; {QUARTERS + BEFORE} quarters up to within a year are needed")
    named = [f"{rival}>{state}" for rival in evidence.roles.rivals]
    mine = published.filter(pl.col("subject").is_in(named), pl.col("raw").is_in(every["raw"].implode()))
    drawn, note = [], []
    for part, key in ((quarters[-QUARTERS:], "now"), (quarters[:-QUARTERS], "before")):
        n, total = (float(t.filter(pl.col("date").is_in(part))["value"].sum()) for t in (mine, every))
        drawn.append(betaincinv(1 + n, 1 + max(0.0, total - n), shuffled(f"cases {state} {key}")))
        note.append(f"{n:.0f} of {total:.0f} cases {key}")
    used = (
        published.filter(pl.col("subject").is_in([*named, WORLD]), pl.col("date").is_in(quarters))["measure"]
        .sort()
        .to_list()
    )
    return observed(subject, np.asarray(drawn[0] - drawn[1]), 1.0, used, f"{', '.join(note)}; to {quarters[-1]}")


def _share(rows: Iterable[dict[str, Any]], key: str) -> Array:
    hostile = [row["belief"] * (row["instrument"] == SAID[0]) for row in rows]
    total = sum(row["belief"] for row in rows)
    return np.asarray(betaincinv(1 + sum(hostile), 1 + total - sum(hostile), shuffled(f"share {key}")))


def _synchrony(evidence: Evidence, partner: str, rows: list[dict[str, Any]]) -> Reading:
    """Draws differ in the weeks: a block bootstrap of four weeks."""
    subject = f"{partner}:synchrony"
    weekly = np.array([_weekly(rows, rival, evidence.as_of) for rival in evidence.roles.rivals])
    lively = [series for series in weekly if (series > 0).sum() >= QUARTERS]
    if len(lively) < 2:
        return gap(subject, len(lively) / 2, "fewer than two rivals said anything in four weeks or more")
    rng = np.random.default_rng(int(identity("weeks", partner), 16))
    first = rng.integers(0, WEEKS - 3, size=(DRAWS, WEEKS // 4))
    weeks = (first[:, :, None] + np.arange(4)).reshape(DRAWS, -1)
    drawn = [np.mean([_together(a[w], b[w]) for a, b in combinations(lively, 2)]) for w in weeks]
    used = sorted(row["act"] for row in rows)
    return observed(subject, np.array(drawn), 1.0, used, f"{len(lively)} rivals, {WEEKS} weeks")


def _weekly(rows: list[dict[str, Any]], rival: str, as_of: date) -> Array:
    """Belief in hostile items of a rival, week by week, oldest first."""
    out = np.zeros(WEEKS)
    for row in rows:
        week = (as_of - row["date_to"]).days // 7
        if rival in row["actors"] and row["instrument"] == SAID[0] and 0 <= week < WEEKS:
            out[WEEKS - 1 - week] += row["belief"]
    return out


def _together(a: Array, b: Array) -> float:
    return float(np.corrcoef(a, b)[0, 1]) if a.std() and b.std() else 0.0
