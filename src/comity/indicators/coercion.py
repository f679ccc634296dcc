"""I11: how much could a rival hurt a partner through trade, and how often is it pressed?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from comity.indicators.card import AMOUNT, SHARE, Card
from comity.indicators.evidence import (
    LOOKED_BACK,
    TRADE_ERROR,
    VAGUE,
    Evidence,
    Reading,
    carried,
    gap,
    lag,
    observed,
    often,
)
from comity.ties import Array

# In current dollars at market rates where both are known; else constant dollars over GDP at purchasing power parity.
DOLLARS = (("trade_usd_current", "gdp_market_usd"), ("trade_usd", "gdp_usd"))
YEARS, HORIZON = 5, 2
CARD = Card(
    "I11",
    "Coercion exposure",
    "How much of a partner's economy hangs on trade with the rival on which it depends most and which depends little on "
    "it in return; and how often rivals sanctioned, barred or cut it off.",
    "exposure to r = min(1, (exports + imports with r) / GDP of the partner) x (1 - min(1, GDP of the partner / GDP of r)); the "
    f"largest over rivals; measures = Gamma({VAGUE} + belief in acts of coercion of {YEARS} years, years watched)",
    "0 to 1",
    "high is exposed",
    (
        "Total trade only: which goods, and whether they could be bought elsewhere, is not in it. Concentration can mislead.",
        "Over GDP at purchasing power parity, where market rates were not given, it comes out at about half for Central Asia.",
        "Energy, transit and remittances are not in it.",
        "Exposure needs trade between both and both GDPs: the ITPD file ends with 2016, so that it gives values to 2019. For later ones "
        "give files of UN Comtrade (CSV of yearly totals of goods by reporter and partner; docs/measures.md) with `comity update CASE "
        "--from DIR`; GDP at market rates comes with `comity update`.",
        "The motive of a measure is often the reading of an analyst.",
        f"Each series is spread by its own yearly change, {TRADE_ERROR:g} at least.",
    ),
    "Asymmetric dependence: Hirschman, National Power and the Structure of Foreign Trade, 1945",
    f"trade and GDP at most {HORIZON} years beyond the last whole year",
    sources=("trade", "economy"),
    parts=(("measures", "acts a year"),),
    ranges={"": SHARE, "measures": AMOUNT},
)


def read(evidence: Evidence) -> Iterator[Reading]:
    """Two readings a partner: exposure, and measures."""
    why = lacking(evidence)
    for partner in evidence.roles.held:
        yield _exposure(evidence, partner, why)
        yield often(evidence, f"{partner}:measures", "coercion", evidence.roles.rivals, [partner], YEARS)


def _exposure(evidence: Evidence, partner: str, why: str) -> Reading:
    drawn: dict[str, Array] = {}
    used: set[str] = set()
    for rival in evidence.roles.rivals:
        parts = dependence(evidence, partner, rival)
        if parts is None:
            continue
        mine, theirs = (evidence.points.get((parts.gdp, s), []) for s in (partner, rival))
        if lag(theirs, evidence.as_of) <= HORIZON:
            weak = 1 - np.minimum(1, mine[-1].value / theirs[-1].value)
            drawn[rival] = np.minimum(1, parts.drawn) * weak
            used |= {*parts.used, theirs[-1].measure}
    if not drawn:
        return gap(partner, 0.0, why)
    order = sorted(drawn, key=lambda r: -float(np.median(drawn[r])))
    others = ", ".join(f"{r} {float(np.median(drawn[r])):.2f}" for r in order)
    coverage = len(drawn) / len(evidence.roles.rivals)
    return observed(partner, np.max([drawn[r] for r in order], axis=0), coverage, sorted(used), f"exposure to {others}")


class Dependence(NamedTuple):
    """Trade with another state over own GDP."""

    drawn: Array  # 200 draws
    used: list[str]
    gdp: str  # which GDP


def lacking(evidence: Evidence) -> str:
    """Why there may be no dependence, and which file would give it."""
    trade, gdp = zip(*DOLLARS, strict=True)
    newest = {"trade": 0, "GDP": 0}
    for (kind, _), points in evidence.points.items():
        for what, kinds in (("trade", trade), ("GDP", gdp)):
            newest[what] = max(newest[what], points[-1].year if kind in kinds else 0)
    where = {"trade": "give yearly totals of UN Comtrade", "GDP": "comity update fetches it"}
    late = [what for what in newest if evidence.as_of.year - 1 - newest[what] > HORIZON]
    said = [
        f"{what} {f'ends with {newest[what]}' if newest[what] else 'was never read'} ({where[what]})" for what in late
    ]
    return ", ".join(said) or "no trade between them beside GDP of both in the same dollars (comity update fetches GDP)"


def dependence(evidence: Evidence, state: str, other: str) -> Dependence | None:
    """How far a state depends on trade with another; None beyond the horizon."""
    for trade, gdp in DOLLARS:
        series = [
            evidence.points.get(key, [])
            for key in ((trade, f"{state}>{other}"), (trade, f"{other}>{state}"), (gdp, state))
        ]
        if all(lag(s, evidence.as_of) <= HORIZON for s in series):
            out, back, own = (carried(s, evidence.as_of) for s in series)
            return Dependence((out + back) / own, sorted({p.measure for s in series for p in s[-LOOKED_BACK:]}), gdp)
    return None
